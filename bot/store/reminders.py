"""Reminders: what each chat was reminded of, and how long it wants to hear nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.reminder import Reminded

from .database import Tx
from .tables import reminders

VIEW = "reminder"


@dataclass(frozen=True, slots=True)
class Reminder:
    """The reminder of a chat. ``message_id``: the message that says it; ``shown``: what it says."""

    chat_id: int
    reminded: Reminded
    message_id: int | None
    shown: str


async def all_of(tx: Tx, shop_id: int) -> dict[int, Reminder]:
    """Return the reminder of every chat that has one."""
    rows = await tx.execute(select(reminders).where(reminders.c.shop_id == shop_id))
    return {
        row.chat_id: Reminder(
            row.chat_id,
            Reminded(row.said_at, row.times, row.snoozed_until),
            row.message_id,
            row.shown,
        )
        for row in rows.all()
    }


async def of_chat(tx: Tx, shop_id: int, chat_id: int) -> Reminder | None:
    """Return the reminder of one chat."""
    return (await all_of(tx, shop_id)).get(chat_id)


async def said(
    tx: Tx, shop_id: int, chat_id: int, *, times: int, shown: str, now: datetime
) -> None:
    """Note that a chat is reminded now; the message is on its way."""
    await _put(tx, shop_id, chat_id, said_at=now, times=times, shown=shown, message_id=None)


async def shows(tx: Tx, shop_id: int, chat_id: int, shown: str) -> None:
    """Note what the message of a chat says from now on."""
    await _put(tx, shop_id, chat_id, shown=shown)


async def over(tx: Tx, shop_id: int, chat_id: int) -> None:
    """Note that nothing waits any more: the next reminder is a first one."""
    await _put(tx, shop_id, chat_id, said_at=None, times=0, shown="", message_id=None)


async def snooze(tx: Tx, shop_id: int, chat_id: int, until: datetime) -> None:
    """Let a chat hear nothing until then."""
    await _put(tx, shop_id, chat_id, snoozed_until=until)


async def was_sent(tx: Tx, shop_id: int, chat_id: int, message_id: int, _: datetime) -> None:
    """Remember which message reminds a chat."""
    await tx.execute(
        update(reminders)
        .where(
            reminders.c.shop_id == shop_id,
            reminders.c.chat_id == chat_id,
            reminders.c.said_at.is_not(None),
        )
        .values(message_id=message_id)
    )


async def gone(tx: Tx, chat_id: int, message_id: int) -> None:
    """Forget a message that is no longer there."""
    await tx.execute(
        update(reminders)
        .where(reminders.c.chat_id == chat_id, reminders.c.message_id == message_id)
        .values(message_id=None)
    )


async def _put(tx: Tx, shop_id: int, chat_id: int, **values: object) -> None:
    adding = insert(reminders).values(shop_id=shop_id, chat_id=chat_id, **values)
    await tx.execute(
        adding.on_conflict_do_update(index_elements=["shop_id", "chat_id"], set_=values)
    )
