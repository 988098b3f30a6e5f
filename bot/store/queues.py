"""Queues: a person's walk through the orders that wait, one of each person in a chat.

They survive a restart: which order a queue's message shows is a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, and_, cast, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.queue import Line
from bot.model.urgency import INTERACTIVE

from . import cards
from .database import Tx
from .tables import cards as shown_in
from .tables import people, queues

_MAX_ID = 2**63 - 1  # SQLite's own


@dataclass(frozen=True, slots=True)
class Queue:
    """A walk, whose it is, and the order (by its ID) that was seen to just before."""

    id: int
    shop_id: int
    chat_id: int
    person_id: int
    line: Line
    last: str
    moved_at: datetime


def _queue(row: Row[Any]) -> Queue:
    return Queue(
        row.id,
        row.shop_id,
        row.chat_id,
        row.person_id,
        Line(tuple(row.order_ids), row.at),
        row.last,
        row.moved_at,
    )


async def begin(
    tx: Tx, shop_id: int, *, chat_id: int, person_id: int, line: Line, now: datetime
) -> Queue:
    """Begin a walk; an earlier one of this person in that chat becomes this one."""
    values = {"order_ids": list(line.order_ids), "at": line.at, "last": "", "moved_at": now}
    adding = insert(queues).values(shop_id=shop_id, chat_id=chat_id, person_id=person_id, **values)
    made = await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["shop_id", "chat_id", "person_id"], set_=values
        ).returning(queues)
    )
    return _queue(made.one())


async def get(tx: Tx, queue_id: int) -> Queue | None:
    """Return one queue; a number that no row can have is of none."""
    if not 0 < queue_id <= _MAX_ID:
        return None
    row = (await tx.execute(select(queues).where(queues.c.id == queue_id))).first()
    return None if row is None else _queue(row)


async def of_person(tx: Tx, shop_id: int, chat_id: int, person_id: int) -> Queue | None:
    """Return this person's queue in a chat."""
    statement = select(queues).where(
        queues.c.shop_id == shop_id, queues.c.chat_id == chat_id, queues.c.person_id == person_id
    )
    row = (await tx.execute(statement)).first()
    return None if row is None else _queue(row)


async def move(tx: Tx, queue: Queue, line: Line, now: datetime, last: str = "") -> None:
    """Let a queue stand at another order; its message moves on."""
    await tx.execute(
        update(queues)
        .where(queues.c.id == queue.id)
        .values(order_ids=list(line.order_ids), at=line.at, last=last, moved_at=now)
    )
    await touch(tx, queue.id, now)


async def touch(tx: Tx, queue_id: int, now: datetime) -> None:
    """Have a queue's message drawn again."""
    for card in await cards.showing(tx, "queue", str(queue_id)):
        await cards.redraw(tx, card, now, INTERACTIVE)


async def elsewhere(
    tx: Tx, shop_id: int, person_id: int, since: datetime
) -> dict[str, tuple[int, str]]:
    """Return (person, name) by the order that the queue of somebody else has stood at ``since``.

    Only where its message is there still.
    """
    shown = and_(
        shown_in.c.shop_id == queues.c.shop_id,
        shown_in.c.subject_kind == "queue",
        shown_in.c.subject_id == cast(queues.c.id, String),
        shown_in.c.live.is_(True),
    )
    statement = (
        select(queues.c.at, queues.c.person_id, people.c.name)
        .join(shown_in, shown)
        .outerjoin(people, people.c.person_id == queues.c.person_id)
        .where(
            queues.c.shop_id == shop_id,
            queues.c.person_id != person_id,
            queues.c.at != "",
            queues.c.moved_at >= since,
        )
        .order_by(queues.c.moved_at)
    )
    rows = (await tx.execute(statement)).all()
    return {row.at: (row.person_id, row.name or "") for row in rows}
