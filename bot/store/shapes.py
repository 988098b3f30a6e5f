"""What the units of a product looked like that were delivered: their shapes, and how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from bot.model.shapes import shape_of

from .database import Tx
from .tables import product_shapes


async def learn(
    tx: Tx, shop_id: int, product_id: str | None, units: Iterable[str], now: datetime
) -> None:
    """Count the shapes of units that are delivered now for the first time."""
    if not product_id:
        return
    for shape, count in Counter(shape_of(unit) for unit in units if unit.strip()).items():
        adding = insert(product_shapes).values(
            shop_id=shop_id, product_id=product_id, shape=shape, units=count, seen_at=now
        )
        await tx.execute(
            adding.on_conflict_do_update(
                index_elements=["shop_id", "product_id", "shape"],
                set_={"units": product_shapes.c.units + count, "seen_at": now},
            )
        )


async def seen_of(tx: Tx, shop_id: int, product_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Return the same as :func:`seen`, by product, for those of which any was delivered."""
    shape = product_shapes.c
    statement = select(shape.product_id, shape.shape, shape.units).where(
        shape.shop_id == shop_id, shape.product_id.in_(list(product_ids))
    )
    found: dict[str, dict[str, int]] = {}
    for row in (await tx.execute(statement)).all():
        found.setdefault(row.product_id, {})[row.shape] = int(row.units)
    return found


async def seen(tx: Tx, shop_id: int, product_id: str | None) -> dict[str, int]:
    """Return how many units of each shape were delivered of a product."""
    rows = await tx.execute(
        select(product_shapes.c.shape, product_shapes.c.units).where(
            product_shapes.c.shop_id == shop_id, product_shapes.c.product_id == (product_id or "")
        )
    )
    return {row.shape: int(row.units) for row in rows.all()}
