"""What a lock does to chats: cards say nothing but that, other messages go, new ones wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from bot.model.urgency import EDITS, IDLE, INTERACTIVE

from . import outbox, pins, sending
from .cards import GONE, VIEWS
from .database import Tx
from .outbox import SAID
from .tables import cards, messages, shop_safety
from .tables import pins as pinned

# When what is held back is due: it is given another time when the shop is opened.
HELD_BACK: Final = datetime(9000, 1, 1, tzinfo=UTC)
# Bot API: a message can be deleted for 48 hours.
_DELETABLE_FOR: Final = timedelta(hours=47)
# How many cards of a chat, the newest, are edited before anything else is.
_IN_SIGHT: Final = 20
_SENDS: Final = ("send", outbox.FILE)


async def empty(tx: Tx, shop_id: int, now: datetime) -> None:
    """Have every card say that the shop is locked, and nothing else be there or come."""
    waiting = (messages.c.shop_id == shop_id, messages.c.state == "pending")
    # Answers to what was asked before: nobody waits for them any more.
    await tx.execute(
        update(messages)
        .where(*waiting, messages.c.view == SAID, messages.c.action.in_(("send", "edit")))
        .values(state="sent", sealed=None, sent_at=now)
    )
    await tx.execute(
        update(messages)
        .where(*waiting, messages.c.action.in_(_SENDS), messages.c.view != "locked")
        .values(not_before=HELD_BACK)
    )
    # Shown goods go at once, and not after their minute.
    await tx.execute(
        update(messages)
        .where(*waiting, messages.c.action == "delete", messages.c.not_before > now)
        .values(not_before=now)
    )
    await _redraw_all(tx, shop_id, now)
    await sweep(tx, shop_id, now)
    tx.wake("cards", "messages")


async def fill(tx: Tx, shop_id: int, now: datetime) -> None:
    """Have every card show its subject again, and send what was held back."""
    await tx.execute(
        update(messages)
        .where(messages.c.shop_id == shop_id, messages.c.not_before == HELD_BACK)
        .values(not_before=now)
    )
    await _redraw_all(tx, shop_id, now)
    tx.wake("cards", "messages")


async def hold(tx: Tx, row_id: int) -> None:
    """Give a message back until the shop is opened."""
    await sending.again(tx, row_id, HELD_BACK)


async def left(tx: Tx, shop_id: int, now: datetime) -> bool:
    """Say whether there is a message that a lock should have taken away."""
    return (await tx.execute(_goes(shop_id, now).limit(1))).first() is not None


async def sweep(tx: Tx, shop_id: int, now: datetime) -> None:
    """Delete every message of ours that is no card, as far as Telegram lets us."""
    there = _goes(shop_id, now).subquery()
    await _queue(
        tx,
        select(
            there.c.shop_id,
            there.c.chat_id,
            _text("delete"),
            _text(SAID),
            _text(""),
            _text(""),
            there.c.person_id,
            _number(INTERACTIVE),
            there.c.message_id,
            _key("delete", there),
        ).where(there.c.message_id.is_not(None)),
        now,
    )
    tx.wake("messages")


async def take_away(tx: Tx, shop_id: int, chat_id: int, now: datetime) -> None:
    """Delete what stands in the chat of somebody who left, as far as Telegram lets us."""
    since = now - _DELETABLE_FOR
    sent = select(messages.c.message_id, messages.c.person_id).where(
        messages.c.shop_id == shop_id,
        messages.c.chat_id == chat_id,
        messages.c.action.in_(_SENDS),
        messages.c.state == "sent",
        messages.c.message_id.is_not(None),
        messages.c.sent_at > since,
    )
    for row in (await tx.execute(sent)).all():
        await outbox.act(
            tx,
            shop_id=shop_id,
            chat_id=chat_id,
            person_id=row.person_id,
            action="delete",
            message_id=row.message_id,
            now=now,
        )


def _goes(shop_id: int, now: datetime) -> Select[Any]:
    """Select what was sent before the lock, is no card, and is not being deleted already."""
    deletion = messages.alias("deletion")
    locked_at = (
        select(shop_safety.c.locked_at).where(shop_safety.c.shop_id == shop_id).scalar_subquery()
    )
    return (
        select(messages.c.shop_id, messages.c.chat_id, messages.c.person_id, messages.c.message_id)
        .where(
            messages.c.shop_id == shop_id,
            messages.c.action.in_(_SENDS),
            messages.c.state == "sent",
            messages.c.message_id.is_not(None),
            messages.c.sent_at > now - _DELETABLE_FOR,
            messages.c.created_at <= locked_at,
            messages.c.view.not_in((*VIEWS, pins.VIEW, "locked")),
            ~exists().where(
                cards.c.chat_id == messages.c.chat_id, cards.c.message_id == messages.c.message_id
            ),
            ~exists().where(deletion.c.replaces == _key("delete", messages)),
        )
        .order_by(messages.c.id.desc())
    )


async def _redraw_all(tx: Tx, shop_id: int, now: datetime) -> None:
    place = func.row_number().over(partition_by=cards.c.chat_id, order_by=cards.c.message_id.desc())
    shown = (
        select(cards, place.label("place"))
        .where(cards.c.shop_id == shop_id, cards.c.shown != GONE)
        .order_by(cards.c.message_id.desc())
        .subquery()
    )
    await _queue(
        tx,
        select(
            shown.c.shop_id,
            shown.c.chat_id,
            _text("edit"),
            shown.c.subject_kind,
            shown.c.subject_kind,
            shown.c.subject_id,
            shown.c.person_id,
            case((shown.c.place <= _IN_SIGHT, INTERACTIVE), else_=EDITS),
            shown.c.message_id,
            _key("card", shown),
        ).where(shown.c.message_id.is_not(None)),
        now,
    )
    lines = await tx.execute(
        select(pinned).where(pinned.c.shop_id == shop_id, pinned.c.message_id.is_not(None))
    )
    for row in lines.all():
        await outbox.tell(
            tx,
            shop_id=shop_id,
            chat_id=row.chat_id,
            person_id=row.chat_id,
            view=pins.VIEW,
            body=row.line,
            now=now,
            edit=row.message_id,
            urgency=IDLE,
            silent=True,
        )


async def _queue(tx: Tx, rows: Select[Any], now: datetime) -> None:
    """Queue what a selection yields; an edit that waits already suffices, and becomes as urgent."""
    names = (
        "shop_id", "chat_id", "action", "view", "subject_kind", "subject_id", "person_id",
        "urgency", "target_message_id", "replaces",
    )  # fmt: skip
    selected = rows.add_columns(_text("pending"), _moment(now), _moment(now))
    adding = insert(messages).from_select([*names, "state", "not_before", "created_at"], selected)
    await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["replaces"],
            index_where=and_(messages.c.state == "pending", messages.c.replaces.is_not(None)),
            set_={"urgency": func.min(messages.c.urgency, adding.excluded.urgency)},
        )
    )


def _text(value: str) -> ColumnElement[str]:
    return cast(value, String)


def _number(value: int) -> ColumnElement[int]:
    return cast(value, Integer)


def _moment(value: datetime) -> ColumnElement[datetime]:
    return literal(value, messages.c.created_at.type)


def _key(what: str, of: FromClause) -> ColumnElement[str]:
    """Return what a row of the outbox replaces, as the outbox and the cards write it."""
    return literal(f"{what}:") + cast(of.c.chat_id, String) + ":" + cast(of.c.message_id, String)
