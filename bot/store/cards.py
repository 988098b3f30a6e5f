"""Cards: which message in which chat shows which order, ticket or intent.

When the truth changes, every live copy is edited. What an edit shows is drawn when it is sent,
so a card is never older than the row it was drawn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, Table, and_, cast, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.urgency import EDITS, INTERACTIVE

from .database import Tx
from .plans import kept
from .prepared import prepared
from .tables import cards, drafts, intents, messages, notices, queues, tickets

# Made once: what an insert would have put there is a table of its own to build.
_ADD_MESSAGE: Final = insert(messages)
_WOULD_BE: Final = _ADD_MESSAGE.excluded
_EDIT: Final = kept(
    _ADD_MESSAGE.on_conflict_do_update(
        index_elements=["replaces"],
        index_where=and_(messages.c.state == "pending", messages.c.replaces.is_not(None)),
        # An edit that a person waits for makes an edit that waits already as urgent.
        set_={
            "urgency": func.min(messages.c.urgency, _WOULD_BE.urgency),
            "view": _WOULD_BE.view,
        },
    ).returning(messages.c.id)
)
_ADD: Final = insert(cards)
_SHOWN: Final = kept(
    _ADD.on_conflict_do_update(
        index_elements=["chat_id", "message_id"],
        set_={"shown": _ADD.excluded.shown, "live": _ADD.excluded.live},
    )
)
# Of what people are asked every copy says how it ended: one that was retired half way would
# be on its way for ever.
_TO_THE_END = ("intent", "draft", "batch")
# Intents whose message follows the truth of their subject: it shows it, too, or offers goods that
# were not sent once more as long as they are owed.
_OFFERS: Final = or_(
    intents.c.state == "proposed",
    and_(intents.c.kind == "deliver", intents.c.state.in_(("refused", "expired"))),
)
# What such a message shows that is no longer there, or can no longer be edited.
GONE = "gone"
# What messages show that are cards: drawn anew when the truth changes.
VIEWS = frozenset({"order", "ticket", "product", "intent", "draft", "queue", "batch"})


@dataclass(frozen=True, slots=True)
class Card:
    """A message that shows a subject."""

    chat_id: int
    message_id: int
    shop_id: int
    subject_kind: str
    subject_id: str
    person_id: int
    intent_id: int | None
    live: bool
    shown: str
    face: str = ""
    back: str = ""  # the press that brings back the list that it stands in the place of


def _card(row: object) -> Card:
    return Card(**{name: getattr(row, name) for name in Card.__slots__})


_COLUMNS = [cards.c[name] for name in Card.__slots__]


async def at(tx: Tx, chat_id: int, message_id: int) -> Card | None:
    """Return the card that this message is."""
    row = (await tx.execute(*_at(chat_id, message_id))).first()
    return None if row is None else _card(row)


@prepared
def _at(chat_id: int, message_id: int) -> Select[Any]:
    return select(*_COLUMNS).where(_this(chat_id, message_id))


async def made_at(tx: Tx, chat_id: int, message_id: int) -> datetime | None:
    """Return when a card was sent."""
    statement = select(cards.c.made_at).where(_this(chat_id, message_id))
    found = (await tx.execute(statement)).scalar()
    return found if isinstance(found, datetime) else None


def _this(chat_id: int, message_id: int) -> ColumnElement[bool]:
    return and_(cards.c.chat_id == chat_id, cards.c.message_id == message_id)


async def showing(tx: Tx, subject_kind: str, subject_id: str) -> tuple[Card, ...]:
    """Return every live card of a subject, in whatever chat."""
    rows = await tx.execute(*_showing(subject_kind, subject_id))
    return tuple(_card(row) for row in rows.all())


@prepared
def _showing(subject_kind: str, subject_id: str) -> Select[Any]:
    return select(*_COLUMNS).where(
        cards.c.subject_kind == subject_kind,
        cards.c.subject_id == subject_id,
        cards.c.live.is_(True),
    )


async def live_in(
    tx: Tx, shop_id: int, chat_id: int, subject_kind: str, subject_id: str
) -> Card | None:
    """Return the live card of a subject in one chat."""
    row = (await tx.execute(*_live_in(shop_id, chat_id, subject_kind, subject_id))).first()
    return None if row is None else _card(row)


@prepared
def _live_in(shop_id: int, chat_id: int, subject_kind: str, subject_id: str) -> Select[Any]:
    return select(*_COLUMNS).where(
        cards.c.shop_id == shop_id,
        cards.c.chat_id == chat_id,
        cards.c.subject_kind == subject_kind,
        cards.c.subject_id == subject_id,
        cards.c.live.is_(True),
    )


async def touch(
    tx: Tx, shop_id: int, subject_kind: str, subject_id: str, now: datetime, urgency: int = EDITS
) -> None:
    """Have every live card of a subject drawn again; a waiting edit of the same card suffices.

    Of an intent or a prompt that is every copy.
    The signal ``cards`` tells whoever has just drawn a card that it may be old before it is here.
    """
    tx.wake("cards")
    if subject_kind == "order":
        statement = _of_an_order
    elif subject_kind in {"ticket", "product"}:
        statement = _of_a_thing
    else:
        statement = _of_itself
    for row in (await tx.execute(*statement(shop_id, subject_kind, subject_id))).all():
        await redraw(tx, _card(row), now, urgency)


async def touch_tickets(tx: Tx, shop_id: int, order_id: str, now: datetime) -> None:
    """Have the live cards of an order's tickets drawn again: they show the order, too."""
    for ticket_id in (await tx.execute(*_tickets_of(shop_id, order_id))).scalars().all():
        # Its card may be on its way: what was drawn of it is old before it is here.
        tx.wake("cards")
        for row in (await tx.execute(*_showing("ticket", ticket_id))).all():
            await redraw(tx, _card(row), now)


@prepared
def _tickets_of(shop_id: int, order_id: str) -> Select[Any]:
    return select(tickets.c.ticket_id).where(
        tickets.c.shop_id == shop_id, tickets.c.order_id == order_id
    )


@prepared
def _of_itself(shop_id: int, kind: str, subject_id: str) -> Select[Any]:
    return _followed(shop_id, _its_own(kind, subject_id))


@prepared
def _of_a_thing(shop_id: int, kind: str, subject_id: str) -> Select[Any]:
    """Select the cards of a ticket or product, and of what is still open about it."""
    return _followed(shop_id, _its_own(kind, subject_id), *_open_about(kind, subject_id))


@prepared
def _of_an_order(shop_id: int, kind: str, subject_id: str) -> Select[Any]:
    """Select the cards of an order, of what is open about it, and the queues that stand at it."""
    walks = select(cast(queues.c.id, String)).where(
        queues.c.shop_id == shop_id, queues.c.at == subject_id
    )
    queued = and_(cards.c.subject_kind == "queue", cards.c.subject_id.in_(walks))
    return _followed(shop_id, _its_own(kind, subject_id), *_open_about(kind, subject_id), queued)


def _followed(shop_id: int, *about: ColumnElement[bool]) -> Select[Any]:
    to_the_end = and_(cards.c.subject_kind.in_(_TO_THE_END), cards.c.shown != GONE)
    return select(*_COLUMNS).where(
        cards.c.shop_id == shop_id, or_(cards.c.live.is_(True), to_the_end), or_(*about)
    )


def _its_own(kind: str, subject_id: str) -> ColumnElement[bool]:
    return and_(cards.c.subject_kind == kind, cards.c.subject_id == subject_id)


def _open_about(kind: str, subject_id: str) -> tuple[ColumnElement[bool], ...]:
    return tuple(
        and_(cards.c.subject_kind == its, cards.c.subject_id.in_(ids))
        for its, ids in (
            ("intent", _about(intents, kind, subject_id).where(_OFFERS)),
            ("draft", _about(drafts, kind, subject_id).where(drafts.c.state == "open")),
        )
    )


async def redraw_newest(tx: Tx, shop_id: int, chat_id: int, most: int, now: datetime) -> None:
    """Have the newest live cards of a chat drawn again: who reads them reads another way now."""
    statement = (
        select(*_COLUMNS)
        .where(cards.c.shop_id == shop_id, cards.c.chat_id == chat_id, cards.c.live.is_(True))
        .order_by(cards.c.message_id.desc())
        .limit(most)
    )
    tx.wake("cards")
    for row in (await tx.execute(statement)).all():
        await redraw(tx, _card(row), now)


def _about(table: Table, subject_kind: str, subject_id: str) -> Select[str]:
    """Select, as texts, the IDs of what is about a subject."""
    return select(cast(table.c.id, String)).where(
        table.c.subject_kind == subject_kind, table.c.subject_id == subject_id
    )


async def redraw(tx: Tx, card: Card, now: datetime, urgency: int = EDITS) -> int:
    """Have one card drawn again; return the row of the edit."""
    row = await tx.execute(
        _EDIT,
        {
            "shop_id": card.shop_id,
            "chat_id": card.chat_id,
            "action": "edit",
            "view": card.subject_kind,
            "subject_kind": card.subject_kind,
            "subject_id": card.subject_id,
            "person_id": card.person_id,
            "urgency": urgency,
            "target_message_id": card.message_id,
            "replaces": _replaces(card.chat_id, card.message_id),
            "state": "pending",
            "not_before": now,
            "created_at": now,
        },
    )
    tx.wake("messages")
    return int(row.scalar_one())


def _replaces(chat_id: int, message_id: int) -> str:
    """Return what the edits of one card have in common, so that at most one of them waits."""
    return f"card:{chat_id}:{message_id}"


async def face(tx: Tx, chat_id: int, message_id: int, intent_id: int | None, now: datetime) -> None:
    """Put an intent's question into the buttons of one card, or take it out again."""
    await _change(tx, chat_id, message_id, now, intent_id=intent_id, face="")


async def turn(tx: Tx, chat_id: int, message_id: int, side: str, now: datetime) -> None:
    """Show another set of a card's buttons; empty: its own."""
    await _change(tx, chat_id, message_id, now, face=side)


async def _change(tx: Tx, chat_id: int, message_id: int, now: datetime, **values: object) -> None:
    await tx.execute(update(cards).where(_this(chat_id, message_id)).values(**values))
    card = await at(tx, chat_id, message_id)
    if card is not None:
        await redraw(tx, card, now, INTERACTIVE)


async def faces_of(tx: Tx, intent_id: int) -> tuple[Card, ...]:
    """Return the cards in whose buttons an intent's question stands."""
    statement = select(*_COLUMNS).where(cards.c.intent_id == intent_id)
    return tuple(_card(row) for row in (await tx.execute(statement)).all())


async def of_queue(tx: Tx, chat_id: int, person_id: int) -> tuple[Card, ...]:
    """Return the live messages of a person's walk through what waits, in one chat."""
    rows = await tx.execute(*_of_queue(chat_id, person_id))
    return tuple(_card(row) for row in rows.all())


@prepared
def _of_queue(chat_id: int, person_id: int) -> Select[Any]:
    return select(*_COLUMNS).where(
        cards.c.chat_id == chat_id,
        cards.c.person_id == person_id,
        cards.c.subject_kind == "queue",
        cards.c.live.is_(True),
    )


async def shown(tx: Tx, card: Card, now: datetime) -> None:
    """Record that a message shows a subject now; an older card of it in that chat is retired.

    The retired one is drawn once more, without buttons: a stale button is a trap.
    """
    if card.live:
        older = await live_in(tx, card.shop_id, card.chat_id, card.subject_kind, card.subject_id)
        if older is not None and older.message_id != card.message_id:
            await tx.execute(
                update(cards)
                .where(_this(older.chat_id, older.message_id))
                .values(live=False, intent_id=None)
            )
            await redraw(tx, older, now)
    values = {name: getattr(card, name) for name in Card.__slots__}
    await tx.execute(_SHOWN, {**values, "made_at": now})


async def open_in(tx: Tx, card: Card, now: datetime) -> None:
    """Let a message that showed something else be a card from here on."""
    await shown(tx, card, now)
    await redraw(tx, card, now, INTERACTIVE)


async def close(tx: Tx, chat_id: int, message_id: int, now: datetime) -> None:
    """Let a message show something else from here on: it is no card any more.

    The card that it took the place of, further up in the chat, lives again.
    """
    card = await at(tx, chat_id, message_id)
    if card is None:
        return
    await gone(tx, chat_id, message_id)
    await tx.execute(
        messages.delete().where(
            messages.c.replaces == _replaces(chat_id, message_id), messages.c.state == "pending"
        )
    )
    await tx.execute(cards.delete().where(_this(chat_id, message_id)))
    older = (
        select(*_COLUMNS)
        .where(
            cards.c.shop_id == card.shop_id,
            cards.c.chat_id == chat_id,
            cards.c.subject_kind == card.subject_kind,
            cards.c.subject_id == card.subject_id,
        )
        .order_by(cards.c.message_id.desc())
        .limit(1)
    )
    row = (await tx.execute(older)).first() if card.live else None
    if row is None:
        return
    before = _card(row)
    await tx.execute(update(cards).where(_this(chat_id, before.message_id)).values(live=True))
    await redraw(tx, before, now)


async def gone(tx: Tx, chat_id: int, message_id: int) -> None:
    """Record that a message is no longer there, or can no longer be edited.

    The news that an edit of it was to tell wait again: they become a card of their own.
    """
    await tx.execute(
        update(cards)
        .where(_this(chat_id, message_id))
        .values(live=False, intent_id=None, shown=GONE)
    )
    edits = select(messages.c.id).where(
        messages.c.chat_id == chat_id,
        messages.c.target_message_id == message_id,
        messages.c.action == "edit",
        messages.c.state != "sent",
    )
    waits = await tx.execute(
        update(notices)
        .where(notices.c.message_row.in_(edits))
        .values(state="pending", message_row=None)
    )
    if waits.rowcount:
        tx.wake("notices")
