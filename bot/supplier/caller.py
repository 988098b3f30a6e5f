"""One call over the wire: its turn, its time-outs, its retries, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import structlog

from bot.lean import not_searched
from bot.one_piece import write_in_one_piece

from .addresses import AddressTable
from .answers import Answer, Judge
from .auth import Auth, AuthKind
from .budget import Budget, Priority
from .envelope import LARGE, MAX_BYTES
from .errors import OutcomeUnknown, Refused, SupplierError, Throttled, Unavailable, Unreadable
from .operations import Operation
from .unpacking import unpacked
from .words import Words

_MAX_ERROR_BYTES: Final = 256 * 1024
_SUCCESS: Final = range(200, 300)
_MAX_ID: Final = 200
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 5.0
# However long the marketplace asks for quiet, it is asked again after this many seconds.
_LONGEST_HOLD: Final = 60.0

not_searched("sniffio")  # by httpcore, several times a call

_log: Final = structlog.stdlib.get_logger("bot.supplier")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Time-outs in seconds.

    ``connect``: to reach the marketplace, and to wait for a free connection. ``read``, ``write``:
    silence in a read or a write. ``total``: added to those for the whole of one try, so that a
    server that dribbles cannot hold on. ``patience``: no read is tried again after this.
    """

    connect: float = 5.0
    read: float = 20.0
    write: float = 30.0
    total: float = 10.0
    patience: float = 30.0
    tries: int = 4


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One try of a call: how it went, for health and metrics. ``error`` is a reason word."""

    operation: Operation
    status: int | None
    seconds: float
    error: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be asked: IDs by name, fields of the query or body, perhaps a file.

    ``goods`` are the texts of this call that nothing may show.
    """

    operation: Operation
    ids: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    file: tuple[str, bytes, str] | None = field(default=None, repr=False)
    goods: Sequence[str] = field(default=(), repr=False)


class _WireError(Exception):
    """The network failed; ``sent`` says whether the request may have reached the marketplace."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


class Caller:
    """Sends calls and judges their answers. Reads are tried again, writes never."""

    def __init__(
        self,
        base_url: str,
        auth: Auth,
        addresses: AddressTable,
        *,
        budget: Budget,
        timeouts: Timeouts,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
        on_call: Callable[[CallRecord], None] | None = None,
    ) -> None:
        self._base_url = base_url
        self._auth = auth
        self._addresses = addresses
        self._budget = budget
        self._timeouts = timeouts
        self._clock = clock
        self._sleep = sleep
        self._on_call = on_call
        self._held_until = -1.0
        verify = _verify(base_url)
        self._reads = transport or _transport(verify, keep_alive=10)
        # A write never goes out on a connection that lay idle: if the marketplace had closed it
        # meanwhile, nobody could say whether the write arrived.
        self._writes = transport or _transport(verify, keep_alive=0)
        for name in ("httpx", "httpcore"):
            # Below WARNING they log URLs and headers.
            logging.getLogger(name).setLevel(logging.WARNING)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._reads.aclose()
        if self._writes is not self._reads:
            await self._writes.aclose()

    def judge(self, call: Call) -> Judge:
        """Return who decides what the answer to this call means."""
        words = Words((*self._auth.secrets(), *call.goods))
        session = self._auth.kind is AuthKind.SESSION
        return Judge(call.operation, words, call.ids, session=session)

    async def ask(self, call: Call, priority: Priority) -> Any:
        """Return the JSON of the answer; raise an error of the tree for anything else."""
        _check_ids(call)
        judge = self.judge(call)
        if call.operation.writes:
            self._respect_hold(call.operation, priority)
            await self._budget.take(priority)
            return await self._once(call, judge)
        return await self._patiently(call, judge, priority)

    async def _patiently(self, call: Call, judge: Judge, priority: Priority) -> Any:
        """Try a read until it is answered, or patience or tries run out."""
        deadline = self._clock() + self._timeouts.patience
        tries = 0
        while True:
            try:
                self._respect_hold(call.operation, priority)
                await self._budget.take(priority)
                return await self._once(call, judge)
            except (Throttled, Unavailable, Unreadable) as error:
                tries += 1
                pause = next_pause(error, tries, chance=random.random())  # noqa: S311 - jitter
                if pause is None or tries >= self._timeouts.tries:
                    raise
                if self._clock() + max(pause, self._budget.delay(priority)) > deadline:
                    raise
            await self._sleep(pause)

    def _respect_hold(self, operation: Operation, priority: Priority) -> None:
        """Keep background calls from a marketplace that asked for quiet; a person may try."""
        left = self._held_until - self._clock()
        if priority is not Priority.PERSON and left > 0:
            raise Throttled(operation, "throttled", wait=left)

    async def _once(self, call: Call, judge: Judge) -> Any:
        began = self._clock()
        status: int | None = None
        failure: str | None = "cancelled"
        try:
            answer = await self._exchange(call)
            status = answer.status
            body = await _judged(judge, answer)
            failure = None
        except _WireError as error:
            failed: SupplierError = _of_wire(call.operation, error)
            failure = failed.reason
        except SupplierError as error:
            failed = error
            failure = error.reason
        finally:
            self._record(CallRecord(call.operation, status, self._clock() - began, failure))
        if failure is None:
            return body
        if isinstance(failed, Throttled) and failed.wait is not None:
            self._held_until = max(
                self._held_until, self._clock() + min(failed.wait, _LONGEST_HOLD)
            )
        # Raised outside of the handlers, so that no request hangs on it as its context.
        raise failed

    def _record(self, record: CallRecord) -> None:
        log = _log.info if record.operation.writes or record.error else _log.debug
        log(
            "marketplace call",
            operation=str(record.operation),
            status=record.status,
            milliseconds=round(record.seconds * 1000),
            error=record.error,
        )
        if self._on_call is not None:
            try:
                self._on_call(record)
            except Exception:  # noqa: BLE001 - a listener must not change what is known of a write
                _log.warning("a listener of marketplace calls failed")

    async def _exchange(self, call: Call) -> Answer:
        """Send once and return what came, as far as it matters. Raises ``_WireError``."""
        write = call.operation.writes
        transport = self._writes if write else self._reads
        limit = self._timeouts.write if write else self._timeouts.read
        failure: _WireError
        try:
            request = self._request(call)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError, TypeError):
            failure = _WireError("not_sendable", sent=False)
        else:
            try:
                async with asyncio.timeout(limit + self._timeouts.total):
                    response = await transport.handle_async_request(request)
                    try:
                        return await _received(response)
                    finally:
                        await _close(response)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                failure = _WireError(_WIRE_REASONS[type(error)], sent=False)
            except httpx.UnsupportedProtocol:
                failure = _WireError("not_sendable", sent=False)
            except (httpx.TimeoutException, TimeoutError):
                failure = _WireError("timeout", sent=True)
            except httpx.DecodingError:
                failure = _WireError("unreadable", sent=True)
            except _TooLargeError:
                failure = _WireError("unreadable", sent=True)
            except (httpx.HTTPError, httpx.StreamError, OSError, EOFError, ValueError):
                failure = _WireError("cut", sent=True)
        raise failure

    def _request(self, call: Call) -> httpx.Request:
        address = self._addresses[call.operation]
        path, ids = address.fill(call.ids)
        fields: dict[str, Any] = {**ids, **call.fields}
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "supplier-bot",
            # A posted read needs what a write needs: protection from forged forms goes by method.
            **self._auth.headers(write=address.method != "GET", base_url=self._base_url),
        }
        limit = self._timeouts.write if call.operation.writes else self._timeouts.read
        connect = self._timeouts.connect
        waits = {"connect": connect, "pool": connect, "read": limit, "write": limit}
        url = httpx.URL(self._base_url + path)
        if call.file is not None:
            return httpx.Request(
                address.method,
                url,
                headers=headers,
                data={**{name: str(each) for name, each in fields.items()}, **self._auth.fields()},
                files={"image": call.file},
                extensions={"timeout": waits},
            )
        if address.method == "GET":
            if fields:
                url = url.copy_merge_params({name: str(each) for name, each in fields.items()})
            fields = {}
        fields |= self._auth.fields()
        content = None
        if fields or address.method != "GET":
            headers["Content-Type"] = "application/json"
            # ASCII alone: half of a surrogate pair in a text cannot break the encoding.
            content = json.dumps(fields, ensure_ascii=True, allow_nan=False).encode("ascii")
        return httpx.Request(
            address.method, url, headers=headers, content=content, extensions={"timeout": waits}
        )


class _TooLargeError(Exception):
    """An answer that is larger than anything the marketplace could mean."""


_WIRE_REASONS: Final[dict[type[Exception], str]] = {
    httpx.ConnectError: "no_connection",
    httpx.ConnectTimeout: "connect_timeout",
    httpx.PoolTimeout: "pool_timeout",
}


async def _judged(judge: Judge, answer: Answer) -> Any:
    """Return the JSON of an answer; a large one is read in a thread, so that nobody waits."""
    now = datetime.now(UTC)
    if len(answer.content) < LARGE:
        return judge.body(answer, now=now)
    return await asyncio.to_thread(judge.body, answer, now=now)


async def _close(response: httpx.Response) -> None:
    """Let the connection go; what was received counts, however that ends."""
    with contextlib.suppress(httpx.HTTPError, OSError):
        await response.aclose()


async def _received(response: httpx.Response) -> Answer:
    """Read the body, up to a limit; that of an error only as far as it comes."""
    success = response.status_code in _SUCCESS
    content = bytearray()
    try:
        async for chunk in unpacked(response):
            content += chunk
            if success and len(content) > MAX_BYTES:
                raise _TooLargeError
            if not success and len(content) > _MAX_ERROR_BYTES:
                break
    except (httpx.HTTPError, httpx.StreamError, OSError):
        # The status of an error says all that matters, however its body ends.
        if success:
            raise
    return Answer(response.status_code, response.headers, bytes(content))


def _of_wire(operation: Operation, error: _WireError) -> SupplierError:
    if not error.sent:
        return Unavailable(operation, error.reason)
    if operation.writes:
        if error.reason == "timeout":
            return OutcomeUnknown(operation, "timeout")
        return OutcomeUnknown(operation, "unreadable" if error.reason == "unreadable" else "cut")
    if error.reason == "unreadable":
        return Unreadable(operation, "unreadable")
    return Unavailable(operation, error.reason)


def next_pause(error: SupplierError, tries: int, *, chance: float) -> float | None:
    """Return the seconds before the next try of a read, or None when trying again is pointless.

    ``tries``: how many there were, 1 or more. ``chance``: 0 to 1, spreads the tries of many.
    """
    if isinstance(error, Unavailable) and error.reason in {"moved", "not_sendable"}:
        return None
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (tries - 1)) * (0.5 + chance / 2)
    if isinstance(error, Throttled | Unavailable) and error.wait is not None:
        # A wait of nothing, or a date that is over, is no leave to ask at once, and again.
        return max(error.wait + pause * 0.1, pause)
    return pause


def _check_ids(call: Call) -> None:
    for value in call.ids.values():
        fine = 0 < len(value) <= _MAX_ID and value == value.strip() and value.isprintable()
        if not fine or value in {".", ".."}:
            raise Refused(call.operation, "invalid_id", "That is not an ID.")


def _verify(base_url: str) -> ssl.SSLContext:
    """Return what knows the certificates: 20 ms and a megabyte, of no use without TLS."""
    if base_url.lower().startswith("https:"):
        return httpx.create_ssl_context(trust_env=False)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _transport(verify: ssl.SSLContext, *, keep_alive: int) -> httpx.AsyncHTTPTransport:
    limits = httpx.Limits(
        max_connections=20, max_keepalive_connections=keep_alive, keepalive_expiry=15.0
    )
    made = httpx.AsyncHTTPTransport(
        verify=verify, http1=True, http2=False, limits=limits, trust_env=False, retries=0
    )
    write_in_one_piece(made)
    return made
