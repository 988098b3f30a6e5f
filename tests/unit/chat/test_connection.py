"""What came from Telegram itself, and what did not."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter
from telegram.ext import ExtBot

from bot.chat.connection import QuietRequest
from bot.chat.gateway import TelegramGateway
from bot.model.outgoing import Outgoing

OLD_POLL = {"id": "1", "question": "Which?", "options": []}  # of a server older than the library
CHAT = {"id": 1001, "type": "private"}


async def sent(status: int, content: Any) -> int:
    """Send a message that is answered with this; return its number."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    line = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    request = QuietRequest(httpx_kwargs={"transport": line, "verify": False})
    bot: ExtBot[None] = ExtBot("1:a", base_url="http://telegram.test/bot", request=request)
    try:
        return await TelegramGateway(bot).send(
            1001, Outgoing(text="Hello"), silent=False, reply_to=None
        )
    finally:
        await request.shutdown()


def refusal(**more: Any) -> dict[str, Any]:
    return {"ok": False, "error_code": 1, "description": "Bad Request: no", **more}


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (400, refusal(), BadRequest),
        (403, refusal(), Forbidden),
        (429, refusal(parameters={"retry_after": 3}), RetryAfter),
        (400, refusal(parameters={"migrate_to_chat_id": -1005}), ChatMigrated),
        (502, refusal(), NetworkError),
        # What stands in between speaks for itself: no chat is paused, no message put aside by it.
        (400, b"<html>anna:Hunter2222</html>", NetworkError),
        (403, b"<html>anna:Hunter2222</html>", NetworkError),
        (404, b"", NetworkError),
        (403, {"error": "blocked by policy"}, NetworkError),
        (403, [1], NetworkError),
        (400, {"ok": False}, NetworkError),
        (400, refusal(description=5), NetworkError),
        (400, refusal(parameters=[]), NetworkError),
        (400, refusal(parameters={"migrate_to_chat_id": "abc"}), NetworkError),
        (429, refusal(parameters={"retry_after": 10**400}), NetworkError),
        (200, b"<html>anna:Hunter2222</html>", NetworkError),
    ],
)
async def test_only_telegram_s_own_words_are_a_refusal(
    status: int, content: Any, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        await sent(status, content)
    assert type(caught.value) is error
    assert "Hunter" not in str(caught.value)


@pytest.mark.parametrize(
    "shown",
    [
        {"date": 1, "chat": CHAT},
        {"date": 1, "chat": CHAT, "reply_to_message": {"message_id": 6, "poll": OLD_POLL}},
        {"date": "today", "chat": {"type": "moon"}},
        {},
    ],
)
async def test_a_message_that_was_taken_is_known_by_its_number_whatever_else_is_shown_of_it(
    shown: dict[str, Any],
) -> None:
    assert await sent(200, {"ok": True, "result": {"message_id": 7, **shown}}) == 7
