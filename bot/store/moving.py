"""A group that became a supergroup: what is for it goes on under its new ID."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, cast, delete, exists, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from . import outbox, sending
from .cards import GONE
from .database import Tx
from .tables import (
    batches,
    cards,
    chats,
    drafts,
    errands,
    intents,
    messages,
    notices,
    subscriptions,
)


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
        await sending.again(tx, row_id, now)
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
    await _ask_anew(tx, old, new, now)
    # The messages of the old chat cannot be edited under the new ID.
    await tx.execute(
        update(cards).where(cards.c.chat_id == old).values(live=False, intent_id=None, shown=GONE)
    )
    tx.wake("messages", "notices")


async def _ask_anew(tx: Tx, old: int, new: int, now: datetime) -> None:
    """Show in the new chat what waits there for a button, or whose end nobody was shown yet."""
    going = ("proposed", "running", "stopped")
    await tx.execute(
        update(batches)
        .where(batches.c.chat_id == old, batches.c.state.in_(going))
        .values(chat_id=new)
    )
    shown = select(cards).where(
        cards.c.chat_id == old,
        cards.c.live.is_(True),
        or_(
            (cards.c.subject_kind == "intent")
            & exists().where(
                cast(intents.c.id, String) == cards.c.subject_id, intents.c.finished_at.is_(None)
            ),
            (cards.c.subject_kind == "batch")
            & exists().where(
                cast(batches.c.id, String) == cards.c.subject_id, batches.c.state.in_(going)
            ),
        ),
    )
    for card in (await tx.execute(shown.order_by(cards.c.message_id))).all():
        await outbox.show(
            tx,
            shop_id=card.shop_id,
            chat_id=new,
            person_id=card.person_id,
            subject_kind=card.subject_kind,
            subject_id=card.subject_id,
            now=now,
        )


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
        await sending.sent(tx, row.id, None, now)
