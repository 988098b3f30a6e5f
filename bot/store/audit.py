"""What was done, by whom, with what outcome. Never what was delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from .database import Tx
from .tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed."""

    at: datetime
    person_id: int | None
    deed: str
    detail: Any


async def write(
    tx: Tx,
    *,
    shop_id: int,
    person_id: int | None,
    deed: str,
    subject_kind: str,
    subject_id: str,
    now: datetime,
    detail: Any = None,
) -> None:
    """Write down a deed."""
    await tx.execute(
        audit.insert().values(
            shop_id=shop_id,
            at=now,
            person_id=person_id,
            deed=deed,
            subject_kind=subject_kind,
            subject_id=subject_id,
            detail=detail,
        )
    )


async def order_of_refund(tx: Tx, shop_id: int, refund_no: str) -> str | None:
    """Return the ID of the order that was refunded under this number; None where nobody knows."""
    statement = select(audit.c.subject_id, audit.c.detail).where(
        audit.c.shop_id == shop_id, audit.c.deed == "refunded"
    )
    for row in (await tx.execute(statement)).all():
        if str((row.detail or {}).get("refund_no", "")).upper() == refund_no:
            return str(row.subject_id)
    return None


async def of(
    tx: Tx, shop_id: int, subject_kind: str, subject_id: str, deeds: tuple[str, ...]
) -> tuple[Entry, ...]:
    """Return what was done about a subject, oldest first."""
    statement = (
        select(audit.c.at, audit.c.person_id, audit.c.deed, audit.c.detail)
        .where(
            audit.c.shop_id == shop_id,
            audit.c.subject_kind == subject_kind,
            audit.c.subject_id == subject_id,
            audit.c.deed.in_(deeds),
        )
        .order_by(audit.c.id)
    )
    rows = (await tx.execute(statement)).all()
    return tuple(Entry(row.at, row.person_id, row.deed, row.detail) for row in rows)
