"""PINs: kept as a slow hash that the key file is needed for, with the tries that are left."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Literal

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.safety import PIN_OPEN_FOR, PIN_TRIES, PIN_WAITS

from .database import Tx
from .tables import person_pins

# right; wrong; locked: the fifth wrong one in a row; waits: nothing is looked at before a time.
Checked = Literal["right", "wrong", "locked", "waits"]


async def has(tx: Tx, shop_id: int, person_id: int) -> bool:
    """Say whether somebody has a PIN."""
    return await _row(tx, shop_id, person_id) is not None


async def asked_for(tx: Tx, shop_id: int, person_id: int, now: datetime) -> bool:
    """Say whether somebody's PIN must be given now: they have one, and gave it long ago."""
    row = await _row(tx, shop_id, person_id)
    return row is not None and (row.open_until is None or row.open_until <= now)


async def keep(tx: Tx, shop_id: int, person_id: int, pin: str) -> None:
    """Keep somebody's PIN; one from before is forgotten."""
    salt = secrets.token_bytes(16)
    values = {
        "salt": salt,
        "hash": await _hash(tx, salt, pin),
        "tries_left": PIN_TRIES,
        "waits_until": None,
        "open_until": None,
    }
    adding = insert(person_pins).values(shop_id=shop_id, person_id=person_id, **values)
    await tx.execute(
        adding.on_conflict_do_update(index_elements=["shop_id", "person_id"], set_=values)
    )


async def forget(tx: Tx, shop_id: int, person_id: int | None) -> int:
    """Forget somebody's PIN, or everybody's (None); return how many."""
    which = [person_pins.c.shop_id == shop_id]
    if person_id is not None:
        which.append(person_pins.c.person_id == person_id)
    return int((await tx.execute(delete(person_pins).where(*which))).rowcount)


async def check(tx: Tx, shop_id: int, person_id: int, pin: str, now: datetime) -> Checked:
    """Look at a PIN: a right one opens for a while, the fifth wrong one in a row begins a wait."""
    row = await _row(tx, shop_id, person_id)
    if row is None:
        return "wrong"
    if row.waits_until is not None and now < row.waits_until:
        return "waits"
    given = await _hash(tx, row.salt, pin)
    left = PIN_TRIES if row.waits_until is not None else row.tries_left
    if hmac.compare_digest(given, row.hash):
        opened = now + PIN_OPEN_FOR
        await _set(tx, row, tries_left=PIN_TRIES, waits_until=None, open_until=opened)
        return "right"
    if left > 1:
        await _set(tx, row, tries_left=left - 1, waits_until=None)
        return "wrong"
    await _set(tx, row, tries_left=0, waits_until=now + PIN_WAITS, open_until=None)
    return "locked"


async def _row(tx: Tx, shop_id: int, person_id: int) -> Row[tuple[object, ...]] | None:
    statement = select(person_pins).where(
        person_pins.c.shop_id == shop_id, person_pins.c.person_id == person_id
    )
    return (await tx.execute(statement)).first()


async def _set(tx: Tx, row: Row[tuple[object, ...]], **values: object) -> None:
    await tx.execute(
        update(person_pins)
        .where(person_pins.c.shop_id == row.shop_id, person_pins.c.person_id == row.person_id)
        .values(**values)
    )


async def _hash(tx: Tx, salt: bytes, pin: str) -> bytes:
    """Return the slow hash of a PIN; without the key file nobody can try them all."""
    keyed = tx.vault.code_hash(f"pin {pin}")

    def slow() -> bytes:
        return hashlib.scrypt(keyed, salt=salt, n=2**13, r=8, p=1, dklen=32)

    return await asyncio.to_thread(slow)
