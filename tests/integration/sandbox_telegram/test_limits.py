import httpx
import pytest

from sandbox.clock import SettableClock

from .shop import PracticeTelegram

pytestmark = pytest.mark.usefixtures("without_http")

ANN, BEN = 1001, 1002


async def send(raw: httpx.AsyncClient, chat_id: int, text: str = "x") -> httpx.Response:
    return await raw.post("sendMessage", json={"chat_id": chat_id, "text": text})


async def test_a_chat_takes_five_at_once_and_then_one_a_second(
    raw: httpx.AsyncClient, clock: SettableClock
) -> None:
    assert [(await send(raw, ANN)).status_code for _ in range(5)] == [200] * 5
    refused = await send(raw, ANN)
    assert refused.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert refused.headers["retry-after"] == "1"
    assert (await send(raw, BEN)).status_code == 200
    clock.advance(1)
    assert [(await send(raw, ANN)).status_code for _ in range(2)] == [200, 429]


async def test_edits_count_and_other_calls_do_not(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    sent = (await send(raw, ANN)).json()["result"]
    for number in range(4):
        edit = {"chat_id": ANN, "message_id": sent["message_id"], "text": f"edit {number}"}
        assert (await raw.post("editMessageText", json=edit)).status_code == 200
    assert (await raw.post("editMessageText", json={**edit, "text": "more"})).status_code == 429
    free = {
        "sendChatAction": {"chat_id": ANN, "action": "typing"},
        "pinChatMessage": {"chat_id": ANN, "message_id": sent["message_id"]},
        "deleteMessage": {"chat_id": ANN, "message_id": sent["message_id"]},
        "getMe": {},
    }
    for method, params in free.items():
        assert (await raw.post(method, json=params)).status_code == 200


async def test_a_group_takes_twenty_a_minute(
    practice: PracticeTelegram, raw: httpx.AsyncClient, clock: SettableClock
) -> None:
    group = (await practice.post("groups", title="Shop", members=["ann", "ben"]))["chat_id"]
    await practice.post("options", chat_burst=100)
    assert [(await send(raw, group)).status_code for _ in range(20)] == [200] * 20
    refused = await send(raw, group)
    assert refused.json()["parameters"] == {"retry_after": 3}
    clock.advance(3)
    assert [(await send(raw, group)).status_code for _ in range(2)] == [200, 429]


async def test_the_bot_sends_thirty_a_second_in_all(
    practice: PracticeTelegram, raw: httpx.AsyncClient, clock: SettableClock
) -> None:
    people = [(await practice.post("people", name=f"p{n}"))["id"] for n in range(31)]
    assert [(await send(raw, chat)).status_code for chat in people[:30]] == [200] * 30
    assert (await send(raw, people[30])).json()["parameters"] == {"retry_after": 1}
    clock.advance(1)
    assert (await send(raw, people[30])).status_code == 200


async def test_a_refused_call_costs_nothing(raw: httpx.AsyncClient) -> None:
    for _ in range(5):
        assert (await send(raw, ANN, "")).status_code == 400
    assert [(await send(raw, ANN)).status_code for _ in range(5)] == [200] * 5


@pytest.mark.parametrize("how", ["option", "clock"])
async def test_limits_can_be_switched_off_or_waited_out(
    practice: PracticeTelegram, raw: httpx.AsyncClient, how: str
) -> None:
    for _ in range(5):
        await send(raw, ANN)
    assert (await send(raw, ANN)).status_code == 429
    await (
        practice.post("options", limits=False)
        if how == "option"
        else practice.post("clock", advance=5)
    )
    assert [(await send(raw, ANN)).status_code for _ in range(5)] == [200] * 5
