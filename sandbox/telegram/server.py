"""The Bot API over HTTP: tokens, methods, faults, the long poll and the download of files."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from html import escape
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from .about import prepare_poll
from .calls import Call, digest
from .errors import ApiError, bad_request, conflict, too_many
from .faults import FaultOrder
from .hub import Departure
from .methods import FILE, GET_UPDATES, METHODS
from .params import Params, read_params
from .world import World

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_LONG_ENOUGH = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
_LONGEST_POLL: Final = 50.0
_TERMINATED: Final = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_WEBHOOK: Final = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_REASONS: Final = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


_PROXY_PAGE: Final = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)

Work = Callable[["asyncio.Task[None]"], Awaitable[Response]]


class _Interrupted(Exception):  # noqa: N818 - it is no error
    """A fault was ordered while a poll waited: the poll meets it."""


class HangUp(Response):
    """Closes the connection without a word."""

    def __init__(self) -> None:
        super().__init__()

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Close the transport under the request; where there is none, cut the answer short."""
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is None:
            headers = [(b"content-length", b"1000")]
            await send({"type": "http.response.start", "status": 502, "headers": headers})
            return
        transport.close()
        while (await receive())["type"] != "http.disconnect":
            continue


def _no_method(_: World, __: Params) -> Any:
    raise ApiError(404, "Not Found")


_NO_METHOD: Final = ("", _no_method)


class BotApi:
    """Answers Bot API requests for one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def call(self, request: Request) -> Response:
        """Answer `/bot{token}/{method}`."""
        given = request.path_params["method"]
        polls = given.lower() == GET_UPDATES.lower()
        name = GET_UPDATES if polls else METHODS.get(given.lower(), (given, None))[0]
        with suppress(ClientDisconnect):
            # Read before it is noted: a call that is on record is being worked on.
            await request.body()
        with self._recorded(name) as call:
            try:
                self._check(request.path_params["token"])
                params = await read_params(request)
            except ApiError as error:
                return _refused(call, error)
            except ClientDisconnect:
                return HangUp()
            call.params = params.shown()
            async with Departure(request) as gone:
                work = partial(self._perform, call, params)
                return await self._answer(call, params.integer("chat_id") or None, work, gone)

    async def nowhere(self, request: Request) -> Response:
        """Answer a path below `/bot` that is no method at all."""
        with self._recorded(request.path_params["rest"].partition("/")[2]) as call:
            return _refused(call, ApiError(404, "Not Found"))

    @contextmanager
    def _recorded(self, name: str) -> Iterator[Call]:
        """Note a call before anything can go wrong with it, and how long it took in the end."""
        world = self._world
        began = asyncio.get_running_loop().time()
        call = world.calls.begin(world.clock.now(), name, {})
        try:
            yield call
        finally:
            call.seconds = asyncio.get_running_loop().time() - began
            world.hub.wake()

    def _check(self, token: str) -> None:
        """Raise what Telegram says to a token that is none (404) or a wrong one (401)."""
        if not _TOKEN.fullmatch(token):
            raise ApiError(404, "Not Found")
        wanted = self._world.options.token
        right = token == wanted if wanted is not None else _LONG_ENOUGH.fullmatch(token) is not None
        if not right:
            raise ApiError(401, "Unauthorized")

    async def _answer(
        self, call: Call, chat: int | None, work: Work, gone: "asyncio.Task[None]"
    ) -> Response:
        while True:
            fault = self._world.faults.take(call.method, chat)
            if fault is not None:
                call.fault = fault.kind
                early = await self._before(call, fault, gone)
                if early is not None:
                    return early
            try:
                response = await work(gone)
            except _Interrupted:
                continue
            break
        if fault is not None and fault.kind == "hang_after":
            await self._hold(fault.seconds, gone)
        if fault is not None and fault.kind == "lost":
            return HangUp()
        return response

    async def _before(
        self, call: Call, fault: FaultOrder, gone: "asyncio.Task[None]"
    ) -> Response | None:
        """Do what a fault does instead of the call; None when the call is still to be done."""
        match fault.kind:
            case "down":
                return HangUp()
            case "hang":
                await self._hold(fault.seconds, gone)
                return HangUp()
            case "latency":
                await self._hold(fault.seconds, gone)
                return HangUp() if gone.done() else None
            case "status":
                reason = fault.message or _REASONS.get(fault.status, "Internal Server Error")
                return _refused(call, ApiError(fault.status, reason))
            case "html":
                return _proxy_page(call, fault)
            case "throttle":
                return _refused(call, too_many(fault.retry_after))
            case "refuse":
                reason = (fault.message or "refused").removeprefix("Bad Request: ")
                return _refused(call, bad_request(reason))
            case _:
                return None

    async def _hold(self, seconds: float, gone: "asyncio.Task[None]") -> None:
        """Wait until the time is over, the fault is released, or the client is gone."""
        world, faults = self._world, self._world.faults
        released = faults.released

        def free() -> bool | None:
            return True if faults.released != released or world.faults is not faults else None

        await world.hub.until(free, seconds, gone=gone)

    async def _perform(self, call: Call, params: Params, gone: "asyncio.Task[None]") -> Response:
        try:
            if call.method == GET_UPDATES:
                result = await self._poll(params, gone)
            else:
                result = METHODS.get(call.method.lower(), _NO_METHOD)[1](self._world, params)
        except ApiError as error:
            return _refused(call, error)
        call.ok, call.code, call.result = True, 200, digest(result)
        return JSONResponse({"ok": True, "result": result})

    async def _poll(self, params: Params, gone: "asyncio.Task[None]") -> list[dict[str, Any]]:
        """Wait for updates; a poll that comes later ends this one, and so does a fault.

        Raises _Interrupted when a fault for it was ordered while it waited.
        """
        world, queue, faults = self._world, self._world.queue, self._world.faults
        known = faults.newest
        self._refuse_beside_webhook()
        queue.poll += 1
        mine = queue.poll
        world.hub.wake()
        prepare_poll(world, params)
        limit = params.integer("limit", 100)
        seconds = min(max(0.0, float(params.integer("timeout"))), _LONGEST_POLL)

        def ousted() -> bool:
            return queue.poll != mine

        def broken() -> bool:
            return world.faults is faults and faults.since(known, GET_UPDATES, None)

        def look() -> list[dict[str, Any]] | None:
            return [] if ousted() or broken() else queue.peek(limit)

        found = await world.hub.until(look, seconds, gone=gone)
        if ousted():
            self._refuse_beside_webhook()
            raise conflict(_TERMINATED)
        if broken():
            raise _Interrupted
        return found or []

    def _refuse_beside_webhook(self) -> None:
        if self._world.webhook.url:
            raise conflict(_WEBHOOK)

    async def download(self, request: Request) -> Response:
        """Answer `/file/bot{token}/{path}`."""
        path = request.path_params["path"]
        with self._recorded(FILE) as call:
            call.params = {"path": path}
            try:
                self._check(request.path_params["token"])
            except ApiError as error:
                return _refused(call, error)

            async def work(_gone: "asyncio.Task[None]") -> Response:
                return self._file(call, path)

            async with Departure(request) as gone:
                return await self._answer(call, None, work, gone)

    def _file(self, call: Call, path: str) -> Response:
        file = self._world.paths.get(path)
        if file is None or file.size > self._world.options.max_download_bytes:
            return _refused(call, ApiError(404, "Not Found"))
        call.ok, call.code, call.result = True, 200, len(file.content)
        return Response(file.content, media_type="application/octet-stream")


def _proxy_page(call: Call, fault: FaultOrder) -> Response:
    """Return what stands in front of Telegram's servers says when they do not answer it."""
    code = fault.status if "status" in fault.model_fields_set else 502
    reason = f"{code} {fault.message or _REASONS.get(code, 'Error')}"
    call.ok, call.code, call.description = False, code, reason
    return HTMLResponse(_PROXY_PAGE.format(escape(reason)), code)


def _refused(call: Call, error: ApiError) -> Response:
    call.ok, call.code, call.description = False, error.code, error.description
    return _refusal(error)


def _refusal(error: ApiError) -> Response:
    headers = {}
    if error.parameters and "retry_after" in error.parameters:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return JSONResponse(error.answer(), error.code, headers=headers)
