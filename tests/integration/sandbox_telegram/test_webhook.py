"""A webhook of this machine is brought every update, in order, until it takes it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.support.waiting import until

from .shop import PracticeTelegram

URL = "http://127.0.0.1:9/hook"


class Receiver(httpx.AsyncBaseTransport):
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.headers: list[str | None] = []
        self.answers: list[int | Exception] = []
        self.down = False
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        answer = 503 if self.down else self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        if answer == 200:
            update: dict[str, Any] = json.loads(request.content)
            self.texts.append(update["message"]["text"])
            self.headers.append(request.headers.get("x-telegram-bot-api-secret-token"))
        return httpx.Response(answer)


@pytest.mark.usefixtures("without_http")
async def test_a_webhook_gets_each_update_once_in_order_and_none_is_lost_when_it_goes(
    practice: PracticeTelegram, raw: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.telegram.webhook._PAUSES", (0.001,))
    receiver = Receiver()
    practice.app.state.world.webhook.transport = receiver
    await practice.says("ann", "waited")
    receiver.answers = [500, httpx.ConnectError("nobody there"), httpx.ReadTimeout("slow"), 302]
    hook = {"url": URL, "secret_token": "abc_-1"}
    assert (await raw.post("setWebhook", json=hook)).json()["result"] is True
    for text in ("one", "two"):
        await practice.says("ann", text)
    await until(lambda: len(receiver.texts) == 3)
    assert receiver.texts == ["waited", "one", "two"]
    assert set(receiver.headers) == {"abc_-1"}
    info = (await raw.post("getWebhookInfo")).json()["result"]
    assert info["pending_update_count"] == 0
    assert "302" in info["last_error_message"]

    receiver.down, receiver.asked = True, 0
    await practice.says("ann", "for the poll")
    await until(lambda: receiver.asked > 0)
    assert (await raw.post("getUpdates")).status_code == 409
    await raw.post("deleteWebhook")
    polled = (await raw.post("getUpdates")).json()["result"]
    assert [each["message"]["text"] for each in polled] == ["for the poll"]
    refused = await raw.post("setWebhook", json={"url": URL, "secret_token": "no spaces"})
    assert "unallowed characters" in refused.json()["description"]
