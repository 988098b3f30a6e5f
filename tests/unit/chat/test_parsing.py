"""Updates of a Bot API server that is older than the library."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telegram import Bot, Message

from bot.chat.parsing import parsed

BOT = Bot("1:x")
CHAT = {"id": 1, "type": "private"}
SOMEONE = {"id": 1, "is_bot": False, "first_name": "Ann"}
# As it was before Bot API 9.6.
POLL = {
    "id": "1",
    "question": "?",
    "options": [{"text": "anna:Hunter2222", "voter_count": 0}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
}


def message(number: int, **more: Any) -> dict[str, Any]:
    return {"message_id": number, "date": 1_790_000_000, "chat": CHAT, "from": SOMEONE, **more}


OLD = message(5, poll=POLL)
PRESS = {"id": "1", "from": SOMEONE, "chat_instance": "1", "data": "menu"}


@pytest.mark.parametrize(
    ("kind", "sent", "text", "replies"),
    [
        ("message", OLD, None, False),
        ("message", message(6, text="a", reply_to_message=OLD), "a", True),
        ("edited_message", message(7, text="b", external_reply={"poll": POLL}), "b", False),
        ("callback_query", {**PRESS, "message": message(8, reply_to_message=OLD)}, None, True),
    ],
)
def test_an_old_poll_hides_no_message_and_no_answer_to_it(
    kind: str, sent: dict[str, Any], text: str | None, replies: bool
) -> None:
    update = parsed(json.dumps({"update_id": 1, kind: sent}).encode(), BOT)
    read = update.callback_query.message if update.callback_query else update.effective_message
    assert isinstance(read, Message)
    assert (read.text, read.poll, read.reply_to_message is not None) == (text, None, replies)


def test_what_cannot_be_read_without_them_either_is_said() -> None:
    with pytest.raises((TypeError, KeyError)):
        parsed(b'{"update_id": 1, "message": {"poll": {}}}', BOT)
