"""Proposals as the use cases make them, ready to be confirmed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from bot.desk import delivery as desk_delivery
from bot.desk import orders, refunds, replies
from bot.desk.confirming import confirm as desk_confirm
from bot.model.intent import Intent
from bot.model.pieces import Piece
from bot.store import intents
from sandbox.marketplace.ledger import Kind as Changed
from tests.support.world import ANN, World, shown

GOODS = "anna:Hunter2222"
ANSWER = "Sorry, here is another one."

PASTED = 901  # what a person wrote: no message of the bot's has this number


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal: its ID, what it is about, the message with its buttons, its yes."""

    intent_id: int
    subject_id: str
    message_id: int
    choice: str
    kind: Changed  # that it makes
    operation: str


Make = Callable[[World], Awaitable[Asked]]


def pasted(goods: str, world: World) -> tuple[Piece, ...]:
    return (Piece(message_id=PASTED, text=SecretStr(goods), sent_at=world.now),)


async def delivery(world: World, goods: str = GOODS, *, quantity: int = 1) -> Asked:
    return await delivery_for(world, await world.order(quantity=quantity), goods)


async def delivery_for(world: World, order_id: str, goods: str = GOODS) -> Asked:
    person = await world.person(ANN)
    async with world.store.write() as tx:
        made = await desk_delivery.preview(
            tx,
            world.shop,
            person,
            order_id,
            pasted(goods, world),
            chat_id=ANN,
            now=world.now,
        )
    count = str(len(goods.split("\n")))
    return await _asked(world, made.id, order_id, count, "deliver", "update_delivered_info")


async def refund(world: World) -> Asked:
    return await refund_for(world, await world.order())


async def refund_for(world: World, order_id: str) -> Asked:
    person = await world.person(ANN)
    there: dict[str, Any] = {"chat_id": ANN, "now": world.now}
    async with world.store.write() as tx:
        await orders.open_card(tx, world.shop, person, order_id, reply_to=None, **there)
    await world.send()
    card = (await world.last(ANN))["message_id"]
    async with world.store.write() as tx:
        await refunds.ask(tx, world.shop, person, order_id, card_id=card, **there)
    intent_id = await world.one("select max(id) from intents")
    return await _asked(world, intent_id, order_id, "", "refund", "refund_order")


async def reply(world: World, text: str = ANSWER) -> Asked:
    return await reply_to(world, await world.ticket(await world.order(), "It is broken"), text)


async def reply_to(world: World, ticket_id: str, text: str = ANSWER) -> Asked:
    person = await world.person(ANN)
    async with world.store.write() as tx:
        made = await replies.hold(
            tx,
            world.shop,
            person,
            ticket_id,
            SecretStr(text),
            chat_id=ANN,
            message_id=PASTED,
            private=True,
            now=world.now,
        )
    return await _asked(world, made.id, ticket_id, "", "ticket_reply", "update_ticket")


async def _asked(
    world: World, intent_id: int, subject_id: str, choice: str, kind: Changed, operation: str
) -> Asked:
    await world.send()
    message = await world.last(ANN)
    return Asked(intent_id, subject_id, message["message_id"], choice, kind, operation)


async def confirmed(world: World, asked: Asked, who: int = ANN) -> None:
    """Confirm; nothing is carried out yet."""
    person = await world.person(who)
    async with world.store.write() as tx:
        await desk_confirm(tx, world.shop, person, str(asked.intent_id), asked.choice, world.now)


async def confirm(world: World, asked: Asked, who: int = ANN) -> None:
    """Confirm, and let everything be done that follows at once."""
    await confirmed(world, asked, who)
    await world.settle()


async def intent(world: World, asked: Asked) -> Intent:
    async with world.store.read() as tx:
        found = await intents.get(tx, asked.intent_id)
    assert found is not None
    return found


async def said(world: World, asked: Asked) -> str:
    """Return what the message with the question says now."""
    found = next(m for m in await world.chat(ANN) if m["message_id"] == asked.message_id)
    return shown(found)
