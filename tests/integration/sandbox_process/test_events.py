"""The one event stream of both sides."""

import json
from collections.abc import Iterator

import httpx

from tests.integration.sandbox_process.conftest import Shop, Starter

TOKEN = "7000000001:practice-practice-practice-practice"


def next_event(lines: Iterator[str]) -> dict[str, object]:
    line = next(line for line in lines if line.startswith("data: "))
    event: dict[str, object] = json.loads(line.removeprefix("data: "))
    return event


def test_one_stream_tells_of_both_sides_and_of_answered_presses(start_shop: Starter) -> None:
    shop: Shop = start_shop("--port", "0")
    with httpx.Client(base_url=shop.url) as client, client.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": hello"
        client.post("/market/control/orders", json={})
        assert next_event(lines)["side"] == "market"
        markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
        message = {"chat_id": 1001, "text": "x", "reply_markup": markup}
        sent = client.post(f"/telegram/bot{TOKEN}/sendMessage", json=message).json()["result"]
        press = {"as": "ann", "message_id": sent["message_id"], "data": "go"}
        pressed = client.post("/telegram/control/press", json=press).json()["callback_id"]
        answer = {"callback_query_id": pressed, "text": "On its way"}
        client.post(f"/telegram/bot{TOKEN}/answerCallbackQuery", json=answer)
        event = next_event(lines)
        while "callback" not in event:
            event = next_event(lines)
        assert (event["side"], event["chat_id"]) == ("telegram", 1001)
        assert event["callback"] == {"id": pressed, "text": "On its way", "alert": False}
        status, errors = shop.end()
        assert list(lines) == [""]
    assert (status, errors) == (0, "")
