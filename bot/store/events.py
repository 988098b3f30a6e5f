"""What happened on the marketplace, and the notices by which people are told: a row each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.dialects.sqlite import insert

from bot.model.change import Loudness, News, NewsKind

from .database import Tx
from .plans import kept
from .prepared import prepared
from .tables import events, notices

# By chat: for whom something is told there, and how loudly.
Told = dict[int, tuple[int, Loudness]]

_HAPPENED: Final = kept(
    insert(events)
    .on_conflict_do_nothing(index_elements=["shop_id", "kind", "subject_id", "revision"])
    .returning(events.c.id)
)
_TOLD: Final = kept(insert(notices).on_conflict_do_nothing(index_elements=["event_id", "chat_id"]))


async def event(
    tx: Tx,
    shop_id: int,
    subject_kind: str,
    subject_id: str,
    news: News,
    revision: int,
    now: datetime,
    *,
    done_by: int | None,
) -> int | None:
    """Write down what happened; return the row, or None where it was written down before."""
    added = await tx.execute(
        _HAPPENED,
        {
            "shop_id": shop_id,
            "kind": news.kind.value,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "revision": revision,
            "seen_at": now,
            "done_by": done_by,
            "detail": news.detail or None,
        },
    )
    found = added.scalar()
    return None if found is None else int(found)


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was seen to have happened, and who of us did it; None: somebody else."""

    kind: str
    seen_at: datetime
    done_by: int | None
    detail: Any


async def seen_of(
    tx: Tx, shop_id: int, subject_kind: str, subject_id: str, kinds: Collection[NewsKind]
) -> tuple[Seen, ...]:
    """Return what was seen to happen to a subject, oldest first."""
    wanted = [kind.value for kind in kinds]
    rows = (await tx.execute(*_seen_of(shop_id, subject_kind, subject_id, wanted))).all()
    return tuple(Seen(row.kind, row.seen_at, row.done_by, row.detail) for row in rows)


@prepared
def _seen_of(
    shop_id: int, subject_kind: str, subject_id: str, kinds: Collection[str]
) -> Select[Any]:
    return (
        select(events.c.kind, events.c.seen_at, events.c.done_by, events.c.detail)
        .where(
            events.c.shop_id == shop_id,
            events.c.subject_kind == subject_kind,
            events.c.subject_id == subject_id,
            events.c.kind.in_(kinds),
        )
        .order_by(events.c.id)
    )


async def notify(tx: Tx, shop_id: int, event_id: int, told: Told, now: datetime) -> None:
    """Write one notice per chat: for whom it is told there, and how loudly."""
    if not told:
        return
    await tx.execute(
        _TOLD,
        [
            {
                "shop_id": shop_id,
                "event_id": event_id,
                "chat_id": chat_id,
                "person_id": person_id,
                "loudness": loudness,
                "state": "pending",
                "created_at": now,
            }
            for chat_id, (person_id, loudness) in told.items()
        ],
    )
    tx.wake("notices")
