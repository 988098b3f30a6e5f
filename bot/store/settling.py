"""Intents once they were confirmed: sent off, lost, looked after, and taken up after a death."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, update

from bot.model.intent import Intent, Outcome, State
from bot.model.product_plans import Progress

from . import units
from .database import Tx
from .errors import SealBroken
from .intent_rows import from_row
from .intents import move, touch_row
from .prepared import prepared
from .tables import intents


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        (intents.c.state == State.PROPOSED.value)
        & ((intents.c.expires_at <= now) | (intents.c.fires_at <= now)),
        (intents.c.state == State.SENDING.value) & intents.c.dispatched_at.is_(None),
        (intents.c.state == State.UNKNOWN.value) & (intents.c.next_check_at <= now),
    )


async def due(tx: Tx, now: datetime) -> tuple[Intent, ...]:
    """Return what must be fired, carried out, looked after or given up now.

    One that cannot be unsealed holds up no other: the next start puts it aside.
    """
    found: list[Intent] = []
    for row in (await tx.execute(*_all_due(now))).all():
        try:
            found.append(await from_row(tx, row))
        except SealBroken:
            continue
    return tuple(found)


@prepared
def _all_due(now: datetime) -> Select[Any]:
    return select(intents).where(_due(now)).order_by(intents.c.id)


async def still_due(tx: Tx, intent_id: int, now: datetime) -> Intent | None:
    """Return an intent as it is by now, if something is still to be done about it."""
    row = (await tx.execute(*_due_still(intent_id, now))).first()
    return None if row is None else await from_row(tx, row)


@prepared
def _due_still(intent_id: int, now: datetime) -> Select[Any]:
    return select(intents).where(intents.c.id == intent_id, _due(now))


async def next_due_at(tx: Tx) -> datetime | None:
    """Return when the next open intent needs a look."""
    row = (await tx.execute(*_moments())).one()
    moments = [moment for moment in row if moment is not None]
    return min(moments) if moments else None


@prepared
def _moments() -> Select[Any]:
    return select(
        *(
            select(func.min(column)).where(intents.c.state == state.value).scalar_subquery()
            for column, state in (
                (intents.c.fires_at, State.PROPOSED),
                (intents.c.expires_at, State.PROPOSED),
                (intents.c.next_check_at, State.UNKNOWN),
            )
        )
    )


async def dispatched(tx: Tx, intent: Intent, now: datetime) -> bool:
    """Record that the call goes out now: from here on a crash means that nobody knows."""
    done = await tx.execute(
        update(intents)
        .where(
            intents.c.id == intent.id,
            intents.c.state == State.SENDING.value,
            intents.c.dispatched_at.is_(None),
        )
        .values(dispatched_at=now)
    )
    return bool(done.rowcount)


async def lost(
    tx: Tx, intent: Intent, outcome: Outcome, now: datetime, next_check_at: datetime
) -> None:
    """Record that nobody knows what became of the call."""
    await move(
        tx,
        intent,
        (State.SENDING,),
        now,
        state=State.UNKNOWN.value,
        unknown_since=now,
        next_check_at=next_check_at,
        outcome=outcome.model_dump(mode="json"),
    )
    tx.wake("intents")


async def checked(
    tx: Tx,
    intent: Intent,
    outcome: Outcome,
    now: datetime,
    next_check_at: datetime | None,
    *,
    read: bool = True,
) -> None:
    """Record that a look showed nothing yet; without ``read`` it failed, and proves nothing.

    Without ``next_check_at`` it is not looked after again before a person says something.
    """
    await move(
        tx,
        intent,
        (State.UNKNOWN,),
        now,
        checks=intent.checks + read,
        unseen_since=intent.unseen_since or (now if read else None),
        next_check_at=next_check_at,
        outcome=outcome.model_dump(mode="json"),
    )


async def advance(tx: Tx, intent: Intent, progress: Progress, now: datetime, *, more: bool) -> None:
    """Record how far an import has come; with ``more``, its next call may go out now.

    What was confirmed was confirmed for all of its calls: the next one counts from here.
    """
    values: dict[str, Any] = {"progress": progress.model_dump(mode="json")}
    if more:
        values |= {
            "state": State.SENDING.value,
            "confirmed_at": now,
            "dispatched_at": None,
            "unknown_since": None,
            "next_check_at": None,
            "unseen_since": None,
            "checks": 0,
            "outcome": None,
        }
    await move(tx, intent, (State.SENDING, State.UNKNOWN), now, **values)
    tx.wake("intents")


async def note(tx: Tx, intent: Intent, progress: Progress, now: datetime) -> None:
    """Record what a person wants of an import that is under way, or of which nobody knows."""
    values = {"progress": progress.model_dump(mode="json")}
    await move(tx, intent, (State.SENDING, State.UNKNOWN), now, **values)


async def set_progress(tx: Tx, intent: Intent, progress: Progress) -> None:
    """Record how far an import had come that has just ended."""
    values = {"progress": progress.model_dump(mode="json")}
    await tx.execute(update(intents).where(intents.c.id == intent.id).values(**values))


async def answered(tx: Tx, intent: Intent, progress: Progress, now: datetime) -> None:
    """Record what a person said became of it; it is seen to at once."""
    values = {"progress": progress.model_dump(mode="json"), "next_check_at": now}
    await move(tx, intent, (State.UNKNOWN,), now, **values)
    tx.wake("intents")


async def take_up(tx: Tx, now: datetime) -> int:
    """At the start: what a dead process had sent off is unknown. Return how many.

    Every message that shows it says so. What it had confirmed and not yet sent off stays
    ``sending``: that is carried out as if nothing had happened.
    """
    taken = await tx.execute(
        update(intents)
        .where(intents.c.state == State.SENDING.value, intents.c.dispatched_at.is_not(None))
        .values(
            state=State.UNKNOWN.value,
            unknown_since=intents.c.dispatched_at,
            next_check_at=intents.c.dispatched_at,
            outcome={"reason": "crash", "checking": True},
        )
        .returning(intents.c.id, intents.c.shop_id, intents.c.subject_kind, intents.c.subject_id)
    )
    rows = taken.all()
    for row in rows:
        await units.settle(tx, row.id, units.UNKNOWN)
        await touch_row(tx, row.shop_id, row.id, row.subject_kind, row.subject_id, now)
    return len(rows)


async def put_spoiled_aside(tx: Tx, now: datetime) -> int:
    """End what cannot be unsealed: nobody can carry it out or settle it. Return how many."""
    ended = 0
    for row in (await tx.execute(select(intents).where(intents.c.finished_at.is_(None)))).all():
        try:
            await from_row(tx, row)
        except SealBroken:
            ended += 1
            await tx.execute(
                update(intents)
                .where(intents.c.id == row.id)
                .values(
                    state=State.EXPIRED.value,
                    finished_at=now,
                    next_check_at=None,
                    fires_at=None,
                    outcome={"reason": "spoiled"},
                )
            )
    return ended


async def unfinished(tx: Tx, shop_id: int) -> tuple[Intent, ...]:
    """Return everything of a shop that has not ended, except what cannot be unsealed."""
    statement = select(intents).where(intents.c.shop_id == shop_id, intents.c.finished_at.is_(None))
    found: list[Intent] = []
    for row in (await tx.execute(statement.order_by(intents.c.id))).all():
        try:
            found.append(await from_row(tx, row))
        except SealBroken:
            continue
    return tuple(found)


async def count_unknown(tx: Tx) -> int:
    """Return how many intents have an unknown outcome."""
    statement = select(func.count()).where(intents.c.state == State.UNKNOWN.value)
    return int((await tx.execute(statement)).scalar_one())
