"""A raw server that breaks every rule of HTTP, and what is known of a call to it."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from pydantic import SecretStr

from bot.supplier import (
    ApiKey,
    Marketplace,
    OutcomeUnknown,
    Refused,
    SupplierError,
    Timeouts,
    Unavailable,
    Unreadable,
    load_addresses,
)

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
QUICK = Timeouts(connect=0.5, read=0.25, write=0.25, total=0.25, patience=0.1, tries=1)
DONE = b'{"success": true, "refund_no": "REF1", "order": {"order_id": "o1"}}'


class RawServer:
    """Counts connections and requests, and behaves as it is told."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.connections = 0
        self.requests: list[bytes] = []
        self.port = 0
        self.asked = asyncio.Event()
        self._open: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                self.requests.append(await request(reader))
                self.asked.set()
                await self.behaviour(reader, writer)
                if writer.is_closing():
                    break
        writer.close()

    async def aclose(self) -> None:
        """Cut every connection, and wait until each is gone."""
        for writer in self._open.values():
            writer.transport.abort()
        await asyncio.gather(*self._open, return_exceptions=True)
        for writer in self._open.values():
            with suppress(ConnectionError):
                await writer.wait_closed()


async def request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


@asynccontextmanager
async def served(
    behaviour: Behaviour, timeouts: Timeouts = QUICK
) -> AsyncIterator[tuple[Marketplace, RawServer]]:
    raw = RawServer(behaviour)
    server = await asyncio.start_server(raw.serve, "127.0.0.1", 0)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        async with server, client_of(raw.port, timeouts) as client:
            yield client, raw
            server.close()
            await raw.aclose()
    finally:
        await raw.aclose()


def client_of(port: int, timeouts: Timeouts = QUICK) -> Marketplace:
    return Marketplace(
        f"http://127.0.0.1:{port}",
        ApiKey(SecretStr("sk-1234567890")),
        load_addresses(),
        calls_per_minute=1_000,
        timeouts=timeouts,
    )


def answering(raw: bytes, *, close: bool = True, reset: bool = False) -> Behaviour:
    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        if reset:
            writer.transport.abort()
        elif close:
            writer.close()

    return behave


def response(
    body: bytes, *, status: str = "200 OK", length: int | None = None, extra: str = ""
) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{extra}\r\n".encode() + body


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def dribbling(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Give one byte after the other, each in time, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    with suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("behaviour", "on_read", "on_write"),
    [
        (answering(b""), (Unavailable, "cut"), (OutcomeUnknown, "cut")),
        (answering(b"", reset=True), (Unavailable, "cut"), (OutcomeUnknown, "cut")),
        (answering(b"HTTP/1.1 20"), (Unavailable, "cut"), (OutcomeUnknown, "cut")),
        (answering(b"SSH-2.0-OpenSSH_9.9\r\n"), (Unavailable, "cut"), (OutcomeUnknown, "cut")),
        (answering(response(DONE[:9], length=99)), (Unavailable, "cut"), (OutcomeUnknown, "cut")),
        (
            answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n" + DONE[:9]),
            (Unavailable, "cut"),
            (OutcomeUnknown, "cut"),
        ),
        (
            answering(response(DONE, extra="Content-Encoding: gzip\r\n")),
            (Unreadable, "unreadable"),
            (OutcomeUnknown, "unreadable"),
        ),
        (
            answering(response(b" " * 99, extra="Location: http://[\r\n", status="302 Found")),
            (Unavailable, "moved"),
            (OutcomeUnknown, "status"),
        ),
        (
            answering(response(b"{", status="400 Bad", length=999)),
            (Refused, "refused"),
            (Refused, "refused"),
        ),
        (silent, (Unavailable, "timeout"), (OutcomeUnknown, "timeout")),
        (dribbling, (Unavailable, "timeout"), (OutcomeUnknown, "timeout")),
    ],
    ids=[
        "closed", "reset", "half a status", "another protocol", "cut body", "cut chunk",
        "no gzip", "redirect to nowhere", "cut refusal", "silent", "dribbling",
    ],
)  # fmt: skip
async def test_a_broken_answer_tells_what_is_known(
    behaviour: Behaviour,
    on_read: tuple[type[SupplierError], str],
    on_write: tuple[type[SupplierError], str],
) -> None:
    async with served(behaviour) as (client, raw):
        began = time.monotonic()
        for ask, (kind, reason) in ((client.get_order, on_read), (client.refund_order, on_write)):
            with pytest.raises(SupplierError) as caught:
                await ask("o1")
            assert (type(caught.value), caught.value.reason) == (kind, reason)
            assert caught.value.__context__ is None
        assert time.monotonic() - began < 5
        assert len(raw.requests) == 2


async def test_nobody_there_means_surely_not_sent() -> None:
    async with served(silent) as (_, raw):
        port = raw.port
    async with client_of(port) as client:
        for ask in (client.get_order, client.refund_order):
            with pytest.raises(Unavailable) as caught:
                await ask("o1")
            assert caught.value.reason == "no_connection"


async def test_a_compressed_answer_is_read() -> None:
    body = gzip.compress(DONE)
    behaviour = answering(response(body, extra="Content-Encoding: gzip\r\n"))
    async with served(behaviour) as (client, _):
        assert (await client.get_order("o1")).order_id == "o1"


async def test_a_compressed_flood_is_refused() -> None:
    body = gzip.compress(b" " * 64 * 1024 * 1024, 1)
    behaviour = answering(response(body, extra="Content-Encoding: gzip\r\n"))
    timeouts = Timeouts(patience=0.1, tries=1)
    async with served(behaviour, timeouts) as (client, _):
        with pytest.raises(Unreadable):
            await client.get_order("o1")


async def test_reads_share_a_connection_and_every_write_has_a_fresh_one() -> None:
    # A write on a connection that the server closed meanwhile could not say whether it arrived.
    async with served(answering(response(DONE), close=False)) as (client, raw):
        for _ in range(3):
            await client.get_order("o1")
        assert raw.connections == 1
        for _ in range(3):
            await client.refund_order("o1")
        assert raw.connections == 4


async def test_a_cancelled_call_leaves_at_once() -> None:
    async with served(silent, Timeouts()) as (client, raw):
        task = asyncio.ensure_future(client.refund_order("o1"))
        async with asyncio.timeout(5):
            await raw.asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_a_slow_answer_holds_nobody_else() -> None:
    held = asyncio.Event()

    async def first_hangs(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not held.is_set():
            held.set()
            await reader.read()
        else:
            await answering(response(DONE))(reader, writer)

    async with served(first_hangs, Timeouts()) as (client, _):
        hanging = asyncio.ensure_future(client.refund_order("o1"))
        async with asyncio.timeout(5):
            await held.wait()
            assert (await client.refund_order("o1")).refund_no == "REF1"
            assert (await client.get_order("o1")).order_id == "o1"
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
