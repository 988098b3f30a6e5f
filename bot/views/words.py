"""What strangers wrote, made harmless: plain, short, and with nothing in it that can be tapped.

Telegram makes links, mentions and commands out of bare text by itself. A word joiner (U+2060)
after the sign that would start one breaks it, because Telegram's detection takes that character
for punctuation; a zero-width joiner would not do, it counts as a part of an address. Nothing is
seen of it.
"""

from __future__ import annotations

import html
import re

TITLE_UNITS = 120
QUOTE_UNITS = 2400
_QUOTE_MARKS = re.compile('[“”„‟"«»]')
_JOINER = "\u2060"
_FIRST_STRONG_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"

_NEW_LINES = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Control characters, half surrogates, non-characters, and what is there without being seen:
# fillers, zero-width signs, direction marks, tags. An emoji's joiner (U+200D) is looked at apart.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0e"
    "\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_PICTURE = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_LONE_JOINER = re.compile(f"(?<![{_PICTURE}])\u200d|\u200d(?![{_PICTURE}])")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MANY_MARKS = re.compile(f"({_MARK}{{3}}){_MARK}+")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_GAPS = re.compile("\n{3,}")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_TAPPABLE = re.compile(
    r"[@#](?=\w)"  # a mention, a hashtag
    r"|/(?=[A-Za-z_])|(?<![0-9A-Za-z])/(?=\w)"  # a command
    r"|:(?=//)"  # https://, tg://
    r"|(?<=\S)\.(?=[^\W\d_])"  # example.com
    r"|\$(?=[A-Za-z])"  # a cashtag
)

_BLOCK_TAGS = """
    address article aside blockquote br center dd div dl dt fieldset figure footer form h1 h2 h3 h4
    h5 h6 header hr li main nav ol p pre section table tbody tfoot thead title tr ul
"""
_INLINE_TAGS = """
    a abbr acronym b bdi bdo big body button caption cite code col colgroup data del dfn em font
    head html i iframe img input ins kbd label link mark meta noscript q s samp script select small
    span strike strong style sub sup svg td template textarea th time tt u var video wbr
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_TAGS = _BLOCKS | frozenset(_INLINE_TAGS.split())
# A tag ends before the next "<": every character is looked at a bounded number of times.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})(?:[\s/][^<>]*)?/?>")
_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")
_LONG_REFERENCE = re.compile("&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_ADDRESS = re.compile(r"""\b(?:href|src)\s*=\s*["']?(https?://[^\s"'<>]{1,300})""", re.IGNORECASE)


def units(text: str) -> int:
    """Return the length of ``text`` as Telegram counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + len(_TWO_UNITS.findall(text))


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` UTF-16 units of ``text``, ending in … where something was left out.

    A character is never cut in half, nor is an emoji made of several.
    """
    if units(text) <= limit:
        return text
    kept, length = 0, 1  # 1: the …
    for character in text:
        length += 2 if character > "\uffff" else 1
        if length > limit:
            break
        kept += 1
    return text[: _whole(text, kept)].rstrip() + "…"


def _whole(text: str, end: int) -> int:
    """Move ``end`` back, a few characters at most, so that it stands between two whole signs."""
    for back in range(min(end, 16)):
        here = end - back
        following = text[here : here + 1]
        joined = text[here - 1 : here] == "\u200d" or following in {"\u200d", "\ufe0f"}
        if not joined and not re.match(f"{_MARK}|[\U0001f3fb-\U0001f3ff]", following):
            return here
    return end


def clean(text: str) -> str:
    """Return ``text`` without what is not seen: controls, marks of direction, fillers."""
    text = _NEW_LINES.sub("\n", text)
    text = _LONE_JOINER.sub("", _UNSEEN.sub("", text))
    return _SPACES.sub(" ", _MANY_MARKS.sub(r"\1", text))


def inert(text: str) -> str:
    """Return ``text`` with nothing that Telegram would make a link, a mention or a command of."""
    return _TAPPABLE.sub(lambda match: match[0] + _JOINER, text)


def bare_line(text: str, limit: int = TITLE_UNITS) -> str:
    """Return ``text`` as one clean and short line.

    For buttons and monospace, where Telegram makes nothing tappable by itself.
    """
    # A long text costs little: all but its beginning is left out before anything else.
    return cut(" ".join(clean(text[: limit * 20]).split()), limit)


def one_line(text: str, limit: int = TITLE_UNITS) -> str:
    """Return a stranger's ``text`` for the middle of a line: one line, clean, short, inert.

    Words written from right to left are kept from reordering what stands beside them.
    """
    return isolated(inert(bare_line(text, limit)))


def isolated(text: str) -> str:
    """Return ``text`` so that its direction does not spread to what stands beside it."""
    if _RIGHT_TO_LEFT.search(text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_END_ISOLATE}"
    return text


def said(text: str, limit: int = 300) -> str:
    """Return somebody's ``text`` to stand between “ and ”, which it cannot close by itself."""
    return isolated(inert(quotable(text, limit)))


def quotable(text: str, limit: int) -> str:
    """Return ``text`` as :func:`said` does, for a button's label."""
    return _QUOTE_MARKS.sub("'", bare_line(text, limit))


def short_number(number: str) -> str:
    """Return a number by its prefix and last four digits: TK1772446511113 is TK…1113."""
    number = bare_line(number, 200)
    prefix = re.match("[A-Za-z]{0,4}", number)
    head = prefix[0] if prefix else ""
    return number if len(number) <= len(head) + 5 else f"{head}…{number[-4:]}"


def short_identity(identity: str) -> str:
    """Return an ID by its first and last four characters: 64f1…9ac2."""
    identity = bare_line(identity, 200)
    return identity if len(identity) <= 10 else f"{identity[:4]}…{identity[-4:]}"  # noqa: PLR2004


def plain(text: str, limit: int = QUOTE_UNITS) -> str:
    """Return a stranger's text, HTML or not, as clean and inert lines of at most ``limit`` units.

    Known tags go, blocks become lines, entities are decoded once; anything else in angle brackets
    is what somebody wrote. It neither nests nor looks back, so that no input is slow.
    """
    # Where nothing is left of it, what was sent is shown as it is.
    return as_written(_without_tags(text), limit) or as_written(text, limit)


def readable(text: str, limit: int) -> str:
    """Return a stranger's text, HTML or not, as clean lines, for where nothing can be tapped."""
    return cut(_tidy(_without_tags(text)), limit) or cut(_tidy(text), limit)


def as_written(text: str, limit: int = QUOTE_UNITS) -> str:
    """Return a plain text as clean and inert lines of at most ``limit`` units."""
    return inert(cut(_tidy(text), limit))


def _tidy(text: str) -> str:
    lines = "\n".join(line.strip() for line in clean(text).split("\n"))
    return _GAPS.sub("\n\n", lines).strip()


def _without_tags(text: str) -> str:
    text = _without_spans(text.replace("\x00", ""))
    tags = [match for match in _TAG.finditer(text) if match[2].lower() in _TAGS]
    # In HTML that has blocks a line's end is only a space.
    joins = any(match[2].lower() in _BLOCKS for match in tags)
    pieces: list[str] = []
    address = ""
    at = 0
    for match in tags:
        piece = _unescaped(text[at : match.start()])
        pieces.append(" ".join(re.split(r"[\r\n]+", piece)) if joins else piece)
        at = match.end()
        name = match[2].lower()
        found = _ADDRESS.search(match[0]) if name in {"a", "img"} else None
        if name == "img" and found:
            pieces.append(f" {_unescaped(found[1])} ")
        elif name == "a":
            if match[1] and address and address not in piece:
                pieces.append(f" ({address})")
            address = _unescaped(found[1]) if found else ""
        elif name == "li" and not match[1]:
            pieces.append("\n• ")
        elif name in _BLOCKS:
            pieces.append("\n")
        elif name in {"td", "th"}:
            pieces.append(" ")
    rest = _unescaped(text[at:])
    pieces.append(" ".join(re.split(r"[\r\n]+", rest)) if joins else rest)
    return "".join(pieces)


def _unescaped(text: str) -> str:
    # A number too long for a character is also too long for int().
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", text))


def _without_spans(text: str) -> str:
    """Return ``text`` without comments, scripts and styles; one that never ends stays as it is."""
    for opening, closing in (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>")):
        lowered = text.translate(_LOWER)  # unlike lower(), it keeps every character's place
        pieces: list[str] = []
        at = 0
        while (start := lowered.find(opening, at)) >= 0:
            end = lowered.find(closing, start + len(opening))
            if end < 0:
                break
            pieces.append(text[at:start])
            at = end + len(closing)
        text = "".join([*pieces, text[at:]])
    return text
