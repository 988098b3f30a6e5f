"""The inbox: what Telegram sent, stored before Telegram is told that we have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Update, func, select, update
from sqlalchemy.dialects.sqlite import insert

from .database import Tx
from .errors import AnotherBot, SealBroken
from .plans import kept
from .prepared import prepared
from .tables import inbox, offsets

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came: its ID, its raw JSON, and whose lane it belongs to."""

    update_id: int
    raw: bytes
    chat_id: int | None
    person_id: int | None
    received_at: datetime | None = None  # when it was stored

    def __repr__(self) -> str:
        """Hide the body: it may hold goods."""
        return f"Received({self.update_id})"


async def speak_through(tx: Tx, bot_id: int) -> None:
    """Note that the database speaks through this bot. Raises AnotherBot where another one does."""
    known = set((await tx.execute(select(offsets.c.bot_id))).scalars())
    if known and bot_id not in known:
        raise AnotherBot(
            f"TELEGRAM_BOT_TOKEN: is the token of another bot ({bot_id}) than the one that the "
            f"database speaks through ({min(known)}). Put that one's back, or change to another "
            "bot with `supplier-bot setup`. Nothing was changed."
        )
    if not known:
        await tx.execute(insert(offsets).values(bot_id=bot_id, next_update_id=0))


async def next_offset(tx: Tx, bot_id: int) -> int | None:
    """Return the offset to ask Telegram for."""
    statement = select(offsets.c.next_update_id).where(offsets.c.bot_id == bot_id)
    found = (await tx.execute(statement)).scalar()
    return int(found) if found else None


_RECEIVED: Final = kept(
    insert(inbox).on_conflict_do_nothing(index_elements=["bot_id", "update_id"])
)
_OFFSET: Final = insert(offsets)
_ASKS_FROM: Final = kept(
    _OFFSET.on_conflict_do_update(
        index_elements=["bot_id"], set_={"next_update_id": _OFFSET.excluded.next_update_id}
    )
)


async def take_in(
    tx: Tx, bot_id: int, updates: Sequence[Received], next_update_id: int | None, now: datetime
) -> tuple[Received, ...]:
    """Store updates and the next offset together; return those that were not known.

    Without ``next_update_id`` (they were brought one by one, and not in order) it stays as it is.
    """
    new = []
    for received in updates:
        added = await tx.execute(
            _RECEIVED,
            {
                "bot_id": bot_id,
                "update_id": received.update_id,
                "chat_id": received.chat_id,
                "person_id": received.person_id,
                "sealed": tx.vault.seal(received.raw),
                "received_at": now,
            },
        )
        if added.rowcount:
            new.append(replace(received, received_at=now))
    if next_update_id is None:
        return tuple(new)
    await tx.execute(_ASKS_FROM, {"bot_id": bot_id, "next_update_id": next_update_id})
    return tuple(new)


async def waiting(tx: Tx, bot_id: int) -> tuple[Received, ...]:
    """Return what was taken from Telegram and not handled, oldest first.

    One that cannot be unsealed comes empty: it cannot be parsed, and is put aside as such.
    """
    statement = (
        select(inbox)
        .where(inbox.c.bot_id == bot_id, inbox.c.handled_at.is_(None), inbox.c.aside_at.is_(None))
        .order_by(inbox.c.update_id)
    )
    return tuple(
        Received(row.update_id, _raw(tx, row.sealed), row.chat_id, row.person_id, row.received_at)
        for row in (await tx.execute(statement)).all()
    )


def _raw(tx: Tx, sealed: bytes) -> bytes:
    try:
        return tx.vault.unseal(sealed)
    except SealBroken:
        return b""


async def handled(tx: Tx, bot_id: int, update_id: int, now: datetime) -> bool:
    """Empty an update to a tombstone; say whether it had not been handled before."""
    return bool((await tx.execute(*_handled(bot_id, update_id, now))).rowcount)


@prepared
def _handled(bot_id: int, update_id: int, now: datetime) -> Update:
    return (
        update(inbox)
        .where(
            inbox.c.bot_id == bot_id,
            inbox.c.update_id == update_id,
            inbox.c.handled_at.is_(None),
            inbox.c.aside_at.is_(None),
        )
        .values(sealed=None, handled_at=now)
    )


async def failed(tx: Tx, bot_id: int, update_id: int, error: str, now: datetime) -> bool:
    """Count a failed attempt; say whether the update was put aside with it."""
    where = (inbox.c.bot_id == bot_id) & (inbox.c.update_id == update_id)
    await tx.execute(
        update(inbox).where(where).values(attempts=inbox.c.attempts + 1, error=error[:200])
    )
    attempts = (await tx.execute(select(inbox.c.attempts).where(where))).scalar()
    if attempts is None or attempts < MAX_ATTEMPTS:
        return False
    await tx.execute(update(inbox).where(where).values(aside_at=now))
    return True


async def put_aside(tx: Tx, bot_id: int, update_id: int, error: str, now: datetime) -> None:
    """Put an update aside that no attempt can help."""
    await tx.execute(
        update(inbox)
        .where(inbox.c.bot_id == bot_id, inbox.c.update_id == update_id)
        .values(aside_at=now, error=error[:200])
    )


async def counts(tx: Tx) -> tuple[int, int]:
    """Return how many updates wait, and how many were put aside."""
    waits = select(func.count()).where(inbox.c.handled_at.is_(None), inbox.c.aside_at.is_(None))
    aside = select(func.count()).where(inbox.c.aside_at.is_not(None))
    return int((await tx.execute(waits)).scalar_one()), int((await tx.execute(aside)).scalar_one())
