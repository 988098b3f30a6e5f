"""Errands: questions to the marketplace that a person waits for, asked outside the lanes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select

from .database import Tx
from .errors import SealBroken
from .prepared import prepared
from .tables import errands


@dataclass(frozen=True, slots=True)
class Errand:
    """A question, and where its answer goes."""

    id: int
    shop_id: int
    kind: str  # balance, find, file
    chat_id: int
    person_id: int
    body: Any
    reply_to: int | None
    edit_message_id: int | None
    created_at: datetime
    spoiled: bool = False  # what was asked cannot be unsealed
    attempts: int = 0


async def send(
    tx: Tx,
    *,
    shop_id: int,
    kind: str,
    chat_id: int,
    person_id: int,
    body: Any,
    now: datetime,
    reply_to: int | None = None,
    edit_message_id: int | None = None,
) -> None:
    """Send someone for an answer."""
    await tx.execute(
        errands.insert().values(
            shop_id=shop_id,
            kind=kind,
            chat_id=chat_id,
            person_id=person_id,
            sealed=tx.vault.seal_json(body),
            reply_to=reply_to,
            edit_message_id=edit_message_id,
            created_at=now,
        )
    )
    tx.wake("errands")


async def open_errands(tx: Tx, after: int = 0) -> tuple[Errand, ...]:
    """Return the errands with an ID above ``after`` that have no answer yet, oldest first."""
    return tuple(_errand(tx, row) for row in await tx.execute(*_open(after)))


@prepared
def _open(after: int) -> Select[Any]:
    return errands.select().where(errands.c.id > after).order_by(errands.c.id)


def _errand(tx: Tx, row: Row[Any]) -> Errand:
    body, spoiled = None, False
    try:
        body = tx.vault.unseal_json(row.sealed)
    except SealBroken:
        spoiled = True
    return Errand(
        row.id,
        row.shop_id,
        row.kind,
        row.chat_id,
        row.person_id,
        body,
        row.reply_to,
        row.edit_message_id,
        row.created_at,
        spoiled,
        row.attempts,
    )


async def keep(tx: Tx, errand_id: int, body: Any) -> None:
    """Change what an errand that is not done yet knows."""
    await tx.execute(
        errands.update().where(errands.c.id == errand_id).values(sealed=tx.vault.seal_json(body))
    )


async def tried(tx: Tx, errand_id: int) -> None:
    """Count an attempt that came to nothing."""
    await tx.execute(
        errands.update().where(errands.c.id == errand_id).values(attempts=errands.c.attempts + 1)
    )


async def done(tx: Tx, errand_id: int) -> bool:
    """Forget an errand that is answered; say whether it was still open."""
    ended = await tx.execute(errands.delete().where(errands.c.id == errand_id))
    return bool(ended.rowcount)


async def drop_all(tx: Tx, shop_id: int) -> int:
    """Forget every errand of a shop, whoever waits for its answer; return how many."""
    dropped = await tx.execute(errands.delete().where(errands.c.shop_id == shop_id))
    return int(dropped.rowcount)
