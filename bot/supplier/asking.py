"""How an operation is asked for and its answer read, whichever operation it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Self, TypeVar

import httpx

from bot.model.wire import Wire

from .addresses import AddressTable
from .auth import Auth, check_base_url
from .budget import Budget, Priority
from .caller import Call, Caller, CallRecord, Timeouts
from .envelope import PLURALS, NotUnderstoodError, Page, holds_many, read_page, read_single
from .operations import Operation
from .paging import PageMemory
from .results import Done
from .unread import Unread

W = TypeVar("W", bound=Wire)
D = TypeVar("D", bound=Done)

MAX_PAGE_SIZE: Final = 100


class Asker:
    """A connection to the marketplace that asks and reads; the operations build on it."""

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        addresses: AddressTable,
        *,
        calls_per_minute: int = 60,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
        on_call: Callable[[CallRecord], None] | None = None,
    ) -> None:
        """Raise ``ValueError`` when the base URL cannot be used; ``clock`` is monotonic seconds."""
        self._caller = Caller(
            check_base_url(base_url),
            auth,
            addresses,
            budget=Budget(calls_per_minute, clock=clock, sleep=sleep),
            timeouts=timeouts,
            clock=clock,
            sleep=sleep,
            transport=transport,
            on_call=on_call,
        )
        self._unread = Unread()
        self._memories = {operation: PageMemory() for operation in PLURALS}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._caller.aclose()

    async def _page(
        self,
        operation: Operation,
        model: type[W],
        page: int,
        page_size: int,
        filters: dict[str, str | None],
        priority: Priority,
    ) -> Page[W]:
        if page < 1 or not 1 <= page_size <= MAX_PAGE_SIZE:
            raise ValueError("page must be 1 or more, page_size 1 to 100")
        call = Call(operation, fields={"page": page, "page_size": page_size, **given(filters)})
        body = await self._caller.ask(call, priority)

        def read() -> Page[W]:
            found = read_page(body, operation, model, page=page, asked=page_size)
            self._unread.of_page(operation, found)
            return found

        try:
            if holds_many(body, operation):
                return await asyncio.to_thread(read)
            return read()
        except NotUnderstoodError:
            pass
        # Without words: nobody knows what stands in it, and it may be goods.
        raise self._caller.judge(call).unreadable()

    async def _single(
        self,
        operation: Operation,
        name: str,
        model: type[W],
        ids: dict[str, str],
        priority: Priority,
    ) -> W:
        call = Call(operation, ids)
        body = await self._caller.ask(call, priority)
        try:
            thing = read_single(body, name, model)
        except NotUnderstoodError:
            pass
        else:
            self._unread.of_thing(operation, thing)
            return thing
        # Without words: nobody knows what stands in it, and it may be goods.
        raise self._caller.judge(call).unreadable()

    def _same(self, operation: Operation, asked: str, thing: W, *names: str) -> W:
        """Return the thing if it is the one asked for: goods and money hang on it."""
        if asked in names:
            return thing
        raise self._caller.judge(Call(operation)).unreadable("The answer is about another one.")

    async def _write(self, call: Call, result: type[D], priority: Priority) -> D:
        body = await self._caller.ask(call, priority)
        judge = self._caller.judge(call)
        answer = judge.done(body)
        # Details that cannot be read take their defaults: it is done, the marketplace said so.
        done = result.model_validate(answer)
        return done.model_copy(update={"message": judge.words.clean(done.message)})


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that were given at all."""
    return {name: value for name, value in fields.items() if value is not None}
