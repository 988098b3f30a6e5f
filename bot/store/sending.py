"""The outbox from the side of who sends: what is due, on its way, taken by Telegram, or given back.

A row is pending, then sending (leased), then sent or set aside.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, and_, func, or_, select, update

from bot.model.outgoing import Outgoing
from bot.model.urgency import EDITS

from .cards import GONE
from .database import Tx
from .errors import SealBroken
from .outbox import FILE, SAID
from .prepared import prepared
from .tables import cards, chats, messages

# Longer than any time-out of a send: a lease that ran out means that its holder is gone.
LEASE = timedelta(seconds=90)
# Why a message that a dead process held is sent again: it may have gone out.
HELD = "held"
# Why a message goes out without its formatting: Telegram refused that.
PLAIN = "plain: "


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that waits to be sent, or is being sent."""

    id: int
    shop_id: int
    chat_id: int
    action: str
    view: str
    subject_kind: str
    subject_id: str
    person_id: int
    said: Outgoing | None  # a finished text
    body: Any  # what another view is drawn from
    urgency: int
    silent: bool
    target_message_id: int | None
    reply_to: int | None
    attempts: int
    created_at: datetime
    error: str = ""  # why it was not taken the last time


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(messages.c.state == "pending", messages.c.not_before <= now),
        and_(messages.c.state == "sending", messages.c.lease_until <= now),
    )


def _queued(tx: Tx, row: Row[Any]) -> Queued:
    values = {name: getattr(row, name) for name in Queued.__slots__ if name not in {"said", "body"}}
    said: Outgoing | None = None
    body: Any = None
    if row.sealed is not None:
        if row.view == SAID:
            said = Outgoing.model_validate_json(tx.vault.unseal(row.sealed))
        else:
            body = tx.vault.unseal_json(row.sealed)
    return Queued(said=said, body=body, **values)


async def due_chats(tx: Tx, now: datetime, without: Collection[int]) -> tuple[tuple[int, int], ...]:
    """Return (chat, most urgent) of every chat that has something due, most urgent first."""
    rows = await tx.execute(*_due_chats(now, list(without)))
    return tuple((row.chat_id, row.urgency) for row in rows.all())


@prepared
def _due_chats(now: datetime, without: Collection[int]) -> Select[Any]:
    return (
        select(messages.c.chat_id, func.min(messages.c.urgency).label("urgency"))
        .where(messages.c.state.in_(("pending", "sending")), _due(now))
        .where(messages.c.chat_id.not_in(without))
        .group_by(messages.c.chat_id)
        .order_by(func.min(messages.c.urgency), func.min(messages.c.id))
    )


async def lease(tx: Tx, chat_id: int, now: datetime) -> Queued | None:
    """Take the most urgent due message of a chat, for as long as a lease lasts.

    One that cannot be unsealed is put aside: it must not hold up those behind it.
    """
    while (row := (await tx.execute(*_most_urgent(chat_id, now))).first()) is not None:
        try:
            queued = _queued(tx, row)
        except SealBroken:
            await aside(tx, row.id, "cannot be unsealed", now)
            continue
        if row.state == "sending":
            await _may_show_anything(tx, row)  # its holder is gone
        await tx.execute(*_leased(row.id, now + LEASE))
        return queued
    return None


@prepared
def _most_urgent(chat_id: int, now: datetime) -> Select[Any]:
    return (
        select(messages)
        .where(
            messages.c.chat_id == chat_id,
            messages.c.state.in_(("pending", "sending")),
            _due(now),
        )
        .order_by(messages.c.urgency, messages.c.id)
        .limit(1)
    )


@prepared
def _leased(row_id: int, until: datetime) -> Update:
    return (
        update(messages).where(messages.c.id == row_id).values(state="sending", lease_until=until)
    )


async def next_due_at(tx: Tx, without: Collection[int]) -> datetime | None:
    """Return when the next waiting message becomes due."""
    row = (await tx.execute(*_next_due_at(list(without)))).one()
    times = [moment for moment in row if moment is not None]
    return min(times) if times else None


@prepared
def _next_due_at(without: Collection[int]) -> Select[Any]:
    pending = select(func.min(messages.c.not_before)).where(
        messages.c.state == "pending", messages.c.chat_id.not_in(without)
    )
    leased = select(func.min(messages.c.lease_until)).where(
        messages.c.state == "sending", messages.c.chat_id.not_in(without)
    )
    return select(pending.scalar_subquery(), leased.scalar_subquery())


async def due_since(tx: Tx, now: datetime) -> datetime | None:
    """Return since when the oldest message that may go out now has waited; None for none.

    Edits of cards give way to everything, and a chat that refuses us is nobody's fault here.
    """
    paused = select(chats.c.chat_id).where(chats.c.paused_at.is_not(None))
    statement = select(func.min(messages.c.not_before)).where(
        messages.c.state.in_(("pending", "sending")),
        messages.c.not_before <= now,
        messages.c.urgency < EDITS,
        messages.c.chat_id.not_in(paused),
    )
    found: datetime | None = (await tx.execute(statement)).scalar()
    return found


async def sent(tx: Tx, row_id: int, message_id: int | None, now: datetime) -> None:
    """Record that Telegram took it; the text is not kept."""
    await tx.execute(*_sent(row_id, message_id, now))


@prepared
def _sent(row_id: int, message_id: int | None, now: datetime) -> Update:
    return (
        update(messages)
        .where(messages.c.id == row_id)
        .values(state="sent", sealed=None, message_id=message_id, sent_at=now, lease_until=None)
    )


async def again(
    tx: Tx, row_id: int, not_before: datetime, error: str = "", *, counted: bool = False
) -> None:
    """Give a message back to be sent later; ``counted`` when the failure costs an attempt.

    An edit that was overtaken meanwhile by a newer one of the same message is dropped: the
    newer one shows everything.
    """
    row = (await tx.execute(select(messages).where(messages.c.id == row_id))).one()
    await _may_show_anything(tx, row)
    if row.replaces is not None:
        newer = await tx.execute(
            select(messages.c.id).where(
                messages.c.replaces == row.replaces, messages.c.state == "pending"
            )
        )
        if newer.first() is not None:
            await sent(tx, row_id, None, not_before)
            return
    await tx.execute(
        update(messages)
        .where(messages.c.id == row_id)
        .values(
            state="pending",
            not_before=not_before,
            lease_until=None,
            error=error[:300],
            attempts=messages.c.attempts + (1 if counted else 0),
        )
    )
    tx.wake("messages")


async def _may_show_anything(tx: Tx, row: Row[Any]) -> None:
    """Forget what a card shows whose edit may have gone out: the next one is not left out.

    Otherwise one that leads back to what was there before would look like no change.
    """
    if row.action == "edit":
        await tx.execute(
            update(cards)
            .where(
                cards.c.chat_id == row.chat_id,
                cards.c.message_id == row.target_message_id,
                cards.c.shown != GONE,
            )
            .values(shown="")
        )


async def aside(tx: Tx, row_id: int, error: str, now: datetime) -> None:
    """Put a message aside that Telegram will never take; /health counts it."""
    await tx.execute(
        update(messages)
        .where(messages.c.id == row_id)
        .values(state="aside", error=error[:300], sent_at=now, lease_until=None)
    )


async def take_up(tx: Tx, now: datetime) -> int:
    """At the start: what a dead process held is pending again. Return how many."""
    held = await tx.execute(
        select(messages.c.id).where(messages.c.state == "sending").order_by(messages.c.id)
    )
    ids = tuple(held.scalars())
    for row_id in ids:
        await again(tx, row_id, now, HELD)
    return len(ids)


async def lately_sent(tx: Tx, since: datetime) -> tuple[tuple[int, datetime], ...]:
    """Return (chat, when) of what Telegram counted since then, the oldest first."""
    rows = await tx.execute(
        select(messages.c.chat_id, messages.c.sent_at)
        .where(
            messages.c.sent_at > since,
            messages.c.state == "sent",
            messages.c.action.in_(("send", "edit", FILE)),
        )
        .order_by(messages.c.sent_at, messages.c.id)
    )
    return tuple((row.chat_id, row.sent_at) for row in rows.all())


async def held_in(tx: Tx) -> tuple[int, ...]:
    """Return the chat of each message that a dead process held: it may have gone out."""
    rows = await tx.execute(
        select(messages.c.chat_id).where(messages.c.state == "pending", messages.c.error == HELD)
    )
    return tuple(rows.scalars())


async def counts(tx: Tx) -> tuple[int, int]:
    """Return how many messages wait, and how many were put aside."""
    waits = select(func.count()).where(messages.c.state.in_(("pending", "sending")))
    laid = select(func.count()).where(messages.c.state == "aside")
    return int((await tx.execute(waits)).scalar_one()), int((await tx.execute(laid)).scalar_one())
