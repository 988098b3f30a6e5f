import asyncio
import time
from typing import Any

import httpx
import pytest
import telegram

from sandbox.clock import SettableClock

from .shop import TOKEN, PracticeTelegram, serve

ANN = 1001
TERMINATED = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


async def updates(raw: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    answer = await raw.post("getUpdates", json=params)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["result"])


async def test_updates_are_kept_until_an_offset_confirms_them(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    for number in range(4):
        await practice.says("ann", f"text {number}")
    first = await updates(raw, limit=2)
    assert [item["message"]["text"] for item in first] == ["text 0", "text 1"]
    assert await updates(raw, limit=2) == first
    ids = [item["update_id"] for item in await updates(raw)]
    assert ids == list(range(ids[0], ids[0] + 4))
    rest = await updates(raw, offset=ids[1] + 1)
    assert [item["message"]["text"] for item in rest] == ["text 2", "text 3"]
    assert [item["message"]["text"] for item in await updates(raw, offset=-1)] == ["text 3"]
    assert await updates(raw, offset=ids[3] + 1) == []
    assert await updates(raw) == []


async def test_updates_that_nobody_fetches_are_dropped_after_a_day(
    practice: PracticeTelegram, raw: httpx.AsyncClient, clock: SettableClock
) -> None:
    await practice.says("ann", "old")
    clock.advance(60)
    await practice.says("ann", "younger")
    clock.advance(24 * 3600 - 30)
    info = (await raw.post("getWebhookInfo")).json()["result"]
    assert info["pending_update_count"] == 1
    assert [item["message"]["text"] for item in await updates(raw)] == ["younger"]


async def test_only_allowed_kinds_are_queued_and_the_choice_is_remembered(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    await updates(raw, allowed_updates=["edited_message"])
    said = await practice.says("ann", "first")
    await practice.post("edit", **{"as": "ann"}, message_id=said, text="second")
    assert [list(item)[1] for item in await updates(raw)] == ["edited_message"]
    await updates(raw, allowed_updates=[])
    await practice.says("ann", "third")
    await practice.post("react", **{"as": "ann"}, message_id=said, emoji="👍")
    assert [list(item)[1] for item in await updates(raw)] == ["edited_message", "message"]


async def test_a_second_poller_ends_the_first(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    first = asyncio.create_task(raw.post("getUpdates", json={"timeout": 30}))
    await practice.arrives("getUpdates")
    second = asyncio.create_task(raw.post("getUpdates", json={"timeout": 30}))
    refused = await first
    assert (refused.status_code, refused.json()["description"]) == (409, TERMINATED)
    await practice.says("ann", "hello")
    assert (await second).json()["result"][0]["message"]["text"] == "hello"


async def test_a_poller_that_went_away_disturbs_nobody(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    first = asyncio.create_task(raw.post("getUpdates", json={"timeout": 30}))
    await practice.arrives("getUpdates")
    first.cancel()
    await practice.arrives("getUpdates", done=True)
    await practice.says("ann", "hello")
    assert (await updates(raw, timeout=30))[0]["message"]["text"] == "hello"


async def test_a_webhook_and_a_poll_exclude_each_other(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    polling = asyncio.create_task(raw.post("getUpdates", json={"timeout": 30}))
    await practice.arrives("getUpdates")
    hook = {"url": "https://example.com/hook", "allowed_updates": ["message"]}
    assert (await raw.post("setWebhook", json=hook)).json()["result"] is True
    await practice.says("ann", "hello")
    info = (await raw.post("getWebhookInfo")).json()["result"]
    assert (info["url"], info["pending_update_count"]) == (hook["url"], 1)
    for answer in (await polling, await raw.post("getUpdates")):
        assert answer.status_code == 409
        assert "while webhook is active" in answer.json()["description"]
    await raw.post("deleteWebhook", json={"drop_pending_updates": True})
    assert await updates(raw) == []


@pytest.mark.parametrize(
    ("raw_update", "expected"),
    [
        ({"update_id": 5_000_000_000, "message": 7}, {"update_id": 5_000_000_000, "message": 7}),
        ('{"message": {"text": 1}}', {"message": {"text": 1}}),
        ("not json", {"message": "not json"}),
    ],
)
async def test_any_update_can_be_put_into_the_queue(
    practice: PracticeTelegram, raw: httpx.AsyncClient, raw_update: Any, expected: dict[str, Any]
) -> None:
    given = (await practice.post("update", raw=raw_update))["update_id"]
    (update,) = await updates(raw)
    assert update == {"update_id": given, **expected}
    await practice.says("ann", "after it")
    (after,) = await updates(raw, offset=given + 1)
    assert after["update_id"] > given


async def test_a_reset_forgets_everything_but_never_reuses_an_id(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    message_id = await practice.says("ann", "before")
    (before,) = await updates(raw)
    await practice.says("ann", "lost")
    await practice.post("reset", options={"limits": False})
    assert (await practice.chat("ann"))["items"] == []
    assert (await practice.get("calls"))["items"] == []
    assert (await practice.get("options"))["limits"] is False
    assert await practice.says("ann", "after") > message_id
    (after,) = await updates(raw, offset=before["update_id"] + 1)
    assert after["message"]["text"] == "after"


async def test_a_press_reaches_the_waiting_poller_within_milliseconds(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    button = telegram.InlineKeyboardButton("Go", callback_data="go")
    markup = telegram.InlineKeyboardMarkup([[button]])
    sent = await bot.send_message(ANN, "x", reply_markup=markup)
    press = {"as": "ann", "message_id": sent.message_id, "data": "go"}
    took: list[float] = []
    offset = 0
    async with practice.another_client(f"/bot{TOKEN}/") as raw:
        for _ in range(30):
            polling = asyncio.create_task(
                raw.post("getUpdates", json={"timeout": 20, "offset": offset})
            )
            await practice.arrives("getUpdates")
            began = time.perf_counter()
            await practice.post("press", **press)
            answer = await polling
            took.append(time.perf_counter() - began)
            offset = answer.json()["result"][-1]["update_id"] + 1
    # Both requests and their answers are in it; the least leaves out what the machine does beside.
    assert min(took) < 0.03


async def test_everything_that_waits_ends_when_the_hub_is_closed(clock: SettableClock) -> None:
    async with serve(clock, prefix="/telegram") as practice, practice.another_client("") as client:
        await practice.post("faults", method="getMe", kind="hang")
        seen = asyncio.Event()

        async def listen() -> int:
            async with client.stream("GET", "/control/events") as stream:
                lines = stream.aiter_lines()
                assert await anext(lines) == ": hello"
                seen.set()
                return len([line async for line in lines if line])

        wait: dict[str, str | int] = {"as": "ann", "contains": "never", "timeout": 60}
        waiting = [
            asyncio.create_task(client.post(f"/bot{TOKEN}/getUpdates", json={"timeout": 50})),
            asyncio.create_task(client.get("/control/wait", params=wait)),
        ]
        hanging = asyncio.create_task(client.get(f"/bot{TOKEN}/getMe"))
        listening = asyncio.create_task(listen())
        await practice.arrives("getUpdates")
        await practice.arrives("getMe")
        await seen.wait()

        practice.app.state.hub.close()
        async with asyncio.timeout(10):
            polled, waited = await asyncio.gather(*waiting)
            with pytest.raises(httpx.RemoteProtocolError):
                await hanging
            assert await listening == 0
        assert polled.json() == {"ok": True, "result": []}
        assert waited.json() == {"item": None}
