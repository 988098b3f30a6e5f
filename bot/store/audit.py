"""What was done, by whom, with what outcome. Never what was delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, or_, select, tuple_

from bot.model.intent import Intent

from .database import Tx
from .plans import kept
from .prepared import prepared
from .tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed."""

    at: datetime
    person_id: int | None
    deed: str
    detail: Any
    subject_kind: str = ""
    subject_id: str = ""


_ADD: Final = kept(audit.insert())


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
        _ADD,
        {
            "shop_id": shop_id,
            "at": now,
            "person_id": person_id,
            "deed": deed,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "detail": detail,
        },
    )


async def came_of(tx: Tx, intent: Intent, *, deed: str, now: datetime, detail: Any = None) -> None:
    """Write down what came of an intent: the deed of who confirmed it."""
    await write(
        tx,
        shop_id=intent.shop_id,
        person_id=intent.confirmed_by,
        deed=deed,
        subject_kind=intent.subject_kind,
        subject_id=intent.subject_id,
        now=now,
        detail=detail,
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
    rows = (await tx.execute(*_of(shop_id, subject_kind, subject_id, deeds))).all()
    return tuple(Entry(row.at, row.person_id, row.deed, row.detail) for row in rows)


@prepared
def _of(shop_id: int, subject_kind: str, subject_id: str, deeds: Collection[str]) -> Select[Any]:
    return (
        select(audit.c.at, audit.c.person_id, audit.c.deed, audit.c.detail)
        .where(
            audit.c.shop_id == shop_id,
            audit.c.subject_kind == subject_kind,
            audit.c.subject_id == subject_id,
            audit.c.deed.in_(deeds),
        )
        .order_by(audit.c.id)
    )


async def page(
    tx: Tx,
    shop_id: int,
    *,
    person_id: int | None,
    subjects: Iterable[tuple[str, str]] | None,
    page: int,
    size: int,
) -> tuple[tuple[Entry, ...], int]:
    """Return one page (from 1) of what was done, the newest first, and how much there is in all.

    ``subjects``: (kind, ID) of what it was about; None: whatever it was. Of one person, where
    ``person_id`` says so: what they did, and what was done about them.
    """
    chosen = [audit.c.shop_id == shop_id]
    if person_id is not None:
        of_them = (audit.c.subject_kind == "person") & (audit.c.subject_id == str(person_id))
        chosen.append(or_(audit.c.person_id == person_id, of_them))
    if subjects is not None:
        chosen.append(tuple_(audit.c.subject_kind, audit.c.subject_id).in_(list(subjects)))
    total = (await tx.execute(select(func.count()).select_from(audit).where(*chosen))).scalar_one()
    statement = (
        select(*(audit.c[name] for name in Entry.__slots__))
        .where(*chosen)
        .order_by(audit.c.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    rows = (await tx.execute(statement)).all()
    return tuple(Entry(**row._asdict()) for row in rows), int(total)


async def actors(tx: Tx, shop_id: int) -> tuple[int, ...]:
    """Return everyone who did something that is still written down."""
    statement = (
        select(audit.c.person_id)
        .where(audit.c.shop_id == shop_id, audit.c.person_id.is_not(None))
        .distinct()
        .order_by(audit.c.person_id)
    )
    return tuple((await tx.execute(statement)).scalars())
