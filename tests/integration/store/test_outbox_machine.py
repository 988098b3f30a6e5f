"""The outbox under everything that Telegram, crashes and time do, in whatever order.

The real sender and store, a Telegram that a test moves, and an injected clock. Nothing is lost,
and a second copy comes only where an answer was lost or the process died before it was recorded.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.chat.drawing import Drawing
from bot.chat.pacer import Pacer
from bot.chat.sender import Sender
from bot.model.outgoing import Entity, Outgoing
from bot.model.person import Role
from bot.store import outbox, people, sending
from bot.store.database import Store
from bot.store.tables import messages
from sandbox.clock import SettableClock
from tests.support.ready import ready_store
from tests.support.world import START

PERSON = 1001
PLACES = st.integers(0, 2)
# How Telegram answers one call; the last three leave it open whether it was taken.
ANSWERS = {
    "took": None,
    "throttled": RetryAfter(timedelta(seconds=7)),
    "refused the chat": Forbidden("Forbidden: bot was blocked by the user"),
    "muted": BadRequest("CHAT_WRITE_FORBIDDEN"),
    "plain": BadRequest("Can't parse entities: why"),
    "network": NetworkError("away"),
    "lost": TimedOut(),
}
TOOK = {"took", "lost"}


class Dies(BaseException):
    """The process ends here; nothing after this is done."""


class Telegram:
    """Takes messages, and answers as it is told; ``dies`` names the point of a crash."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, str]] = []
        self.calls: list[int] = []
        self.answer = "took"
        self.dies = ""
        self.moved: dict[int, int] = {}

    async def send(self, chat_id: int, said: Outgoing, **_: object) -> int:
        self.calls.append(chat_id)
        if self.dies == "before":
            raise Dies
        if chat_id in self.moved:
            raise ChatMigrated(self.moved[chat_id])
        if self.answer == "plain" and not said.entities:
            self.answer = "took"
        if self.answer in TOOK:
            self.taken.append((chat_id, said.text))
        if self.dies == "after":
            raise Dies
        error = ANSWERS[self.answer]
        if error is not None:
            raise error
        return len(self.taken)


class OutboxMachine(RuleBasedStateMachine):
    """Three chats, one of them a group that may move; every text is sent once, or says why not."""

    runner: ClassVar[asyncio.Runner]
    store: ClassVar[Store]
    examples: ClassVar[Iterator[int]] = count(1)

    def __init__(self) -> None:
        super().__init__()
        example = next(self.examples)
        self.chats = [10_000 * example + place for place in range(2)] + [-10_000 * example]
        self.clock = SettableClock(START)
        self.telegram = Telegram()
        self.queued: dict[str, int] = {}  # every text, and the place that it is for
        self.may_repeat: Counter[str] = Counter()
        self.numbers = count()
        self.sender = self.born()
        self.run(self._join())

    def born(self) -> Sender:
        return Sender(
            store=self.store,
            gateway=self.telegram,  # type: ignore[arg-type]
            drawing=Drawing(1, "USD", ZoneInfo("UTC"), "en"),
            pacer=Pacer(self.clock.monotonic),
            now=self.clock.now,
        )

    # --- what happens -----------------------------------------------------------------------

    @rule(place=PLACES, urgency=st.integers(0, 3), bold=st.booleans())
    def queue(self, place: int, urgency: int, bold: bool) -> None:
        words = f"text {next(self.numbers)}"
        self.queued[words] = place
        bolds = (Entity(type="bold", offset=0, length=4),) if bold else ()
        self.run(self._say(place, Outgoing(text=words, entities=bolds), urgency))

    @rule(place=PLACES, answer=st.sampled_from(sorted(ANSWERS)))
    def send(self, place: int, answer: str) -> None:
        if self.held_back(place):
            return
        self.telegram.answer = answer
        before = len(self.telegram.taken)
        self.run(self.sender._send_next(self.chats[place]))
        for _, words in self.telegram.taken[before:]:
            self.may_repeat[words] += answer == "lost"
        assert len(self.telegram.taken) <= before + 1, "one message at a time"

    @rule(place=PLACES, point=st.sampled_from(["before", "after"]))
    def die(self, place: int, point: str) -> None:
        self.telegram.answer, self.telegram.dies = "took", point
        before = len(self.telegram.taken)
        if not self.held_back(place):
            with suppress(Dies):
                self.run(self.sender._send_next(self.chats[place]))
        self.telegram.dies = ""
        for _, words in self.telegram.taken[before:]:
            self.may_repeat[words] += 1
        self.start_again()

    @rule(place=PLACES)
    def die_with_a_lease(self, place: int) -> None:
        self.run(self._lease(place))
        self.start_again()

    @rule(place=PLACES)
    def lose_a_lease(self, place: int) -> None:
        """A holder that is gone without a new start: its lease runs out."""
        self.run(self._lease(place))
        self.clock.advance(sending.LEASE.total_seconds())

    @rule()
    def start_again(self) -> None:
        self.run(self._take_up())
        self.sender = self.born()
        self.run(self.sender._resume())

    @rule()
    def migrate(self) -> None:
        old = self.chats[2]
        if old in self.telegram.moved or self.held_back(2):
            return
        new = old - 1_000_000_000_000
        self.telegram.moved[old] = new
        self.run(self.sender._send_next(old))
        if self.telegram.calls and self.telegram.calls[-1] == old:
            self.chats[2] = new
        else:
            del self.telegram.moved[old]

    @rule(place=PLACES)
    def write(self, place: int) -> None:
        """Somebody writes: the chat can be told again."""
        self.run(self._resume(place))

    @rule(seconds=st.sampled_from([0.5, 8, 61, 86_400]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def all_is_well_again(self) -> None:
        """Whatever happened: with time and a Telegram that takes everything, all is told."""
        self.telegram.answer = "took"
        self.clock.advance(86_400)
        for place in range(3):
            self.run(self._resume(place))
            while self.run(self.sender._send_next(self.chats[place])):
                assert self.telegram.calls[-1] == self.chats[place]
        told = {words for _, words in self.telegram.taken}
        assert told == self.queued.keys(), "nothing is lost"
        assert self.waiting() == []

    def teardown(self) -> None:
        """However an example ends, all is told in the end."""
        self.all_is_well_again()

    # --- what always holds ------------------------------------------------------------------

    @invariant()
    def nothing_is_lost_and_copies_have_a_reason(self) -> None:
        told = Counter(words for _, words in self.telegram.taken)
        for words, times in told.items():
            assert times <= 1 + self.may_repeat[words], f"{words}: {times} times"
        waiting = Counter(self.waiting())
        for words in self.queued:
            assert told[words] or waiting[words] == 1, f"{words} is nowhere"

    @invariant()
    def a_chat_that_refuses_us_is_not_called(self) -> None:
        paused = self.run(self._paused())
        for place in range(3):
            if self.chats[place] in paused:
                assert self.chats[place] not in self.due()

    # --- means ---------------------------------------------------------------------------------

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def held_back(self, place: int) -> bool:
        """Say whether the sender would leave this chat alone now."""
        return (
            self.chats[place] in self.run(self._paused())
            or self.sender._pacer.wait(self.chats[place]) > 0
        )

    def place(self, chat_id: int) -> int:
        return self.chats.index(chat_id) if chat_id in self.chats else -1

    def due(self) -> list[int]:
        return list(self.run(self._due()))

    def waiting(self) -> list[str]:
        return list(self.run(self._waiting()))

    async def _join(self) -> None:
        async with self.store.write() as tx:
            await people.join(tx, 1, PERSON, Role.OWNER, START)

    async def _say(self, place: int, said: Outgoing, urgency: int) -> None:
        async with self.store.write() as tx:
            await outbox.say(
                tx,
                shop_id=1,
                chat_id=self.chats[place],
                person_id=PERSON,
                said=said,
                now=self.clock.now(),
                urgency=urgency,
            )

    async def _lease(self, place: int) -> None:
        async with self.store.write() as tx:
            if self.chats[place] not in await people.paused_chats(tx):
                await sending.lease(tx, self.chats[place], self.clock.now())

    async def _take_up(self) -> None:
        async with self.store.write() as tx:
            await sending.take_up(tx, self.clock.now())

    async def _resume(self, place: int) -> None:
        async with self.store.write() as tx:
            await people.resume(tx, self.chats[place])

    async def _paused(self) -> frozenset[int]:
        async with self.store.read() as tx:
            return await people.paused_chats(tx)

    async def _due(self) -> list[int]:
        async with self.store.read() as tx:
            paused = await people.paused_chats(tx)
            return [c for c, _ in await sending.due_chats(tx, self.clock.now(), paused)]

    async def _waiting(self) -> list[str]:
        async with self.store.read() as tx:
            rows = await tx.execute(
                select(messages).where(
                    messages.c.chat_id.in_(self.chats),
                    messages.c.state.in_(("pending", "sending")),
                )
            )
            found = [sending._queued(tx, row).said for row in rows.all()]
            return [said.text for said in found if said is not None]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[type[OutboxMachine]]:
    with asyncio.Runner() as runner:

        async def start() -> Store:
            store = await ready_store(tmp_path)
            async with store.write() as tx:
                await people.the_shop(tx, START)
            return store

        OutboxMachine.runner = runner
        OutboxMachine.store = runner.run(start())
        yield OutboxMachine
        runner.run(OutboxMachine.store.close())


def test_nothing_is_lost_whatever_happens(machine: type[OutboxMachine]) -> None:
    run_state_machine_as_test(
        machine, settings=settings(max_examples=20, stateful_step_count=25, deadline=None)
    )
