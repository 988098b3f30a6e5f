"""Carries confirmed intents out, once, and finds out what became of those that got lost."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.model.intent import (
    NEGATIVE_AFTER,
    Intent,
    Outcome,
    State,
    goods_of,
    is_outdated,
    pastes_to_delete,
    without_goods,
)
from bot.model.kept import kept_until, needs_a_tap
from bot.model.person import Person
from bot.model.product_plans import Progress
from bot.store import cards, intents, outbox, people, settling
from bot.store.database import Tx
from bot.store.errors import StoreError
from bot.supplier.errors import OutcomeUnknown, SupplierError

from . import auditing, batches, keeping, queue
from .confirming import DEEDS
from .deed import AskingDeed
from .failing import not_sent
from .shop import Shop

log = structlog.get_logger(__name__)

AT_ONCE: Final = 16
_STORE_SECONDS: Final = 1.0
# Seconds for the look just before sending, and for that look and the call together: a person
# knows within 30 seconds what is known.
_LOOK_WITHIN: Final = 12.0
_ALL_WITHIN: Final = 25.0
_CHECKS: Final = (1, 2, 3, 5, 8, 10)  # seconds between reads of what is unknown; then 15


def next_check(checks: int) -> timedelta:
    """Return how long to wait before an unknown outcome is looked at again."""
    return timedelta(seconds=_CHECKS[checks] if checks < len(_CHECKS) else 15)


def is_final(intent: Intent, now: datetime) -> bool:
    """Say whether looks that showed nothing lie far enough apart for a last one to be believed.

    However long ago it went out: after a long outage the marketplace may only just have got to it.
    """
    return intent.unseen_since is not None and now - intent.unseen_since >= NEGATIVE_AFTER


def _not_allowed(person: Person | None) -> Outcome:
    """Return why somebody may not do what they confirmed: the shop is locked, or their role."""
    locked = person is not None and person.locked_since is not None
    return Outcome(reason="locked" if locked else "not_allowed")


class Executor:
    """Takes intents as they become due; a bounded number at once, each in a task of its own."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._busy: set[int] = set()
        self._stopping = False

    @property
    def busy(self) -> int:
        """How many intents are being carried out now."""
        return len(self._busy)

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping = True
        self._shop.store.signals.wake("intents")

    async def run(self) -> None:
        """Work until stopped, and finish what was begun."""
        shop = self._shop
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                try:
                    async with shop.store.read() as tx:
                        due = await settling.due(tx, shop.now())
                        later = await settling.next_due_at(tx)
                except StoreError as error:
                    log.error("intents cannot be read", reason=str(error))
                    await shop.store.signals.wait("intents", _STORE_SECONDS)
                    continue
                for intent in due:
                    if intent.id not in self._busy and len(self._busy) < AT_ONCE:
                        self._busy.add(intent.id)
                        tasks.create_task(self._take(intent), name=f"intent-{intent.id}")
                wait = 60.0 if later is None else (later - shop.now()).total_seconds()
                # A due one that is being worked on would spin: its end wakes this loop.
                await shop.store.signals.wait("intents", min(max(wait, 0.05), 60.0))

    async def _take(self, intent: Intent) -> None:
        try:
            try:
                await self._step(intent.id)
            except StoreError:
                raise
            except Exception:
                log.exception("intent failed", intent=intent.id)
                await self._failed(intent)
        except StoreError as error:
            # Nothing was sent without its row: what was not sent off is simply taken up again.
            log.error("intent waits for the database", intent=intent.id, reason=str(error))
            await self._find_out_later(intent)
        finally:
            self._busy.discard(intent.id)
            self._shop.store.signals.wake("intents")

    async def _find_out_later(self, intent: Intent) -> None:
        """Once the database takes rows again: what went out, and could not be noted, is unknown."""
        while not self._stopping:
            await asyncio.sleep(_STORE_SECONDS)
            try:
                async with self._shop.store.write() as tx:
                    current = await intents.get(tx, intent.id)
                    if (
                        current is not None
                        and current.state is State.SENDING
                        and current.dispatched_at is not None
                    ):
                        await self._lost_track(tx, current)
            except StoreError:
                continue
            return

    async def _lost_track(self, tx: Tx, intent: Intent) -> None:
        shop, now = self._shop, self._shop.now()
        outcome = Outcome(reason="fault", checking=True)
        await settling.lost(tx, intent, outcome, now, now + next_check(0))
        await auditing.not_done(tx, intent, State.UNKNOWN, outcome, now)
        await batches.lost(tx, intent, now)
        await DEEDS[intent.kind].lost(tx, shop, intent)

    async def _failed(self, intent: Intent) -> None:
        """A fault of ours: what went out is unknown, what did not is given up."""
        shop, now = self._shop, self._shop.now()
        async with shop.store.write() as tx:
            current = await intents.get(tx, intent.id)
            if current is None or current.state not in {State.SENDING, State.UNKNOWN}:
                return
            if current.dispatched_at is None:
                await self._end(tx, current, State.REFUSED, Outcome(reason="fault"), now)
                await DEEDS[intent.kind].nothing(tx, shop, intent)
            elif current.state is State.SENDING:
                await self._lost_track(tx, current)
            else:
                outcome = Outcome(reason="fault", checking=True)
                at = now + next_check(9)
                await settling.checked(tx, current, outcome, now, at, read=False)

    async def _step(self, intent_id: int) -> None:
        # What is due was listed before the last step of the same intent may have ended: of an
        # import, that is another piece by now.
        async with self._shop.store.read() as tx:
            intent = await settling.still_due(tx, intent_id, self._shop.now())
        if intent is None:
            return
        if intent.state is State.PROPOSED:
            await self._fire_or_expire(intent)
        elif intent.state is State.SENDING:
            await self._carry_out(intent)
        elif intent.state is State.UNKNOWN:
            await self._settle(intent)

    # --- proposed ------------------------------------------------------------------------

    async def _fire_or_expire(self, intent: Intent) -> None:
        shop, now = self._shop, self._shop.now()
        async with shop.store.write() as tx:
            current = await intents.get(tx, intent.id)
            if current is None or current.state is not State.PROPOSED:
                return
            if current.fires_at is None or current.fires_at > now:
                if current.expires_at <= now:
                    await self._end(tx, current, State.EXPIRED, Outcome(reason="expired"), now)
                return
            if needs_a_tap(current, now):
                # Nobody remembers what they wrote before a long stop: it waits for a tap.
                await self._waits_for_a_tap(tx, current, now)
                return
            if kept_until(current) is not None and shop.away_since() is not None:
                await keeping.wait(tx, current, now)
                return
            person = await people.member(tx, shop.shop_id, current.proposed_by)
            if person is None or not person.may(DEEDS[current.kind].act):
                await self._end(tx, current, State.REFUSED, _not_allowed(person), now)
                return
            if await intents.confirm(tx, current, current.proposed_by, now) == "busy":
                # Somebody else's reply is under way: it is shown first, and a person decides.
                await self._waits_for_a_tap(tx, current, now)

    async def _waits_for_a_tap(self, tx: Tx, intent: Intent, now: datetime) -> None:
        plan = intent.plan.model_copy(update={"needs_tap": True, "kept_until": None})
        await intents.replan(tx, intent, plan, now, fires_at=None)

    # --- sending -------------------------------------------------------------------------

    async def _carry_out(self, intent: Intent) -> None:
        shop, deed = self._shop, DEEDS[intent.kind]
        if is_outdated(intent, shop.now()):
            await self._give_up(intent)
            return
        within = asyncio.get_running_loop().time() + _ALL_WITHIN
        try:
            async with asyncio.timeout(_LOOK_WITHIN):
                stop = await deed.before(shop, intent)
        except TimeoutError:
            await self._refuse(intent, Outcome(reason="unavailable", since=shop.now()))
            return
        except SupplierError as error:
            await self._refuse(intent, not_sent(error, shop.away_since() or shop.now()))
            return
        if stop is not None:
            await self._refuse(intent, stop)
            return
        async with shop.store.write() as tx:
            person = await people.member(tx, shop.shop_id, intent.confirmed_by or 0)
            allowed = person is not None and person.may(deed.act)
            if allowed and not await settling.dispatched(tx, intent, shop.now()):
                return
            if allowed:
                await deed.dispatch(tx, shop, intent, shop.now())
        if not allowed:
            await self._refuse(intent, _not_allowed(person))
            return
        try:
            async with asyncio.timeout_at(within):
                outcome = await deed.carry_out(shop, intent)
        except (OutcomeUnknown, TimeoutError) as error:
            cause = error.cause if isinstance(error, OutcomeUnknown) else "timeout"
            log.warning("outcome unknown", intent=intent.id, kind=intent.kind, cause=cause)
            await self._lose(intent, cause)
            return
        except SupplierError as error:
            log.info("not carried out", intent=intent.id, kind=intent.kind, reason=error.reason)
            await self._refuse(intent, not_sent(error, shop.away_since() or shop.now()))
            return
        await self._done(intent, outcome)

    async def _lose(self, intent: Intent, cause: str) -> None:
        shop, now = self._shop, self._shop.now()
        async with shop.store.write() as tx:
            outcome = Outcome(reason=cause, checking=True)
            await settling.lost(tx, intent, outcome, now, now + next_check(0))
            await auditing.not_done(tx, intent, State.UNKNOWN, outcome, now)
            await DEEDS[intent.kind].lost(tx, shop, intent)
            await batches.lost(tx, intent, now)

    # --- unknown -------------------------------------------------------------------------

    async def _settle(self, intent: Intent) -> None:
        shop, deed = self._shop, DEEDS[intent.kind]
        began = shop.now()
        if isinstance(deed, AskingDeed) and intent.progress is not None and intent.progress.answer:
            await self._as_said(deed, intent, intent.progress)
            return
        try:
            found = await deed.look(shop, intent)
        except SupplierError as error:
            # Nothing was read, so nothing is known: a negative never rests on this.
            async with shop.store.write() as tx:
                outcome = not_sent(error, intent.unknown_since or shop.now())
                checking = outcome.model_copy(update={"checking": True})
                at = shop.now() + next_check(min(intent.checks, 3) + 1)
                await settling.checked(tx, intent, checking, shop.now(), at, read=False)
            return
        if found is not None and found.asks:
            async with shop.store.write() as tx:
                await settling.checked(tx, intent, found, shop.now(), None, read=False)
            return
        if found is not None and not found.checking:
            await self._done(intent, found)
            return
        now = shop.now()
        if is_final(intent, began):
            ended = Outcome(reason="not_shown") if found is None else found
            await self._refuse(intent, ended.model_copy(update={"checking": False}))
            return
        async with shop.store.write() as tx:
            outcome = found or Outcome(reason="not_seen_yet", checking=True)
            await settling.checked(tx, intent, outcome, now, now + next_check(intent.checks + 1))

    async def _as_said(self, deed: AskingDeed, intent: Intent, progress: Progress) -> None:
        """End what no look can tell as a person said, or send it again."""
        said = deed.as_said(intent)
        plain = progress.model_copy(update={"answer": ""})
        if said is None:
            async with self._shop.store.write() as tx:
                await deed.given_up(tx, self._shop, intent)
                await settling.advance(tx, intent, plain, self._shop.now(), more=True)
        elif said.asks:
            await self._refuse(intent, said.model_copy(update={"asks": False}))
        else:
            await self._done(intent, said)

    # --- ends ----------------------------------------------------------------------------

    async def _done(self, intent: Intent, outcome: Outcome) -> None:
        shop, deed, now = self._shop, DEEDS[intent.kind], self._shop.now()
        async with shop.store.write() as tx:
            if await deed.goes_on(tx, shop, intent, outcome, now):
                return
            if not await self._end(tx, intent, State.DONE, outcome, now):
                return
            await deed.done(tx, shop, intent, outcome, now)
            await queue.moves_on(tx, shop, intent, now)
            ended = await intents.get(tx, intent.id) or intent
            pastes = pastes_to_delete(ended, now) if shop.delete_pastes else ()
            for message_id in pastes:
                await outbox.act(
                    tx,
                    shop_id=shop.shop_id,
                    chat_id=intent.chat_id,
                    person_id=intent.proposed_by,
                    action="delete",
                    message_id=message_id,
                    now=now,
                )
            if intent.source_message_id is not None and not pastes:
                await outbox.act(
                    tx,
                    shop_id=shop.shop_id,
                    chat_id=intent.chat_id,
                    person_id=intent.proposed_by,
                    action="react",
                    message_id=intent.source_message_id,
                    emoji="👍",
                    now=now,
                )
        log.info("done", intent=intent.id, kind=intent.kind)
        await deed.afterwards(shop, intent)

    async def _refuse(self, intent: Intent, outcome: Outcome) -> None:
        shop, now = self._shop, self._shop.now()
        goods = goods_of(intent)
        if goods:
            said = without_goods(outcome.said, goods)
            outcome = outcome.model_copy(update={"said": said})
        async with shop.store.write() as tx:
            current = await intents.get(tx, intent.id)
            # A reply whose ticket changed was given back for a person to look at.
            if current is None or current.state is State.PROPOSED:
                return
            if current.state is State.SENDING and await keeping.still_away(
                tx, current, outcome, now
            ):
                return
            if not await self._end(tx, intent, State.REFUSED, outcome, now):
                return
            deed = DEEDS[intent.kind]
            if current.state is State.UNKNOWN:
                await deed.given_up(tx, shop, intent)
            else:
                await deed.nothing(tx, shop, intent)

    async def _give_up(self, intent: Intent) -> None:
        """A confirmation from before a long stop sends nothing any more; it can be asked anew."""
        shop, now = self._shop, self._shop.now()
        async with shop.store.write() as tx:
            if await self._end(tx, intent, State.EXPIRED, Outcome(reason="expired"), now):
                await DEEDS[intent.kind].nothing(tx, shop, intent)

    async def _end(
        self, tx: Tx, intent: Intent, state: State, outcome: Outcome, now: datetime
    ) -> bool:
        if not await intents.finish(tx, intent, state, outcome, now):
            return False
        await auditing.not_done(tx, intent, state, outcome, now)
        await batches.ended(tx, intent, state, outcome, now)
        if state is State.DONE or outcome.reason == "declined":
            for card in await cards.faces_of(tx, intent.id):
                await cards.face(tx, card.chat_id, card.message_id, None, now)
        return True
