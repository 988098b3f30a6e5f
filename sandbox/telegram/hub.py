"""Who waits for something to change: long polls, event streams, calls that hang."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")

Event = dict[str, Any]


class Hub:
    """Wakes whoever waits at each change, and ends all waiting when it is closed."""

    def __init__(self) -> None:
        self.closed = False
        self._changes: Counter[int | None] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        self._streams: set[asyncio.Queue[Event | None]] = set()

    def changed(self, chat_id: int | None = None, **more: Any) -> None:
        """Say that a chat (or, without one, something else) is no longer as it was.

        `more` goes into the event as it is.
        """
        self._changes[chat_id] += 1
        for stream in self._streams:
            stream.put_nowait({"kind": "changed", "chat_id": chat_id, **more})
        self.wake()

    def changes(self, chat_id: int) -> int:
        """Return how often anything was changed that may show in a chat."""
        return self._changes[chat_id] + self._changes[None]

    def wake(self) -> None:
        """Let everyone who waits look again, without telling the event streams."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def close(self) -> None:
        """End every long poll, stream and hanging call now and from now on.

        May be called from another thread than the one that serves.
        """
        self.closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self.wake()
        for stream in self._streams:
            stream.put_nowait(None)

    async def until(
        self,
        look: Callable[[], T | None],
        seconds: float,
        *,
        gone: "asyncio.Task[None] | None" = None,
    ) -> T | None:
        """Wait until `look` finds something and return it; None after `seconds`.

        Also returns None when the hub is closed or the client is `gone`.
        """
        loop = self._loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while True:
            found = look()
            if found is not None:
                return found
            left = end - loop.time()
            if left <= 0 or self.closed or (gone is not None and gone.done()):
                return None
            turn: asyncio.Future[None] = loop.create_future()
            self._waiting.add(turn)
            both: set[asyncio.Future[None]] = {turn} if gone is None else {turn, gone}
            try:
                await asyncio.wait(both, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._waiting.discard(turn)
                turn.cancel()

    async def events(self, keep_alive: float) -> AsyncIterator[Event | None]:
        """Yield every change; None each `keep_alive` seconds in which nothing changed."""
        self._loop = asyncio.get_running_loop()
        stream: asyncio.Queue[Event | None] = asyncio.Queue()
        self._streams.add(stream)
        try:
            while not self.closed:
                try:
                    event = await asyncio.wait_for(stream.get(), keep_alive)
                except TimeoutError:
                    yield None
                    continue
                if event is None:
                    return
                yield event
        finally:
            self._streams.discard(stream)


class Departure:
    """Notices that the client of a request went away, as long as the block lasts.

    The request's body must have been read before.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "asyncio.Task[None]":
        self._task = asyncio.create_task(self._watch())
        return self._task

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _watch(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            continue
