import asyncio
import json
from typing import Any

import httpx
import pytest

from sandbox.clock import SettableClock

from .shop import PracticeTelegram

ANN = 1001


def card(*labels: str) -> dict[str, Any]:
    buttons = [{"text": label, "callback_data": f"do:{label}"} for label in labels]
    return {"inline_keyboard": [[button] for button in buttons]}


async def sent(raw: httpx.AsyncClient, text: str, **more: Any) -> int:
    answer = await raw.post("sendMessage", json={"chat_id": ANN, "text": text, **more})
    return int(answer.json()["result"]["message_id"])


async def pressed(raw: httpx.AsyncClient) -> list[str]:
    found = (await raw.post("getUpdates", json={"allowed_updates": []})).json()["result"]
    return [item["callback_query"]["data"] for item in found if "callback_query" in item]


async def test_people_are_known_and_can_be_added(practice: PracticeTelegram) -> None:
    known = {item["name"]: item["id"] for item in (await practice.get("people"))["items"]}
    assert known == {"ann": 1001, "ben": 1002, "cleo": 1003, "sam": 1099}
    await practice.post("people", name="Dora", id=5, language="de", username="dora_d")
    await practice.says("DORA", "hello")
    assert (await practice.last("5"))["from"] == "Dora"
    assert (await practice.refused("people", name="dora"))[0] == 409
    assert (await practice.refused("send", **{"as": "nobody"}, text="x"))[0] == 404


async def test_who_has_seen_a_chat_waits_until_it_is_another(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    await sent(raw, "one")
    seen = (await practice.get("watch", **{"as": "ann"}))["revision"]
    known = {"as": "ann", "seen": seen}
    assert (await practice.get("watch", **known, wait=0.001))["revision"] == seen
    waiting = asyncio.create_task(practice.get("watch", **known, wait=30))
    searching = asyncio.create_task(practice.get("watch", **known, holds=["tw", "o"], wait=30))
    await raw.post("sendMessage", json={"chat_id": 1002, "text": "for Ben"})
    done, _ = await asyncio.wait({waiting, searching}, timeout=0.02)
    assert not done  # another's chat is another
    await sent(raw, "on")
    chat = await asyncio.wait_for(waiting, 20)
    assert [item["text"] for item in chat["items"]] == ["one", "on"]
    assert chat["revision"] != seen
    done, _ = await asyncio.wait({searching}, timeout=0.02)
    assert not done  # nothing that holds both
    await sent(raw, "two")
    chat = await asyncio.wait_for(searching, 20)
    assert [item["text"] for item in chat["items"]] == ["two"]


async def test_what_is_watched_is_one_message_or_what_holds_all_of_the_texts(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Deliver", "callback_data": "d"}]]}
    first = await sent(raw, "Order 1", reply_markup=keyboard)
    second = await sent(raw, "Order 2")
    own = await practice.says("ann", "Order 3")

    async def seen(**asked: Any) -> list[int]:
        chat = await practice.get("watch", **{"as": "ann"}, **asked)
        return [item["message_id"] for item in chat["items"]]

    assert await seen() == [first, second, own]
    assert await seen(holds=["Order"], **{"from": "bot"}) == [first, second]
    assert await seen(holds=["Order", "Deliver"]) == [first]
    assert await seen(holds=["Order"], after=first) == [second, own]
    assert await seen(only=first) == [first]
    assert await seen(only=first, holds=["Order 2"]) == []
    revision = (await practice.get("watch", **{"as": "ann"}))["revision"]
    # Who waited in vain still sees what is there.
    assert await seen(only=second, seen=revision, wait=0.001) == [second]
    await raw.post("deleteMessage", json={"chat_id": 1001, "message_id": second})
    assert await seen(only=second) == []


@pytest.mark.parametrize(
    ("how", "data"),
    [
        ({"data": "do:Refund"}, "do:Refund"),
        ({"label": "Refund"}, "do:Refund"),
        ({"label": "funds"}, "do:All refunds"),
        ({"data": "anything", "forge": True}, "anything"),
        ({"data": "gone", "forge": True, "message_id": 99}, "gone"),
    ],
)
async def test_a_button_is_pressed_by_data_label_or_forgery(
    practice: PracticeTelegram, raw: httpx.AsyncClient, how: dict[str, Any], data: str
) -> None:
    message_id = await sent(raw, "card", reply_markup=card("Refund", "All refunds"))
    await practice.post("press", **{"as": "ann", "message_id": message_id} | how)
    assert await pressed(raw) == [data]


@pytest.mark.parametrize("how", [{"data": "x"}, {"label": "efund"}, {"label": "none"}])
async def test_a_button_that_is_not_there_or_not_unique_cannot_be_pressed(
    practice: PracticeTelegram, raw: httpx.AsyncClient, how: dict[str, Any]
) -> None:
    message_id = await sent(raw, "card", reply_markup=card("Refund", "All refunds"))
    status, words = await practice.refused("press", **{"as": "ann", "message_id": message_id} | how)
    assert (status, "'Refund', 'All refunds'" in words) == (409, True)
    assert await pressed(raw) == []


async def test_a_press_on_a_deleted_message_shows_it_as_inaccessible(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    message_id = await sent(raw, "card", reply_markup=card("Go"))
    await practice.post("delete", **{"as": "ann"}, message_id=message_id)
    assert (await practice.refused("press", **{"as": "ann"}, message_id=message_id, data="x"))[
        0
    ] == 409
    await practice.post("press", **{"as": "ann"}, message_id=message_id, data="x", forge=True)
    (update,) = (await raw.post("getUpdates")).json()["result"]
    message = update["callback_query"]["message"]
    assert (message["message_id"], message["date"], "text" in message) == (message_id, 0, False)


async def test_a_press_spins_until_it_is_answered(
    practice: PracticeTelegram, raw: httpx.AsyncClient, clock: SettableClock
) -> None:
    message_id = await sent(raw, "card", reply_markup=card("Go"))
    press = (await practice.post("press", **{"as": "ann"}, message_id=message_id, label="Go"))[
        "callback_id"
    ]
    assert (await practice.get(f"callbacks/{press}"))["answered"] is False
    waiting = asyncio.create_task(practice.get(f"callbacks/{press}", wait=10))
    clock.advance(1.5)
    await raw.post("answerCallbackQuery", json={"callback_query_id": press, "text": "ok"})
    assert await waiting == {"answered": True, "text": "ok", "alert": False, "seconds": 1.5}


async def test_a_long_paste_is_cut_as_telegrams_apps_do(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    first = await practice.says("ann", "question")
    long = "x" * 4095 + "😀" + "y" * 4100
    ids = (await practice.post("send", **{"as": "ann"}, text=long, reply_to=first))["message_ids"]
    items = (await practice.chat("ann", after=first))["items"]
    assert [item["message_id"] for item in items] == ids
    assert "".join(item["text"] for item in items) == long
    assert [item["reply_to"] for item in items] == [first, None, None]
    assert [len(item["text"].encode("utf-16-le")) // 2 for item in items] == [4095, 4096, 6]


async def test_people_edit_their_own_messages_and_the_bot_hears_of_it(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    said = await practice.says("ann", "frist")
    await practice.post("edit", **{"as": "ann"}, message_id=said, text="/first")
    (_, update) = (await raw.post("getUpdates")).json()["result"]
    edited = update["edited_message"]
    assert (edited["text"], edited["entities"][0]["type"]) == ("/first", "bot_command")
    assert "edit_date" in edited
    of_the_bot = await sent(raw, "card")
    for message_id, status in ((of_the_bot, 409), (99, 404)):
        order = {"as": "ann", "message_id": message_id, "text": "x"}
        assert (await practice.refused("edit", **order))[0] == status


async def test_a_reply_carries_the_card_it_answers_with_its_buttons(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    message_id = await sent(raw, "card", reply_markup=card("Go"))
    await practice.says("ann", "goods", reply_to=message_id)
    (update,) = (await raw.post("getUpdates")).json()["result"]
    replied = update["message"]["reply_to_message"]
    assert (replied["text"], replied["reply_markup"]) == ("card", card("Go"))
    assert replied["from"]["username"] == "practice_shop_bot"


async def test_waiting_finds_text_captions_and_labels_as_soon_as_they_show(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    async def wait(text: str, **more: Any) -> Any:
        return (await practice.get("wait", **{"as": "ann"}, contains=text, **more))["item"]

    await practice.says("ann", "needle")
    assert await wait("needle", timeout=0) is None
    assert (await wait("needle", timeout=0, **{"from": "any"}))["from"] == "ann"
    waiting = asyncio.create_task(wait("needle"))
    first = await sent(raw, "a needle")
    assert (await waiting)["message_id"] == first
    assert await wait("needle", timeout=0, after=first) is None
    await raw.post(
        "editMessageText",
        json={
            "chat_id": ANN,
            "message_id": first,
            "text": "hay",
            "reply_markup": card("Thread it"),
        },
    )
    assert (await wait("Thread"))["message_id"] == first
    files = {"document": ("x.txt", b"x")}
    await raw.post("sendDocument", data={"chat_id": str(ANN), "caption": "pin"}, files=files)
    assert (await wait("pin"))["caption"] == "pin"


async def test_every_change_is_told_to_who_listens(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    async with practice.client.stream("GET", "/control/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = (line async for line in stream.aiter_lines() if line)
        assert await anext(lines) == ": hello"
        await sent(raw, "x")
        async with asyncio.timeout(20):
            told = await anext(lines)
    assert json.loads(told.removeprefix("data: ")) == {"kind": "changed", "chat_id": ANN}


async def test_a_reply_to_nothing_and_chats_of_others_are_refused(
    practice: PracticeTelegram,
) -> None:
    assert (await practice.refused("send", **{"as": "ann"}, text="x", reply_to=99))[0] == 404
    assert (await practice.refused("send", **{"as": "ann"}, text="x", chat=1002))[0] == 409
    assert (await practice.refused("send", **{"as": "ann"}, text=" "))[0] == 400
    assert (await practice.refused("file", **{"as": "ann"}, content_base64="?"))[0] == 400
    assert (await practice.refused("options", colour="red"))[0] == 422
    assert (await practice.refused("clock", advance=10**30))[0] == 422


async def test_a_token_never_shows_in_the_options_representation() -> None:
    from sandbox.telegram.options import TelegramOptions

    assert "secret" not in repr(TelegramOptions(token="1:secret"))


@pytest.mark.parametrize("body", ["{", "[1]", "[" * 100_000])
async def test_a_control_call_without_a_json_object_is_refused(
    practice: PracticeTelegram, body: str
) -> None:
    for path in ("options", "reset", "send"):
        assert (await practice.client.post(f"/control/{path}", content=body)).status_code == 400
