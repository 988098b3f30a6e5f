"""One account is one account: rows that were kept by another way of writing it become its own.

Today goods are hashed as they are recognised, an account as ``login:password``. Before, each way
of writing had a hash of its own. No hash tells which account it is of, so that such rows are
found, and changed, when the account is seen the next time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import SecretStr
from sqlalchemy import Table, delete, select, update

from .chunks import chunks
from .database import Tx
from .tables import stock_hashes, unit_hashes

_SURER: Final[dict[str, dict[str, str | bool]]] = {
    "unit_hashes": {"state": "confirmed", "doubted": True},
    "stock_hashes": {"kept": True},
}


async def gather(tx: Tx, shop_id: int, units: Iterable[SecretStr]) -> None:
    """Give what is known of these goods the hash of today."""
    today: dict[bytes, bytes] = {}
    for unit in units:
        own, *others = tx.vault.unit_hashes(unit.get_secret_value())
        today.update(dict.fromkeys(others, own))
    for some in chunks(today):
        for table in (unit_hashes, stock_hashes):
            statement = select(table.c.hash).where(
                table.c.shop_id == shop_id, table.c.hash.in_(some)
            )
            for old in set((await tx.execute(statement)).scalars()):
                await _move(tx, table, shop_id, old, today[old])


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
