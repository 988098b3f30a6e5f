"""Whatever people, crashes and answers do, in whatever order: the rules of intents hold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr
from sqlalchemy import select

from bot.model.intent import (
    EXPIRES_AFTER,
    LIVE,
    Intent,
    Kind,
    Outcome,
    RefundPlan,
    ReplyPlan,
    State,
)
from bot.store import intent_rows, intents, settling
from bot.store.database import Store
from bot.store.people import the_shop
from bot.store.tables import intents as table
from tests.support.ready import ready_store
from tests.support.world import START

ENDED = {State.DONE, State.REFUSED, State.EXPIRED}
REFUND = RefundPlan(amount=None, delivered=0)
PEOPLE = st.sampled_from([1001, 1002, 1003])


class IntentsMachine(RuleBasedStateMachine):
    """A few subjects, many proposals, and everything that can happen to them."""

    runner: ClassVar[asyncio.Runner]
    store: ClassVar[Store]
    examples: ClassVar[Iterator[int]] = count()

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.example = next(self.examples)
        self.now = START
        self.sent: dict[int, int] = {}
        self.ended: dict[int, tuple[State, Outcome]] = {}

    # --- what happens -----------------------------------------------------------------------

    @rule(target=made, subject=st.sampled_from("ab"), reply=st.booleans(), holds=st.booleans())
    def propose(self, subject: str, reply: bool, holds: bool) -> Intent:
        plan = ReplyPlan(text=SecretStr("x"), seen="y") if reply else REFUND
        made: Intent = self.write(
            intents.propose,
            shop_id=1,
            kind=Kind.REPLY if reply else Kind.REFUND,
            subject_kind="order",
            subject_id=f"{self.example}-{subject}",
            plan=plan,
            chat_id=1,
            person_id=1001,
            fires_at=self.now + timedelta(seconds=5) if holds else None,
            now=self.now,
        )
        return made

    @rule(old=made, person=PEOPLE, stale=st.booleans())
    def confirm(self, old: Intent, person: int, stale: bool) -> None:
        true = self.get(old)
        live = self.live(true.subject_id)
        won = self.write(intents.confirm, old if stale else true, person, self.now)
        late = true.expires_at <= self.now and true.fires_at is None
        if won == "won":
            assert true.state is State.PROPOSED
            assert live == []
            after = self.get(old)
            assert (after.state, after.confirmed_by) == (State.SENDING, person)
        elif true.state is State.PROPOSED and not stale:
            assert won == ("expired" if late else "busy")
            assert late or live
        else:
            assert won in {"taken", "busy", "expired"}

    @rule(old=made)
    def dispatch(self, old: Intent) -> None:
        true = self.get(old)
        may = true.state is State.SENDING and true.dispatched_at is None
        assert self.write(settling.dispatched, old, self.now) is may
        if may:
            self.sent[old.id] = self.sent.get(old.id, 0) + 1

    @rule(old=made, state=st.sampled_from(sorted(ENDED)), stale=st.booleans())
    def finish(self, old: Intent, state: State, stale: bool) -> None:
        true = self.get(old)
        outcome = Outcome(reason=state.value)
        moved = self.write(intents.finish, old if stale else true, state, outcome, self.now)
        assert moved is (true.state not in ENDED)

    @rule(old=made)
    def lose(self, old: Intent) -> None:
        outcome = Outcome(reason="timeout", checking=True)
        self.write(settling.lost, old, outcome, self.now, self.now + timedelta(seconds=1))

    @rule(old=made)
    def look(self, old: Intent) -> None:
        outcome = Outcome(reason="not_seen_yet", checking=True)
        self.write(settling.checked, old, outcome, self.now, self.now + timedelta(seconds=1))

    @rule(old=made)
    def ask_again(self, old: Intent) -> None:
        if self.get(old).dispatched_at is None:
            self.write(intents.ask_again, old, old.plan, Outcome(reason="moved"), self.now)

    @rule(old=made)
    def replan(self, old: Intent) -> None:
        self.write(intents.replan, old, old.plan, self.now, fires_at=None)

    @rule()
    def crash(self) -> None:
        self.write(settling.take_up, self.now)
        for one in self.all():
            assert not (one.state is State.SENDING and one.dispatched_at is not None)

    @rule(seconds=st.sampled_from([1, 5, EXPIRES_AFTER.total_seconds()]))
    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def what_is_due(self) -> None:
        mine = {one.id for one in self.all()}
        due = {one.id for one in self.read(settling.due, self.now)} & mine
        for one in self.all():
            match one.state:
                case State.PROPOSED:
                    expected = one.expires_at <= self.now or (
                        one.fires_at is not None and one.fires_at <= self.now
                    )
                case State.SENDING:
                    expected = one.dispatched_at is None
                case State.UNKNOWN:
                    expected = one.next_check_at is not None and one.next_check_at <= self.now
                case _:
                    expected = False
            assert (one.id in due) is expected

    # --- what always holds ------------------------------------------------------------------

    @invariant()
    def the_rules_hold(self) -> None:
        every = self.all()
        live = [one.subject_id for one in every if one.state in LIVE]
        assert len(live) == len(set(live)), "at most one is live on a subject"
        assert all(times == 1 for times in self.sent.values()), "none goes out twice"
        for one in every:
            if one.id in self.ended:
                assert (one.state, one.outcome) == self.ended[one.id], "an end is an end"
            elif one.state in ENDED:
                self.ended[one.id] = (one.state, one.outcome)
            if one.state is State.UNKNOWN:
                assert one.next_check_at is not None, "it is always looked at again"
                assert one.unknown_since is not None

    # --- means ---------------------------------------------------------------------------------

    def write(self, do: Any, *args: Any, **named: Any) -> Any:
        async def run() -> Any:
            async with self.store.write() as tx:
                return await do(tx, *args, **named)

        return self.runner.run(run())

    def read(self, do: Any, *args: Any) -> Any:
        async def run() -> Any:
            async with self.store.read() as tx:
                return await do(tx, *args)

        return self.runner.run(run())

    def get(self, old: Intent) -> Intent:
        found = self.read(intents.get, old.id)
        assert isinstance(found, Intent)
        return found

    def all(self) -> list[Intent]:
        async def mine(tx: Any) -> list[Intent]:
            rows = await tx.execute(
                select(table).where(table.c.subject_id.like(f"{self.example}-%"))
            )
            return [await intent_rows.from_row(tx, row) for row in rows.all()]

        found: list[Intent] = self.read(mine)
        return found

    def live(self, subject_id: str) -> list[Intent]:
        return [one for one in self.all() if one.subject_id == subject_id and one.state in LIVE]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[type[IntentsMachine]]:
    with asyncio.Runner() as runner:

        async def start() -> Store:
            store = await ready_store(tmp_path)
            async with store.write() as tx:
                await the_shop(tx, START)
            return store

        IntentsMachine.runner = runner
        IntentsMachine.store = runner.run(start())
        yield IntentsMachine
        runner.run(IntentsMachine.store.close())


def test_the_rules_hold_whatever_happens(machine: type[IntentsMachine]) -> None:
    run_state_machine_as_test(
        machine, settings=settings(max_examples=15, stateful_step_count=25, deadline=None)
    )
