import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from telegram.constants import ReactionEmoji

from sandbox.clock import SettableClock
from sandbox.telegram.editing import NOT_MODIFIED, REACTIONS

from .shop import PracticeTelegram

pytestmark = pytest.mark.usefixtures("without_http")

ANN, SAM = 1001, 1099
BUTTON = {"text": "Go", "callback_data": "go"}


def keyboard(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@dataclass
class Case:
    """A call that Telegram refuses, and what it says."""

    name: str
    method: str
    params: dict[str, Any]
    says: str
    code: int = 400
    parameters: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)


REFUSED = [
    Case("no chat", "sendMessage", {"text": "x"}, "Bad Request: chat_id is empty"),
    Case("unknown chat", "sendMessage", {"chat_id": 5, "text": "x"}, "Bad Request: chat not found"),
    Case(
        "a username", "sendMessage", {"chat_id": "@x", "text": "x"}, "Bad Request: chat not found"
    ),
    Case("no text", "sendMessage", {"chat_id": ANN}, "Bad Request: message text is empty"),
    Case(
        "blank",
        "sendMessage",
        {"chat_id": ANN, "text": " \n"},
        "Bad Request: message text is empty",
    ),
    Case(
        "4097 units",
        "sendMessage",
        {"chat_id": ANN, "text": "x" * 4095 + "😀"},
        "Bad Request: message is too long",
    ),
    Case(
        "parse mode",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "parse_mode": "rtf"},
        "Bad Request: unsupported parse_mode",
    ),
    Case(
        "html",
        "sendMessage",
        {"chat_id": ANN, "text": "<x>", "parse_mode": "HTML"},
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0',
    ),
    Case(
        "half a pair",
        "sendMessage",
        {"chat_id": ANN, "text": "\ud83d"},
        "Bad Request: strings must be encoded in UTF-8",
    ),
    Case(
        "reply",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_parameters": {"message_id": 99}},
        "Bad Request: message to be replied not found",
    ),
    Case(
        "old reply",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_to_message_id": 99},
        "Bad Request: message to be replied not found",
    ),
    Case(
        "quote",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_parameters": {"message_id": 1, "quote": "no"}},
        "Bad Request: QUOTE_TEXT_INVALID",
    ),
    Case(
        "data of 65 bytes",
        "sendMessage",
        {
            "chat_id": ANN,
            "text": "x",
            "reply_markup": keyboard({"text": "x", "callback_data": "é" * 32 + "x"}),
        },
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    Case(
        "empty data",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_markup": keyboard({"text": "x", "callback_data": ""})},
        "Bad Request: can't parse inline keyboard button: "
        "Text buttons are unallowed in the inline keyboard",
    ),
    Case(
        "no action",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_markup": keyboard({"text": "x"})},
        "Bad Request: can't parse inline keyboard button: "
        "Text buttons are unallowed in the inline keyboard",
    ),
    Case(
        "no label",
        "sendMessage",
        {
            "chat_id": ANN,
            "text": "x",
            "reply_markup": keyboard({"text": " ", "callback_data": "x"}),
        },
        "Bad Request: inline keyboard button text must be non-empty",
    ),
    Case(
        "style",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_markup": keyboard({**BUTTON, "style": "red"})},
        "Bad Request: can't parse inline keyboard button: Invalid button style specified",
    ),
    Case(
        "button url",
        "sendMessage",
        {
            "chat_id": ANN,
            "text": "x",
            "reply_markup": keyboard({"text": "x", "url": "http://localhost/x"}),
        },
        "Bad Request: inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
    ),
    Case(
        "copy text",
        "sendMessage",
        {
            "chat_id": ANN,
            "text": "x",
            "reply_markup": keyboard({"text": "x", "copy_text": {"text": "x" * 257}}),
        },
        "Bad Request: BUTTON_COPY_TEXT_INVALID",
    ),
    Case(
        "101 buttons",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_markup": keyboard(*[BUTTON] * 101)},
        "Bad Request: reply markup is too long",
    ),
    Case(
        "markup",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_markup": "{"},
        "Bad Request: can't parse reply keyboard markup JSON object",
    ),
    Case(
        "edit of nothing",
        "editMessageText",
        {"chat_id": ANN, "message_id": 99, "text": "x"},
        "Bad Request: message to edit not found",
    ),
    Case(
        "edit without id",
        "editMessageText",
        {"chat_id": ANN, "text": "x"},
        "Bad Request: message identifier is not specified",
    ),
    Case(
        "edit of ann's",
        "editMessageText",
        {"chat_id": ANN, "message_id": 1, "text": "x"},
        "Bad Request: message can't be edited",
    ),
    Case(
        "edit to the same",
        "editMessageText",
        {"chat_id": ANN, "message_id": 2, "text": "card", "reply_markup": keyboard(BUTTON)},
        f"Bad Request: {NOT_MODIFIED}",
    ),
    Case(
        "same buttons",
        "editMessageReplyMarkup",
        {"chat_id": ANN, "message_id": 2, "reply_markup": keyboard(BUTTON)},
        f"Bad Request: {NOT_MODIFIED}",
    ),
    Case(
        "edit to too much",
        "editMessageText",
        {"chat_id": ANN, "message_id": 2, "text": "x" * 4097},
        "Bad Request: MESSAGE_TOO_LONG",
    ),
    Case(
        "edit to nothing",
        "editMessageText",
        {"chat_id": ANN, "message_id": 2, "text": ""},
        "Bad Request: message text is empty",
    ),
    Case(
        "caption of a text",
        "editMessageCaption",
        {"chat_id": ANN, "message_id": 2, "caption": "x"},
        "Bad Request: there is no caption in the message to edit",
    ),
    Case(
        "text of a file",
        "editMessageText",
        {"chat_id": ANN, "message_id": 3, "text": "x"},
        "Bad Request: there is no text in the message to edit",
    ),
    Case(
        "1025 units",
        "editMessageCaption",
        {"chat_id": ANN, "message_id": 3, "caption": "x" * 1025},
        "Bad Request: message caption is too long",
    ),
    Case(
        "edit of a forced reply",
        "editMessageText",
        {"chat_id": ANN, "message_id": 4, "text": "y"},
        "Bad Request: message can't be edited",
    ),
    Case(
        "edit to a forced reply",
        "editMessageText",
        {"chat_id": ANN, "message_id": 2, "text": "y", "reply_markup": {"force_reply": True}},
        "Bad Request: inline keyboard expected",
    ),
    Case(
        "delete without an ID",
        "deleteMessage",
        {"chat_id": ANN},
        "Bad Request: message identifier is not specified",
    ),
    Case(
        "delete without a chat",
        "deleteMessage",
        {"message_id": 1},
        "Bad Request: chat identifier is not specified",
    ),
    Case(
        "rows of buttons",
        "sendMessage",
        {"chat_id": ANN, "text": "x", "reply_markup": {"inline_keyboard": [BUTTON]}},
        'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup '
        "must be an Array of Arrays",
    ),
    Case(
        "copies out of order",
        "copyMessages",
        {"chat_id": ANN, "from_chat_id": ANN, "message_ids": [3, 2]},
        "Bad Request: message identifiers must be in a strictly increasing order",
    ),
    Case(
        "a chat never met",
        "getChat",
        {"chat_id": 1002},
        "Bad Request: chat not found",
        options={"must_start": True},
    ),
    Case(
        "commands of a chat never met",
        "setMyCommands",
        {"commands": [], "scope": {"type": "chat", "chat_id": 1002}},
        "Bad Request: chat not found",
        options={"must_start": True},
    ),
    Case(
        "delete of nothing",
        "deleteMessage",
        {"chat_id": ANN, "message_id": 99},
        "Bad Request: message to delete not found",
    ),
    Case(
        "delete of no ids",
        "deleteMessages",
        {"chat_id": ANN, "message_ids": []},
        "Bad Request: message identifiers are not specified",
    ),
    Case(
        "delete of 101",
        "deleteMessages",
        {"chat_id": ANN, "message_ids": list(range(101))},
        "Bad Request: too many message identifiers specified",
    ),
    Case(
        "reaction",
        "setMessageReaction",
        {"chat_id": ANN, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "✅"}]},
        "Bad Request: REACTION_INVALID",
    ),
    Case(
        "two reactions",
        "setMessageReaction",
        {
            "chat_id": ANN,
            "message_id": 1,
            "reaction": [{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👀"}],
        },
        "Bad Request: REACTIONS_TOO_MANY",
    ),
    Case(
        "reaction to nothing",
        "setMessageReaction",
        {"chat_id": ANN, "message_id": 99},
        "Bad Request: message to react not found",
    ),
    Case(
        "pin of nothing",
        "pinChatMessage",
        {"chat_id": ANN, "message_id": 99},
        "Bad Request: message to pin not found",
    ),
    Case(
        "unpin of nothing",
        "unpinChatMessage",
        {"chat_id": ANN},
        "Bad Request: message to unpin not found",
    ),
    Case(
        "copy of nothing",
        "copyMessage",
        {"chat_id": ANN, "from_chat_id": ANN, "message_id": 99},
        "Bad Request: message to copy not found",
    ),
    Case(
        "forward of nothing",
        "forwardMessage",
        {"chat_id": ANN, "from_chat_id": ANN, "message_id": 99},
        "Bad Request: message to forward not found",
    ),
    Case(
        "unknown press",
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    Case(
        "action",
        "sendChatAction",
        {"chat_id": ANN, "action": "dance"},
        "Bad Request: wrong parameter action in request",
    ),
    Case(
        "no document",
        "sendDocument",
        {"chat_id": ANN},
        "Bad Request: there is no document in the request",
    ),
    Case(
        "unknown file",
        "sendDocument",
        {"chat_id": ANN, "document": "AgADx"},
        "Bad Request: wrong file identifier/HTTP URL specified",
    ),
    Case(
        "file by url",
        "sendPhoto",
        {"chat_id": ANN, "photo": "https://example.com/x.png"},
        "Bad Request: failed to get HTTP URL content",
    ),
    Case(
        "getFile",
        "getFile",
        {"file_id": "x"},
        "Bad Request: wrong file_id or the file is temporarily unavailable",
    ),
    Case(
        "empty album",
        "sendMediaGroup",
        {"chat_id": ANN, "media": []},
        "Bad Request: there are no messages to send",
    ),
    Case(
        "long album",
        "sendMediaGroup",
        {"chat_id": ANN, "media": [{"type": "photo"}] * 11},
        "Bad Request: too many messages to send as an album",
    ),
    Case(
        "mixed album",
        "sendMediaGroup",
        {"chat_id": ANN, "media": [{"type": "photo"}, {"type": "document"}]},
        "Bad Request: can't use the media of the specified type in the album",
    ),
    Case(
        "command",
        "setMyCommands",
        {"commands": [{"command": "Über", "description": "x"}]},
        "Bad Request: BOT_COMMAND_INVALID",
    ),
    Case(
        "description",
        "setMyCommands",
        {"commands": [{"command": "x", "description": "x" * 257}]},
        "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    Case(
        "101 commands",
        "setMyCommands",
        {"commands": [{"command": "x", "description": "x"}] * 101},
        "Bad Request: BOT_COMMANDS_TOO_MUCH",
    ),
    Case(
        "language",
        "setMyCommands",
        {"commands": [], "language_code": "english"},
        "Bad Request: invalid language code specified",
    ),
    Case(
        "scope",
        "setMyCommands",
        {"commands": [], "scope": {"type": "moon"}},
        "Bad Request: can't parse BotCommandScope: unsupported type specified",
    ),
    Case(
        "scope's chat",
        "setMyCommands",
        {"commands": [], "scope": {"type": "chat", "chat_id": 5}},
        "Bad Request: chat not found",
    ),
    Case("member", "getChatMember", {"chat_id": ANN, "user_id": 5}, "Bad Request: user not found"),
    Case(
        "webhook",
        "setWebhook",
        {"url": "http://example.com"},
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    ),
    Case("long name", "setMyName", {"name": "x" * 65}, "Bad Request: the bot's name is too long"),
    Case(
        "leave ann",
        "leaveChat",
        {"chat_id": ANN},
        "Forbidden: chat member status can't be changed in private chats",
        403,
    ),
    Case(
        "never started",
        "sendMessage",
        {"chat_id": SAM, "text": "x"},
        "Forbidden: bot can't initiate conversation with a user",
        403,
        options={"must_start": True},
    ),
    Case("unknown method", "sendFax", {"chat_id": ANN}, "Not Found", 404),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
async def test_telegram_refuses_in_its_own_words(
    practice: PracticeTelegram, raw: httpx.AsyncClient, case: Case
) -> None:
    assert await practice.says("ann", "hello") == 1
    for method, params in (
        ("sendMessage", {"text": "card", "reply_markup": keyboard(BUTTON)}),
        ("sendDocument", {}),
        ("sendMessage", {"text": "your answer?", "reply_markup": {"force_reply": True}}),
    ):
        files = {"document": ("a.txt", b"goods")} if method == "sendDocument" else None
        data = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        answer = await raw.post(method, data={"chat_id": str(ANN), **data}, files=files)
        assert answer.status_code == 200, answer.text
    await practice.post("options", **case.options)
    before = await practice.chat("ann")

    answer = await raw.post(
        case.method, content=json.dumps(case.params), headers={"content-type": "application/json"}
    )

    assert answer.json() == {"ok": False, "error_code": case.code, "description": case.says}
    assert answer.status_code == case.code
    assert await practice.chat("ann") == before
    (call,) = (await practice.get("calls", method=case.method))["items"][-1:]
    if case.name != "half a pair":
        assert (call["ok"], call["code"], call["description"]) == (False, case.code, case.says)


async def test_what_is_just_within_the_limits_is_taken(raw: httpx.AsyncClient) -> None:
    rows = [[{"text": "x", "callback_data": "é" * 32}] * 10] * 10
    sent = await raw.post(
        "sendMessage",
        json={"chat_id": ANN, "text": "x" * 4094 + "😀", "reply_markup": {"inline_keyboard": rows}},
    )
    assert sent.json()["ok"] is True, sent.text
    bold = {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"}
    assert (await raw.post("sendMessage", json={"chat_id": ANN, **bold})).status_code == 200


def test_the_reactions_are_those_of_telegram() -> None:
    assert {emoji.value.replace("\ufe0f", "") for emoji in ReactionEmoji} == REACTIONS


async def test_a_wrong_token_is_unauthorized_and_a_malformed_one_not_found(
    practice: PracticeTelegram,
) -> None:
    await practice.post("options", token="42:" + "x" * 35)
    for token, code, words in (
        ("42:" + "x" * 35, 200, None),
        ("42:" + "y" * 35, 401, "Unauthorized"),
        ("nonsense", 404, "Not Found"),
    ):
        answer = await practice.client.get(f"/bot{token}/getMe")
        assert answer.status_code == code
        assert answer.json().get("description") == words


async def test_a_press_is_answered_once_and_in_time(
    practice: PracticeTelegram, raw: httpx.AsyncClient, clock: SettableClock
) -> None:
    sent = await raw.post(
        "sendMessage", json={"chat_id": ANN, "text": "x", "reply_markup": keyboard(BUTTON)}
    )
    message_id = sent.json()["result"]["message_id"]

    async def pressed() -> str:
        return str(
            (await practice.post("press", **{"as": "ann"}, message_id=message_id, data="go"))[
                "callback_id"
            ]
        )

    async def answered(callback_id: str) -> tuple[int, str]:
        body = (
            await raw.post("answerCallbackQuery", json={"callback_query_id": callback_id})
        ).json()
        return body.get("error_code", 200), body.get("description", "")

    too_late = (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    once, late, in_time = [await pressed() for _ in range(3)]
    assert await answered(once) == (200, "")
    assert await answered(once) == too_late
    clock.advance(60)
    assert await answered(in_time) == (200, "")
    clock.advance(0.1)
    assert await answered(late) == too_late
    assert (await practice.get(f"callbacks/{late}"))["answered"] is False


async def test_a_message_is_deleted_for_48_hours_and_no_longer(
    practice: PracticeTelegram, raw: httpx.AsyncClient, clock: SettableClock
) -> None:
    ids = [await practice.says("ann", f"goods {number}") for number in range(3)]
    clock.advance(48 * 3600)
    assert (
        await raw.post("deleteMessage", json={"chat_id": ANN, "message_id": ids[0]})
    ).status_code == 200
    clock.advance(1)
    answer = await raw.post("deleteMessage", json={"chat_id": ANN, "message_id": ids[1]})
    assert answer.json()["description"] == "Bad Request: message can't be deleted for everyone"
    fresh = await practice.says("ann", "fresh")
    many = await raw.post(
        "deleteMessages", json={"chat_id": ANN, "message_ids": [fresh, 999, *ids]}
    )
    assert many.json() == {"ok": True, "result": True}
    assert [item["message_id"] for item in (await practice.chat("ann"))["items"]] == ids[1:]
