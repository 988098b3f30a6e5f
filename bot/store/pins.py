"""The pinned line of each private chat: the message that shows it, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.pin import Line, Pinned

from .database import Tx
from .tables import messages, pins

VIEW = "pinned"


@dataclass(frozen=True, slots=True)
class Pin:
    """The line of a chat; ``looked_at``: when Telegram last said whether it is pinned."""

    chat_id: int
    message_id: int | None
    pinned: Pinned
    looked_at: datetime | None


def body_of(line: Line) -> dict[str, Any]:
    """Return a line as plain JSON."""
    return {
        "orders": line.orders,
        "tickets": line.tickets,
        "checked": line.checked.isoformat(),
        "away": line.away,
        "low": line.low,
    }


def line_of(body: dict[str, Any]) -> Line:
    """Return the line that :func:`body_of` was given."""
    checked = datetime.fromisoformat(body["checked"])
    low = int(body.get("low", 0))
    return Line(int(body["orders"]), int(body["tickets"]), checked, bool(body["away"]), low)


async def all_of(tx: Tx, shop_id: int) -> dict[int, Pin]:
    """Return the line of every chat that has one."""
    waits = exists().where(
        messages.c.chat_id == pins.c.chat_id,
        messages.c.view == VIEW,
        messages.c.state.in_(("pending", "sending")),
    )
    rows = await tx.execute(select(pins, waits.label("waits")).where(pins.c.shop_id == shop_id))
    return {
        row.chat_id: Pin(
            row.chat_id,
            row.message_id,
            Pinned(line_of(row.line), row.asked_at, row.message_id is not None, bool(row.waits)),
            row.looked_at,
        )
        for row in rows.all()
    }


async def says(tx: Tx, shop_id: int, chat_id: int, line: Line, now: datetime) -> None:
    """Note what the line of a chat was made to say; the message or its edit is on its way."""
    values = {"line": body_of(line), "asked_at": now}
    adding = insert(pins).values(shop_id=shop_id, chat_id=chat_id, **values)
    await tx.execute(
        adding.on_conflict_do_update(index_elements=["shop_id", "chat_id"], set_=values)
    )


async def was_sent(tx: Tx, shop_id: int, chat_id: int, message_id: int, now: datetime) -> None:
    """Remember which message shows the line of a chat."""
    await tx.execute(
        update(pins)
        .where(pins.c.shop_id == shop_id, pins.c.chat_id == chat_id)
        .values(message_id=message_id, looked_at=now)
    )


async def was_looked_at(tx: Tx, shop_id: int, chat_id: int, now: datetime) -> None:
    """Remember when Telegram said whether the line is pinned."""
    await tx.execute(
        update(pins)
        .where(pins.c.shop_id == shop_id, pins.c.chat_id == chat_id)
        .values(looked_at=now)
    )


async def gone(tx: Tx, chat_id: int, message_id: int) -> None:
    """Forget a message that is no longer there: the line is sent anew."""
    await tx.execute(
        update(pins)
        .where(pins.c.chat_id == chat_id, pins.c.message_id == message_id)
        .values(message_id=None)
    )
