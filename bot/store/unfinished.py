"""What is not finished, of orders as of tickets: what of it is to be looked at, and when it was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Table, func, select, update

from . import tables
from .chunks import chunks
from .database import Tx


@dataclass(frozen=True, slots=True)
class Family:
    """A table of things that finish; ``key``: their IDs."""

    table: Table
    key: Column[Any]

    async def open_ids(
        self,
        tx: Tx,
        shop_id: int,
        *,
        looked_before: datetime | None = None,
        status: str | None = None,
        limit: int | None = None,
    ) -> tuple[str, ...]:
        """Return the IDs of what is not finished, the one not looked at for longest first."""
        of = self.table.c
        statement = select(self.key).where(of.shop_id == shop_id, of.finished.is_(False))
        if looked_before is not None:
            statement = statement.where(of.looked_at < looked_before)
        if status is not None:
            statement = statement.where(of.status == status)
        statement = statement.order_by(of.looked_at, self.key).limit(limit)
        return tuple((await tx.execute(statement)).scalars())

    async def open_statuses(self, tx: Tx, shop_id: int) -> dict[str, int]:
        """Return how many that are not finished stand in each status."""
        of = self.table.c
        statement = (
            select(of.status, func.count().label("many"))
            .where(of.shop_id == shop_id, of.finished.is_(False))
            .group_by(of.status)
        )
        return {row.status: row.many for row in (await tx.execute(statement)).all()}

    async def looked(self, tx: Tx, shop_id: int, ids: Collection[str], looked_at: datetime) -> None:
        """Remember that a look that began then showed nothing new of these."""
        of = self.table.c
        for some in chunks(ids):
            await tx.execute(
                update(self.table)
                .where(of.shop_id == shop_id, self.key.in_(some), of.looked_at < looked_at)
                .values(looked_at=looked_at)
            )


ORDERS: Final = Family(tables.orders, tables.orders.c.order_id)
TICKETS: Final = Family(tables.tickets, tables.tickets.c.ticket_id)
