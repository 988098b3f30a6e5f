"""The outbox: every message to Telegram is a row before it is sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.outgoing import Attached, Outgoing

from .cards import EDITS, GONE, INTERACTIVE, MONEY, NEWS
from .database import Tx
from .errors import SealBroken
from .tables import cards, chats, drafts, errands, intents, messages, notices, subscriptions

__all__ = ["EDITS", "INTERACTIVE", "MONEY", "NEWS", "Queued"]

# Longer than any time-out of a send: a lease that ran out means that its holder is gone.
LEASE = timedelta(seconds=90)

SAID = "said"
FILE = "file"
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


async def say(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    said: Outgoing,
    now: datetime,
    edit: int | None = None,
    reply_to: int | None = None,
    urgency: int = INTERACTIVE,
    silent: bool = False,
    replaces: str | None = None,
) -> None:
    """Queue a finished text: as a new message, or in place of the message ``edit``."""
    await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action="send" if edit is None else "edit",
        view=SAID,
        sealed=tx.vault.seal(said.model_dump_json().encode()),
        target_message_id=edit,
        reply_to=reply_to,
        urgency=urgency,
        silent=silent,
        replaces=replaces if edit is None else f"edit:{chat_id}:{edit}",
        now=now,
    )


async def tell(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    view: str,
    body: Any,
    now: datetime,
    edit: int | None = None,
    reply_to: int | None = None,
    urgency: int = INTERACTIVE,
    silent: bool = False,
    replaces: str | None = None,
) -> int:
    """Queue a message that ``view`` draws from ``body`` when it is sent.

    For those who know what is to be said, and not how: the use cases and the poller. Return its
    row.
    """
    return await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action="send" if edit is None else "edit",
        view=view,
        sealed=tx.vault.seal_json(body),
        target_message_id=edit,
        reply_to=reply_to,
        urgency=urgency,
        silent=silent,
        replaces=replaces if edit is None else f"edit:{chat_id}:{edit}",
        now=now,
    )


async def show(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    subject_kind: str,
    subject_id: str,
    now: datetime,
    reply_to: int | None = None,
    urgency: int = INTERACTIVE,
    silent: bool = False,
) -> int:
    """Queue a new card of a subject; what it shows is drawn when it is sent."""
    return await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action="send",
        view=subject_kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        reply_to=reply_to,
        urgency=urgency,
        silent=silent,
        now=now,
    )


async def send_file(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    file: Attached,
    now: datetime,
    reply_to: int | None = None,
) -> None:
    """Queue a file of the spool; what stands below it is drawn when it is sent."""
    await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action=FILE,
        view=FILE,
        sealed=tx.vault.seal_json(file.model_dump(mode="json")),
        reply_to=reply_to,
        urgency=INTERACTIVE,
        now=now,
    )


async def act(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    action: str,
    message_id: int,
    now: datetime,
    emoji: str = "",
    urgency: int = INTERACTIVE,
) -> None:
    """Queue a deletion of a message, or a reaction to it."""
    await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action=action,
        view=SAID,
        subject_id=emoji,
        target_message_id=message_id,
        urgency=urgency,
        replaces=f"{action}:{chat_id}:{message_id}",
        now=now,
    )


async def vanish(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    message_id: int,
    at: datetime,
    now: datetime,
) -> None:
    """Have a message deleted at a time; another call for the same message changes the time."""
    key = _deletion_of(chat_id, message_id)
    await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action="delete",
        view=SAID,
        target_message_id=message_id,
        urgency=INTERACTIVE,
        replaces=key,
        now=now,
    )
    await tx.execute(
        update(messages)
        .where(messages.c.replaces == key, messages.c.state == "pending")
        .values(not_before=at)
    )


async def vanishes(tx: Tx, chat_id: int, message_id: int) -> bool:
    """Say whether a message will be deleted."""
    statement = select(messages.c.id).where(
        messages.c.replaces == _deletion_of(chat_id, message_id), messages.c.state == "pending"
    )
    return (await tx.execute(statement)).first() is not None


def _deletion_of(chat_id: int, message_id: int) -> str:
    return f"delete:{chat_id}:{message_id}"


async def message_of(tx: Tx, row_id: int) -> int | None:
    """Return the message that a row became; None while it is not sent."""
    statement = select(messages.c.message_id).where(messages.c.id == row_id)
    found = (await tx.execute(statement)).scalar()
    return None if found is None else int(found)


# Made once: what an insert would have put there is a table of its own to build.
_WOULD_BE: Final = insert(messages).excluded
_LATER: Final = {
    name: _WOULD_BE[name]
    for name in ("sealed", "view", "subject_id", "urgency", "silent", "reply_to")
}


async def _queue(tx: Tx, *, now: datetime, **values: object) -> int:
    adding = insert(messages).values(state="pending", not_before=now, created_at=now, **values)
    if values.get("replaces") is not None:
        adding = adding.on_conflict_do_update(
            index_elements=["replaces"],
            index_where=and_(messages.c.state == "pending", messages.c.replaces.is_not(None)),
            set_=_LATER,
        )
    added = await tx.execute(adding.returning(messages.c.id))
    tx.wake("messages")
    return int(added.scalar_one())


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


async def was_queued(tx: Tx, replaces: str) -> bool:
    """Say whether a message with this key waits, or went out in the last days."""
    statement = select(messages.c.id).where(messages.c.replaces == replaces)
    return (await tx.execute(statement.limit(1))).first() is not None


async def awaits(tx: Tx, chat_id: int, view: str) -> bool:
    """Say whether a message of this kind is on its way to a chat."""
    statement = select(messages.c.id).where(
        messages.c.chat_id == chat_id,
        messages.c.view == view,
        messages.c.state.in_(("pending", "sending")),
    )
    return (await tx.execute(statement.limit(1))).first() is not None


async def due_chats(tx: Tx, now: datetime, without: Collection[int]) -> tuple[tuple[int, int], ...]:
    """Return (chat, most urgent) of every chat that has something due, most urgent first."""
    statement = (
        select(messages.c.chat_id, func.min(messages.c.urgency).label("urgency"))
        .where(messages.c.state.in_(("pending", "sending")), _due(now))
        .where(messages.c.chat_id.not_in(list(without)))
        .group_by(messages.c.chat_id)
        .order_by(func.min(messages.c.urgency), func.min(messages.c.id))
    )
    return tuple((row.chat_id, row.urgency) for row in (await tx.execute(statement)).all())


async def lease(tx: Tx, chat_id: int, now: datetime) -> Queued | None:
    """Take the most urgent due message of a chat, for as long as a lease lasts.

    One that cannot be unsealed is put aside: it must not hold up those behind it.
    """
    statement = (
        select(messages)
        .where(
            messages.c.chat_id == chat_id,
            messages.c.state.in_(("pending", "sending")),
            _due(now),
        )
        .order_by(messages.c.urgency, messages.c.id)
        .limit(1)
    )
    while (row := (await tx.execute(statement)).first()) is not None:
        try:
            queued = _queued(tx, row)
        except SealBroken:
            await aside(tx, row.id, "cannot be unsealed", now)
            continue
        if row.state == "sending":
            await _may_show_anything(tx, row)  # its holder is gone
        await tx.execute(
            update(messages)
            .where(messages.c.id == row.id)
            .values(state="sending", lease_until=now + LEASE)
        )
        return queued
    return None


async def next_due_at(tx: Tx, without: Collection[int]) -> datetime | None:
    """Return when the next waiting message becomes due."""
    pending = select(func.min(messages.c.not_before)).where(
        messages.c.state == "pending", messages.c.chat_id.not_in(list(without))
    )
    leased = select(func.min(messages.c.lease_until)).where(
        messages.c.state == "sending", messages.c.chat_id.not_in(list(without))
    )
    times = [
        moment
        for statement in (pending, leased)
        if (moment := (await tx.execute(statement)).scalar()) is not None
    ]
    return min(times) if times else None


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
    await tx.execute(
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


async def move_chat(tx: Tx, old: int, new: int, now: datetime) -> None:
    """A group became a supergroup: everything that is for it goes on under its new ID.

    Its messages have other IDs there. What was to change one of them is dropped, and the news
    that such a change was to show are told anew; words of its own are said anew.
    """
    await tx.execute(
        insert(chats)
        .values(chat_id=new, kind="group")
        .on_conflict_do_nothing(index_elements=["chat_id"])
    )
    held = await tx.execute(
        select(messages.c.id)
        .where(messages.c.chat_id == old, messages.c.state == "sending")
        .order_by(messages.c.id)
    )
    for row_id in tuple(held.scalars()):
        await again(tx, row_id, now)
    await _drop_changes(tx, old, now)
    await tx.execute(
        update(messages)
        .where(messages.c.chat_id == old, messages.c.state == "pending")
        .values(chat_id=new, reply_to=None)
    )
    await tx.execute(
        update(messages)
        .where(
            messages.c.chat_id == new, messages.c.state == "pending", messages.c.action == "edit"
        )
        .where(messages.c.replaces.like(f"edit:{old}:%"))
        .values(action="send", target_message_id=None, replaces=None)
    )
    # What the new chat has already, it has once.
    for table, same in (
        (notices, ("event_id",)),
        (subscriptions, ("shop_id", "person_id")),
        (drafts, ("person_id",)),
    ):
        other = table.alias()
        there = select(other.c.chat_id).where(
            other.c.chat_id == new, *(other.c[name] == table.c[name] for name in same)
        )
        await tx.execute(
            update(table).where(table.c.chat_id == old, ~there.exists()).values(chat_id=new)
        )
        if table is not drafts:  # one that cannot come along ends by itself
            await tx.execute(delete(table).where(table.c.chat_id == old))
    await tx.execute(
        update(errands)
        .where(errands.c.chat_id == old)
        .values(chat_id=new, reply_to=None, edit_message_id=None)
    )
    await tx.execute(
        update(intents)
        .where(intents.c.chat_id == old, intents.c.finished_at.is_(None))
        .values(chat_id=new, source_message_id=None)
    )
    # The messages of the old chat cannot be edited under the new ID.
    await tx.execute(
        update(cards).where(cards.c.chat_id == old).values(live=False, intent_id=None, shown=GONE)
    )
    tx.wake("messages", "notices")


async def _drop_changes(tx: Tx, chat_id: int, now: datetime) -> None:
    """Drop what was to change messages of a chat; what it was to tell is told anew."""
    dropped = (
        await tx.execute(
            select(messages.c.id, messages.c.view, messages.c.subject_id).where(
                messages.c.chat_id == chat_id,
                messages.c.state == "pending",
                messages.c.action.in_(("edit", "delete", "react")),
                messages.c.replaces.is_(None) | messages.c.replaces.not_like("edit:%"),
            )
        )
    ).all()
    for row in dropped:
        # A digest that grew: which of its news were shown already is not known.
        shows = {row.id, int(row.subject_id)} if row.view == "digest" else {row.id}
        await tx.execute(
            update(notices)
            .where(notices.c.chat_id == chat_id, notices.c.message_row.in_(shows))
            .values(state="pending", message_row=None)
        )
        await sent(tx, row.id, None, now)
