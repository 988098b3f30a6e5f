"""Reminds of what waits: one message in a chat, which keeps up with the truth while it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.model.person import Act
from bot.model.preferences import Preferences
from bot.model.reminder import Decision, Reminded, Waiting, decide, summed_up
from bot.model.urgency import EDITS, MONEY
from bot.store import outbox, people, preferences, reminders, waiting
from bot.store.database import Store, Tx
from bot.store.reminders import Reminder

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Step:
    """What is to be done in one chat."""

    chat_id: int
    person_id: int
    decision: Decision
    before: Reminder | None
    over: bool  # nothing waits any more
    changed: bool  # the message that stands there says something else


class Reminders:
    """Looks at what waits, and reminds whoever may do something about it."""

    def __init__(self, store: Store, shop_id: int, now: Callable[[], datetime]) -> None:
        self._store = store
        self._shop_id = shop_id
        self._now = now

    async def consider(self) -> int:
        """Remind every chat that is due, and correct what older reminders say; return how many."""
        now = self._now()
        async with self._store.read() as tx:
            if not await self._steps(tx, await waiting.all_of(tx, self._shop_id, now), now):
                return 0
        said = 0
        async with self._store.write() as tx:
            things = await waiting.all_of(tx, self._shop_id, now)
            for step in await self._steps(tx, things, now):
                await self._take(tx, step, things, now)
                said += step.decision.say
        return said

    async def _steps(self, tx: Tx, things: tuple[Waiting, ...], now: datetime) -> list[_Step]:
        known = await reminders.all_of(tx, self._shop_id)
        if not things and not any(each.reminded.said_at for each in known.values()):
            return []
        shown = summed_up(things)
        steps = []
        chats = await self._chats(tx)
        wanted = await preferences.of_people(tx, self._shop_id, chats.values())
        for chat_id, person_id in chats.items():
            before = known.get(chat_id)
            wants = wanted.get(person_id, Preferences())
            decision = decide(
                things,
                Reminded() if before is None else before.reminded,
                now,
                quiet_hours=wants.quiet_at(now),
                quiet_ended_at=None if wants.quiet is None else wants.quiet.ended_at(now),
                wanted=wants.reminds,
                first=wants.remind_after,
            )
            stands = before is not None and before.reminded.said_at is not None
            over = stands and not things
            changed = (
                stands
                and before is not None
                and before.message_id is not None
                and not (things and shown.empty)  # all is in hand: it says so when that ended
                and before.shown != shown.digest()
            )
            if decision.say or over or changed:
                steps.append(_Step(chat_id, person_id, decision, before, over, changed))
        return steps

    async def _chats(self, tx: Tx) -> dict[int, int]:
        """Return every chat that can be told, with its first person who may act on what waits."""
        paused = await people.paused_chats(tx)
        acting = {
            person.person_id
            for person in await people.members_of(tx, self._shop_id)
            if person.may(Act.DELIVER) or person.may(Act.REPLY)
        }
        found: dict[int, int] = {}
        for chat_id, person_id in await people.subscribers(tx, self._shop_id):
            if chat_id not in paused and person_id in acting:
                found.setdefault(chat_id, person_id)
        return found

    async def _take(self, tx: Tx, step: _Step, things: tuple[Waiting, ...], now: datetime) -> None:
        shop_id, chat_id, before = self._shop_id, step.chat_id, step.before
        shown = summed_up(things).digest()
        message_id = None if before is None else before.message_id
        if step.decision.say:
            await self._forget(tx, step, now)
            await self._tell(tx, step, now, edit=None)
            await reminders.said(
                tx, shop_id, chat_id, times=step.decision.times, shown=shown, now=now
            )
            log.info("reminds", chat=chat_id, reason=step.decision.reason)
            return
        if step.changed and message_id is not None:
            await self._tell(tx, step, now, edit=message_id)
            await reminders.shows(tx, shop_id, chat_id, shown)
        if step.over:
            await reminders.over(tx, shop_id, chat_id)

    async def _forget(self, tx: Tx, step: _Step, now: datetime) -> None:
        """Take the last reminder away: two that say different things would be one too many."""
        before = step.before
        if before is None or before.message_id is None or before.reminded.said_at is None:
            return
        await outbox.act(
            tx,
            shop_id=self._shop_id,
            chat_id=step.chat_id,
            person_id=step.person_id,
            action="delete",
            message_id=before.message_id,
            now=now,
            urgency=EDITS,
        )

    async def _tell(self, tx: Tx, step: _Step, now: datetime, *, edit: int | None) -> None:
        await outbox.tell(
            tx,
            shop_id=self._shop_id,
            chat_id=step.chat_id,
            person_id=step.person_id,
            view=reminders.VIEW,
            body={},
            now=now,
            edit=edit,
            urgency=MONEY if edit is None else EDITS,
            replaces=f"reminder:{self._shop_id}:{step.chat_id}",
        )
