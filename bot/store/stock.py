"""Lines that were added to the pool of a product, by keyed hash; never the lines themselves."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from pydantic import SecretStr
from sqlalchemy import Integer, literal, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

from bot.model.stock_source import StockBatch

from . import one_account, units
from .chunks import chunks
from .database import Tx
from .tables import products, stock_batches, stock_hashes, stock_lines
from .types import written


async def known(tx: Tx, shop_id: int, lines: Sequence[SecretStr], but: int = 0) -> dict[int, str]:
    """Return, by a line's position, the title of the product to whose stock it was added.

    Or may have been: where nobody ever knew, it counts as there. The ID where there is no title.
    ``but``: an import of which it is no matter.
    """
    return await known_at(tx, shop_id, units.places(tx, lines), but)


async def known_at(tx: Tx, shop_id: int, hashes: units.Places, but: int = 0) -> dict[int, str]:
    """Return what :func:`known` does, for lines whose hashes are there already."""
    found: dict[int, str] = {}
    for some in chunks(hashes):
        statement = (
            select(stock_hashes.c.hash, stock_hashes.c.product_id, products.c.title)
            .outerjoin(
                products,
                (products.c.shop_id == stock_hashes.c.shop_id)
                & (products.c.product_id == stock_hashes.c.product_id),
            )
            .where(
                stock_hashes.c.shop_id == shop_id,
                stock_hashes.c.intent_id != but,
                stock_hashes.c.hash.in_(some),
            )
        )
        for row in (await tx.execute(statement)).all():
            found[hashes[row.hash]] = row.title or row.product_id
    return found


_ADDING: Final = insert(stock_hashes)
_COLUMNS: Final = ["shop_id", "hash", "product_id", "kept", "intent_id", "seen_at"]
_MARKING: Final = _ADDING.on_conflict_do_update(
    index_elements=["shop_id", "hash", "product_id"],
    set_={"kept": or_(stock_hashes.c.kept, _ADDING.excluded.kept)},
)


@functools.cache
def _marking() -> str:
    """Write the statement out, as it stands for each of hundreds of rows: a piece of an import."""
    return str(_MARKING.compile(dialect=sqlite.dialect(), column_keys=_COLUMNS))


async def keep_pieces(tx: Tx, shop_id: int, intent_id: int, pieces: Sequence[bytes]) -> None:
    """Keep the sealed lines of a large import, a call's lines a row."""
    rows = [
        {"intent_id": intent_id, "place": place, "shop_id": shop_id, "sealed": sealed}
        for place, sealed in enumerate(pieces)
    ]
    await tx.execute(stock_lines.insert(), rows)


async def piece(tx: Tx, intent_id: int, place: int) -> tuple[SecretStr, ...]:
    """Return the lines of one call of a large import; none where they are gone."""
    statement = select(stock_lines.c.sealed).where(
        stock_lines.c.intent_id == intent_id, stock_lines.c.place == place
    )
    sealed = (await tx.execute(statement)).scalar()
    if sealed is None:
        return ()
    return tuple(SecretStr(line) for line in tx.vault.unseal_json(sealed))


async def copy_pieces(tx: Tx, intent_id: int, to: int, first: int) -> None:
    """Give the lines of a large import, from one call's on, to another import as well.

    The other one may be declined: they can be offered again then.
    """
    there = stock_lines.c
    rows = select(literal(to, Integer), there.place - first, there.shop_id, there.sealed).where(
        there.intent_id == intent_id, there.place >= first
    )
    names = ["intent_id", "place", "shop_id", "sealed"]
    await tx.execute(stock_lines.insert().from_select(names, rows))


async def drop_pieces(tx: Tx, intent_id: int) -> None:
    """Forget the lines of a large import that is over."""
    await tx.execute(stock_lines.delete().where(stock_lines.c.intent_id == intent_id))


async def said(tx: Tx, intent_id: int) -> StockBatch | None:
    """Return what was said of where an import came from."""
    statement = select(stock_batches).where(stock_batches.c.intent_id == intent_id)
    row = (await tx.execute(statement)).first()
    if row is None:
        return None
    return StockBatch(row.intent_id, row.product_id, row.added_at, row.source, row.cost, row.lines)


async def say_source(
    tx: Tx,
    shop_id: int,
    intent_id: int,
    *,
    product_id: str,
    source: str,
    cost: Decimal | None,
    lines: int,
    added_at: datetime,
    person_id: int,
    now: datetime,
) -> None:
    """Keep where an import came from and what one account cost; what was said before is gone."""
    values = {"source": source, "cost": cost, "lines": lines, "said_by": person_id, "said_at": now}
    adding = insert(stock_batches).values(
        intent_id=intent_id, shop_id=shop_id, product_id=product_id, added_at=added_at, **values
    )
    await tx.execute(adding.on_conflict_do_update(index_elements=["intent_id"], set_=values))


async def origins(
    tx: Tx, shop_id: int, product_id: str | None, lines: Sequence[SecretStr]
) -> dict[int, StockBatch]:
    """Return, by a unit's position, the import that brought it into a pool, as far as is known.

    ``product_id``: of their order. Of several imports it is that into its pool, else the first,
    as :func:`bot.store.sources.sold` counts it.
    """
    hashes = units.places(tx, lines)
    found: dict[int, StockBatch] = {}
    ranks: dict[int, tuple[bool, datetime, int]] = {}
    for some in chunks(hashes):
        statement = (
            select(
                stock_hashes,
                stock_batches.c.source,
                stock_batches.c.cost,
                stock_batches.c.lines,
            )
            .outerjoin(stock_batches, stock_batches.c.intent_id == stock_hashes.c.intent_id)
            .where(
                stock_hashes.c.shop_id == shop_id,
                stock_hashes.c.kept.is_(True),
                stock_hashes.c.hash.in_(some),
            )
        )
        for row in (await tx.execute(statement)).all():
            at = hashes[row.hash]
            rank = (row.product_id != product_id, row.seen_at, row.intent_id)
            if at in ranks and ranks[at] <= rank:
                continue
            ranks[at] = rank
            found[at] = StockBatch(
                row.intent_id,
                row.product_id,
                row.seen_at,
                row.source or "",
                row.cost,
                row.lines or 0,
            )
    return found


async def mark(
    tx: Tx,
    shop_id: int,
    product_id: str,
    lines: Sequence[SecretStr],
    intent_id: int,
    now: datetime,
    *,
    kept: bool,
) -> None:
    """Remember lines that are about to go out, or that arrived; what is kept stays so."""
    if lines:
        at = written(now)
        if kept:
            hashes = [tx.vault.unit_hash(line.get_secret_value()) for line in lines]
        else:
            ways = [tx.vault.unit_hashes(line.get_secret_value()) for line in lines]
            await one_account.gather(tx, shop_id, ways)
            hashes = [own for own, *_ in ways]
        rows = [(shop_id, own, product_id, kept, intent_id, at) for own in hashes]
        await tx.conn.exec_driver_sql(_marking(), rows)


async def forget(tx: Tx, intent_id: int) -> None:
    """Forget the lines of a call that is known to have added nothing."""
    await tx.execute(
        stock_hashes.delete().where(
            stock_hashes.c.intent_id == intent_id, stock_hashes.c.kept.is_(False)
        )
    )


async def keep(tx: Tx, intent_id: int) -> None:
    """Keep the lines of a call of which nobody knows, whatever becomes of the next one."""
    await tx.execute(
        update(stock_hashes)
        .where(stock_hashes.c.intent_id == intent_id, stock_hashes.c.kept.is_(False))
        .values(kept=True)
    )
