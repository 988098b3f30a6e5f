"""How many calls a minute the marketplace gets from us, and whose go first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Final

WINDOW_SECONDS: Final = 60.0
_MIN_BURST: Final = 5
_MIN_SLEEP: Final = 0.001


class Priority(IntEnum):
    """Whose call goes first: the lower, the sooner."""

    PERSON = 0
    HEAD = 1
    OPEN_SET = 2
    SWEEP = 3
    HISTORY = 4


class _Waiter:
    """A call that waits for its turn; ordered by priority, then by arrival."""

    __slots__ = ("is_first", "key", "priority")

    def __init__(self, priority: Priority, arrival: int) -> None:
        self.priority = priority
        self.key = (int(priority), arrival)
        self.is_first = asyncio.Event()

    def __lt__(self, other: _Waiter) -> bool:
        return self.key < other.key


class Budget:
    """A token bucket with a priority queue: at most ``calls_per_minute`` in any 60 seconds.

    Calls may come in a burst of a sixth of that (at least 5). A fifth is kept for persons:
    background calls leave it untouched, so that a press does not wait behind a sweep.
    """

    def __init__(
        self,
        calls_per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if calls_per_minute < 1:
            raise ValueError("calls_per_minute must be 1 or more")
        self._clock = clock
        self._sleep = sleep
        self._rate = calls_per_minute / WINDOW_SECONDS
        self._burst = float(min(calls_per_minute, max(_MIN_BURST, calls_per_minute // 6)))
        reserve = calls_per_minute // 5
        # In the bucket the reserve is smaller, or a small burst would never serve the background.
        self._reserved_tokens = min(float(reserve), self._burst // 5)
        self._tokens = self._burst
        self._filled_at = clock()
        self._all: deque[float] = deque(maxlen=calls_per_minute)
        self._background: deque[float] = deque(maxlen=calls_per_minute - reserve)
        self._waiting: list[_Waiter] = []
        self._arrivals = itertools.count()

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return len(self._waiting)

    async def take(self, priority: Priority) -> None:
        """Wait until a call of this priority may be made. Safe to cancel: that uses nothing up."""
        waiter = _Waiter(priority, next(self._arrivals))
        heapq.heappush(self._waiting, waiter)
        try:
            while True:
                if self._waiting[0] is not waiter:
                    waiter.is_first.clear()
                    await waiter.is_first.wait()
                    continue
                delay = self.delay(priority)
                if delay <= 0:
                    self._use(priority)
                    return
                await self._sleep(max(delay, _MIN_SLEEP))
        finally:
            self._waiting.remove(waiter)
            heapq.heapify(self._waiting)
            if self._waiting:
                self._waiting[0].is_first.set()

    def delay(self, priority: Priority) -> float:
        """Return the seconds until a call of this priority may go, if no other goes before it."""
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        background = priority is not Priority.PERSON
        needed = 1.0 + (self._reserved_tokens if background else 0.0)
        delay = (needed - self._tokens) / self._rate
        for log in (self._all, self._background) if background else (self._all,):
            if len(log) == log.maxlen:
                delay = max(delay, log[0] + WINDOW_SECONDS - now)
        # The bucket's sums are floats: a billionth of a token is rounding, not a reason to wait.
        return 0.0 if delay < 1e-9 else delay  # noqa: PLR2004

    def _use(self, priority: Priority) -> None:
        self._tokens -= 1.0
        self._all.append(self._filled_at)
        if priority is not Priority.PERSON:
            self._background.append(self._filled_at)
