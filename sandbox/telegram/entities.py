"""Entities: the formatted parts of a text, cleaned, placed and found as Telegram does."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .errors import bad_request
from .units import byte_offset, unit_offsets, utf16_length

MOST_ENTITIES: Final = 100
LONGEST_TEXT: Final = 4096

MERGED: Final = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
CODE: Final = frozenset({"code", "pre"})
QUOTES: Final = frozenset({"blockquote", "expandable_blockquote"})
SOLID: Final = frozenset({"text_link", "text_mention", "custom_emoji", "date_time"})
FOUND: Final = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email"})
KNOWN: Final = MERGED | CODE | QUOTES | SOLID | FOUND | {"phone_number"}

# Signs a Telegram server takes out of every text: carriage returns, the line and paragraph
# separators and directional overrides, and three combining lines that draw over neighbours.
_EXTRAS: Final = ("language", "user", "custom_emoji_id", "unix_time", "date_time_format")
DATE_FORMAT: Final = re.compile(r"r|w?[dD]?[tT]?")
_REMOVED = dict.fromkeys([0x0D, *range(0x2028, 0x202F), 0x0333, 0x033F, 0x030A])
_SPACED = {code: " " for code in range(0x20) if code not in {0x0A, 0x0D}}
_CLEAN: Final[dict[int, str | None]] = {**_REMOVED, **_SPACED}

_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs "
    "bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee "
    "eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm "
    "hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb "
    "lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz "
    "na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs "
    "ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl "
    "tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_GENERIC = (
    "com net org info biz edu gov mil int name pro mobi app dev shop store online site xyz top "
    "club live link click cloud space tech website world life today news blog wiki page email "
    "agency digital games media network software support systems tools vip zip mov ton"
)
_TLD = "|".join(sorted({*_COUNTRIES.split(), *_GENERIC.split()}, key=len, reverse=True))
_HOST = rf"(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?\.)+(?:{_TLD})(?![\w-])"
_URL = re.compile(
    rf"(?<![\w@.])(?:(?:https?|ftp|ton)://(?:[^\s/?#<>\"]+)|{_HOST}(?::\d{{1,5}})?)(?:[/?#][^\s<>\"]*)?",
    re.IGNORECASE,
)
_EMAIL = re.compile(rf"(?<![\w.+-])[A-Za-z0-9_.+-]{{1,64}}@{_HOST}", re.IGNORECASE)
_PATTERNS: Final = (
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?![\w#])")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)
_TRAILING = ".,:;!?'\"…»”’)]}"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Span:
    """One entity by character positions; `extra` holds url, language, user and the like."""

    type: str
    start: int
    end: int
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text with its entities in the form the Bot API shows them (UTF-16 offsets)."""

    text: str
    entities: list[dict[str, Any]]


def finish(text: str, spans: Iterable[Span]) -> Formatted:
    """Clean and trim `text`, tidy its entities, add those Telegram finds itself, keep 100."""
    text, spans = _cleaned(text, list(spans))
    text, spans = _trimmed(text, spans)
    if utf16_length(text) > LONGEST_TEXT:
        # No message holds it: whoever asked refuses it or cuts it first.
        return Formatted(text, [])
    spans = _tidied(spans)
    spans += _found(text, spans)
    spans.sort(key=lambda span: (span.start, -span.end))
    return Formatted(text, to_api(text, spans[:MOST_ENTITIES]))


def to_api(text: str, spans: Iterable[Span]) -> list[dict[str, Any]]:
    """Return the Bot API's form of `spans`: offset and length in UTF-16 units."""
    units = unit_offsets(text)
    return [
        {
            "type": span.type,
            "offset": units[span.start],
            "length": units[span.end] - units[span.start],
            **span.extra,
        }
        for span in spans
    ]


def from_api(text: str, raw: Any) -> list[Span]:
    """Read an `entities` parameter (JSON text or a list).

    Raises ApiError where Telegram refuses it. Unknown types are left out, as Telegram does.
    """
    if isinstance(raw, str):
        try:
            raw = json.loads(raw) if raw.strip() else []
        except ValueError:
            raise bad_request("can't parse entities: can't parse JSON object") from None
    if not isinstance(raw, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    places = {unit: index for index, unit in enumerate(unit_offsets(text))}
    return [span for item in raw if (span := _span_from_api(text, item, places)) is not None]


def _span_from_api(text: str, item: Any, places: dict[int, int]) -> Span | None:
    if not isinstance(item, dict):
        raise bad_request("can't parse entities: can't parse MessageEntity: expected an Object")
    kind = _field(item, "type")
    offset, length = _whole(_field(item, "offset")), _whole(_field(item, "length"))
    if kind not in KNOWN:
        return None
    if offset < 0 or length < 0:
        raise bad_request("can't parse entities: receive an entity with incorrect offset or length")
    if length == 0:
        return None
    _check_edges(text, offset, offset + length, places)
    extra = {name: item[name] for name in _EXTRAS if item.get(name)}
    if kind == "text_link":
        link = checked_link(str(_field(item, "url")))
        if link is None:
            return None
        extra["url"] = link
    if kind == "date_time":
        extra["unix_time"] = _whole(_field(item, "unix_time"))
        if not DATE_FORMAT.fullmatch(str(item.get("date_time_format") or "")):
            raise bad_request("can't parse entities: invalid date-time format specified")
    return Span(kind, places[offset], places[offset + length], extra)


def _field(item: dict[str, Any], name: str) -> Any:
    if name not in item:
        raise bad_request(
            f"can't parse entities: can't parse MessageEntity: can't find field \"{name}\""
        )
    return item[name]


def _check_edges(text: str, start: int, end: int, places: dict[int, int]) -> None:
    last = max(places)
    if end > last:
        raise bad_request(
            f"entity beginning at UTF-16 offset {start} ends after the end of the text "
            f"at UTF-16 offset {last}"
        )
    for edge, word in ((start, "begins"), (end, "ends")):
        if edge not in places:
            where = byte_offset(text, places[edge - 1])
            raise bad_request(
                f"entity {word} in a middle of a UTF-16 symbol at byte offset {where}"
            )


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise bad_request(
            "can't parse entities: can't parse MessageEntity: field must be a Number"
        ) from None


def checked_link(url: str) -> str | None:
    """Return a link as Telegram keeps it (with a scheme), or None for one it drops."""
    url = url.strip()
    if re.match(r"(?:tg|ton|tonsite|mailto|tel):", url, re.IGNORECASE):
        return url
    match = re.match(r"(?:(https?|ftp)://)?([^\s/?#]+)", url, re.IGNORECASE)
    if match is None or re.search(r"\s", url):
        return None
    host = match.group(2).rsplit("@", 1)[-1].split(":", 1)[0]
    if "." not in host.strip("."):
        return None
    if match.group(1):
        return url if "/" in url[match.end() :] else url + "/" if match.end() == len(url) else url
    return f"http://{url}/" if match.end() == len(url) else f"http://{url}"


def _cleaned(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    if not any(code in _CLEAN for code in map(ord, set(text))):
        return text, spans
    places, kept = [0], []
    for sign in text:
        new = _CLEAN.get(ord(sign), sign)
        kept.append(new or "")
        places.append(places[-1] + (1 if new else 0))
    moved = [replace(span, start=places[span.start], end=places[span.end]) for span in spans]
    return "".join(kept), moved


def _trimmed(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    stripped = text.rstrip()
    spans = [replace(span, end=min(span.end, len(stripped))) for span in spans]
    spans = [span for span in spans if span.start < span.end]
    first = min((span.start for span in spans), default=len(stripped))
    left = 0
    while left < first and stripped[left] in " \n":
        left += 1
    return stripped[left:], [
        replace(span, start=span.start - left, end=span.end - left) for span in spans
    ]


def _tidied(spans: list[Span]) -> list[Span]:
    """Merge what overlaps with its like, drop quotes in quotes, keep code free of formatting."""
    kept: list[Span] = []
    walls: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.start, -item.end)):
        if span.type in CODE and not any(_meet(span, wall) for wall in walls):
            walls.append(span)
    quotes: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.start, -item.end)):
        if span.type in QUOTES:
            if not any(_meet(span, quote) for quote in quotes):
                quotes.append(span)
        elif span.type in MERGED:
            _merge(kept, span)
        elif span.type in SOLID and not any(
            _meet(span, other) for other in [*walls, *kept] if other.type in SOLID | CODE
        ):
            kept.append(span)
    cut: list[Span] = []
    for span in kept:
        cut += _without(span, walls)
    return [*quotes, *walls, *cut]


def _merge(kept: list[Span], span: Span) -> None:
    for index, other in enumerate(kept):
        if other.type == span.type and span.start <= other.end:
            kept[index] = replace(other, end=max(other.end, span.end))
            return
    kept.append(span)


def _without(span: Span, walls: list[Span]) -> list[Span]:
    pieces = [span]
    for wall in walls:
        pieces = [
            part
            for piece in pieces
            for part in (
                [piece]
                if not _meet(piece, wall)
                else [
                    replace(piece, end=min(piece.end, wall.start)),
                    replace(piece, start=max(piece.start, wall.end)),
                ]
            )
            if part.start < part.end
        ]
    return pieces


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _found(text: str, spans: list[Span]) -> list[Span]:
    """Find what Telegram makes tappable by itself, outside code and links."""
    taken = [span for span in spans if span.type in CODE | SOLID]
    found: list[Span] = []

    def add(kind: str, start: int, end: int) -> None:
        span = Span(kind, start, end)
        if start < end and not any(_meet(span, other) for other in taken):
            taken.append(span)
            found.append(span)

    if "@" in text:
        for match in _EMAIL.finditer(text):
            add("email", match.start(), match.end())
    if "." in text or "://" in text:
        for match in _URL.finditer(text):
            add("url", match.start(), match.start() + len(_untrailed(match.group())))
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            add(kind, match.start(), match.end())
    return found


def _untrailed(url: str) -> str:
    """Leave the punctuation of the sentence around a link out of it."""
    while url and url[-1] in _TRAILING:
        opening = _BRACKETS.get(url[-1])
        if opening is not None and url.count(opening) >= url.count(url[-1]):
            break
        url = url[:-1]
    return url
