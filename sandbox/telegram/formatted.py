"""From a call's text, parse_mode and entities to the text as Telegram keeps it."""

from collections.abc import Callable
from typing import Any

from .entities import LONGEST_TEXT, Formatted, Span, finish, from_api
from .errors import bad_request
from .html_mode import parse_html
from .markdown_mode import PARSERS
from .params import Params
from .units import utf16_length

MOST_CAPTION = 1024

People = Callable[[int], dict[str, Any] | None]


def read_text(params: Params, people: People, *, too_long: str) -> Formatted:
    """Return the formatted `text` of a call; ApiError when it is empty, too long or unreadable.

    `people` finds the user a mention by ID means, `too_long` is what Telegram says beyond 4,096.
    """
    formatted = _read(params, people, "text", "entities")
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > LONGEST_TEXT:
        raise bad_request(too_long)
    return formatted


def read_caption(params: Params, people: People) -> Formatted:
    """Return the formatted `caption` of a call, which may be empty."""
    formatted = _read(params, people, "caption", "caption_entities")
    if utf16_length(formatted.text) > MOST_CAPTION:
        raise bad_request("message caption is too long")
    return formatted


def _read(params: Params, people: People, text_name: str, entities_name: str) -> Formatted:
    source = params.text(text_name)
    mode = params.text("parse_mode").lower()
    if mode and mode != "none":
        if mode == "html":
            text, spans = parse_html(source)
        elif mode in PARSERS:
            text, spans = PARSERS[mode](source)
        else:
            raise bad_request("unsupported parse_mode")
    else:
        text, spans = source, from_api(source, params.raw(entities_name, []))
    return finish(text, [known for span in spans if (known := _known(span, people)) is not None])


def _known(span: Span, people: People) -> Span | None:
    """Put the whole user into a mention by ID; one of an unknown user is dropped."""
    if span.type != "text_mention":
        return span
    user = span.extra.get("user")
    person = people(int(user["id"])) if isinstance(user, dict) and "id" in user else None
    return None if person is None else Span(span.type, span.start, span.end, {"user": person})
