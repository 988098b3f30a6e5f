"""What the doctor says of Telegram's answers, and that no error holds the token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from bot.chat.direct import DirectTelegram, TelegramAway, TelegramRefused
from bot.commands.doctor_telegram import check_telegram
from bot.commands.findings import Finding

TOKEN = "123456789:" + "s" * 35
API = "http://127.0.0.1:1"


def telegram(answers: dict[str, Any], *, ahead: float = 0.0) -> DirectTelegram:
    """A Telegram that answers by method, with a clock of its own; an exception is raised."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path.rpartition("/")[2], {"ok": True, "result": []})
        if isinstance(found, Exception):
            raise found
        if isinstance(found, httpx.Response):
            return found
        date = format_datetime(datetime.now(UTC) - timedelta(seconds=ahead), usegmt=True)
        return httpx.Response(200, json=found, headers={"Date": date})

    return DirectTelegram(TOKEN, API, transport=httpx.MockTransport(answer))


ME = {"ok": True, "result": {"username": "my_bot"}}


def hook(url: str = "", **more: Any) -> dict[str, Any]:
    return {"ok": True, "result": {"url": url, "pending_update_count": 3} | more}


async def look(
    answers: dict[str, Any], *, ahead: float = 0.0, running: bool = False, wanted: str = ""
) -> list[Finding]:
    async with telegram({"getMe": ME, "getWebhookInfo": hook(), **answers}, ahead=ahead) as bot:
        return await check_telegram(bot, API, running=running, webhook_url=wanted, listen=0.1)


@pytest.mark.parametrize(
    ("answers", "more", "level", "setting", "said"),
    [
        ({}, {}, "ok", "TELEGRAM_BOT_TOKEN", "nobody else fetches its updates; 3 wait"),
        ({}, {"running": True}, "ok", "TELEGRAM_BOT_TOKEN", "the running bot fetches"),
        ({}, {"ahead": 90}, "wrong", "TELEGRAM_API_URL", "s ahead of Telegram's"),
        ({}, {"ahead": -90}, "wrong", "TELEGRAM_API_URL", "s behind Telegram's"),
        (
            {"getWebhookInfo": hook("https://other.example/x")},
            {},
            "wrong",
            "TELEGRAM_BOT_TOKEN",
            "to other.example",
        ),
        ({}, {"wanted": "https://me.example/"}, "note", "WEBHOOK_URL", "`run` sets it"),
        (
            {"getWebhookInfo": hook("https://me.example/hook")},
            {"wanted": "https://me.example/"},
            "ok",
            "WEBHOOK_URL",
            "brings the updates there",
        ),
        (
            {"getWebhookInfo": hook("https://other.example/")},
            {"wanted": "https://me.example/"},
            "wrong",
            "WEBHOOK_URL",
            "to other.example instead",
        ),
        (
            {"getWebhookInfo": hook("https://me.example/", last_error_message="No route")},
            {"wanted": "https://me.example/"},
            "wrong",
            "WEBHOOK_URL",
            '"No route"',
        ),
        (
            {
                "getWebhookInfo": hook(
                    "https://me.example/",
                    last_error_message="No route",
                    last_error_date=1,
                    pending_update_count=0,
                )
            },
            {"wanted": "https://me.example/"},
            "ok",
            "WEBHOOK_URL",
            "brings the updates there",
        ),
    ],
)
async def test_each_state_of_the_bot_has_its_line(
    answers: dict[str, Any], more: dict[str, Any], level: str, setting: str, said: str
) -> None:
    findings = await look(answers, **more)
    found = [each for each in findings if said in each.said]
    assert [(each.level, each.setting) for each in found] == [(level, setting)], findings
    assert [each for each in findings if each.level == "wrong" and each not in found] == []


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (httpx.ConnectError("no"), "no_connection"),
        (httpx.ConnectTimeout("no"), "no_connection"),
        (httpx.ReadTimeout("no"), "timeout"),
        (httpx.ReadError("no"), "cut"),
        (httpx.RemoteProtocolError(f"{API}/bot{TOKEN}/getMe"), "cut"),
        (httpx.Response(200, text="<html>"), "unreadable"),
        (httpx.Response(200, json=["odd"]), "unreadable"),
        (httpx.Response(200, json={"ok": "yes"}), "unreadable"),
        (httpx.Response(502, text="<html>"), "server_error"),
    ],
)
async def test_what_is_no_answer_is_a_word_without_the_token(answer: Any, raised: str) -> None:
    async with telegram({"getMe": answer}) as bot:
        with pytest.raises(TelegramAway) as away:
            await bot.ask("getMe")
    assert away.value.reason == raised
    assert away.value.__context__ is None
    assert TOKEN not in repr(away.value)


async def test_a_refusal_has_its_number_and_words() -> None:
    said = {"ok": False, "error_code": 409, "description": "Conflict: " + "x" * 500}
    async with telegram({"getMe": said}) as bot:
        with pytest.raises(TelegramRefused) as refused:
            await bot.ask("getMe")
    assert (refused.value.code, len(refused.value.said)) == (409, 200)
