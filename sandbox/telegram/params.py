"""What a Bot API call brings along, whichever of the four ways it came."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from .errors import bad_request

# Fields whose text is JSON in a query or form; shown parsed in the record of calls.
_JSON_FIELDS: Final = frozenset(
    {
        "allowed_updates",
        "caption_entities",
        "commands",
        "entities",
        "link_preview_options",
        "media",
        "menu_button",
        "message_ids",
        "reaction",
        "reply_markup",
        "reply_parameters",
        "scope",
    }
)
_NUMBERS: Final = frozenset(
    {
        "cache_time",
        "chat_id",
        "from_chat_id",
        "limit",
        "message_id",
        "message_thread_id",
        "offset",
        "reply_to_message_id",
        "timeout",
        "user_id",
    }
)
_FLAGS: Final = frozenset(
    {
        "allow_sending_without_reply",
        "disable_content_type_detection",
        "disable_notification",
        "disable_web_page_preview",
        "drop_pending_updates",
        "has_spoiler",
        "is_big",
        "protect_content",
        "show_alert",
        "show_caption_above_media",
    }
)
_MOST_PART = 64 * 1024 * 1024
_TRUE: Final = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart call."""

    name: str
    content: bytes
    mime: str


class Params:
    """The parameters of one call, read leniently as Telegram reads them."""

    def __init__(self, values: dict[str, Any], files: dict[str, Upload] | None = None) -> None:
        self._values = values
        self.files = files or {}

    def __contains__(self, name: str) -> bool:
        return name in self._values or name in self.files

    def raw(self, name: str, default: Any = None) -> Any:
        """Return the value as it came: text from a query or form, anything from JSON."""
        return self._values.get(name, default)

    def text(self, name: str) -> str:
        """Return the value as text, empty when it is missing."""
        value = self._values.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; what is none counts as `default`, as in Telegram."""
        try:
            return int(self._values[name])
        except (KeyError, TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """Return a truth value: true, yes and 1, in any case, mean true."""
        return self.text(name).strip().lower() in _TRUE

    def json(self, name: str, *, otherwise: str) -> Any:
        """Return a value that is JSON, or None when missing.

        Raises ApiError with the words `otherwise` when it is not JSON.
        """
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad_request(otherwise) from None

    def shown(self) -> dict[str, Any]:
        """Return the parameters parsed, for the record of calls; files by name and size."""
        shown: dict[str, Any] = {name: _parsed(name, value) for name, value in self._values.items()}
        for name, upload in self.files.items():
            shown[name] = {"file_name": upload.name, "size": len(upload.content)}
        return shown


def _parsed(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in _JSON_FIELDS:
        try:
            return json.loads(value)
        except ValueError:
            return value
    if name in _NUMBERS:
        try:
            return int(value)
        except ValueError:
            return value
    if name in _FLAGS:
        return value.strip().lower() in _TRUE
    return value


async def read_params(request: Request) -> Params:
    """Read query and body (form, JSON or multipart) of a call; the body wins over the query.

    Raises ApiError for a body that cannot be read and for text that is not UTF-8.
    """
    values: dict[str, Any] = dict(request.query_params.items())
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        values |= _json_body(await request.body())
    elif kind in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        try:
            form = await request.form(max_part_size=_MOST_PART)
        except HTTPException as error:
            raise bad_request(str(error.detail)) from None
        async with _closed_after(form):
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(
                        value.filename or name,
                        await value.read(),
                        value.content_type or "application/octet-stream",
                    )
                else:
                    values[name] = value
    else:
        await request.body()
    if not _is_unicode(values):
        raise bad_request("strings must be encoded in UTF-8")
    return Params(values, files)


@asynccontextmanager
async def _closed_after(form: FormData) -> AsyncIterator[None]:
    """Close the temporary files of a form in the end."""
    try:
        yield
    finally:
        await form.close()


def _json_body(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(parsed, dict):
        raise bad_request("expected a JSON object")
    return {name: value for name, value in parsed.items() if value is not None}


def _is_unicode(value: Any) -> bool:
    """Tell whether no text in `value` holds half of a surrogate pair."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
