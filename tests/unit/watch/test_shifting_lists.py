"""Lists that move while they are read: whatever happens between two pages, nothing is missed."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.change import fingerprint
from bot.model.order import Order
from bot.watch.feed import orders_of
from bot.watch.head import Head
from bot.watch.list_state import ListState
from bot.watch.sweep import Sweep
from bot.watch.taking import Looked, Place, Position, Taker
from bot.watch.walk import Walk
from tests.integration.watch.market import START, Market


def clock(market: Market) -> datetime:
    """Return the time by the marketplace's own clock, on which one order comes a minute."""
    return START + timedelta(minutes=market.placed, seconds=30)


class Crash(BaseException):
    """The process dies here: nothing that follows is stored."""


@dataclass
class Memory:
    """What survives a crash: as the store keeps it, without the store."""

    known: dict[str, tuple[str, int]] = field(default_factory=dict)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    announced: Counter[tuple[str, int]] = field(default_factory=Counter)


class MemoryTaker(Taker[Order]):
    """Takes in as the real one does, into memory."""

    def __init__(self, market: Market, memory: Memory) -> None:
        super().__init__(orders_of(market), None, 1, lambda: clock(market))  # type: ignore[arg-type]
        self.memory = memory

    async def load(self, name: str) -> Place:
        feed = f"orders.{name}" if name else "orders"
        return Place(feed, dict(self.memory.places.get(feed, {})))

    async def take(
        self,
        things: Sequence[Order],
        *,
        looked_at: datetime,
        from_walk: bool = False,
        looked_for: Sequence[str] = (),
        position: Position | None = None,
        before: Any = None,
    ) -> Looked:
        news = unknown = 0
        if before is not None:
            await before(self)
        for thing in things:
            print_, revision = self.memory.known.get(thing.order_id, ("", 0))
            if print_ == fingerprint(thing):
                continue
            self.memory.known[thing.order_id] = (fingerprint(thing), revision + 1)
            unknown += revision == 0
            if revision or not self._is_history(thing, from_walk=from_walk):
                self.memory.announced[thing.order_id, revision + 1] += 1
                news += 1
        looked = Looked(tuple(thing.order_id for thing in things), news, unknown)
        moved = position(looked) if position is not None else None
        if moved is not None:
            self.memory.places[moved[0].feed] = moved[0].body = moved[1]
        return looked

    async def execute(self, statement: Any, parameters: Any) -> None:
        """The first look writes the walk's beginning: the one statement that comes this way."""
        self.memory.places[parameters["feed"]] = parameters["body"]


class Process:
    """One life of the poller's readers, over what the last one left."""

    def __init__(self, market: Market, memory: Memory) -> None:
        self.taker = MemoryTaker(market, memory)
        state = ListState(self.taker.feed)
        self.state = state
        self.head = Head(self.taker, state)
        self.walk = Walk(self.taker, state)
        self.sweep = Sweep(self.taker, state)

    async def start(self) -> None:
        await self.head.load()
        await self.walk.load()
        await self.sweep.load()

    async def round(self) -> bool:
        first = not self.head.first_look
        found = await self.head.round()
        if first:
            await self.walk.load()
        return found


Happening = tuple[str, int]

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.integers(1, 25)),
        st.tuples(st.just("change"), st.integers(0, 10_000)),
        st.tuples(st.just("nothing"), st.just(0)),
        st.tuples(st.just("crash"), st.just(0)),
    ),
    max_size=25,
)
doings = st.lists(st.sampled_from(["round", "round", "walk", "walk", "sweep"]), max_size=20)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sort=st.sampled_from(["newest", "oldest", "mixed"]),
    totals=st.booleans(),
    size=st.sampled_from([10, 100]),
    behind=st.sampled_from(["empty", "repeat", "missing"]),
    at_first=st.integers(0, 120),
    between=happenings,
    doings=doings,
)
def test_nothing_is_missed_and_nothing_is_told_twice(
    sort: Any,
    totals: bool,
    size: int,
    behind: Any,
    at_first: int,
    between: list[Happening],
    doings: list[str],
) -> None:
    market = Market(sort=sort, totals=totals, size=size, behind=behind)
    for _ in range(at_first):
        market.place()
    asyncio.run(_play(market, list(between), doings, at_first))


def happening(market: Market, between: list[Happening]) -> Callable[[str, Any], None]:
    """Return what happens at the beginning of each call, one thing after the other."""

    def happen(name: str, what: Any) -> None:
        kind, number = between.pop(0) if between else ("nothing", 0)
        if kind == "crash":
            raise Crash
        if kind == "place":
            for _ in range(number):
                market.place()
        if kind == "change" and market.orders:
            order = market.orders[list(market.orders)[number % len(market.orders)]]
            running = order["status"] == "running_order"
            order["status"] = "pending_order" if running else "running_order"

    return happen


async def _play(market: Market, between: list[Happening], doings: list[str], at_first: int) -> None:
    memory = Memory()
    process = Process(market, memory)

    await process.start()
    await process.round()  # the first look is undisturbed: what is there is history
    history = set(market.orders)
    market.before = happening(market, between)
    for doing in doings:
        try:
            if doing == "round":
                await process.round()
            elif doing == "walk":
                await process.walk.step()
            else:
                await process.sweep.step()
        except Crash:
            process = Process(market, memory)
            await process.start()
    market.before = lambda *_: None

    while not process.walk.done:
        await process.walk.step()
    for _ in range(3):
        await process.round()
    missed = set(market.orders) - set(memory.known)
    # Sorted in no way, only the sweep can be sure.
    assert market.sort == "mixed" or not missed, "the head and the walk find everything"
    await _sweep_all(process, market)
    _judge(market, memory, history)


def _judge(market: Market, memory: Memory, history: set[str]) -> None:
    now = {name: fingerprint(Order.model_validate(each)) for name, each in market.orders.items()}
    assert {name: print_ for name, (print_, _) in memory.known.items()} == now
    assert set(memory.announced.values()) <= {1}, "told once for each revision"
    told = {name for name, _ in memory.announced}
    assert set(market.orders) - history <= told, "every new one is told"
    for name, (_, revision) in memory.known.items():
        first = 2 if name in history else 1
        assert all(memory.announced[name, each] == 1 for each in range(first, revision + 1))
        assert name not in history or memory.announced[name, 1] == 0


async def _sweep_all(process: Process, market: Market) -> None:
    """Two laps: the one that was under way, and a whole one."""
    for _ in range(2 * (len(market.orders) // min(market.size, 100) + 6)):
        if not await process.sweep.step():
            await process.round()


def test_a_gap_that_a_crash_left_is_closed() -> None:
    """250 came while nobody looked; the process dies after the first page of them."""

    async def play() -> None:
        market = Market(size=10)
        for _ in range(30):
            market.place()
        memory = Memory()
        process = Process(market, memory)
        await process.start()
        await process.round()
        while not process.walk.done:
            await process.walk.step()
        for _ in range(55):
            market.place()

        def die_on_page_3(name: str, what: Any) -> None:
            if what[0] == 3:
                raise Crash

        market.before = die_on_page_3
        with contextlib.suppress(Crash):
            await process.round()
        assert len(memory.known) == 50
        market.before = lambda *_: None
        # Exactly a page more: the first wholly known page lies before the gap.
        for _ in range(10):
            market.place()
        after = Process(market, memory)
        await after.start()
        await after.round()
        assert set(memory.known) == set(market.orders)
        assert set(memory.announced.values()) == {1}

    asyncio.run(play())


def test_what_comes_to_a_page_that_was_read_already_is_found_by_the_same_look() -> None:
    async def play() -> None:
        market = Market(size=10)
        for _ in range(30):
            market.place()
        process = Process(market, Memory())
        await process.start()
        await process.round()
        while not process.walk.done:
            await process.walk.step()
        for _ in range(15):
            market.place()

        def comes_meanwhile(name: str, what: Any) -> None:
            if what[0] == 2:
                market.before = lambda *_: None
                market.place()

        market.before = comes_meanwhile
        await process.round()
        assert set(process.taker.memory.known) == set(market.orders)

    asyncio.run(play())


def test_a_gap_is_closed_though_its_start_moved_to_the_front() -> None:
    """Sorted by changes: what was read last before the crash may stand on the first page now."""

    async def play() -> None:
        market = Market(size=10, sort="updated")
        for _ in range(30):
            market.place()
        memory = Memory()
        process = Process(market, memory)
        await process.start()
        await process.round()
        while not process.walk.done:
            await process.walk.step()
        for _ in range(55):
            market.place()

        def die_on_page_3(name: str, what: Any) -> None:
            if what[0] == 3:
                raise Crash

        market.before = die_on_page_3
        with contextlib.suppress(Crash):
            await process.round()
        market.before = lambda *_: None
        # The last of page 2 changes, and moves to the front.
        last = market.orders["o00066"]
        last["status"] = "running_order"
        last["updated_at"] = (START + timedelta(minutes=market.placed, seconds=1)).isoformat()
        after = Process(market, memory)
        await after.start()
        await after.round()
        assert set(memory.known) == set(market.orders)
        assert set(memory.announced.values()) == {1}

    asyncio.run(play())


@pytest.mark.parametrize("totals", [True, False])
def test_a_page_that_repeats_what_was_just_read_ends_nothing(totals: bool) -> None:
    """Between two pages of the walk as many orders come as a page holds: the first comes again."""

    async def play() -> None:
        market = Market(size=10, totals=totals)
        for _ in range(45):
            market.place()
        process = Process(market, Memory())
        await process.start()
        await process.round()
        history = set(market.orders)

        def comes_before_page_2(name: str, what: Any) -> None:
            if what[0] == 2:
                market.before = lambda *_: None
                for _ in range(10):
                    market.place()

        market.before = comes_before_page_2
        while not process.walk.done:
            await process.walk.step()
        assert history <= set(process.taker.memory.known)

    asyncio.run(play())


def test_a_list_that_is_sorted_in_no_way_is_read_as_a_whole_when_it_moved() -> None:
    """One order comes, to the last page: no look at the first one would ever show it."""

    async def play() -> None:
        market = Market(size=10, sort="mixed")
        for _ in range(45):
            market.place()
        process = Process(market, Memory())
        await process.start()
        await process.round()
        while not process.walk.done:
            await process.walk.step()
        await process.round()
        later = [(START + timedelta(days=9, minutes=each)).isoformat() for each in range(200)]
        last = market.place(created_at=max(later, key=lambda at: zlib.crc32(at.encode())))
        await process.round()
        assert last in process.taker.memory.known

    asyncio.run(play())


def test_the_market_of_these_tests_is_dated() -> None:
    market = Market()
    order = Order.model_validate(market.orders[market.place()])
    assert order.created_at is not None
    assert order.created_at > START
