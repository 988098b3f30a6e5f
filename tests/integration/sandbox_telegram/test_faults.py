import asyncio
from typing import Any

import httpx
import pytest

from .shop import PracticeTelegram

ANN, BEN = 1001, 1002


async def send(raw: httpx.AsyncClient, chat_id: int = ANN) -> httpx.Response:
    return await raw.post("sendMessage", json={"chat_id": chat_id, "text": "x"})


async def received(practice: PracticeTelegram) -> int:
    return len((await practice.chat("ann"))["items"])


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({"kind": "status", "status": 502}, (502, "Bad Gateway", None)),
        ({"kind": "status", "status": 500, "message": "Oops"}, (500, "Oops", None)),
        (
            {"kind": "throttle", "retry_after": 7},
            (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
        ),
        (
            {"kind": "refuse", "message": "message thread not found"},
            (400, "Bad Request: message thread not found", None),
        ),
    ],
)
async def test_a_call_is_refused_as_ordered(
    practice: PracticeTelegram,
    raw: httpx.AsyncClient,
    fault: dict[str, Any],
    answer: tuple[int, str, dict[str, Any] | None],
) -> None:
    await practice.post("faults", method="sendmessage", times=1, **fault)
    assert (await raw.post("getMe")).status_code == 200
    refused = await send(raw)
    body = refused.json()
    assert (refused.status_code, body["description"], body.get("parameters")) == answer
    assert await received(practice) == 0
    assert (await send(raw)).status_code == 200
    assert (await practice.get("faults"))["items"] == []
    call = (await practice.get("calls", method="sendMessage"))["items"][0]
    assert (call["fault"], call["ok"], call["code"]) == (fault["kind"], False, answer[0])


@pytest.mark.parametrize(("kind", "done"), [("down", 0), ("lost", 1)])
async def test_the_connection_closes_without_an_answer(
    practice: PracticeTelegram, raw: httpx.AsyncClient, kind: str, done: int
) -> None:
    await practice.post("faults", method="*", kind=kind)
    with pytest.raises(httpx.RemoteProtocolError):
        await send(raw)
    assert await received(practice) == done
    call = await practice.arrives("sendMessage")
    assert call["ok"] is (True if done else None)
    assert (await send(raw)).status_code == 200


@pytest.mark.parametrize(("kind", "done"), [("hang", 0), ("hang_after", 1)])
async def test_a_call_hangs_until_it_is_released(
    practice: PracticeTelegram, raw: httpx.AsyncClient, kind: str, done: int
) -> None:
    await practice.post("faults", method="sendMessage", kind=kind, chat=ANN)
    hanging = asyncio.create_task(send(raw))
    await practice.arrives("sendMessage", done=bool(done))
    assert (await send(raw, BEN)).status_code == 200
    assert not hanging.done()
    assert await received(practice) == done
    await practice.post("faults/release")
    if done:
        assert (await hanging).status_code == 200
    else:
        with pytest.raises(httpx.RemoteProtocolError):
            await hanging
    assert await received(practice) == done


async def test_a_call_that_is_slow_is_done_in_the_end(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    await practice.post("faults", method="sendMessage", kind="latency", seconds=0.05)
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert (await send(raw)).status_code == 200
    assert loop.time() - began >= 0.05


async def test_a_client_that_gives_up_on_a_hanging_call_leaves_it_undone(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    await practice.post("faults", method="sendMessage", kind="latency", seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        await raw.post("sendMessage", json={"chat_id": ANN, "text": "x"}, timeout=0.05)
    async with asyncio.timeout(5):
        while "seconds" not in await practice.arrives("sendMessage"):
            pass
    assert await received(practice) == 0


async def test_a_fault_lasts_until_it_is_cleared_and_can_be_meant_for_one_chat(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    fault = {"method": "sendMessage", "kind": "status", "times": None, "chat": BEN}
    fault_id = (await practice.post("faults", **fault))["id"]
    assert [(await send(raw, BEN)).status_code for _ in range(3)] == [500] * 3
    assert (await send(raw, ANN)).status_code == 200
    (shown,) = (await practice.get("faults"))["items"]
    assert (shown["id"], shown["hits"], shown["left"]) == (fault_id, 3, None)
    assert (await practice.client.delete("/control/faults")).status_code == 200
    assert (await send(raw, BEN)).status_code == 200


async def test_a_fault_that_does_not_exist_is_refused(practice: PracticeTelegram) -> None:
    status, words = await practice.refused("faults", kind="meteor")
    assert status == 422
    assert words.startswith("kind:")
