"""Which units that were sold came from which source: by keyed hash, never the units."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, exists, func, select

from bot.model.order import REFUNDED
from bot.model.sources import SoldUnits

from .database import Tx
from .tables import orders, stock_batches, stock_hashes, tickets, unit_hashes
from .units import CONFIRMED


async def sold(tx: Tx, shop_id: int, since: datetime) -> tuple[SoldUnits, ...]:
    """Return the units of imports with a source or a cost that went to orders since then."""
    has_ticket = exists().where(
        tickets.c.shop_id == orders.c.shop_id, tickets.c.order_id == orders.c.order_id
    )
    # An account that is in several pools, or was imported twice, counts for one import, whether
    # that has a source or not: the one of the order's own product, else the first. So it is named
    # where the unit is shown, too (stock.origins).
    place = func.row_number().over(
        partition_by=(unit_hashes.c.order_id, unit_hashes.c.hash),
        order_by=(
            case((stock_hashes.c.product_id == orders.c.product_id, 0), else_=1),
            stock_hashes.c.seen_at,
            stock_hashes.c.intent_id,
        ),
    )
    each = (
        select(stock_hashes.c.intent_id, orders.c.order_id, place.label("place"))
        .select_from(stock_hashes)
        .join(
            unit_hashes,
            (unit_hashes.c.shop_id == stock_hashes.c.shop_id)
            & (unit_hashes.c.hash == stock_hashes.c.hash),
        )
        .join(
            orders,
            (orders.c.shop_id == unit_hashes.c.shop_id)
            & (orders.c.order_id == unit_hashes.c.order_id),
        )
        .where(
            stock_hashes.c.shop_id == shop_id,
            stock_hashes.c.kept.is_(True),
            unit_hashes.c.state == CONFIRMED,
        )
        .subquery()
    )
    statement = (
        select(
            stock_batches.c.source,
            stock_batches.c.cost,
            orders.c.order_id,
            func.count().label("sold"),
            orders.c.total_amount,
            orders.c.units,
            orders.c.status,
            has_ticket.label("has_ticket"),
        )
        .select_from(each)
        .join(stock_batches, stock_batches.c.intent_id == each.c.intent_id)
        .join(orders, (orders.c.shop_id == shop_id) & (orders.c.order_id == each.c.order_id))
        # Not above: every account would be looked for in each order of those days.
        .where(each.c.place == 1, orders.c.placed_at >= since)
        .group_by(each.c.intent_id, each.c.order_id)
    )
    return tuple(
        SoldUnits(
            row.source,
            row.cost,
            row.order_id,
            row.sold,
            None if row.status == REFUNDED else row.total_amount,
            row.units,
            bad=row.status == REFUNDED or bool(row.has_ticket),
        )
        for row in (await tx.execute(statement)).all()
    )
