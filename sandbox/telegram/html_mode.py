"""Parse mode HTML: Telegram's few tags, and its own words for what it cannot parse."""

import re
from dataclasses import dataclass
from typing import Any, Final

from .entities import DATE_FORMAT, Span, checked_link
from .errors import ApiError, bad_request
from .units import byte_offset

_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]+)|(\d+))|(lt|gt|amp|quot));?")
_SPECIAL = re.compile("[<&]")
_USER_LINK = re.compile(r"tg://user\?id=(\d+)", re.IGNORECASE)
_LAST_CHARACTER: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    start: int


def parse_html(source: str) -> tuple[str, list[Span]]:
    """Return the plain text and its entities; ApiError names what does not parse, and where."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.plain: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.spans: list[Span] = []

    def parse(self) -> tuple[str, list[Span]]:
        source = self.source
        while self.at < len(source):
            sign = source[self.at]
            if sign == "<":
                if source.startswith("/", self.at + 1):
                    self._end_tag()
                else:
                    self._start_tag()
            elif sign == "&":
                self._put(self._reference())
            else:
                stop = _next_special(source, self.at)
                self._put(source[self.at : stop])
                self.at = stop
        if self.open:
            raise _fail(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.plain), self.spans

    def _put(self, text: str) -> None:
        self.plain.append(text)
        self.length += len(text)

    def _reference(self) -> str:
        """Read a character reference; what is none stays an ampersand, as in Telegram."""
        match = _REFERENCE.match(self.source, self.at)
        if match is not None:
            sign = _referenced(match)
            if sign:
                self.at = match.end()
                return sign
        self.at += 1
        return "&"

    def _start_tag(self) -> None:
        begin = self.at
        source, end = self.source, len(self.source)
        self.at += 1
        while self.at < end and not source[self.at].isspace() and source[self.at] != ">":
            self.at += 1
        if self.at >= end:
            raise self._failed("Unclosed start tag", begin)
        tag = source[begin + 1 : self.at].lower()
        if tag not in _TAGS:
            raise self._failed(f'Unsupported start tag "{tag}"', begin)
        argument, unix = "", ""
        while True:
            self._skip_space()
            if self.at >= end:
                raise self._failed(f'Unclosed start tag "{tag}"', begin)
            if source[self.at] == ">":
                break
            name, value = self._attribute(tag, begin)
            if (tag, name) == ("tg-time", "unix"):
                unix = value or ""
            argument = _argument(tag, name, value) or argument
        self.at += 1
        if tag == "tg-time":
            argument = f"{unix} {argument}"
        wrong = _misses(tag, argument)
        if wrong:
            raise self._failed(wrong, begin)
        self.open.append(_Open(tag, argument, self.length))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        source, end = self.source, len(self.source)
        start = self.at
        while self.at < end and not source[self.at].isspace() and source[self.at] not in "=>/\"'":
            self.at += 1
        name = source[start : self.at].lower()
        if not name:
            raise self._failed(f'Empty attribute name in the tag "{tag}"', begin)
        self._skip_space()
        if self.at >= end:
            raise self._failed(f'Unclosed start tag "{tag}"', begin)
        if source[self.at] != "=":
            return name, None
        self.at += 1
        self._skip_space()
        if self.at >= end:
            raise self._failed(f'Unclosed start tag "{tag}"', begin)
        value = self._quoted() if source[self.at] in "\"'" else self._name_token()
        if self.at >= end:
            raise self._failed(f'Unclosed start tag "{tag}"', begin)
        return name, value

    def _quoted(self) -> str:
        quote = self.source[self.at]
        self.at += 1
        value: list[str] = []
        while self.at < len(self.source) and self.source[self.at] != quote:
            if self.source[self.at] == "&":
                value.append(self._reference())
            else:
                value.append(self.source[self.at])
                self.at += 1
        self.at += 1
        return "".join(value)

    def _name_token(self) -> str:
        start = self.at
        while self.at < len(self.source) and re.match(r"[A-Za-z0-9.-]", self.source[self.at]):
            self.at += 1
        if self.at < len(self.source) and not re.match(r"[\s>]", self.source[self.at]):
            raise self._failed("Unexpected end of name token", start)
        return self.source[start : self.at].lower()

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self._failed("Unexpected end tag", begin)
        source, end = self.source, len(self.source)
        self.at += 2
        while self.at < end and not source[self.at].isspace() and source[self.at] != ">":
            self.at += 1
        found = source[begin + 2 : self.at].lower()
        self._skip_space()
        if self.at >= end or source[self.at] != ">":
            raise self._failed("Unclosed end tag", begin)
        self.at += 1
        opened = self.open.pop()
        if found and found != opened.tag:
            where = byte_offset(source, begin)
            raise _fail(
                f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", '
                f'found "</{found}>"'
            )
        if self.length > opened.start:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind = _TAGS[opened.tag]
        extra: dict[str, Any] = {}
        if kind == "text_link":
            shown = "".join(self.plain)[opened.start :]
            url = opened.argument or shown
            user = _USER_LINK.match(url)
            link = checked_link(url)
            if user is not None:
                kind, extra = "text_mention", {"user": {"id": int(user.group(1))}}
            elif link is None:
                return
            else:
                extra = {"url": link}
        elif kind == "custom_emoji":
            extra = {"custom_emoji_id": opened.argument}
        elif kind == "date_time":
            unix, _, form = opened.argument.partition(" ")
            extra = {"unix_time": int(unix)} | ({"date_time_format": form} if form else {})
        elif kind == "blockquote" and opened.argument:
            kind = "expandable_blockquote"
        elif kind == "pre":
            extra = self._language(opened)
        elif kind == "code" and opened.argument and self._alone_in_pre(opened):
            extra = {"language": opened.argument}
        self.spans.append(Span(kind, opened.start, self.length, extra))

    def _alone_in_pre(self, opened: _Open) -> bool:
        return (
            bool(self.open) and self.open[-1].tag == "pre" and self.open[-1].start == opened.start
        )

    def _language(self, opened: _Open) -> dict[str, Any]:
        """Take over the language of a code that fills the whole pre."""
        last = self.spans[-1] if self.spans else None
        if last is None or last.type != "code" or last.start != opened.start:
            return {}
        if last.end != self.length:
            return {}
        self.spans.pop()
        return dict(last.extra)

    def _skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at].isspace():
            self.at += 1

    def _failed(self, what: str, index: int) -> ApiError:
        return _fail(f"{what} at byte offset {byte_offset(self.source, index)}")


def _next_special(source: str, start: int) -> int:
    match = _SPECIAL.search(source, start)
    return len(source) if match is None else match.start()


def _referenced(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    digits = (hexadecimal or decimal).lstrip("0")
    if not digits or len(digits) > 7:  # noqa: PLR2004 - no character has a longer number
        return ""
    code = int(digits, 16 if hexadecimal else 10)
    return "" if code > _LAST_CHARACTER or code in _SURROGATES else chr(code)


def _misses(tag: str, argument: str) -> str:
    """Return what a tag lacks, in Telegram's words; empty when it lacks nothing."""
    if tag == "span" and argument != "spoiler":
        return 'Tag "span" must have class "tg-spoiler"'
    if tag == "tg-emoji" and not argument.isdigit():
        return 'Tag "tg-emoji" must have attribute "emoji-id"'
    if tag == "tg-time":
        unix, _, form = argument.partition(" ")
        if not unix.isdigit():
            return 'Tag "tg-time" must have attribute "unix"'
        if not DATE_FORMAT.fullmatch(form):
            return "Invalid date-time format specified"
    return ""


def _argument(tag: str, name: str, value: str | None) -> str:
    if tag == "blockquote" and name == "expandable":
        return "1"
    if value is None:
        return ""
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "format")}:
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return ""


def _fail(what: str) -> ApiError:
    return bad_request(f"can't parse entities: {what}")
