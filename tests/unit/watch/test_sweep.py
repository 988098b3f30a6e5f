"""The sweep: in a circle, from where it stood, and on through what it comes upon first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.integration.watch.market import Market

from .test_shifting_lists import Crash, Memory, Process


async def _watched(market: Market, orders: int, memory: Memory) -> Process:
    """Return a process that knows everything of a list."""
    for _ in range(orders):
        market.place()
    process = Process(market, memory)
    await process.start()
    await process.round()
    for _ in range(20):
        await process.walk.step()
    assert process.walk.done
    return process


async def _step(market: Market, process: Process) -> list[int]:
    """Let the sweep make a step; return the pages that it asked for."""
    before = len(market.calls)
    assert await process.sweep.step()
    return [what[0] for _, what in market.calls[before:]]


@pytest.mark.parametrize("totals", [True, False])
def test_it_reads_page_after_page_and_begins_again(totals: bool) -> None:
    async def play() -> None:
        market = Market(size=10, totals=totals)
        process = await _watched(market, 35, Memory())
        lap = [await _step(market, process) for _ in range(4)]
        assert lap == [[1], [2], [3], [4]]
        assert await _step(market, process) == [1]

    asyncio.run(play())


def test_a_server_that_repeats_its_last_page_for_ever_has_ended() -> None:
    async def play() -> None:
        market = Market(size=10, totals=False, behind="repeat")
        process = await _watched(market, 40, Memory())
        lap = [await _step(market, process) for _ in range(8)]
        assert lap == [[1], [2], [3], [4], [5], [6], [7], [1]]

    asyncio.run(play())


def test_a_new_process_goes_on_where_the_one_before_stood() -> None:
    async def play() -> None:
        market, memory = Market(size=10), Memory()
        process = await _watched(market, 35, memory)
        await _step(market, process)
        await _step(market, process)
        after = Process(market, memory)
        await after.start()
        assert await _step(market, after) == [3]

    asyncio.run(play())


def test_a_page_that_could_not_be_stored_is_read_again_and_ends_no_lap() -> None:
    async def play() -> None:
        market, memory = Market(size=10), Memory()
        process = await _watched(market, 35, memory)
        await _step(market, process)
        true = process.taker.take

        async def fails(*_: Any, **__: Any) -> Any:
            raise RuntimeError("the disk is full")

        process.taker.take = fails  # type: ignore[method-assign]
        for _ in range(4):
            with pytest.raises(RuntimeError):
                await process.sweep.step()
        process.taker.take = true  # type: ignore[method-assign]
        assert [await _step(market, process) for _ in range(2)] == [[2], [3]]

    asyncio.run(play())


def test_what_a_death_among_a_burst_left_is_found_by_the_next_step() -> None:
    """The sweep comes upon 60 orders before the head does, and dies on their third page."""

    async def play() -> None:
        market, memory = Market(size=10), Memory()
        process = await _watched(market, 30, memory)
        await _step(market, process)
        for _ in range(60):
            market.place()

        def dies_on_page_4(_: str, what: Any) -> None:
            if what[0] == 4:
                raise Crash

        market.before = dies_on_page_4
        with pytest.raises(Crash):
            await process.sweep.step()
        market.before = lambda *_: None
        after = Process(market, memory)
        await after.start()
        await after.round()
        assert len(set(market.orders) - set(memory.known)) == 30, "the head stops at what is known"
        assert await _step(market, after) == [4, 5, 6, 7]
        assert set(memory.known) == set(market.orders)
        assert set(memory.announced.values()) == {1}

    asyncio.run(play())
