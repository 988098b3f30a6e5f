"""Parse modes MarkdownV2 and the old Markdown, with Telegram's words for what does not parse."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from .entities import Span, checked_link
from .errors import ApiError, bad_request
from .units import byte_offset

# Longest first: "__" is underline before "_" is italic.
_MARKS: Final = (
    ("||", "spoiler", "Spoiler"),
    ("__", "underline", "Underline"),
    ("*", "bold", "Bold"),
    ("_", "italic", "Italic"),
    ("~", "strikethrough", "Strikethrough"),
)
_NAMES: Final = {kind: name for _, kind, name in _MARKS} | {
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
}
_RESERVED: Final = frozenset("_*[]()~`>#+-=|{}.!")
_USER_LINK = re.compile(r"tg://user\?id=(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    mark: str
    kind: str
    start: int
    source_at: int


def parse_markdown_v2(source: str) -> tuple[str, list[Span]]:
    """Return the plain text and its entities; ApiError names what does not parse, and where."""
    return _Parser(source).parse()


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.plain: list[str] = []
        self.spans: list[Span] = []
        self.open: list[_Open] = []
        self.quote: int | None = None

    def parse(self) -> tuple[str, list[Span]]:
        line_start = True
        while self.at < len(self.source):
            if line_start and self._quote_line():
                line_start = False
                continue
            line_start = self.source[self.at] == "\n"
            self._step(self.source[self.at])
        self._end_quote()
        if self.open:
            raise self._unended(self.open[-1])
        return "".join(self.plain), self.spans

    def _step(self, sign: str) -> None:
        following = self.source[self.at + 1 : self.at + 2]
        if sign == "\\" and following.isascii() and following:
            self.at += 1
            self._put(following)
        elif sign == "`":
            self._code()
        elif sign == "[" or (sign == "!" and following == "["):
            self._begin_link()
        elif sign == "]" and any(item.mark == "[" for item in self.open):
            self._end_link()
        elif not self._mark():
            if sign in _RESERVED:
                raise _fail(
                    f"Character '{sign}' is reserved and must be escaped with the preceding '\\'"
                )
            self._put(sign)

    def _put(self, sign: str) -> None:
        self.plain.append(sign)
        self.at += 1

    def _quote_line(self) -> bool:
        """Read a ">" that begins a line; a line without one ends the quote."""
        for prefix in (">", "**>"):
            if self.source.startswith(prefix, self.at):
                if prefix == "**>":
                    self._end_quote()
                if self.quote is None:
                    self.quote = len(self.plain)
                self.at += len(prefix)
                return True
        self._end_quote()
        return False

    def _end_quote(self) -> None:
        if self.quote is None:
            return
        start, self.quote = self.quote, None
        kind = "blockquote"
        # A spoiler mark that opens at the very end of a quote makes it one that can be expanded.
        if self.open and self.open[-1].mark == "||" and self._at_quote_end(self.open[-1]):
            self.open.pop()
            kind = "expandable_blockquote"
        if len(self.plain) > start:
            self.spans.append(Span(kind, start, len(self.plain)))

    def _at_quote_end(self, opened: _Open) -> bool:
        return not "".join(self.plain[opened.start :]).strip("\n")

    def _code(self) -> None:
        begin = self.at
        fence = "```" if self.source.startswith("```", begin) else "`"
        name = "Pre" if fence == "```" else "Code"
        self.at += len(fence)
        extra: dict[str, Any] = {}
        if fence == "```":
            match = re.compile(r"([^\s`]+)\n|\n").match(self.source, self.at)
            if match is not None:
                self.at = match.end()
                extra = {"language": match.group(1)} if match.group(1) else {}
        start = len(self.plain)
        while not self.source.startswith(fence, self.at):
            if self.at >= len(self.source):
                raise self._unended(_Open(fence, name.lower(), 0, begin))
            if self.source[self.at] == "\\" and self.source[self.at + 1 : self.at + 2] in {
                "`",
                "\\",
            }:
                self.at += 1
            self._put(self.source[self.at])
        self.at += len(fence)
        if len(self.plain) > start:
            self.spans.append(Span(name.lower(), start, len(self.plain), extra))

    def _begin_link(self) -> None:
        width = 2 if self.source[self.at] == "!" else 1
        kind = "custom_emoji" if width > 1 else "text_link"
        self.open.append(_Open("[", kind, len(self.plain), self.at))
        self.at += width

    def _end_link(self) -> None:
        opened = self.open[-1]
        if opened.mark != "[":
            raise self._unended(opened)
        self.open.pop()
        self.at += 1
        if not self.source.startswith("(", self.at):
            url = "".join(self.plain[opened.start :])
        else:
            url = self._target()
        if len(self.plain) == opened.start:
            return
        _add_link(self.spans, opened, len(self.plain), url)

    def _target(self) -> str:
        begin = self.at
        self.at += 1
        url: list[str] = []
        while self.at < len(self.source) and self.source[self.at] != ")":
            if self.source[self.at] == "\\" and self.at + 1 < len(self.source):
                self.at += 1
            url.append(self.source[self.at])
            self.at += 1
        if self.at >= len(self.source):
            where = byte_offset(self.source, begin)
            raise _fail(f"Can't find end of a URL at byte offset {where}")
        self.at += 1
        return "".join(url)

    def _mark(self) -> bool:
        for mark, kind, _ in _MARKS:
            if not self.source.startswith(mark, self.at):
                continue
            if any(item.mark == mark for item in self.open):
                if self.open[-1].mark != mark:
                    raise self._unended(self.open[-1])
                opened = self.open.pop()
                if len(self.plain) > opened.start:
                    self.spans.append(Span(kind, opened.start, len(self.plain)))
            else:
                self.open.append(_Open(mark, kind, len(self.plain), self.at))
            self.at += len(mark)
            return True
        return False

    def _unended(self, opened: _Open) -> ApiError:
        where = byte_offset(self.source, opened.source_at)
        return _fail(f"Can't find end of {_NAMES[opened.kind]} entity at byte offset {where}")


def parse_markdown(source: str) -> tuple[str, list[Span]]:
    """Return text and entities of the old Markdown, which knows no nesting."""
    plain: list[str] = []
    spans: list[Span] = []
    at = 0
    while at < len(source):
        sign = source[at]
        if sign == "\\" and source[at + 1 : at + 2] in {"_", "*", "`", "["}:
            plain.append(source[at + 1])
            at += 2
            continue
        if sign not in "_*`[":
            plain.append(sign)
            at += 1
            continue
        mark = "```" if source.startswith("```", at) else sign
        closing = "]" if mark == "[" else mark
        end = source.find(closing, at + len(mark))
        if end < 0:
            where = byte_offset(source, at)
            raise _fail(f"Can't find end of the entity starting at byte offset {where}")
        start, inner = len(plain), source[at + len(mark) : end]
        after = end + len(closing)
        plain.extend(inner)
        if mark == "[":
            after = _old_link(source, after, spans, start, len(plain))
        elif inner:
            kind = {"_": "italic", "*": "bold", "`": "code", "```": "pre"}[mark]
            spans.append(Span(kind, start, len(plain)))
        at = after
    return "".join(plain), spans


def _old_link(source: str, after: int, spans: list[Span], start: int, end: int) -> int:
    close = source.find(")", after)
    if source[after : after + 1] != "(" or close < 0:
        return after
    _add_link(spans, _Open("[", "text_link", start, after), end, source[after + 1 : close])
    return close + 1


def _add_link(spans: list[Span], opened: _Open, end: int, url: str) -> None:
    user = _USER_LINK.match(url)
    if user is not None:
        spans.append(Span("text_mention", opened.start, end, {"user": {"id": int(user.group(1))}}))
        return
    if opened.kind == "custom_emoji":
        emoji = url.removeprefix("tg://emoji?id=")
        if emoji.isdigit():
            spans.append(Span("custom_emoji", opened.start, end, {"custom_emoji_id": emoji}))
        return
    link = checked_link(url)
    if link is not None:
        spans.append(Span("text_link", opened.start, end, {"url": link}))


def _fail(what: str) -> ApiError:
    return bad_request(f"can't parse entities: {what}")


PARSERS: Final[dict[str, Callable[[str], tuple[str, list[Span]]]]] = {
    "markdown": parse_markdown,
    "markdownv2": parse_markdown_v2,
}
