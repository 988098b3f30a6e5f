"""Drafts: conversations in progress, by chat and person. They survive a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects.sqlite import insert

from .database import Tx
from .tables import drafts

LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person is in the middle of, in one chat."""

    chat_id: int
    person_id: int
    kind: str  # deliver, reply, goods
    subject_kind: str
    subject_id: str
    prompt_message_id: int | None
    expires_at: datetime


async def open_(tx: Tx, shop_id: int, draft: Draft, body: Any, now: datetime) -> None:
    """Begin a draft; an earlier one of the same person in that chat ends."""
    values = {name: getattr(draft, name) for name in Draft.__slots__}
    sealed = tx.vault.seal_json(body)
    adding = insert(drafts).values(**values, shop_id=shop_id, sealed=sealed, created_at=now)
    await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["chat_id", "person_id"],
            set_={**values, "shop_id": shop_id, "sealed": sealed, "created_at": now},
        )
    )


async def current(tx: Tx, chat_id: int, person_id: int, now: datetime) -> tuple[Draft, Any] | None:
    """Return the draft and what it holds; None when there is none, or it expired."""
    statement = drafts.select().where(
        drafts.c.chat_id == chat_id, drafts.c.person_id == person_id, drafts.c.expires_at > now
    )
    row = (await tx.execute(statement)).first()
    if row is None:
        return None
    draft = Draft(**{name: getattr(row, name) for name in Draft.__slots__})
    return draft, None if row.sealed is None else tx.vault.unseal_json(row.sealed)


async def end(tx: Tx, chat_id: int, person_id: int) -> bool:
    """End the draft; say whether there was one."""
    ended = await tx.execute(
        drafts.delete().where(drafts.c.chat_id == chat_id, drafts.c.person_id == person_id)
    )
    return bool(ended.rowcount)
