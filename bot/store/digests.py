"""Digests: many notices that became one message, and what they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.model.change import NewsKind
from bot.model.digest import room_of
from bot.model.facts import DigestFacts
from bot.model.urgency import EDITS, NEWS

from . import orders as known_orders
from . import tickets as known_tickets
from .chunks import chunks
from .database import Tx
from .tables import events, messages, notices, orders, products, tickets

VIEW: Final = "digest"
# By what each kind of subject is named.
_NAMED: Final = (
    ("order", orders, "order_no"),
    ("ticket", tickets, "ticket_no"),
    ("product", products, "title"),
)


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest that may still grow: its row, and Telegram's message once it is sent."""

    row: int
    state: str
    message_id: int | None
    person_id: int


async def latest(tx: Tx, chat_id: int, since: datetime) -> Digest | None:
    """Return the newest digest of a chat that was begun after ``since``."""
    statement = (
        select(messages.c.id, messages.c.state, messages.c.message_id, messages.c.person_id)
        .where(
            messages.c.chat_id == chat_id,
            messages.c.view == VIEW,
            messages.c.action == "send",
            messages.c.created_at > since,
        )
        .order_by(messages.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    if row is None or row.state == "aside":
        return None
    return Digest(row.id, row.state, row.message_id, row.person_id)


async def begin(
    tx: Tx, shop_id: int, chat_id: int, person_id: int, now: datetime, *, silent: bool
) -> int:
    """Queue a new digest; what it shows is drawn when it is sent, from its notices."""
    made = await tx.execute(
        messages.insert()
        .values(
            shop_id=shop_id,
            chat_id=chat_id,
            person_id=person_id,
            action="send",
            view=VIEW,
            urgency=NEWS,
            silent=silent,
            state="pending",
            not_before=now,
            created_at=now,
        )
        .returning(messages.c.id)
    )
    tx.wake("messages")
    return int(made.scalar_one())


async def grow(tx: Tx, shop_id: int, chat_id: int, digest: Digest, now: datetime) -> None:
    """Have a digest that was sent drawn again; one that waits is drawn when it is sent."""
    if digest.message_id is None:
        return
    adding = insert(messages).values(
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=digest.person_id,
        action="edit",
        view=VIEW,
        subject_id=str(digest.row),
        urgency=EDITS,
        target_message_id=digest.message_id,
        replaces=f"digest:{digest.row}",
        state="pending",
        not_before=now,
        created_at=now,
    )
    await tx.execute(
        adding.on_conflict_do_nothing(
            index_elements=["replaces"],
            index_where=and_(messages.c.state == "pending", messages.c.replaces.is_not(None)),
        )
    )
    tx.wake("messages")


async def fresh(tx: Tx, chat_ids: Collection[int], since: datetime) -> tuple[int, ...]:
    """Return those of the chats that got a digest after ``since``."""
    statement = (
        select(messages.c.chat_id)
        .where(
            messages.c.chat_id.in_(chat_ids),
            messages.c.view == VIEW,
            messages.c.action == "send",
            messages.c.created_at > since,
        )
        .distinct()
    )
    return tuple((await tx.execute(statement)).scalars())


async def lately_told(tx: Tx, chat_ids: Collection[int], since: datetime) -> dict[int, int]:
    """Return, by chat, how many news were told one by one since then."""
    statement = (
        select(messages.c.chat_id, func.count().label("told"))
        .where(
            messages.c.chat_id.in_(chat_ids),
            messages.c.action == "send",
            messages.c.view.in_(("order", "ticket", "product")),
            messages.c.urgency > 0,
            messages.c.created_at > since,
        )
        .group_by(messages.c.chat_id)
    )
    return {row.chat_id: row.told for row in (await tx.execute(statement)).all()}


async def numbers_of(tx: Tx, shop_id: int, subjects: set[tuple[str, str]]) -> dict[str, str]:
    """Return the numbers of orders and tickets, and the titles of products, by their ID."""
    found: dict[str, str] = {}
    for kind, table, name in _NAMED:
        ids = [subject_id for subject_kind, subject_id in subjects if subject_kind == kind]
        key, number = table.c[f"{kind}_id"], table.c[name]
        for some in chunks(ids):
            statement = select(key.label("id"), number.label("number")).where(
                table.c.shop_id == shop_id, key.in_(some)
            )
            for row in (await tx.execute(statement)).all():
                found[row.id] = row.number or row.id
    return found


async def facts(tx: Tx, shop_id: int, row: int) -> DigestFacts:
    """Return what a digest says: each subject once, by what happened to it first."""
    statement = (
        select(events.c.kind, events.c.subject_kind, events.c.subject_id)
        .join(notices, notices.c.event_id == events.c.id)
        .where(notices.c.message_row == row)
        .order_by(notices.c.id)
    )
    first: dict[tuple[str, str], str] = {}
    for each in (await tx.execute(statement)).all():
        first.setdefault((each.subject_kind, each.subject_id), each.kind)
    numbers = await numbers_of(tx, shop_id, set(first))

    def named(kind: str, *, new: bool | None) -> tuple[str, ...]:
        return tuple(
            numbers.get(subject_id, subject_id)
            for (subject_kind, subject_id), news in first.items()
            if subject_kind == kind and (new is None or (news == NewsKind.ORDER_NEW) is new)
        )

    return DigestFacts(
        new_orders=named("order", new=True),
        total=await _total(tx, shop_id, [i for (k, i), n in first.items() if _is_new(k, n)]),
        changed_orders=named("order", new=False),
        tickets=named("ticket", new=None),
        low_products=named("product", new=None),
        orders_waiting=await known_orders.waiting_count(tx, shop_id),
        tickets_waiting=await known_tickets.waiting_count(tx, shop_id),
    )


async def subjects_of(tx: Tx, row: int) -> set[tuple[str, str]]:
    """Return (kind, ID) of everything that a digest names."""
    statement = (
        select(events.c.subject_kind, events.c.subject_id)
        .join(notices, notices.c.event_id == events.c.id)
        .where(notices.c.message_row == row)
    )
    rows = (await tx.execute(statement)).all()
    return {(each.subject_kind, each.subject_id) for each in rows}


async def room_taken(tx: Tx, shop_id: int, row: int) -> int:
    """Return how much of a digest's room is taken."""
    return room_of((await numbers_of(tx, shop_id, await subjects_of(tx, row))).values())


def _is_new(kind: str, news: str) -> bool:
    return kind == "order" and news == NewsKind.ORDER_NEW


async def _total(tx: Tx, shop_id: int, ids: list[str]) -> Decimal | None:
    amounts: list[Decimal] = []
    for some in chunks(ids):
        statement = select(orders.c.total_amount).where(
            orders.c.shop_id == shop_id, orders.c.order_id.in_(some)
        )
        # Amounts are exact texts in the database: they are added here, not by SQLite.
        found = (await tx.execute(statement)).scalars()
        amounts += [amount for amount in found if amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None
