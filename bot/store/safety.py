"""What keeps a shop safe: its lock and the code for it, the refund limit, who tries codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from .database import Tx
from .tables import shop_safety, tries


@dataclass(frozen=True, slots=True)
class Lock:
    """Whether a shop is locked, and whether its chats show that."""

    locked_at: datetime | None = None
    locked_by: int | None = None
    emptied: bool = False


async def lock_of(tx: Tx, shop_id: int) -> Lock:
    """Return how the lock of a shop stands."""
    statement = select(
        shop_safety.c.locked_at, shop_safety.c.locked_by, shop_safety.c.emptied
    ).where(shop_safety.c.shop_id == shop_id)
    row = (await tx.execute(statement)).first()
    return Lock() if row is None else Lock(*row)


async def lock(tx: Tx, shop_id: int, by: int | None, now: datetime) -> bool:
    """Lock a shop; say whether it was open. ``by``: None for the command line."""
    await _make(tx, shop_id)
    locked = await tx.execute(
        update(shop_safety)
        .where(shop_safety.c.shop_id == shop_id, shop_safety.c.locked_at.is_(None))
        .values(locked_at=now, locked_by=by)
    )
    return bool(locked.rowcount)


async def unlock(tx: Tx, shop_id: int) -> bool:
    """Open a shop; say whether it was locked."""
    opened = await tx.execute(
        update(shop_safety)
        .where(shop_safety.c.shop_id == shop_id, shop_safety.c.locked_at.is_not(None))
        .values(locked_at=None, locked_by=None)
    )
    return bool(opened.rowcount)


async def set_emptied(tx: Tx, shop_id: int, *, emptied: bool) -> None:
    """Note whether the chats of a shop show that it is locked."""
    await _set(tx, shop_id, emptied=emptied)


async def code_of(tx: Tx, shop_id: int) -> str | None:
    """Return the code that locks a shop; None before there is one. Raises SealBroken."""
    statement = select(shop_safety.c.sealed_code).where(shop_safety.c.shop_id == shop_id)
    found = (await tx.execute(statement)).scalar()
    return None if found is None else tx.vault.unseal(found).decode("ascii")


async def set_code(tx: Tx, shop_id: int, code: str) -> None:
    """Keep the code that locks a shop, sealed; an older one locks nothing any more."""
    await _set(tx, shop_id, sealed_code=tx.vault.seal(code.encode("ascii")))


async def refund_limit(tx: Tx, shop_id: int) -> Decimal | None:
    """Return what an operator may refund in a day; None: any amount."""
    statement = select(shop_safety.c.refund_limit).where(shop_safety.c.shop_id == shop_id)
    found = (await tx.execute(statement)).scalar()
    return found if isinstance(found, Decimal) else None


async def set_refund_limit(tx: Tx, shop_id: int, limit: Decimal | None) -> None:
    """Keep what an operator may refund in a day; None: any amount."""
    await _set(tx, shop_id, refund_limit=limit)


async def _make(tx: Tx, shop_id: int) -> None:
    await tx.execute(
        insert(shop_safety)
        .values(shop_id=shop_id)
        .on_conflict_do_nothing(index_elements=["shop_id"])
    )


async def _set(tx: Tx, shop_id: int, **values: Any) -> None:
    await _make(tx, shop_id)
    await tx.execute(update(shop_safety).where(shop_safety.c.shop_id == shop_id).values(**values))


# --- who tries codes -------------------------------------------------------------------------


async def may_try(
    tx: Tx, person_id: int, what: str, now: datetime, *, most: int, within: timedelta
) -> bool:
    """Count a try of an account, whoever it is; say whether it is one of the first ``most``."""
    adding = insert(tries).values(person_id=person_id, what=what, count=1, since=now)
    await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["person_id", "what"], set_={"count": tries.c["count"] + 1}
        )
    )
    mine = (tries.c.person_id == person_id, tries.c.what == what)
    row = (await tx.execute(select(tries).where(*mine))).one()._asdict()
    if now - row["since"] >= within:
        await tx.execute(update(tries).where(*mine).values(count=1, since=now))
        return True
    return bool(row["count"] <= most)
