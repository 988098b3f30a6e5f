"""The texts that a shop keeps to answer buyers with, in the order that it gave them."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.model.saved_text import SavedText

from .database import Tx
from .tables import saved_texts

_MAX_ID = 2**63 - 1  # SQLite's own
_MARK = "\0"  # which no message of Telegram holds


def _opened(text: SavedText) -> str:
    """Return what is sealed: the text itself, or a mark and JSON where it has versions."""
    if not text.versions:
        return text.text
    return _MARK + json.dumps({"text": text.text, "versions": dict(text.versions)})


def _unsealed(text_id: int, opened: str) -> SavedText:
    if not opened.startswith(_MARK):
        return SavedText(text_id, opened)
    held = json.loads(opened.removeprefix(_MARK))
    return SavedText(text_id, held["text"], held["versions"])


async def all_of(tx: Tx, shop_id: int) -> tuple[SavedText, ...]:
    """Return every text of a shop, in its order."""
    statement = (
        select(saved_texts.c.id, saved_texts.c.sealed)
        .where(saved_texts.c.shop_id == shop_id)
        .order_by(saved_texts.c.place, saved_texts.c.id)
    )
    return tuple(
        _unsealed(row.id, tx.vault.unseal(row.sealed).decode())
        for row in (await tx.execute(statement)).all()
    )


async def exist(tx: Tx, shop_id: int) -> bool:
    """Say whether a shop has any."""
    statement = select(saved_texts.c.id).where(saved_texts.c.shop_id == shop_id).limit(1)
    return (await tx.execute(statement)).first() is not None


async def add(tx: Tx, shop_id: int, text: str, person_id: int, now: datetime) -> SavedText:
    """Keep a new text behind the others."""
    last = select(func.coalesce(func.max(saved_texts.c.place), 0)).where(
        saved_texts.c.shop_id == shop_id
    )
    made = await tx.execute(
        saved_texts.insert()
        .values(
            shop_id=shop_id,
            place=int((await tx.execute(last)).scalar_one()) + 1,
            sealed=tx.vault.seal(text.encode()),
            changed_by=person_id,
            changed_at=now,
        )
        .returning(saved_texts.c.id)
    )
    return SavedText(int(made.scalar_one()), text)


async def change(tx: Tx, shop_id: int, kept: SavedText, person_id: int, now: datetime) -> bool:
    """Keep a text as it is now, with its versions; say whether it is still there."""
    changed = await tx.execute(
        update(saved_texts)
        .where(saved_texts.c.shop_id == shop_id, saved_texts.c.id == min(kept.id, _MAX_ID))
        .values(sealed=tx.vault.seal(_opened(kept).encode()), changed_by=person_id, changed_at=now)
    )
    return bool(changed.rowcount)


async def remove(tx: Tx, shop_id: int, text_id: int) -> bool:
    """Forget a text; say whether it was there."""
    gone = await tx.execute(
        delete(saved_texts).where(
            saved_texts.c.shop_id == shop_id, saved_texts.c.id == min(text_id, _MAX_ID)
        )
    )
    return bool(gone.rowcount)


async def put_in_order(tx: Tx, shop_id: int, ids: tuple[int, ...]) -> None:
    """Give the texts this order."""
    for place, text_id in enumerate(ids, start=1):
        await tx.execute(
            update(saved_texts)
            .where(saved_texts.c.shop_id == shop_id, saved_texts.c.id == text_id)
            .values(place=place)
        )
