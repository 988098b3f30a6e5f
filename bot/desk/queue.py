"""The queue: one message that moves through the orders that wait, the oldest first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.model.intent import Intent
from bot.model.person import Act, Person
from bot.model.queue import back as one_back
from bot.model.queue import begun, onward
from bot.store import cards, orders, outbox, queues
from bot.store.database import Tx

from . import drafts
from .errors import NotPossible
from .shop import Shop, must

# Longer lines are walked in several queues: nobody delivers that many by hand in one go.
_LONGEST: Final = 500
# For how long somebody is taken to be busy with the order that their queue shows.
_BUSY_FOR: Final = timedelta(minutes=10)


async def start(tx: Tx, shop: Shop, person: Person, chat_id: int, now: datetime) -> None:
    """Show the oldest order that waits, in a new message that moves on from there."""
    must(person, Act.DELIVER)
    waiting = await orders.waiting_ids(tx, shop.shop_id, _LONGEST)
    line = begun(waiting, await _elsewhere(tx, shop, person.person_id, now))
    queue = await queues.begin(
        tx, shop.shop_id, chat_id=chat_id, person_id=person.person_id, line=line, now=now
    )
    await outbox.show(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        subject_kind="queue",
        subject_id=str(queue.id),
        now=now,
    )


async def skip(tx: Tx, shop: Shop, person: Person, queue_id: str, key: str, now: datetime) -> None:
    """Go on to the next order; what was asked for is not waited for any more."""
    queue = await _at(tx, shop, person, queue_id, key)
    await drafts.end(tx, queue.chat_id, person, now)
    await _onward(tx, shop, queue, now)


async def back(tx: Tx, shop: Shop, person: Person, queue_id: str, key: str, now: datetime) -> None:
    """Go back to the last order that still waits."""
    queue = await _at(tx, shop, person, queue_id, key)
    await drafts.end(tx, queue.chat_id, person, now)
    waiting = await orders.waiting_ids(tx, shop.shop_id, _LONGEST)
    await queues.move(tx, queue, one_back(queue.line, waiting), now)


async def deliver(
    tx: Tx, shop: Shop, person: Person, queue_id: str, key: str, now: datetime
) -> None:
    """Ask for the goods of the order that a queue shows, in its own message."""
    queue = await _at(tx, shop, person, queue_id, key)
    await drafts.await_goods(tx, shop, person, queue.line.at, queue.chat_id, now, prompts=False)
    await queues.touch(tx, queue.id, now)


async def moves_on(tx: Tx, shop: Shop, intent: Intent, now: datetime) -> None:
    """Go on to the next order where what was done is all that the one shown waited for.

    The message of what was done goes: the queue's says it, and stays the last of the chat.
    """
    if intent.subject_kind != "order" or intent.confirmed_by is None:
        return
    queue = await queues.of_person(tx, shop.shop_id, intent.chat_id, intent.confirmed_by)
    if queue is None or queue.line.at != intent.subject_id:
        return
    known = await orders.by_id(tx, shop.shop_id, intent.subject_id)
    shown = await cards.showing(tx, "queue", str(queue.id))
    if known is None or known.order.waits_for_us() or not shown:
        return
    await _onward(tx, shop, queue, now, last=intent.subject_id)
    for card in await cards.showing(tx, "intent", str(intent.id)):
        await cards.gone(tx, card.chat_id, card.message_id)
        await outbox.act(
            tx,
            shop_id=shop.shop_id,
            chat_id=card.chat_id,
            person_id=card.person_id,
            action="delete",
            message_id=card.message_id,
            now=now,
        )


async def _onward(tx: Tx, shop: Shop, queue: queues.Queue, now: datetime, last: str = "") -> None:
    waiting = await orders.waiting_ids(tx, shop.shop_id, _LONGEST)
    others = await _elsewhere(tx, shop, queue.person_id, now)
    await queues.move(tx, queue, onward(queue.line, waiting, others), now, last)


async def _elsewhere(tx: Tx, shop: Shop, person_id: int, now: datetime) -> frozenset[str]:
    found = await queues.elsewhere(tx, shop.shop_id, person_id, now - _BUSY_FOR)
    return frozenset(found)


async def _at(tx: Tx, shop: Shop, person: Person, queue_id: str, key: str) -> queues.Queue:
    """Return this person's queue where it stands at an order. Raises NotPossible.

    A button of an order that it does not show any more does nothing: its message moves already.
    """
    must(person, Act.DELIVER)
    queue = await queues.get(tx, int(queue_id)) if queue_id.isdecimal() else None
    if queue is None or (queue.shop_id, queue.person_id) != (shop.shop_id, person.person_id):
        raise NotPossible("gone")
    known = await orders.get_order(tx, shop.shop_id, key) if key else None
    if (known.order.order_id if known is not None else "") != queue.line.at:
        raise NotPossible("gone")
    return queue
