"""What Telegram brings: known by its secret, stored before it is taken, handled once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.chat import webhook as module
from bot.chat.gateway import Hook
from bot.chat.intake import Intake
from bot.chat.webhook import MOST_BYTES, Webhook
from bot.listening import secret_of
from tests.integration.chat.test_intake import Script, intake_of
from tests.integration.chat.updates import message, press
from tests.support.store import full_disk
from tests.support.waiting import until
from tests.support.world import ANN, TOKEN, World

SECRET = secret_of(TOKEN)
URL = "http://127.0.0.1:9/hook"
NAME = "X-Telegram-Bot-Api-Secret-Token"


class Hooks(Script):
    """A gateway whose webhook a test sets, and whose answers it wrote down."""

    def __init__(self, *answers: Hook | Exception) -> None:
        super().__init__()
        self.found = list(answers)
        self.set: list[tuple[str, str]] = []

    async def webhook(self) -> Hook:
        answer = self.found.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def set_webhook(self, url: str, secret: str) -> None:
        self.set.append((url, secret))


@asynccontextmanager
async def brought(world: World, script: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Intake]]:
    """Give a client that is Telegram, to a webhook that runs."""
    intake = intake_of(world, script)
    webhook = Webhook(script, intake, url=URL, secret=SECRET, now=world.clock.now)
    task = asyncio.create_task(webhook.run())
    await until(lambda: intake.heard_at is not None)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(webhook), base_url=URL, headers={NAME: SECRET}
    )
    try:
        yield client, intake
    finally:
        task.cancel()
        await asyncio.wait({task})


async def parts(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b" " * size


async def never() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


def requests() -> list[tuple[dict[str, str], str, Any, int]]:
    """Return headers, method, body, and the status of the answer."""
    return [
        ({NAME: ""}, "POST", b"{}", 403),
        ({NAME: SECRET[:-1]}, "POST", never(), 403),
        ({NAME: SECRET + "0"}, "POST", b"{}", 403),
        ({}, "GET", None, 405),
        ({"content-length": str(MOST_BYTES + 1)}, "POST", b"", 413),
        ({"content-length": "9" * 40}, "POST", b"", 413),
        ({"content-length": "-1"}, "POST", b"", 413),
        ({}, "POST", parts(MOST_BYTES, 1), 413),
        ({}, "POST", never(), 408),
        ({}, "POST", b"{", 400),
        ({}, "POST", b"[" * 100_000, 400),
        # What Telegram would bring again for ever is taken, and left.
        ({}, "POST", b"[]", 200),
        ({}, "POST", b'{"update_id": "seven"}', 200),
    ]


async def test_what_is_not_telegram_s_or_cannot_be_read_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READ_WITHIN", 0.01)
    async with brought(world, Hooks(Hook(URL, 0, None))) as (client, _):
        for number, (headers, method, content, status) in enumerate(requests()):
            answer = await client.request(method, URL, headers=headers, content=content)
            assert answer.status_code == status, number
    assert await world.rows("select * from inbox") == []


async def test_an_update_is_stored_before_it_is_taken_and_once_however_often_it_comes(
    world: World,
) -> None:
    script = Hooks(Hook(URL, 0, None))
    async with brought(world, script) as (client, _):
        with full_disk(world.store, writes=1):
            assert (await client.post(URL, json=message(8, "/menu"))).status_code == 503
        assert await world.rows("select * from inbox") == []
        for _ in range(2):
            assert (await client.post(URL, json=message(8, "/menu"))).status_code == 200
        # Several at once, the later first; a press that could not be stored is answered once.
        assert (await client.post(URL, json=message(7, f"/start {TOKEN}"))).status_code == 200
        with full_disk(world.store, writes=1):
            assert (await client.post(URL, json=press(9, "mn"))).status_code == 503
            await until(lambda: bool(script.answers))
        assert (await client.post(URL, json=press(9, "mn"))).status_code == 200
        for _ in range(5):
            await world.rows("select 1")
    assert [press_id for press_id, _ in script.answers] == ["press-9"]
    assert await world.rows("select update_id from inbox order by 1") == [(7,), (8,), (9,)]
    # Fetching, after this, begins at what Telegram still has.
    assert await world.rows("select * from offsets") == []
    assert [each.update_id for each in world.arrived] == [8, 7, 9]
    # A key of ours is taken out before anything is stored.
    assert TOKEN.encode() not in world.arrived[1].raw


async def test_while_nothing_can_be_stored_who_asks_for_health_is_answered(world: World) -> None:
    asked: list[int] = []

    async def health(person_id: int) -> None:
        asked.append(person_id)

    script = Hooks(Hook(URL, 0, None))
    async with brought(world, script) as (client, intake):
        intake._health = health
        # One failure now and then is none that lasts.
        for number in range(2):
            with full_disk(world.store, writes=1):
                assert (await client.post(URL, json=message(8, "/health"))).status_code == 503
            assert (await client.post(URL, json=message(9 + number, "x"))).status_code == 200
        assert asked == []
        with full_disk(world.store, writes=3):
            for _ in range(3):
                answer = await client.post(URL, json=message(8, "/health"))
                assert answer.status_code == 503
        await until(lambda: bool(asked))
    assert asked == [ANN]


async def test_the_webhook_is_set_where_it_is_not_and_telegram_being_away_ends_nothing(
    world: World,
) -> None:
    now = world.now
    script = Hooks(
        NetworkError("away"),
        RetryAfter(timedelta(seconds=7)),
        InvalidToken(),
        BadRequest("bad webhook: IP address is reserved"),
        Hook("", 3, None),
        Hook(URL, 0, now - timedelta(hours=1)),
        Hook(URL, 2, now - timedelta(seconds=5)),
        Hook(URL, 0, now - timedelta(seconds=5)),
        Hook("https://other.example/", 0, None),
    )
    naps: list[float] = []
    failing: list[bool] = []
    intake = intake_of(world, script)

    async def sleep(seconds: float) -> None:
        naps.append(seconds)
        failing.append(intake.failing_since is not None)
        if not script.found:
            await asyncio.Event().wait()

    gateway: Any = script
    webhook = Webhook(gateway, intake, url=URL, secret=SECRET, now=world.clock.now, sleep=sleep)
    task = asyncio.create_task(webhook.run())
    await until(lambda: len(naps) == 9)
    task.cancel()
    await asyncio.wait({task})
    assert script.set == [(URL, SECRET), (URL, SECRET)]
    assert naps[1] == 7
    assert naps[4:] == [module.LOOK_EVERY] * 5
    assert failing == [True, True, True, True, False, False, True, False, False]
    # What comes once it has ended comes again.
    transport = httpx.ASGITransport(webhook)
    async with httpx.AsyncClient(transport=transport, headers={NAME: SECRET}) as client:
        assert (await client.post(URL, json=message(1, "x"))).status_code == 503


async def test_a_start_sets_the_webhook_anew_so_that_telegram_says_the_secret_of_now(
    world: World,
) -> None:
    script = Hooks(Hook(URL, 5, world.now))
    async with brought(world, script):
        assert script.set == [(URL, SECRET)]


def test_the_secret_follows_from_the_token_and_is_one_that_telegram_takes() -> None:
    assert SECRET == secret_of(TOKEN) != secret_of(TOKEN + "x")
    assert len(SECRET) == 64
    assert SECRET.isalnum()
    assert TOKEN.partition(":")[2] not in SECRET


async def test_fetching_takes_a_webhook_away_and_begins_at_what_telegram_still_has(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nap(_: float) -> None:
        """Wait for nobody."""

    monkeypatch.setattr("bot.chat.intake.asyncio.sleep", nap)
    deleted: list[TelegramError | None] = [NetworkError("away"), None]
    hooked = Conflict("Conflict: can't use getUpdates method while webhook is active")
    script = Script([message(20, "old")], hooked, hooked, [message(15, "left")])

    async def delete_webhook() -> None:
        error = deleted.pop(0)
        if error is not None:
            raise error

    script.delete_webhook = delete_webhook  # type: ignore[attr-defined]
    task = asyncio.create_task(intake_of(world, script).run())
    async with asyncio.timeout(20):
        await script.over.wait()
    task.cancel()
    await asyncio.wait({task})
    assert script.offsets == [None, 21, 21, None, 16]
    assert await world.rows("select update_id from inbox order by 1") == [(15,), (20,)]


async def test_the_gateway_sets_tells_and_deletes_it(world: World) -> None:
    await world.gateway.set_webhook("https://shop.example/hook", SECRET)
    assert await world.gateway.webhook() == Hook("https://shop.example/hook", 0, None)
    with pytest.raises(Conflict):
        await world.gateway.get_updates(None)
    await world.gateway.delete_webhook()
    assert (await world.gateway.webhook()).url == ""
