"""Pages of a list in two parts: those that come first, the oldest first; the others, the newest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, Table, func, select

from .database import Tx


async def in_two_parts(
    tx: Tx,
    table: Table,
    where: tuple[ColumnElement[bool], ...],
    first: ColumnElement[bool],
    identity: ColumnElement[str],
    *,
    page: int,
    size: int,
) -> tuple[list[Row[Any]], int]:
    """Return one page (from 1), and how many rows there are in all."""

    async def count(*conditions: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(table).where(*conditions)
        return int((await tx.execute(statement)).scalar_one())

    total, leading = await count(*where), await count(*where, first)
    start = (max(page, 1) - 1) * size
    rows: list[Row[Any]] = []
    placed_at = table.c.placed_at
    if start < leading:
        oldest = select(table).where(*where, first).order_by(placed_at, identity)
        rows += (await tx.execute(oldest.limit(size).offset(start))).all()
    if len(rows) < size and leading < total:
        newest = select(table).where(*where, ~first).order_by(placed_at.desc(), identity.desc())
        newest = newest.limit(size - len(rows)).offset(max(start - leading, 0))
        rows += (await tx.execute(newest)).all()
    return rows, total
