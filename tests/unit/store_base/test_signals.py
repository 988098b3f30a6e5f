from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.store.signals import Signals

LONG = 5.0


async def in_a_task(work: Callable[[], Awaitable[list[bool]]]) -> list[bool]:
    return await asyncio.create_task(_run(work))


async def _run(work: Callable[[], Awaitable[list[bool]]]) -> list[bool]:
    return await work()


async def test_a_wake_before_the_wait_is_not_lost_and_counts_once() -> None:
    signals = Signals()
    signals.wake("outbox")
    signals.wake("outbox")
    assert await signals.wait("outbox", LONG) is True
    assert await signals.wait("outbox", 0) is False


async def test_a_wake_between_two_waits_is_not_lost() -> None:
    signals = Signals()
    assert await signals.wait("outbox", 0) is False
    signals.wake("outbox")
    assert await signals.wait("outbox", LONG) is True


async def test_nothing_is_woken_by_another_name() -> None:
    signals = Signals()
    signals.wake("inbox")
    assert await signals.wait("outbox", 0.01) is False


async def test_every_waiter_gets_each_wake() -> None:
    signals = Signals()
    ready = asyncio.Semaphore(0)

    async def waiter() -> list[bool]:
        first = await signals.wait("outbox", 0)
        ready.release()
        return [first, await signals.wait("outbox", LONG), await signals.wait("outbox", 0)]

    tasks = [asyncio.create_task(waiter()) for _ in range(5)]
    for _ in tasks:
        await ready.acquire()
    signals.wake("outbox")
    assert await asyncio.gather(*tasks) == [[False, True, False]] * 5


async def test_one_that_comes_later_than_the_wake_still_gets_it() -> None:
    signals = Signals()
    signals.wake("outbox")

    async def waiter() -> list[bool]:
        return [await signals.wait("outbox", LONG)]

    assert await in_a_task(waiter) == [True]
    assert await in_a_task(waiter) == [True]


async def test_a_wait_without_limit_ends_with_the_wake() -> None:
    signals = Signals()
    task = asyncio.create_task(signals.wait("outbox", None))
    done, _ = await asyncio.wait((task,), timeout=0.02)
    assert not done
    signals.wake("outbox")
    assert await asyncio.wait_for(task, LONG) is True


async def test_a_cancelled_wait_leaves_nothing_behind() -> None:
    signals = Signals()
    task = asyncio.create_task(signals.wait("outbox", None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert signals._waiting == {}
    signals.wake("outbox")
