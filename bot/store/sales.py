"""Sales as the known orders tell them, counted by the database.

Meant for a reader's snapshot: over a hundred thousand orders each of these takes a third of a
second of SQLite, in its thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    type_coerce,
    values,
)

from bot.model.facts import Total
from bot.model.order import COMPLETED, PAID, RECEIPT_CONFIRMED, REFUNDED
from bot.model.report import Bar, Sales, Sold, Speed

from .database import Tx
from .tables import orders, ticket_texts, tickets
from .types import Instant

_Moment = datetime | ColumnElement[Any]
_BEST: Final = 5
_CENT: Final = Decimal("0.01")
_DAY_SECONDS: Final = 86_400
# Amounts are exact texts. Those of two decimals at most, and not too large to be added in 64 bits
# a million times, are added by the database in cents; the others are counted there and added here.
_LONGEST: Final = 10
_text = type_coerce(orders.c.total_amount, String)
_dot = func.instr(_text, ".")
_plain = and_(
    func.length(_text) <= _LONGEST,
    or_(_dot == 0, func.length(_text) - _dot <= 2),  # noqa: PLR2004
)
_real: ColumnElement[Any] = cast(_text, Numeric(asdecimal=False))
_cents = case((_plain, cast(func.round(_real * 100), Integer)), else_=0)
_refunded = orders.c.status == REFUNDED
_paid = orders.c.payment_status == PAID


def _within(shop_id: int, start: _Moment, end: _Moment) -> tuple[ColumnElement[bool], ...]:
    return (orders.c.shop_id == shop_id, orders.c.placed_at >= start, orders.c.placed_at < end)


def _many(what: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((what, 1), else_=0))


async def between(tx: Tx, shop_id: int, start: datetime, end: datetime) -> Sales:
    """Return what was ordered from ``start`` until before ``end``, as the orders stand now."""
    within = _within(shop_id, start, end)
    statement = (
        select(
            orders.c.product_id,
            func.max(orders.c.title).label("title"),
            _refunded.label("refunded"),
            _paid.label("paid"),
            func.sum(_cents).label("cents"),
            _many(orders.c.total_amount.is_(None)).label("unpriced"),
            _many(and_(orders.c.total_amount.is_not(None), ~_plain)).label("odd"),
            func.count().label("many"),
            func.sum(orders.c.units).label("units"),
        )
        .where(*within)
        .group_by(orders.c.product_id, _refunded, _paid)
    )
    rows = (await tx.execute(statement)).all()
    odd = await _odd(tx, within) if any(row.odd for row in rows) else {}
    count = units = refunds = unpaid = unpriced = 0
    revenue = given_back = Decimal(0)
    best: list[Sold] = []
    for row in rows:
        amount = row.cents * _CENT + odd.get((row.product_id, row.refunded, row.paid), Decimal(0))
        if row.refunded:
            count, refunds = count + row.many, refunds + row.many
            given_back += amount
        elif not row.paid:
            unpaid += row.many
        else:
            count, units, revenue = count + row.many, units + row.units, revenue + amount
            unpriced += row.unpriced
            best.append(Sold(row.product_id, row.title, row.many, row.units, amount))
    best.sort(key=lambda each: (-each.revenue, -each.units, each.title))
    sold = tuple(best[:_BEST])
    return Sales(count, units, revenue, refunds, given_back, unpaid, unpriced, sold)


async def _odd(
    tx: Tx, within: tuple[ColumnElement[bool], ...]
) -> dict[tuple[str, bool, bool], Decimal]:
    """Return the sums of the amounts that are not added in cents; equal ones are counted first."""
    statement = (
        select(
            orders.c.product_id,
            _refunded.label("refunded"),
            _paid.label("paid"),
            orders.c.total_amount,
            func.count().label("many"),
        )
        .where(*within, orders.c.total_amount.is_not(None), ~_plain)
        .group_by(orders.c.product_id, _refunded, _paid, orders.c.total_amount)
    )
    sums: dict[tuple[str, bool, bool], Decimal] = {}
    for row in (await tx.execute(statement)).all():
        key = (row.product_id, row.refunded, row.paid)
        sums[key] = sums.get(key, Decimal(0)) + row.total_amount * row.many
    return sums


async def known_since(tx: Tx, shop_id: int) -> datetime | None:
    """Return when the oldest order that is known was placed."""
    statement = select(func.min(orders.c.placed_at)).where(orders.c.shop_id == shop_id)
    found = (await tx.execute(statement)).scalar()
    return found if isinstance(found, datetime) else None


async def _total(tx: Tx, *where: ColumnElement[bool]) -> Total:
    """Return what orders come to, exactly."""
    statement = (
        select(
            func.count().label("many"),
            func.sum(_cents).label("cents"),
            case((_plain, None), else_=_text).label("odd"),
        )
        .where(*where)
        .group_by("odd")
    )
    many, amount = 0, Decimal(0)
    for row in (await tx.execute(statement)).all():
        many += row.many
        amount += row.cents * _CENT if row.odd is None else Decimal(row.odd) * row.many
    return Total(many, amount)


async def sold_since(tx: Tx, shop_id: int, since: datetime) -> Total:
    """Return what was paid for orders since then, without what was refunded."""
    where = (orders.c.shop_id == shop_id, orders.c.placed_at >= since)
    return await _total(tx, *where, _paid, ~_refunded)


def _kept(field: str) -> ColumnElement[Any]:
    return func.json_extract(type_coerce(orders.c.snapshot, String), f"$.{field}")


async def confirmed_since(tx: Tx, shop_id: int, since: datetime) -> Total:
    """Return the orders whose receipt buyers confirmed since then."""
    return await _total(
        tx,
        orders.c.shop_id == shop_id,
        orders.c.status == RECEIPT_CONFIRMED,
        # A look that showed it cannot be older: the others need not be opened.
        orders.c.changed_at >= since,
        func.julianday(_kept("receipt_confirmed_at")) >= func.julianday(literal(since, Instant)),
    )


async def unconfirmed(tx: Tx, shop_id: int) -> tuple[Total, Total]:
    """Return the complete orders without a receipt, and those of them that are not booked."""
    where = (
        orders.c.shop_id == shop_id,
        orders.c.status == COMPLETED,
        _paid,
        orders.c.delivered > 0,
        _kept("receipt_confirmed_at").is_(None),
    )
    booked = func.coalesce(_kept("supplier_income_recorded"), 0)
    return await _total(tx, *where), await _total(tx, *where, booked == 0)


# --- how long it took ------------------------------------------------------------------------


async def speed(tx: Tx, shop_id: int, start: datetime, end: datetime) -> Speed:
    """Return how long orders and tickets of that time took, as far as it was seen."""
    delivering = select(_lasted(orders.c.placed_at, orders.c.delivered_at).label("lasted")).where(
        *_within(shop_id, start, end), orders.c.delivered_at >= orders.c.placed_at
    )
    texts = ticket_texts.c
    first = (
        select(
            tickets.c.placed_at,
            func.min(case((texts.author == "us", texts.seen_at))).label("ours"),
            func.min(case((texts.author == "buyer", texts.seen_at))).label("theirs"),
        )
        .join(
            ticket_texts,
            and_(texts.shop_id == tickets.c.shop_id, texts.ticket_id == tickets.c.ticket_id),
        )
        .where(
            tickets.c.shop_id == shop_id,
            tickets.c.placed_at >= start,
            tickets.c.placed_at < end,
        )
        .group_by(tickets.c.ticket_id)
        .subquery()
    )
    # A ticket that we opened, and one that was answered before we saw it, tell nothing.
    answering = select(_lasted(first.c.placed_at, first.c.ours).label("lasted")).where(
        first.c.ours >= first.c.placed_at, first.c.theirs < first.c.ours
    )
    to_deliver, delivered = await _middle(tx, delivering)
    to_answer, answered = await _middle(tx, answering)
    return Speed(to_deliver, delivered, to_answer, answered)


def _lasted(since: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[float]:
    days = func.julianday(until) - func.julianday(since)
    return cast(days * _DAY_SECONDS, Numeric(asdecimal=False))


async def _middle(tx: Tx, statement: Select[Any]) -> tuple[timedelta | None, int]:
    """Return the median of seconds, and of how many it is."""
    of = statement.subquery()
    many = int((await tx.execute(select(func.count()).select_from(of))).scalar_one())
    if not many:
        return None, 0
    around = select(of.c.lasted).order_by(of.c.lasted).limit(2 - many % 2).offset((many - 1) // 2)
    middle = list((await tx.execute(around)).scalars())
    return timedelta(seconds=round(sum(middle) / len(middle))), many


# --- for the chart ---------------------------------------------------------------------------


async def bars(tx: Tx, shop_id: int, begin: Sequence[datetime], end: datetime) -> tuple[Bar, ...]:
    """Return what was sold from each of these moments until the next one, and until ``end``."""
    moments = [*begin, end]
    spans = (
        values(column("place", Integer), column("since", Instant), column("until", Instant))
        .data([(place, *moments[place : place + 2]) for place in range(len(begin))])
        .cte("spans")
    )
    kept = and_(_paid, ~_refunded)
    statement = (
        select(
            spans.c.place,
            func.sum(case((kept, _real), else_=0.0)).label("revenue"),
            _many(or_(_paid, _refunded)).label("orders"),
            _many(_refunded).label("refunds"),
        )
        .select_from(spans)
        .join(orders, and_(*_within(shop_id, spans.c.since, spans.c.until)))
        .group_by(spans.c.place)
    )
    found = {row.place: row for row in (await tx.execute(statement)).all()}
    return tuple(
        Bar(since)
        if place not in found
        else Bar(since, float(found[place].revenue or 0), found[place].orders, found[place].refunds)
        for place, since in enumerate(begin)
    )
