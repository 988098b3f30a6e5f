"""Tickets as known, and every text that was seen in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.model.press import short_id
from bot.model.search import stand_in
from bot.model.ticket import CLOSED, FINISHED, Ticket

from .chunks import chunks
from .database import Tx
from .orders import Mark
from .paging import in_two_parts
from .plans import kept
from .prepared import prepared
from .tables import orders, people, ticket_texts, tickets

_OPENED_AT_ONCE = 200
Author = Literal["buyer", "us"]


@dataclass(frozen=True, slots=True)
class KnownTicket:
    """A ticket as the last look showed it."""

    ticket: Ticket
    short_id: str
    revision: int
    first_seen_at: datetime
    changed_at: datetime
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text that stood in a ticket. ``name``: of the one of us who wrote it, if known."""

    author: Author
    person_id: int | None
    name: str
    text: str
    seen_at: datetime


def _known(tx: Tx, row: Row[Any]) -> KnownTicket:
    return KnownTicket(
        ticket=Ticket.model_validate(tx.vault.unseal_json(row.sealed)),
        short_id=row.short_id,
        revision=row.revision,
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        looked_at=row.looked_at,
    )


async def known(tx: Tx, shop_id: int, ids: Collection[str]) -> dict[str, Mark]:
    """Return the marks of those of these tickets that are known, by ID."""
    found: dict[str, Mark] = {}
    for some in chunks(ids):
        for row in (await tx.execute(*_marks(shop_id, some))).all():
            found[row.ticket_id] = Mark(row.fingerprint, row.revision, row.finished, row.looked_at)
    return found


@prepared
def _marks(shop_id: int, some: Collection[str]) -> Select[Any]:
    return select(
        tickets.c.ticket_id,
        tickets.c.fingerprint,
        tickets.c.revision,
        tickets.c.finished,
        tickets.c.looked_at,
    ).where(tickets.c.shop_id == shop_id, tickets.c.ticket_id.in_(some))


async def by_id(tx: Tx, shop_id: int, ticket_id: str) -> KnownTicket | None:
    """Return the ticket with exactly this ID."""
    row = (await tx.execute(*_ticket(shop_id, ticket_id))).first()
    return None if row is None else _known(tx, row)


@prepared
def _ticket(shop_id: int, ticket_id: str) -> Select[Any]:
    return select(tickets).where(tickets.c.shop_id == shop_id, tickets.c.ticket_id == ticket_id)


async def get_ticket(tx: Tx, shop_id: int, key: str) -> KnownTicket | None:
    """Return a ticket by its ID, its short ID or its number (whatever the case of its letters)."""
    for column, value in (
        (tickets.c.ticket_id, key),
        (tickets.c.short_id, key),
        (tickets.c.ticket_no, key.upper()),
    ):
        statement = (
            select(tickets)
            .where(tickets.c.shop_id == shop_id, column == value)
            .order_by(tickets.c.placed_at.desc())
            .limit(1)
        )
        row = (await tx.execute(statement)).first()
        if row is not None:
            return _known(tx, row)
    return None


def _chosen(filter_: str) -> tuple[ColumnElement[bool], ...]:
    if filter_ == "all":
        return ()
    if filter_ == "waiting":
        return (tickets.c.finished.is_(False),)
    if filter_ == CLOSED:
        return (tickets.c.status.in_(tuple(FINISHED)),)
    return (tickets.c.status == filter_,)


async def page(
    tx: Tx, shop_id: int, filter_: str, page: int, size: int
) -> tuple[tuple[KnownTicket, ...], int]:
    """Return one page (from 1) of a filter, and how many tickets it holds in all.

    Those that are not finished come first, the oldest first; then the others, the newest first.
    ``filter_``: waiting, all, closed (resolved or closed), or a status.
    """
    where = (tickets.c.shop_id == shop_id, *_chosen(filter_))
    rows, total = await in_two_parts(
        tx, tickets, where, tickets.c.finished.is_(False), tickets.c.ticket_id, page=page, size=size
    )
    return tuple(_known(tx, row) for row in rows), total


async def search(
    tx: Tx, shop_id: int, words: tuple[str, ...], page: int, size: int
) -> tuple[tuple[KnownTicket, ...], int]:
    """Return one page (from 1) of the tickets in which each of the words stands, and their number.

    In its title, its text, its number, its buyer's ID, or its order's title or number; in the
    order of :func:`page`. What is sealed is opened for it, some tickets at a time.
    """
    about = and_(orders.c.shop_id == tickets.c.shop_id, orders.c.order_id == tickets.c.order_id)
    statement = (
        select(
            tickets, orders.c.title.label("order_title"), orders.c.order_no.label("order_number")
        )
        .outerjoin(orders, about)
        .where(tickets.c.shop_id == shop_id)
        .order_by(tickets.c.ticket_id)
        .limit(_OPENED_AT_ONCE)
    )
    found: list[KnownTicket] = []
    last = ""
    while rows := (await tx.execute(statement.where(tickets.c.ticket_id > last))).all():
        last = rows[-1].ticket_id
        for row in rows:
            known = _known(tx, row)
            ticket = known.ticket
            own = (ticket.title, ticket.description, ticket.number, ticket.buyer_id or "")
            if stand_in(words, (*own, row.order_title or "", row.order_number or "")):
                found.append(known)
    still = sorted((each for each in found if not each.ticket.finished), key=_placed)
    over = sorted((each for each in found if each.ticket.finished), key=_placed, reverse=True)
    start = (max(page, 1) - 1) * size
    return tuple([*still, *over][start : start + size]), len(found)


def _placed(known: KnownTicket) -> tuple[bool, datetime, str]:
    # Where nobody knows when, it comes before all others, as in the database.
    at = known.ticket.created_at
    return (at is not None, at or known.first_seen_at, known.ticket.ticket_id)


async def waiting_count(tx: Tx, shop_id: int) -> int:
    """Return how many tickets are neither resolved nor closed."""
    statement = select(func.count()).where(
        tickets.c.shop_id == shop_id, tickets.c.finished.is_(False)
    )
    return int((await tx.execute(statement)).scalar_one())


async def count(tx: Tx, shop_id: int) -> int:
    """Return how many tickets are known."""
    return int((await tx.execute(*_count(shop_id))).scalar_one())


@prepared
def _count(shop_id: int) -> Select[Any]:
    return select(func.count()).where(tickets.c.shop_id == shop_id)


async def of_order(tx: Tx, shop_id: int, order_id: str) -> tuple[KnownTicket, ...]:
    """Return the tickets about an order, the newest first."""
    rows = await tx.execute(*_of_order(shop_id, order_id))
    return tuple(_known(tx, row) for row in rows.all())


@prepared
def _of_order(shop_id: int, order_id: str) -> Select[Any]:
    return (
        select(tickets)
        .where(tickets.c.shop_id == shop_id, tickets.c.order_id == order_id)
        .order_by(tickets.c.placed_at.desc(), tickets.c.ticket_id.desc())
    )


async def put(
    tx: Tx,
    shop_id: int,
    ticket: Ticket,
    *,
    fingerprint: str,
    revision: int,
    now: datetime,
    changed_at: datetime,
    looked_at: datetime,
) -> None:
    """Store a ticket as a look showed it; its words are sealed."""
    kept = ticket.model_dump(mode="json", include=set(Ticket.model_fields), exclude_unset=True)
    values = {
        "short_id": short_id(ticket.ticket_id),
        "ticket_no": ticket.ticket_no.upper()[:200],
        "order_id": ticket.order_id or "",
        "buyer_id": ticket.buyer_id or "",
        "status": ticket.status[:64],
        "admin_invited": ticket.admin_invited,
        "finished": ticket.finished,
        "placed_at": ticket.created_at,
        "sealed": tx.vault.seal_json(kept),
        "fingerprint": fingerprint,
        "revision": revision,
        "changed_at": changed_at,
        "looked_at": looked_at,
    }
    mine = {"shop_id": shop_id, "ticket_id": ticket.ticket_id, "first_seen_at": now}
    await tx.execute(_PUT, {**mine, **values})


_ADD: Final = insert(tickets)
_FIXED: Final = {"shop_id", "ticket_id", "first_seen_at"}
_PUT: Final = kept(
    _ADD.on_conflict_do_update(
        index_elements=["shop_id", "ticket_id"],
        set_={name: _ADD.excluded[name] for name in tickets.c.keys() if name not in _FIXED},  # noqa: SIM118
    )
)


async def add_text(
    tx: Tx,
    shop_id: int,
    ticket_id: str,
    text: str,
    *,
    author: Author,
    person_id: int | None,
    now: datetime,
) -> None:
    """Keep a text that was seen in a ticket: the API shows only the last."""
    await tx.execute(
        insert(ticket_texts).values(
            shop_id=shop_id,
            ticket_id=ticket_id,
            author=author,
            person_id=person_id,
            sealed=tx.vault.seal(text.encode()),
            seen_at=now,
        )
    )


async def texts(tx: Tx, shop_id: int, ticket_id: str) -> tuple[SeenText, ...]:
    """Return every text that was seen in a ticket, the oldest first."""
    statement = (
        select(ticket_texts, people.c.name)
        .outerjoin(people, people.c.person_id == ticket_texts.c.person_id)
        .where(ticket_texts.c.shop_id == shop_id, ticket_texts.c.ticket_id == ticket_id)
        .order_by(ticket_texts.c.id)
    )
    return tuple(
        SeenText(
            author="us" if row.author == "us" else "buyer",
            person_id=row.person_id,
            name=row.name or "",
            text=tx.vault.unseal(row.sealed).decode(),
            seen_at=row.seen_at,
        )
        for row in (await tx.execute(statement)).all()
    )
