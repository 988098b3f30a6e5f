"""One account is one account: rows that were kept by another way of writing it become its own.

Today goods are hashed as they are recognised, an account as ``login:password``. Before, each way
of writing had a hash of its own. No hash tells which account it is of, so that such rows are
found, and changed, when the account is seen the next time.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.dialects import sqlite

from .chunks import chunks
from .database import Tx
from .tables import stock_hashes, unit_hashes

_SURER: Final[dict[str, dict[str, str | bool]]] = {
    "unit_hashes": {"state": "confirmed", "doubted": True},
    "stock_hashes": {"kept": True},
}


async def gather(tx: Tx, shop_id: int, ways: Iterable[tuple[bytes, ...]]) -> None:
    """Give what is known of goods the hash of today; ``ways``: all hashes of each, that first."""
    today = {old: own for own, *others in ways for old in others}
    for some in chunks(today):
        for table in (unit_hashes, stock_hashes):
            found = await tx.conn.exec_driver_sql(_asking(table, len(some)), (shop_id, *some))
            for old in set(found.scalars()):
                await _move(tx, table, shop_id, old, today[old])


@functools.lru_cache(maxsize=64)
def _asking(table: Table, count: int) -> str:
    """Write the question out, as it is asked of each call of an import."""
    asked = select(table.c.hash).where(table.c.shop_id == 0, or_(*[table.c.hash == b""] * count))
    return str(asked.compile(dialect=sqlite.dialect()))


async def _move(tx: Tx, table: Table, shop_id: int, old: bytes, own: bytes) -> None:
    of_old = (table.c.shop_id == shop_id) & (table.c.hash == old)
    await tx.execute(update(table).prefix_with("OR IGNORE").where(of_old).values(hash=own))
    # What is left has a row of today beside it, which must say no less.
    where = table.c.order_id if table is unit_hashes else table.c.product_id
    for column, value in _SURER[table.name].items():
        surer = select(where).where(of_old, table.c[column] == value)
        beside = (table.c.shop_id == shop_id) & (table.c.hash == own) & where.in_(surer)
        await tx.execute(update(table).where(beside).values(**{column: value}))
    await tx.execute(delete(table).where(of_old))
