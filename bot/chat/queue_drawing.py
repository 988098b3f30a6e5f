"""The queue's message: the order that it stands at, as it is now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.model.facts import OrderFacts, QueueFacts, Reader
from bot.model.intent import Intent
from bot.model.outgoing import Outgoing
from bot.store import drafts, orders, queues
from bot.store.database import Tx
from bot.store.orders import KnownOrder
from bot.views.queue import queue_card

OrderDrawn = Callable[[Tx, KnownOrder, Intent | None, datetime], Awaitable[OrderFacts]]
# For how long somebody else's queue is taken to be at its order.
_SHARED_FOR: Final = timedelta(minutes=10)


async def draw_queue(
    tx: Tx, queue_id: str, reader: Reader, now: datetime, order_facts: OrderDrawn
) -> Outgoing | None:
    """Return the message of a queue; None where there is no such queue."""
    queue = await queues.get(tx, int(queue_id))
    if queue is None:
        return None
    known = await orders.by_id(tx, queue.shop_id, queue.line.at) if queue.line.at else None
    last = await orders.by_id(tx, queue.shop_id, queue.last) if queue.last else None
    shared = await queues.elsewhere(tx, queue.shop_id, queue.person_id, now - _SHARED_FOR)
    draft = await drafts.current(tx, queue.chat_id, queue.person_id, now)
    asks = draft is not None and draft[0].kind == "deliver" and draft[0].subject_id == queue.line.at
    facts = QueueFacts(
        queue_id=queue.id,
        place=queue.line.place,
        total=len(queue.line.order_ids),
        waiting=await orders.waiting_count(tx, queue.shop_id),
        # Its buttons are the queue's own: what an order's card asks is asked there.
        order=None
        if known is None
        else replace(await order_facts(tx, known, None, now), asks_mode=False),
        last=None if last is None else last.order,
        draft_id=draft[0].id if draft is not None and asks else None,
        shared_with=shared.get(queue.line.at, (0, ""))[1],
    )
    return queue_card(facts, reader, now)
