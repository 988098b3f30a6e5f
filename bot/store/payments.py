"""Payments as known: what the marketplace's list showed of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, func, or_, select, type_coerce
from sqlalchemy.dialects.sqlite import insert

from bot.model.payment import Payment

from .chunks import chunks
from .database import Tx
from .tables import orders, payments

_MOVES = ("amount", "method", "status", "paid_at")  # of a payment that is known already


def key_of(payment: Payment) -> str:
    """Return what tells one payment from another."""
    if payment.payment_no.strip():
        return payment.payment_no.strip().upper()[:200]
    return f"{payment.order_id or ''}@{payment.created_at or ''}"[:200]


async def take_in(
    tx: Tx, shop_id: int, shown: Iterable[Payment], *, looked_at: datetime
) -> frozenset[str]:
    """Store payments as a look showed them; return the keys of those that are new or changed."""
    found = {key_of(payment): payment for payment in shown}
    known: dict[str, Row[Any]] = {}
    for some in chunks(found):
        statement = select(payments).where(
            payments.c.shop_id == shop_id, payments.c.payment_key.in_(some)
        )
        known |= {row.payment_key: row for row in (await tx.execute(statement)).all()}
    fresh = {
        key: values
        for key, payment in found.items()
        for values in [_values(payment)]
        if key not in known or any(getattr(known[key], each) != values[each] for each in _MOVES)
    }
    for key, values in fresh.items():
        adding = insert(payments).values(
            shop_id=shop_id, payment_key=key, looked_at=looked_at, **values
        )
        await tx.execute(
            adding.on_conflict_do_update(
                index_elements=["shop_id", "payment_key"],
                set_={**values, "looked_at": looked_at},
                # A look that began before the last one says nothing new.
                where=payments.c.looked_at <= adding.excluded.looked_at,
            )
        )
    return frozenset(fresh)


def _values(payment: Payment) -> dict[str, Any]:
    return {
        "payment_no": payment.payment_no.strip().upper()[:200],
        "order_id": payment.order_id or "",
        "amount": payment.amount,
        "method": payment.payment_method[:64],
        "status": payment.status[:64],
        "paid_at": payment.paid_at,
        "created_at": payment.created_at,
        "placed_at": payment.paid_at or payment.created_at,
    }


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        payment_no=row.payment_no,
        order_id=row.order_id or None,
        amount=row.amount,
        payment_method=row.method,
        status=row.status,
        paid_at=row.paid_at,
        created_at=row.created_at,
    )


async def count(tx: Tx, shop_id: int) -> int:
    """Return how many payments are known."""
    statement = select(func.count()).where(payments.c.shop_id == shop_id)
    return int((await tx.execute(statement)).scalar_one())


async def of_order(tx: Tx, shop_id: int, order_id: str) -> tuple[Payment, ...]:
    """Return what was paid for an order, the oldest first."""
    statement = (
        select(payments)
        .where(payments.c.shop_id == shop_id, payments.c.order_id == order_id)
        .order_by(payments.c.placed_at, payments.c.payment_key)
    )
    return tuple(_payment(row) for row in (await tx.execute(statement)).all())


async def by_number(tx: Tx, shop_id: int, number: str) -> Payment | None:
    """Return the payment of this number, whatever the case of its letters."""
    statement = select(payments).where(
        payments.c.shop_id == shop_id, payments.c.payment_no == number.upper()
    )
    row = (await tx.execute(statement.limit(1))).first()
    return None if row is None else _payment(row)


def _holds(word: str) -> ColumnElement[bool]:
    """Say where a word stands in a payment, or in its order's number, title or buyer."""
    forms = {word, word.lower(), word.upper(), word.capitalize(), word.title()}
    columns = (
        *(payments.c.payment_no, payments.c.order_id, payments.c.method, payments.c.status),
        *(orders.c.order_no, orders.c.title, orders.c.buyer_id),
    )
    return or_(
        *(column.contains(form, autoescape=True) for column in columns for form in sorted(forms)),
        type_coerce(payments.c.amount, String).startswith(word.lstrip("$"), autoescape=True),
    )


async def search(
    tx: Tx, shop_id: int, words: tuple[str, ...], page: int, size: int
) -> tuple[tuple[Payment, ...], int]:
    """Return one page (from 1) of the payments with each of these words, newest first; how many."""
    about = and_(orders.c.shop_id == payments.c.shop_id, orders.c.order_id == payments.c.order_id)
    found = (
        select(payments)
        .outerjoin(orders, about)
        .where(payments.c.shop_id == shop_id, *map(_holds, words))
    )
    total = int((await tx.execute(select(func.count()).select_from(found.subquery()))).scalar_one())
    rows = await tx.execute(
        found.order_by(payments.c.placed_at.desc(), payments.c.payment_key.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return tuple(_payment(row) for row in rows.all()), total
