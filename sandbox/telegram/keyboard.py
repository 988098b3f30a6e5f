"""reply_markup: what Telegram takes under a message, and how it refuses the rest."""

import re
from typing import Any, Final

from .errors import bad_request
from .params import Params

Markup = dict[str, Any]

MOST_BUTTONS: Final = 100
MOST_DATA_BYTES: Final = 64
MOST_COPY_CHARACTERS: Final = 256
_STYLES: Final = frozenset({"primary", "success", "danger"})
_ACTIONS: Final = (
    "url",
    "callback_data",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "web_app",
    "login_url",
    "callback_game",
    "pay",
)
_URL = re.compile(r"(?:https?://)?(?P<host>[^\s/?#:@]+)(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_APP_URL = re.compile(r"(?:tg|ton|tonsite)://\S+", re.IGNORECASE)


def read_markup(params: Params) -> Markup | None:
    """Return the checked `reply_markup`, or None when there is none or it is empty.

    Raises ApiError in Telegram's words for anything it would not show.
    """
    markup = params.json("reply_markup", otherwise="can't parse reply keyboard markup JSON object")
    if markup is None or markup == "":
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    if markup.get("keyboard"):
        return {**markup, "keyboard": _rows(markup["keyboard"])}
    if markup.get("remove_keyboard") is True:
        return {"remove_keyboard": True}
    if markup.get("force_reply") is True:
        return dict(markup)
    return None


def is_inline(markup: Markup | None) -> bool:
    """Tell whether a markup stands under the message itself."""
    return markup is not None and "inline_keyboard" in markup


def _rows(value: Any) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request('field "keyboard" must be of type Array of Arrays')
    return value


def _inline(value: Any) -> Markup | None:
    if not isinstance(value, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in value):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    rows = [[_button(item) for item in row] for row in value if row]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def _button(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise bad_request(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    if "text" not in item:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    text = item["text"]
    if not isinstance(text, str) or not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    # An empty text is to Telegram as if the field were not there.
    action = next((name for name in _ACTIONS if item.get(name) not in (None, "")), None)
    if action is None:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    button: dict[str, Any] = {"text": text.strip(), action: _action(action, item[action])}
    style = item.get("style")
    if style:
        if style not in _STYLES:
            raise bad_request("can't parse inline keyboard button: Invalid button style specified")
        button["style"] = style
    if item.get("icon_custom_emoji_id"):
        button["icon_custom_emoji_id"] = item["icon_custom_emoji_id"]
    return button


def _action(name: str, value: Any) -> Any:
    if name == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= MOST_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif name == "url":
        return _checked_url(value)
    elif name == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= MOST_COPY_CHARACTERS:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return {"text": text}
    return value


def _checked_url(value: Any) -> str:
    url = value.strip() if isinstance(value, str) else ""
    if _APP_URL.fullmatch(url):
        return url
    match = _URL.fullmatch(url)
    if match is None or "." not in match["host"].strip("."):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url if "://" in url else f"http://{url}"
