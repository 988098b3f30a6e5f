import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.supplier.budget import Budget, Priority

from .support import FakeTime


class Queue:
    """Starts calls and notes who got their turn, and when."""

    def __init__(self, calls_per_minute: int) -> None:
        self.time = FakeTime()
        self.budget = Budget(calls_per_minute, clock=self.time.clock, sleep=self.time.sleep)
        self.turns: list[tuple[float, str]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def call(self, priority: Priority, name: str = "") -> asyncio.Task[None]:
        async def take() -> None:
            await self.budget.take(priority)
            self.turns.append((self.time.now, name or priority.name))

        task = asyncio.create_task(take())
        self.tasks.append(task)
        return task

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.turns]

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    queue = Queue(60)
    for _ in range(12):
        queue.call(Priority.PERSON)
    await queue.time.advance(0)
    assert len(queue.turns) == 10
    await queue.time.advance(1)
    assert len(queue.turns) == 11
    await queue.time.advance(1)
    assert len(queue.turns) == 12
    await queue.end()


async def test_a_person_goes_before_the_background_that_waits() -> None:
    queue = Queue(60)
    for number in range(20):
        queue.call(Priority.SWEEP, f"sweep {number}")
    queue.call(Priority.HISTORY)
    await queue.time.advance(0)
    before = len(queue.turns)
    queue.call(Priority.HEAD)
    queue.call(Priority.PERSON)
    await queue.time.advance(0)
    assert queue.names[before:] == ["PERSON"]
    await queue.time.advance(3)
    assert queue.names[before + 1] == "HEAD"
    assert queue.names[before + 2].startswith("sweep")
    await queue.end()


async def test_calls_of_one_priority_go_in_the_order_they_came() -> None:
    queue = Queue(6)
    for number in range(6):
        queue.call(Priority.PERSON, str(number))
    await queue.time.advance(60)
    assert queue.names == ["0", "1", "2", "3", "4", "5"]
    await queue.end()


async def test_a_sweep_leaves_room_for_a_person() -> None:
    queue = Queue(60)
    for _ in range(200):
        queue.call(Priority.SWEEP)
    await queue.time.advance(59)
    assert len(queue.turns) == 48
    for _ in range(2):
        queue.call(Priority.PERSON)
    await queue.time.advance(0)
    assert queue.names[48:] == ["PERSON", "PERSON"]
    await queue.end()


async def test_the_background_gets_its_turn_with_one_call_a_minute() -> None:
    queue = Queue(1)
    queue.call(Priority.HISTORY)
    queue.call(Priority.HISTORY)
    await queue.time.advance(59)
    assert len(queue.turns) == 1
    await queue.time.advance(1)
    assert len(queue.turns) == 2
    await queue.end()


async def test_a_cancelled_call_uses_nothing_up_and_holds_nobody() -> None:
    queue = Queue(5)
    for _ in range(5):
        queue.call(Priority.PERSON)
    await queue.time.advance(0)
    first = queue.call(Priority.PERSON, "cancelled while it sleeps")
    second = queue.call(Priority.PERSON, "cancelled while it waits")
    queue.call(Priority.PERSON, "left")
    await queue.time.settle()
    second.cancel()
    first.cancel()
    await queue.time.advance(60)
    assert queue.names[5:] == ["left"]
    assert first.cancelled()
    assert queue.budget.waiting == 0
    await queue.end()


@settings(deadline=None)
@given(
    calls=st.lists(
        st.tuples(st.floats(0, 20), st.sampled_from(list(Priority))), min_size=1, max_size=60
    ),
    calls_per_minute=st.integers(1, 40),
)
def test_no_window_of_a_minute_holds_more_than_the_budget(
    calls: list[tuple[float, Priority]], calls_per_minute: int
) -> None:
    async def play() -> list[tuple[float, str]]:
        queue = Queue(calls_per_minute)
        for pause, priority in calls:
            await queue.time.advance(pause)
            queue.call(priority)
        await queue.time.advance(60.5 * (len(calls) + 1))
        await queue.end()
        return queue.turns

    turns = asyncio.run(play())
    assert len(turns) == len(calls)
    times = sorted(at for at, _ in turns)
    for number, at in enumerate(times):
        in_window = sum(1 for other in times[number:] if other < at + 60 - 1e-6)
        assert in_window <= calls_per_minute


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_budget_below_one_call_is_refused(wrong: int) -> None:
    make: Callable[[int], Budget] = Budget
    with pytest.raises(ValueError, match="1 or more"):
        make(wrong)
