"""Drafts: conversations in progress, by chat and person. They survive a restart.

At most one is open for a person in a chat. One that ended stays as a row without what it held:
its prompt says what became of it, and a reply to the prompt is still about its subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Executable, Row, Select, func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from bot.model.urgency import INTERACTIVE

from . import cards
from .database import Tx
from .plans import kept
from .prepared import prepared
from .sealing import sealed_json, unsealed_json
from .tables import drafts

LASTS = timedelta(minutes=30)
_MAX_ID = 2**63 - 1  # SQLite's own

Ended = Literal["used", "cancelled", "replaced", "expired"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person is in the middle of, in one chat, or was."""

    id: int
    chat_id: int
    person_id: int
    kind: str
    subject_kind: str
    subject_id: str
    state: str  # open, or how it ended
    created_at: datetime
    expires_at: datetime


_COLUMNS = [drafts.c[name] for name in Draft.__slots__]
_NEXT_EXPIRY: Final = kept(select(func.min(drafts.c.expires_at)).where(drafts.c.state == "open"))


def _draft(row: Row[Any]) -> Draft:
    return Draft(**{name: getattr(row, name) for name in Draft.__slots__})


async def open_(
    tx: Tx,
    shop_id: int,
    *,
    chat_id: int,
    person_id: int,
    kind: str,
    subject_kind: str,
    subject_id: str,
    body: Any,
    now: datetime,
) -> Draft:
    """Begin a draft; an earlier one of the same person in that chat is replaced by it."""
    await end(tx, chat_id, person_id, "replaced", now)
    made = await tx.execute(
        drafts.insert()
        .values(
            shop_id=shop_id,
            chat_id=chat_id,
            person_id=person_id,
            kind=kind,
            subject_kind=subject_kind,
            subject_id=subject_id,
            state="open",
            sealed=await sealed_json(tx, body),
            created_at=now,
            expires_at=now + LASTS,
        )
        .returning(*_COLUMNS)
    )
    tx.wake("errands")
    return _draft(made.one())


async def current(tx: Tx, chat_id: int, person_id: int, now: datetime) -> tuple[Draft, Any] | None:
    """Return the open draft and what it holds; None when there is none, or it expired."""
    row = (await tx.execute(*_current(chat_id, person_id, now))).first()
    if row is None:
        return None
    return _draft(row), None if row.sealed is None else await unsealed_json(tx, row.sealed)


@prepared
def _current(chat_id: int, person_id: int, now: datetime) -> Select[Any]:
    return select(drafts).where(
        drafts.c.chat_id == chat_id,
        drafts.c.person_id == person_id,
        drafts.c.state == "open",
        drafts.c.expires_at > now,
    )


async def get(tx: Tx, draft_id: int) -> Draft | None:
    """Return one draft, open or not; a number that no row can have is of none."""
    if not 0 < draft_id <= _MAX_ID:
        return None
    row = (await tx.execute(select(*_COLUMNS).where(drafts.c.id == draft_id))).first()
    return None if row is None else _draft(row)


async def with_body(tx: Tx, draft_id: int) -> tuple[Draft | None, Any]:
    """Return one draft, open or not, and what it holds."""
    if not 0 < draft_id <= _MAX_ID:
        return None, None
    row = (await tx.execute(select(drafts).where(drafts.c.id == draft_id))).first()
    if row is None:
        return None, None
    return _draft(row), None if row.sealed is None else await unsealed_json(tx, row.sealed)


async def keep(tx: Tx, draft: Draft, body: Any, now: datetime) -> None:
    """Change what an open draft holds, and have its prompt drawn again."""
    await tx.execute(
        update(drafts)
        .where(drafts.c.id == draft.id, drafts.c.state == "open")
        .values(sealed=await sealed_json(tx, body), expires_at=now + LASTS)
    )
    await _touch(tx, draft.id, now)


async def end(tx: Tx, chat_id: int, person_id: int, how: Ended, now: datetime) -> Draft | None:
    """End the open draft and have its prompt say so; return it, or None where there was none."""
    ended = await _ended(tx, *_end_open(chat_id, person_id, how), now)
    return ended[0] if ended else None


@prepared
def _end_open(chat_id: int, person_id: int, how: str) -> ReturningUpdate[Any]:
    return (
        update(drafts)
        .where(
            drafts.c.chat_id == chat_id, drafts.c.person_id == person_id, drafts.c.state == "open"
        )
        .values(state=how, sealed=None)
        .returning(*_COLUMNS)
    )


async def end_one(
    tx: Tx, draft_id: int, how: Ended, now: datetime, subject_id: str | None = None
) -> Draft | None:
    """End one draft; None where it is not open any more.

    ``subject_id``: what it turned out to be about.
    """
    if not 0 < draft_id <= _MAX_ID:
        return None
    which = (drafts.c.id == draft_id) & (drafts.c.state == "open")
    ended = await _end(tx, which, how, now, subject_id)
    return ended[0] if ended else None


async def expire(tx: Tx, now: datetime) -> int:
    """End the drafts whose time is over; return how many."""
    over = (drafts.c.state == "open") & (drafts.c.expires_at <= now)
    return len(await _end(tx, over, "expired", now, None))


async def end_all(tx: Tx, shop_id: int, now: datetime) -> None:
    """End every open draft of a shop: nothing is waited for any more."""
    ours = (drafts.c.state == "open") & (drafts.c.shop_id == shop_id)
    await _end(tx, ours, "cancelled", now, None)


async def next_expiry(tx: Tx) -> datetime | None:
    """Return when the next open draft expires."""
    found = (await tx.execute(_NEXT_EXPIRY)).scalar()
    return found if isinstance(found, datetime) else None


async def _end(
    tx: Tx, which: ColumnElement[bool], how: Ended, now: datetime, subject_id: str | None
) -> list[Draft]:
    values: dict[str, Any] = {"state": how, "sealed": None}
    if subject_id is not None:
        values["subject_id"] = subject_id
    ending = update(drafts).where(which).values(**values).returning(*_COLUMNS)
    return await _ended(tx, ending, {}, now)


async def _ended(tx: Tx, ending: Executable, given: dict[str, Any], now: datetime) -> list[Draft]:
    ended = [_draft(row) for row in (await tx.execute(ending, given)).all()]
    for draft in ended:
        await _touch(tx, draft.id, now)
        if draft.kind == "deliver":
            # It may have been asked for in the message of a queue.
            for card in await cards.of_queue(tx, draft.chat_id, draft.person_id):
                await cards.redraw(tx, card, now, INTERACTIVE)
    return ended


async def _touch(tx: Tx, draft_id: int, now: datetime) -> None:
    # Its prompt may be on its way: what was drawn of it is old before it is here.
    tx.wake("cards")
    for card in await cards.showing(tx, "draft", str(draft_id)):
        await cards.redraw(tx, card, now, INTERACTIVE)
