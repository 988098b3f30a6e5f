"""A documentation page, however it was saved: bytes → lines, each in cells and their pieces.

Strangers may have written the page: every step takes time in proportion to its length.
"""

from __future__ import annotations

import codecs
import html
import re
from typing import Final, Literal

MAX_PAGE_BYTES: Final = 10 * 1024 * 1024

# The pieces of one cell follow each other without a gap: a tag stands between them.
Cell = tuple[str, ...]
Line = tuple[Cell, ...]
NoPage = Literal["empty", "large", "pdf", "archive", "binary"]

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What only HTML has. <strong> and <str:order_id> also stand in plain texts.
_HTML: Final = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|section|article|table|tr|ul|ol|li|h[1-6]|p|pre|dl)\b",
    re.IGNORECASE,
)
_ARCHIVED: Final = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_BLOCKS: Final = re.compile(
    "address|article|aside|blockquote|body|br|button|caption|center|dd|details|dialog|div|dl|dt"
    "|fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|label|legend|li|main|menu"
    "|nav|ol|optgroup|option|p|pre|section|select|summary|table|tbody|tfoot|thead|title|tr|ul"
)
_CELLS: Final = frozenset({"td", "th"})
_HIDDEN: Final = frozenset({"script", "style", "template", "noscript"})
_SEEN_THROUGH: Final = frozenset({"wbr"})
# A placeholder that was not escaped looks like a tag that no browser knows.
_PLACEHOLDER: Final = re.compile(r"(?:(?:str|int|uuid|slug|path):)?[a-z]+_id|(?:str|int|uuid):\w+")
_NAME: Final = re.compile(r"/?([A-Za-z][^\s/>]*)")
_QUOTE: Final = re.compile(r"=\s*([\"'])")
_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
# Between pieces of different tags.
_EDGE: Final = "\x1f"
_CUTS: Final = re.compile(r"\t|\||\s{3,}")


class NotAPageError(ValueError):
    """What was given is no page of text; ``reason`` says what it is."""

    def __init__(self, reason: NoPage) -> None:
        super().__init__(reason)
        self.reason: NoPage = reason


def lines_of(content: bytes) -> tuple[Line, ...]:
    """Return the lines that a reader sees, without empty ones. Raises NotAPageError."""
    if len(content) > MAX_PAGE_BYTES:
        raise NotAPageError("large")
    if _ARCHIVED.search(content[:4000]):
        content = _web_page_in(content)
    text = _decoded(content)
    if _HTML.search(text):
        text = _shown(text)
    lines = (
        tuple(cell for part in _CUTS.split(line) if (cell := _pieces(part)))
        for line in text.splitlines()
    )
    found = tuple(line for line in lines if line)
    if not found:
        raise NotAPageError("empty")
    return found


def _pieces(cell: str) -> Cell:
    return tuple(piece for part in cell.split(_EDGE) if (piece := " ".join(part.split())))


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if content.lstrip()[:5] == b"%PDF-":
        raise NotAPageError("pdf")
    if content.startswith((b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise NotAPageError("archive")
    if b"\x00" in content or content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")):
        raise NotAPageError("binary")
    # Titles and addresses are ASCII: whatever else there is may stay unread.
    return content.decode("utf-8", "replace")


def _web_page_in(content: bytes) -> bytes:
    """Return the HTML within a browser's archive of one page (.mhtml)."""
    from email import message_from_bytes, policy  # noqa: PLC0415 - for this one shape alone

    for part in message_from_bytes(content, policy=policy.compat32).walk():
        if part.get_content_type() == "text/html":
            inside = part.get_payload(decode=True)
            return inside if isinstance(inside, bytes) else b""
    return b""


def _shown(text: str) -> str:
    """Return what HTML shows as text: blocks are lines, cells and tags leave a boundary."""
    shown: list[str] = []
    ends = _Ends(text)
    place = 0
    while place < len(text):
        opened = text.find("<", place)
        if opened < 0:
            shown.append(_words(text[place:]))
            break
        shown.append(_words(text[place:opened]))
        if text.startswith("<!--", opened):
            place = ends.after("-->", opened + 4)
            continue
        found = _NAME.match(text, opened + 1)
        if found is None:
            if text.startswith(("<!", "<?"), opened):
                place = ends.after(">", opened)
            else:
                shown.append("<")
                place = opened + 1
            continue
        name = found[1].lower()
        place = ends.of_tag(found.end())
        if text[opened + 1] != "/" and name in _HIDDEN and text[place - 2 : place] != "/>":
            place = ends.after_element(name, place)
        elif _PLACEHOLDER.fullmatch(name):
            shown.append(f"<{name}>" if text[opened + 1] != "/" else "")
        else:
            shown.append(_boundary(name))
    return "".join(shown)


def _words(text: str) -> str:
    # Line breaks within HTML are spaces, but those of <pre> are not: they may as well be lines.
    return html.unescape(text)


def _boundary(name: str) -> str:
    if _BLOCKS.fullmatch(name):
        return "\n"
    if name in _CELLS:
        return "\t"
    return "" if name in _SEEN_THROUGH else _EDGE


class _Ends:
    """Finds ends in a text; one that is not there is not looked for again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lower = text.translate(_LOWER)
        self._gone: set[str] = set()

    def after(self, end: str, place: int) -> int:
        """Return the place behind the next ``end``, that of the text when there is none."""
        found = self._find(self._text, end, place)
        return len(self._text) if found < 0 else found + len(end)

    def after_element(self, name: str, place: int) -> int:
        """Return the place of the end tag of an element whose content is not shown."""
        found = self._find(self._lower, f"</{name}", place)
        return len(self._text) if found < 0 else found

    def of_tag(self, place: int) -> int:
        """Return the place behind a tag whose name ends at ``place``; quotes may hold a ">"."""
        end = self.after(">", place)
        while (quote := _QUOTE.search(self._text, place, end)) is not None:
            closed = self._find(self._text, quote[1], quote.end())
            if closed < 0:
                break
            place = closed + 1
            if place >= end:
                end = self.after(">", place)
        return end

    def _find(self, text: str, end: str, place: int) -> int:
        if end in self._gone:
            return -1
        found = text.find(end, place)
        if found < 0:
            self._gone.add(end)
        return found
