"""Reads are tried again within their patience, writes never; the marketplace's waits are heeded."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest

from bot.supplier import (
    NotAuthorised,
    Operation,
    OutcomeUnknown,
    Priority,
    Refused,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from bot.supplier.caller import next_pause
from bot.supplier.unpacking import Unpacker

from .support import ASK, SkippingTime, market

ORDER = {"order": {"order_id": "o1"}}
Step = int | httpx.Response | Exception


class Script:
    """Answers one step after the other, the last one for ever."""

    def __init__(self, *steps: Step) -> None:
        self.steps: Iterator[Step] = iter(steps)
        self.last: Step = 500
        self.calls = 0

    def __call__(self, _: httpx.Request) -> httpx.Response:
        self.calls += 1
        self.last = next(self.steps, self.last)
        if isinstance(self.last, Exception):
            raise self.last
        if isinstance(self.last, int):
            return httpx.Response(self.last, json=ORDER if self.last == 200 else {})
        return self.last


def throttled(wait: str | None) -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": wait} if wait else {}, json={})


@pytest.mark.parametrize(
    "first",
    [
        500,
        503,
        408,
        429,
        httpx.Response(200, text="<html>"),
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.PoolTimeout("x"),
        httpx.ReadTimeout("x"),
        httpx.WriteTimeout("x"),
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.CloseError("x"),
        httpx.RemoteProtocolError("x"),
        httpx.LocalProtocolError("x"),
        httpx.ProxyError("x"),
        httpx.DecodingError("x"),
        ConnectionResetError("x"),
    ],
    ids=repr,
)
async def test_a_read_that_failed_once_is_read_again(first: Step) -> None:
    script = Script(first, 200)
    async with market(script) as client:
        assert (await client.get_order("o1")).order_id == "o1"
    assert script.calls == 2


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (400, Refused),
        (401, NotAuthorised),
        (301, Unavailable),
        (httpx.UnsupportedProtocol("x"), Unavailable),
    ],
    ids=repr,
)
async def test_what_will_not_change_is_not_tried_again(step: Step, kind: type) -> None:
    script = Script(step)
    async with market(script) as client:
        with pytest.raises(kind):
            await client.get_order("o1")
    assert script.calls == 1


async def test_a_read_gives_up_after_its_tries() -> None:
    time = SkippingTime()
    script = Script(500)
    async with market(script, time=time) as client:
        with pytest.raises(Unavailable):
            await client.get_order("o1")
    assert script.calls == 4
    assert len(time.slept) == 3
    for pause, longest in zip(time.slept, (0.25, 0.5, 1.0), strict=True):
        assert longest / 2 <= pause <= longest


async def test_a_read_waits_as_long_as_it_is_asked_to() -> None:
    time = SkippingTime()
    script = Script(throttled("7"), httpx.Response(503, headers={"Retry-After": "3"}), 200)
    async with market(script, time=time) as client:
        await client.get_order("o1")
    assert time.slept[0] >= 7
    assert time.slept[1] >= 3
    assert script.calls == 3


async def test_a_wait_beyond_its_patience_is_handed_on() -> None:
    time = SkippingTime()
    script = Script(throttled("31"))
    async with market(script, time=time) as client:
        with pytest.raises(Throttled) as caught:
            await client.get_order("o1")
    assert caught.value.wait == 31
    assert script.calls == 1
    assert time.slept == []


async def test_a_read_is_not_tried_again_when_its_turn_comes_after_its_patience() -> None:
    time = SkippingTime()
    script = Script(200, 200, 500)
    async with market(script, time=time, calls_per_minute=5) as client:
        for _ in range(2):
            await client.get_order("o1", priority=Priority.HEAD)
        with pytest.raises(Unavailable):
            await client.get_order("o1", priority=Priority.HEAD)
    # Four of the five calls a minute are the background's: the fifth would wait for a minute.
    assert script.calls == 4
    assert time.now < 30


async def test_the_background_keeps_quiet_while_asked_to_and_a_person_may_try() -> None:
    time = SkippingTime()
    script = Script(throttled("45"))
    async with market(script, time=time) as client:
        with pytest.raises(Throttled):
            await client.get_order("o1")
        with pytest.raises(Throttled) as caught:
            await client.list_orders()
        assert caught.value.wait == pytest.approx(45)
        assert script.calls == 1
        with pytest.raises(Throttled):
            await client.refund_order("o1", priority=Priority.SWEEP)
        assert script.calls == 1
        script.steps = iter([200])
        await client.get_order("o1", priority=Priority.PERSON)
        assert script.calls == 2
        time.now += 46
        script.steps = iter([httpx.Response(200, json=[])])
        await client.list_orders()
    assert script.calls == 3


async def test_no_wait_keeps_the_background_away_for_long() -> None:
    time = SkippingTime()
    script = Script(throttled("86400"))
    async with market(script, time=time) as client:
        with pytest.raises(Throttled):
            await client.list_orders()
        time.now += 61
        script.steps = iter([httpx.Response(200, json=[])])
        assert (await client.list_orders()).items == ()


WRITES = [operation for operation in Operation if operation.writes]


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize(
    ("step", "kind", "reason"),
    [
        (httpx.ConnectError("x"), Unavailable, "no_connection"),
        (httpx.ConnectTimeout("x"), Unavailable, "connect_timeout"),
        (httpx.PoolTimeout("x"), Unavailable, "pool_timeout"),
        (httpx.ReadTimeout("x"), OutcomeUnknown, "timeout"),
        (httpx.WriteTimeout("x"), OutcomeUnknown, "timeout"),
        (httpx.ReadError("x"), OutcomeUnknown, "cut"),
        (httpx.WriteError("x"), OutcomeUnknown, "cut"),
        (httpx.CloseError("x"), OutcomeUnknown, "cut"),
        (httpx.RemoteProtocolError("x"), OutcomeUnknown, "cut"),
        (ConnectionResetError("x"), OutcomeUnknown, "cut"),
        (httpx.DecodingError("x"), OutcomeUnknown, "unreadable"),
        (500, OutcomeUnknown, "status"),
        (504, OutcomeUnknown, "status"),
        (httpx.Response(200, text="<html>"), OutcomeUnknown, "unreadable"),
        (httpx.Response(200, json=[]), OutcomeUnknown, "unreadable"),
        (429, Throttled, "throttled"),
        (400, Refused, "refused"),
    ],
    ids=repr,
)
async def test_a_write_is_sent_once_and_its_outcome_is_told_as_it_is(
    operation: Operation, step: Step, kind: type[SupplierError], reason: str
) -> None:
    script = Script(step)
    async with market(script) as client:
        with pytest.raises(kind) as caught:
            await ASK[operation](client)
    assert type(caught.value) is kind
    assert caught.value.reason == reason
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    if isinstance(caught.value, OutcomeUnknown):
        assert caught.value.cause == reason
    assert script.calls == 1


async def test_a_body_that_is_cut_off_is_not_an_answer_unless_its_status_says_enough() -> None:
    class Cut(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            yield b'{"success": true'
            raise httpx.RemoteProtocolError("peer closed the connection")

    async with market(lambda _: httpx.Response(200, stream=Cut())) as client:
        with pytest.raises(OutcomeUnknown) as unknown:
            await client.refund_order("o1")
        assert unknown.value.cause == "cut"
        with pytest.raises(Unavailable):
            await client.get_order("o1")
    async with market(lambda _: httpx.Response(400, stream=Cut())) as client:
        with pytest.raises(Refused):
            await client.refund_order("o1")


async def test_an_answer_without_measure_is_not_read_to_its_end() -> None:
    given = 0

    class Flood(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            nonlocal given
            for _ in range(100):
                given += 1
                yield b" " * 1024 * 1024

    async with market(lambda _: httpx.Response(200, stream=Flood())) as client:
        with pytest.raises(OutcomeUnknown) as unknown:
            await client.refund_order("o1")
        assert unknown.value.cause == "unreadable"
        assert given == 33
    given = 0
    async with market(lambda _: httpx.Response(400, stream=Flood())) as client:
        with pytest.raises(Refused):
            await client.refund_order("o1")
        assert given == 1


class Packed(httpx.AsyncByteStream):
    """A body that comes in two pieces."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = len(self._content) // 2
        yield self._content[:half]
        yield self._content[half:]


def packed(content: bytes, how: str) -> Callable[[httpx.Request], httpx.Response]:
    headers = {"Content-Encoding": how, "Content-Type": "application/json"}
    return lambda _: httpx.Response(200, stream=Packed(content), headers=headers)


@pytest.mark.parametrize(
    ("how", "pack"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-15)),
        ("identity", lambda body: body),
    ],
)
async def test_a_packed_answer_is_read(how: str, pack: Callable[[bytes], bytes]) -> None:
    body = b'{"success": true, "data": {"refund_no": "REF1772446511113"}}'
    async with market(packed(pack(body), how)) as client:
        assert (await client.refund_order("o1")).refund_no == "REF1772446511113"


@pytest.mark.parametrize("wbits", [-15, 15, 31])
def test_what_is_packed_is_unpacked_to_its_last_sign(wbits: int) -> None:
    piece = 256 * 1024
    for length in (piece, piece + 100, piece + 2_000):
        packer = zlib.compressobj(9, wbits=wbits)
        content = packer.compress(b" " * length) + packer.flush()
        unpacker = Unpacker("gzip" if wbits == 31 else "deflate")
        assert sum(len(each) for each in unpacker.pieces(content)) == length
        assert list(unpacker.pieces(b"what follows the end")) == []


@pytest.mark.parametrize("twice", [False, True])
async def test_a_bomb_is_not_unpacked_to_its_end(twice: bool) -> None:
    bomb = gzip.compress(b" " * 96 * 1024 * 1024, compresslevel=1)
    if twice:
        bomb = gzip.compress(bomb, compresslevel=1)
    tracemalloc.start()
    try:
        async with market(packed(bomb, "gzip, gzip" if twice else "gzip")) as client:
            with pytest.raises(OutcomeUnknown) as unknown:
                await client.refund_order("o1")
        assert unknown.value.cause == "unreadable"
        assert tracemalloc.get_traced_memory()[1] < 80 * 1024 * 1024
    finally:
        tracemalloc.stop()


async def test_what_cannot_be_unpacked_is_no_answer() -> None:
    async with market(packed(b"not packed at all", "gzip")) as client:
        with pytest.raises(OutcomeUnknown):
            await client.refund_order("o1")


@pytest.mark.parametrize("operation", [Operation.REFUND_ORDER, Operation.GET_ORDER])
async def test_cancellation_is_never_swallowed(operation: Operation) -> None:
    arrived = asyncio.Event()
    heard: list[str | None] = []

    async def hang(request: httpx.Request) -> httpx.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with market(
        httpx.MockTransport(hang), on_call=lambda record: heard.append(record.error)
    ) as client:
        task = asyncio.ensure_future(ASK[operation](client))
        await asyncio.wait_for(arrived.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert heard == ["cancelled"]


@pytest.mark.parametrize(
    ("error", "tries", "low", "high"),
    [
        (Unavailable(Operation.GET_ORDER, "cut"), 1, 0.125, 0.25),
        (Unavailable(Operation.GET_ORDER, "cut"), 3, 0.5, 1.0),
        (Unavailable(Operation.GET_ORDER, "cut"), 30, 2.5, 5.0),
        (Unavailable(Operation.GET_ORDER, "server_error", wait=9.0), 1, 9.0, 9.1),
        (Throttled(Operation.GET_ORDER, wait=2.0), 2, 2.0, 2.1),
        (Throttled(Operation.GET_ORDER), 2, 0.25, 0.5),
        (Throttled(Operation.GET_ORDER, wait=0.0), 2, 0.25, 0.5),
        (Unreadable(Operation.GET_ORDER, "unreadable"), 1, 0.125, 0.25),
    ],
)
@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_a_pause_grows_is_spread_and_heeds_the_wait(
    error: SupplierError, tries: int, low: float, high: float, chance: float
) -> None:
    pause = next_pause(error, tries, chance=chance)
    assert pause is not None
    assert low <= pause <= high
