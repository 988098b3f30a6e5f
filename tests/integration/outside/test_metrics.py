"""What a machine is told on the port: in process, without a socket but for the tests of it."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import structlog

from bot.listening import CannotListen, listen, place_of, serving
from bot.metrics import Metrics
from bot.model.health_facts import FeedHealth, HealthFacts
from bot.model.wellness import Ail
from bot.pulse import Hearing, Pulse, beat
from bot.store import outbox, safety
from bot.supplier.caller import CallRecord
from bot.supplier.operations import Operation
from tests.support.store import full_disk
from tests.support.world import ANN, World

NOW = datetime(2026, 11, 26, 12, 4, tzinfo=UTC)
FACTS = HealthFacts(
    "0.1.0",
    NOW - timedelta(hours=1),
    feeds=(FeedHealth("orders", NOW - timedelta(seconds=7), known=12), FeedHealth("tickets")),
    waiting_messages=3,
    due_since=NOW - timedelta(seconds=5),
)


class Page:
    def __init__(self) -> None:
        self.metrics = Metrics()
        self.failing: tuple[Ail, ...] = ()
        self.facts: HealthFacts | None = FACTS
        self.locked = False
        self.metrics.begin(self._facts, self._ails, lambda: NOW, lambda: self.locked)
        transport = httpx.ASGITransport(self.metrics)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://here.test")

    async def _facts(self) -> HealthFacts | None:
        return self.facts

    async def _ails(self) -> tuple[Ail, ...]:
        return self.failing


async def test_healthz_is_200_only_while_all_works_and_says_what_does_not() -> None:
    page = Page()
    answer = await page.client.get("/healthz")
    well = {"status": "ok", "failing": [], "locked": False}
    assert (answer.status_code, answer.json()) == (200, well)
    page.locked = True  # somebody's will, and no fault
    answer = await page.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {**well, "locked": True})
    page.failing = ("marketplace", "sending")
    answer = await page.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["failing"] == ["marketplace", "sending"]
    assert (await page.client.post("/healthz")).status_code == 405
    assert (await page.client.get("/")).status_code == 404


async def test_metrics_count_calls_and_show_ages() -> None:
    page = Page()
    page.metrics.marketplace_called(CallRecord(Operation.LIST_ORDERS, 200, 0.2, None))
    page.metrics.marketplace_called(CallRecord(Operation.LIST_ORDERS, 503, 3.0, "unavailable"))
    page.metrics.telegram_called("sendMessage", 200, 0.1)
    page.metrics.telegram_called("sendMessage", None, 0.1)
    page.metrics.telegram_called("7000000001:secret", 404, 0.1)
    said = (await page.client.get("/metrics")).text
    for line in (
        'supplier_bot_marketplace_calls_total{operation="list_orders"} 2.0',
        'supplier_bot_marketplace_errors_total{operation="list_orders",reason="unavailable"} 1.0',
        'supplier_bot_marketplace_call_seconds_bucket{le="0.25",operation="list_orders"} 1.0',
        'supplier_bot_telegram_errors_total{method="sendMessage",status="none"} 1.0',
        'supplier_bot_telegram_calls_total{method="other"} 1.0',
        'supplier_bot_last_good_poll_age_seconds{list="orders"} 7.0',
        "supplier_bot_outbox_messages 3.0",
        "supplier_bot_outbox_oldest_seconds 5.0",
        "supplier_bot_healthy 1.0",
        "supplier_bot_locked 0.0",
        'supplier_bot_info{version="0.1.0"} 1.0',
    ):
        assert line in said.splitlines()
    assert "secret" not in said
    assert 'list="tickets"} ' not in "".join(x for x in said.splitlines() if "poll_age" in x)
    page.facts = replace(FACTS, locked_since=NOW)
    assert "supplier_bot_locked 1.0" in (await page.client.get("/metrics")).text
    page.facts, page.failing = None, ("database",)
    said = (await page.client.get("/metrics")).text
    assert "supplier_bot_healthy 0.0" in said
    assert "outbox" not in said


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("9464", ("127.0.0.1", 9464)),
        ("shop.test:80", ("shop.test", 80)),
        ("[::1]:9464", ("::1", 9464)),
        ("localhost:1", ("localhost", 1)),
    ],
)
def test_a_port_is_of_this_machine_alone_unless_a_host_is_named(
    text: str, place: tuple[str, int]
) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize(
    "text", ["0", "65536", "here", "here:", ":80", "a b:80", "::1:80", "1:2:3"]
)
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no host and port"):
        place_of(text)


async def test_a_port_answers_until_it_is_let_go_and_one_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CannotListen, match=f"METRICS_LISTEN: {place} .*in use"):
            listen("METRICS_LISTEN", place)
    with pytest.raises(CannotListen, match=r"METRICS_LISTEN: a..b:80 .*no host"):
        listen("METRICS_LISTEN", "a..b:80")
    page = Page()
    with listen("METRICS_LISTEN", place) as listener:
        async with serving(page.metrics, listener), httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"http://{place}/healthz")).status_code == 200


# --- whether it works, and the heartbeat --------------------------------------------------------


def pulse_of(world: World, **hearing: Any) -> Pulse:
    heard = {"heard_at": world.now, "deaf_since": None, "mute_since": None, "sent_at": None}
    good = tuple(FeedHealth(name, last_good_at=world.now) for name in ("orders", "tickets"))
    return Pulse(
        world.store,
        world.shop_id,
        now=world.clock.now,
        feeds=lambda: good,
        hearing=lambda: Hearing(**{**heard, **hearing}),
        pause=timedelta(hours=1),
    )


async def test_messages_that_nobody_sends_and_a_full_disk_are_seen(world: World) -> None:
    pulse = pulse_of(world)
    assert await pulse.ails() == ()
    assert not pulse.locked()
    async with world.store.write() as tx:
        await safety.lock(tx, world.shop_id, None, world.now)
        await outbox.tell(
            tx,
            shop_id=world.shop_id,
            chat_id=ANN,
            person_id=ANN,
            view="first_look",
            body={},
            now=world.now,
        )
    assert await pulse.ails() == ()
    assert pulse.locked()
    world.clock.advance(121)
    assert await pulse.ails() == ("sending",)
    # In a chat that refuses us nothing is stuck.
    async with world.store.write() as tx:
        await tx.conn.exec_driver_sql("insert or ignore into chats (chat_id) values (1001)")
        await tx.conn.exec_driver_sql("update chats set paused_at = '2026-11-23' where 1")
    assert await pulse.ails() == ()
    with full_disk(world.store, reads=1):
        assert await pulse.ails() == ("database",)


async def test_the_heart_beats_only_while_all_works_and_its_address_is_in_no_log(
    world: World,
) -> None:
    calls: list[str] = []
    given: list[httpx.Response | Exception] = [
        # Where it leads is not gone after, either.
        httpx.Response(302, headers={"location": "http://inside.test/"}),
        httpx.ConnectError("refused"),
        httpx.Response(200),
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(str(request.url))
        next_one = given.pop(0)
        if isinstance(next_one, Exception):
            raise next_one
        return next_one

    class Fake:
        async def ails(self) -> tuple[Ail, ...]:
            looks.append(len(calls))
            if len(looks) in {1, 5}:
                return ("marketplace",)
            if len(looks) == 6:
                raise StopAsyncIteration
            return ()

    looks: list[int] = []
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    with structlog.testing.capture_logs() as logs, pytest.raises(StopAsyncIteration):
        await beat(Fake(), "http://beats.test/secret-1", every=0, client=client)  # type: ignore[arg-type]
    assert calls == ["http://beats.test/secret-1"] * 3
    assert looks == [0, 0, 1, 2, 3, 3]
    assert [each["event"] for each in logs] == [
        "no heartbeat",
        "heartbeat not taken",
        "heartbeat not sent",
        "no heartbeat",
    ]
    assert "secret-1" not in str(logs)
    looks = [0] * 4
    with pytest.raises(StopAsyncIteration):  # not what the library makes of that name
        await beat(Fake(), "http://xn--/", every=0)  # type: ignore[arg-type]
