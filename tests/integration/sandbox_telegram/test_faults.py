import asyncio
import base64
from typing import Any

import httpx
import pytest

from .shop import TOKEN, PracticeTelegram

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
    async with asyncio.timeout(20):
        while "seconds" not in await practice.arrives("sendMessage"):
            pass
    assert await received(practice) == 0


@pytest.mark.parametrize("method", ["*", "getUpdates"])
async def test_a_waiting_poll_meets_the_fault_that_is_ordered_meanwhile(
    practice: PracticeTelegram, raw: httpx.AsyncClient, method: str
) -> None:
    polling = asyncio.create_task(raw.post("getUpdates", json={"timeout": 30}))
    await practice.arrives("getUpdates")
    await practice.post("faults", method="sendMessage", kind="down")
    await practice.post("faults", method=method, kind="down", times=None)
    with pytest.raises(httpx.RemoteProtocolError):
        await polling
    assert (await practice.get("calls", method="getUpdates"))["items"][0]["fault"] == "down"


async def test_what_stands_before_telegram_answers_a_page(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    await practice.post("faults", method="sendMessage", kind="html", times=2)
    await practice.post("faults", method="sendMessage", kind="html", status=504)
    answers = [await send(raw) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [502, 502, 504]
    assert "<h1>502 Bad Gateway</h1>" in answers[0].text
    assert answers[0].headers["content-type"].startswith("text/html")
    assert await received(practice) == 0


@pytest.mark.parametrize(("kind", "code"), [("status", 500), ("html", 502), ("down", None)])
async def test_downloads_meet_faults(
    practice: PracticeTelegram, kind: str, code: int | None
) -> None:
    content = base64.b64encode(b"goods").decode()
    sent = await practice.post("file", **{"as": "ann"}, name="a.txt", content_base64=content)
    async with practice.another_client(f"/bot{TOKEN}/") as raw:
        found = (await raw.post("getFile", json={"file_id": sent["file_id"]})).json()["result"]
    path = f"/file/bot{TOKEN}/{found['file_path']}"
    await practice.post("faults", method="file", kind=kind)
    if code is None:
        with pytest.raises(httpx.RemoteProtocolError):
            await practice.client.get(path)
    else:
        assert (await practice.client.get(path)).status_code == code
    assert (await practice.client.get(path)).content == b"goods"
    calls = (await practice.get("calls", method="file"))["items"]
    assert [call.get("fault") for call in calls] == [kind, None]


async def test_one_fault_is_ended_and_the_others_stay(practice: PracticeTelegram) -> None:
    first = (await practice.post("faults", kind="latency", times=None))["id"]
    second = (await practice.post("faults", kind="status", times=None))["id"]
    assert (await practice.client.delete(f"/control/faults/{first}")).status_code == 200
    assert [fault["id"] for fault in (await practice.get("faults"))["items"]] == [second]
    assert (await practice.client.delete(f"/control/faults/{first}")).status_code == 404


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
