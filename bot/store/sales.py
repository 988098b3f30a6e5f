"""Sales as the known orders tell them, counted by the database."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from bot.model.order import PAID, REFUNDED
from bot.model.report import Sales, Sold

from .database import Tx
from .tables import orders

_BEST: Final = 5


async def between(tx: Tx, shop_id: int, start: datetime, end: datetime) -> Sales:
    """Return what was ordered from ``start`` until before ``end``, as the orders stand now."""
    refunded = (orders.c.status == REFUNDED).label("refunded")
    paid = (orders.c.payment_status == PAID).label("paid")
    # Amounts are exact texts in the database: equal ones are counted there, and added here.
    statement = (
        select(
            orders.c.product_id,
            func.max(orders.c.title).label("title"),
            refunded,
            paid,
            orders.c.total_amount,
            func.count().label("many"),
            func.sum(orders.c.units).label("units"),
        )
        .where(orders.c.shop_id == shop_id, orders.c.placed_at >= start, orders.c.placed_at < end)
        .group_by(orders.c.product_id, refunded, paid, orders.c.total_amount)
    )
    count = units = refunds = unpaid = unpriced = 0
    revenue = given_back = Decimal(0)
    by_product: dict[str, Sold] = {}
    for row in (await tx.execute(statement)).all():
        amount = (row.total_amount or Decimal(0)) * row.many
        if row.refunded:
            count, refunds = count + row.many, refunds + row.many
            given_back += amount
        elif not row.paid:
            unpaid += row.many
        else:
            count, units, revenue = count + row.many, units + row.units, revenue + amount
            unpriced += row.many if row.total_amount is None else 0
            was = by_product.get(row.product_id, Sold(row.product_id, "", 0, 0, Decimal(0)))
            by_product[row.product_id] = Sold(
                row.product_id,
                max(was.title, row.title),
                was.orders + row.many,
                was.units + row.units,
                was.revenue + amount,
            )
    best = sorted(by_product.values(), key=lambda each: (-each.revenue, -each.units, each.title))
    return Sales(count, units, revenue, refunds, given_back, unpaid, unpriced, tuple(best[:_BEST]))


async def known_since(tx: Tx, shop_id: int) -> datetime | None:
    """Return when the oldest order that is known was placed."""
    statement = select(func.min(orders.c.placed_at)).where(orders.c.shop_id == shop_id)
    found = (await tx.execute(statement)).scalar()
    return found if isinstance(found, datetime) else None
