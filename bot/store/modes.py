"""How products are delivered: learnt from deliveries, or said by a person; and who is late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.dialects.sqlite import insert

from bot.model.change import POOL_PATIENCE, Mode, NewsKind
from bot.model.mode import Learnt, slowest
from bot.model.order import Order
from bot.model.press import short_id

from .database import Tx
from .orders import KnownOrder, known_of, product_snapshot
from .prepared import prepared
from .tables import events, orders, products


async def of_product(tx: Tx, shop_id: int, product_id: str | None) -> Learnt:
    """Return what was learnt of a product."""
    if not product_id:
        return Learnt()
    row = (await tx.execute(*_learnt(shop_id, product_id))).first()
    if row is None or row.delivery_mode not in {"pool", "hand"}:
        return Learnt()
    return Learnt(row.delivery_mode, row.pool_seconds)


@prepared
def _learnt(shop_id: int, product_id: str) -> Select[Any]:
    return select(products.c.delivery_mode, products.c.pool_seconds).where(
        products.c.shop_id == shop_id, products.c.product_id == product_id
    )


async def learn(
    tx: Tx,
    shop_id: int,
    order: Order,
    mode: Mode,
    now: datetime,
    *,
    waited_since: datetime | None = None,
    overrule: bool = True,
) -> None:
    """Remember how an order's product is delivered; ``overrule`` what was learnt before.

    ``waited_since``: when the order began to wait for what the pool has delivered now.
    """
    product_id = order.product_id or order.product.product_id
    if not product_id:
        return
    before = await of_product(tx, shop_id, product_id)
    seconds = before.pool_seconds
    if mode == "pool" and waited_since is not None:
        seconds = slowest(seconds, now - waited_since)
    adding = insert(products).values(
        shop_id=shop_id,
        product_id=product_id,
        short_id=short_id(product_id),
        title=order.product.title,
        snapshot=product_snapshot(order.product),
        fingerprint="",
        revision=0,
        delivery_mode=mode,
        pool_seconds=seconds,
        first_seen_at=now,
        changed_at=now,
        looked_at=now,
    )
    unknown = products.c.delivery_mode == ""
    news = or_(products.c.delivery_mode != mode, products.c.pool_seconds.is_distinct_from(seconds))
    await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["shop_id", "product_id"],
            set_={"delivery_mode": mode, "pool_seconds": seconds},
            where=or_(unknown, news) if overrule else unknown,
        )
    )


async def asks_first(tx: Tx, shop_id: int, order: Order) -> bool:
    """Say whether this is the order on which it is asked how its product is delivered.

    Of several that wait it is the first one: who sees ten orders is asked once.
    """
    product_id = order.product_id or order.product.product_id
    if not product_id or not order.waits_for_us():
        return False
    first = (await tx.execute(*_first_that_waits(shop_id, product_id))).scalar()
    return bool(first == order.order_id)


@prepared
def _first_that_waits(shop_id: int, product_id: str) -> Select[Any]:
    return (
        select(orders.c.order_id)
        .where(
            orders.c.shop_id == shop_id,
            orders.c.product_id == product_id,
            orders.c.waits.is_(True),
        )
        .order_by(orders.c.first_seen_at, orders.c.order_id)
        .limit(1)
    )


async def waiting_for(tx: Tx, shop_id: int, product_id: str) -> tuple[str, ...]:
    """Return the IDs of the orders of a product that wait."""
    statement = select(orders.c.order_id).where(
        orders.c.shop_id == shop_id, orders.c.product_id == product_id, orders.c.waits.is_(True)
    )
    return tuple((await tx.execute(statement)).scalars())


async def late(tx: Tx, shop_id: int, now: datetime) -> tuple[KnownOrder, ...]:
    """Return orders that the pool should have delivered by now: waiting, and unchanged.

    Those of which this was announced are left out.
    """
    rows = (await tx.execute(*_late(shop_id, now - POOL_PATIENCE))).all()
    return tuple(
        known_of(row)
        for row in rows
        if row.changed_at <= now - Learnt("pool", row.pool_seconds).patience
    )


def said_to_be_late() -> ColumnElement[bool]:
    """Say of an order whether it was announced that the pool is late with it, as it stands."""
    return exists().where(
        events.c.shop_id == orders.c.shop_id,
        events.c.kind == NewsKind.ORDER_LATE.value,
        events.c.subject_id == orders.c.order_id,
        events.c.revision == orders.c.revision,
    )


def of_its_product() -> ColumnElement[bool]:
    """Join an order with what is known of its product."""
    return and_(
        products.c.shop_id == orders.c.shop_id, products.c.product_id == orders.c.product_id
    )


@prepared
def _late(shop_id: int, before: datetime) -> Select[Any]:
    return (
        select(orders, products.c.pool_seconds)
        .join(products, of_its_product())
        .where(
            orders.c.shop_id == shop_id,
            orders.c.waits.is_(True),
            orders.c.changed_at <= before,
            products.c.delivery_mode == "pool",
            ~said_to_be_late(),
        )
        .order_by(orders.c.placed_at)
    )


async def told_late(tx: Tx, shop_id: int, order_id: str, revision: int) -> bool:
    """Say whether it was announced that the pool is late with an order as it stands."""
    statement = select(events.c.id).where(
        events.c.shop_id == shop_id,
        events.c.kind == NewsKind.ORDER_LATE.value,
        events.c.subject_id == order_id,
        events.c.revision == revision,
    )
    return (await tx.execute(statement)).first() is not None
