"""Who is woken when something was stored, so that nobody has to look again and again."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakKeyDictionary


class Signals:
    """Named wake-ups within this process. None is lost, and every waiter of a name gets it."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._seen: WeakKeyDictionary[asyncio.Task[Any], dict[str, int]] = WeakKeyDictionary()

    def wake(self, name: str) -> None:
        """Wake everyone who waits for `name`, now or next. Only from the loop's thread."""
        self._counts[name] = self._counts.get(name, 0) + 1
        for future in self._waiting.pop(name, ()):
            if not future.done():
                future.set_result(None)

    def count(self, name: str) -> int:
        """Return how often `name` was woken in this process."""
        return self._counts.get(name, 0)

    async def wait(self, name: str, timeout: float | None) -> bool:
        """Wait up to `timeout` seconds (None: for ever); say whether `name` was woken.

        Returns at once when it was woken since this task last waited for it, or at any time
        before its first wait: look at the rows, then wait. A task counts as one waiter, so
        wait in the task that loops, not in a new one each time.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a signal is waited for within a task")
        seen = self._seen.setdefault(task, {})
        if self._counts.get(name, 0) == seen.get(name, 0):
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(name, set()).add(future)
            try:
                await asyncio.wait((future,), timeout=timeout)
            finally:
                self._forget(name, future)
        count = self._counts.get(name, 0)
        woken = count != seen.get(name, 0)
        seen[name] = count
        return woken

    def _forget(self, name: str, future: asyncio.Future[None]) -> None:
        waiting = self._waiting.get(name)
        if waiting is not None:
            waiting.discard(future)
            if not waiting:
                del self._waiting[name]
