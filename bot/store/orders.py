"""Orders as known: what the last look at each of them showed, without the goods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.dialects.sqlite import Insert, insert

from bot.model.facts import Buyer
from bot.model.order import (
    COMPLETED,
    PAID,
    PENDING,
    RECEIPT_CONFIRMED,
    REFUNDED,
    RUNNING,
    Order,
)
from bot.model.press import short_id
from bot.model.product import ProductSnapshot

from .chunks import chunks
from .database import Tx
from .paging import in_two_parts
from .plans import kept
from .prepared import prepared
from .tables import orders, tickets

# What is kept of an order: never `delivered_info`, and nothing that nobody knows.
_KEPT = frozenset(Order.model_fields) - {"delivered_info", "product"}
_KEPT_OF_PRODUCT = frozenset(
    {"product_id", "title", "category_path", "price", "warranty_period_days", "images"}
)
_INCLUDE: dict[str, Any] = {**dict.fromkeys(_KEPT, True), "product": set(_KEPT_OF_PRODUCT)}


STATUSES = {
    "pending": PENDING,
    "running": RUNNING,
    "completed": COMPLETED,
    "receipt": RECEIPT_CONFIRMED,
    "refunded": REFUNDED,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """As much of a known order or ticket as tells whether a look shows anything new."""

    fingerprint: str
    revision: int
    finished: bool
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order as the last look showed it; its ``delivered_info`` is never kept."""

    order: Order
    short_id: str
    revision: int
    first_seen_at: datetime
    changed_at: datetime
    looked_at: datetime


def known_of(row: Row[Any]) -> KnownOrder:
    """Return the order that a row of its table is."""
    return KnownOrder(
        order=Order.model_validate(row.snapshot),
        short_id=row.short_id,
        revision=row.revision,
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        looked_at=row.looked_at,
    )


def snapshot(order: Order) -> dict[str, Any]:
    """Return what is kept of an order: an allow-list of fields, as plain JSON."""
    return order.model_dump(mode="json", include=_INCLUDE, exclude_unset=True)


def product_snapshot(product: ProductSnapshot) -> dict[str, Any]:
    """Return what an order tells of its product, as plain JSON."""
    return product.model_dump(mode="json", include=set(_KEPT_OF_PRODUCT), exclude_unset=True)


async def known(tx: Tx, shop_id: int, ids: Collection[str]) -> dict[str, Mark]:
    """Return the marks of those of these orders that are known, by ID."""
    found: dict[str, Mark] = {}
    for some in chunks(ids):
        for row in (await tx.execute(*_marks(shop_id, some))).all():
            found[row.order_id] = Mark(row.fingerprint, row.revision, row.finished, row.looked_at)
    return found


@prepared
def _marks(shop_id: int, some: Collection[str]) -> Select[Any]:
    return select(
        orders.c.order_id,
        orders.c.fingerprint,
        orders.c.revision,
        orders.c.finished,
        orders.c.looked_at,
    ).where(orders.c.shop_id == shop_id, orders.c.order_id.in_(some))


async def by_id(tx: Tx, shop_id: int, order_id: str) -> KnownOrder | None:
    """Return the order with exactly this ID."""
    row = (await tx.execute(*_order(shop_id, order_id))).first()
    return None if row is None else known_of(row)


@prepared
def _order(shop_id: int, order_id: str) -> Select[Any]:
    return select(orders).where(orders.c.shop_id == shop_id, orders.c.order_id == order_id)


async def get_order(tx: Tx, shop_id: int, key: str) -> KnownOrder | None:
    """Return an order by its ID, its short ID or its number (whatever the case of its letters)."""
    for called, value in ((_order, key), (_called_short, key), (_numbered, key.upper())):
        row = (await tx.execute(*called(shop_id, value))).first()
        if row is not None:
            return known_of(row)
    return None


@prepared
def _called_short(shop_id: int, short: str) -> Select[Any]:
    return _newest(shop_id, orders.c.short_id == short)


@prepared
def _numbered(shop_id: int, number: str) -> Select[Any]:
    return _newest(shop_id, orders.c.order_no == number)


def _newest(shop_id: int, called: ColumnElement[bool]) -> Select[Any]:
    return (
        select(orders)
        .where(orders.c.shop_id == shop_id, called)
        .order_by(orders.c.placed_at.desc())
        .limit(1)
    )


def _chosen(filter_: str) -> tuple[ColumnElement[bool], ...]:
    if filter_ == "all":
        return ()
    if filter_ == "waiting":
        return (orders.c.waits.is_(True),)
    if filter_ == "unfinished":
        return (orders.c.finished.is_(False), orders.c.payment_status == PAID)
    if filter_ == "refundable":
        return (orders.c.status != REFUNDED, orders.c.payment_status == PAID)
    if filter_ == "completed":
        return (orders.c.status.in_((COMPLETED, RECEIPT_CONFIRMED)),)
    return (orders.c.status == STATUSES.get(filter_, filter_),)


def _holds(word: str) -> ColumnElement[bool]:
    """Say where a word stands in an order's title, its number, or its buyer's ID.

    SQLite compares letters of ASCII alone whatever their case: of others the usual forms are tried.
    """
    forms = {word, word.lower(), word.upper(), word.capitalize(), word.title()}
    return or_(
        *(
            column.contains(form, autoescape=True)
            for column in (orders.c.title, orders.c.order_no, orders.c.buyer_id)
            for form in sorted(forms)
        ),
        orders.c.order_id == word,
    )


async def page(
    tx: Tx, shop_id: int, filter_: str, page: int, size: int, words: tuple[str, ...] = ()
) -> tuple[tuple[KnownOrder, ...], int]:
    """Return one page (from 1) of a filter, and how many orders it holds in all.

    Those that wait for us come first, the oldest first; then the others, the newest first.
    ``filter_``: waiting, all, pending, running, completed (receipt confirmed or not), refunded,
    unfinished and refundable (paid ones), or a status of the marketplace's own. ``words``: each of
    them stands in it somewhere.
    """
    where = (orders.c.shop_id == shop_id, *_chosen(filter_), *map(_holds, words))
    rows, total = await in_two_parts(
        tx, orders, where, orders.c.waits.is_(True), orders.c.order_id, page=page, size=size
    )
    return tuple(known_of(row) for row in rows), total


async def waiting_count(tx: Tx, shop_id: int) -> int:
    """Return how many orders wait for us: paid, units owed, not finished."""
    return int((await tx.execute(*_waiting_count(shop_id))).scalar_one())


@prepared
def _waiting_count(shop_id: int) -> Select[Any]:
    return select(func.count()).where(orders.c.shop_id == shop_id, orders.c.waits.is_(True))


async def waiting_ids(tx: Tx, shop_id: int, limit: int) -> tuple[str, ...]:
    """Return the IDs of the orders that wait for us, the oldest first."""
    statement = (
        select(orders.c.order_id)
        .where(orders.c.shop_id == shop_id, orders.c.waits.is_(True))
        .order_by(orders.c.placed_at, orders.c.order_id)
        .limit(limit)
    )
    return tuple((await tx.execute(statement)).scalars())


async def count(tx: Tx, shop_id: int) -> int:
    """Return how many orders are known."""
    return int((await tx.execute(*_count(shop_id))).scalar_one())


@prepared
def _count(shop_id: int) -> Select[Any]:
    return select(func.count()).where(orders.c.shop_id == shop_id)


async def buyer_counts(tx: Tx, shop_id: int, buyer_id: str) -> Buyer:
    """Return what is known of a buyer from what was seen."""
    seen = (await tx.execute(*_buyer_counts(shop_id, buyer_id))).one()
    return Buyer(buyer_id=buyer_id, orders=seen.orders, tickets=seen.tickets, refunds=seen.refunds)


@prepared
def _buyer_counts(shop_id: int, buyer_id: str) -> Select[Any]:
    complaints = select(func.count()).where(
        tickets.c.shop_id == shop_id, tickets.c.buyer_id == buyer_id
    )
    return select(
        func.count().label("orders"),
        func.count().filter(orders.c.status == REFUNDED).label("refunds"),
        complaints.scalar_subquery().label("tickets"),
    ).where(orders.c.shop_id == shop_id, orders.c.buyer_id == buyer_id)


async def put(
    tx: Tx,
    shop_id: int,
    order: Order,
    *,
    fingerprint: str,
    revision: int,
    now: datetime,
    changed_at: datetime,
    looked_at: datetime,
    delivered_at: datetime | None = None,
) -> None:
    """Store an order as a look showed it. Its goods are left out.

    ``delivered_at``: when it was seen that nothing is owed any more; None: as it is known.
    """
    values: dict[str, Any] = {
        "short_id": short_id(order.order_id),
        "order_no": order.order_no.upper()[:200],
        "buyer_id": order.buyer_id or "",
        "product_id": order.product_id or order.product.product_id or "",
        "title": order.title,
        "status": order.status[:64],
        "payment_status": order.payment_status[:64],
        "total_amount": order.total_amount,
        "units": order.units,
        "delivered": order.delivered,
        "owed": order.owed,
        "waits": order.waits_for_us(),
        "finished": order.finished,
        "placed_at": order.placed_at,
        "snapshot": snapshot(order),
        "fingerprint": fingerprint,
        "revision": revision,
        "changed_at": changed_at,
        "looked_at": looked_at,
    }
    if delivered_at is not None:
        values["delivered_at"] = delivered_at
    put_it = _PUT if delivered_at is None else _PUT_DELIVERED
    given = {"shop_id": shop_id, "order_id": order.order_id, "first_seen_at": now}
    await tx.execute(put_it, {**given, **values})


_ADD: Final = insert(orders)
_FIXED: Final = {"shop_id", "order_id", "first_seen_at", "delivered_at"}
_MOVES: Final = tuple(name for name in orders.c.keys() if name not in _FIXED)  # noqa: SIM118


def _putting(moves: tuple[str, ...]) -> Insert:
    return _ADD.on_conflict_do_update(
        index_elements=["shop_id", "order_id"],
        set_={name: _ADD.excluded[name] for name in moves},
    )


_PUT: Final = kept(_putting(_MOVES))
_PUT_DELIVERED: Final = kept(_putting((*_MOVES, "delivered_at")))
