"""What stands on the lines of a documentation page: titles of operations, and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from .addresses import METHODS
from .operations import Operation
from .page_text import Cell, Line

# No title and no address is longer; nothing longer is looked at.
_MAX_PIECE: Final = 600
# A method that stands alone belongs to an address at most so many lines below.
_REACH: Final = 3
# What may stand beside an address without making it an example: "Copy", "Auth required".
_MAX_BESIDE: Final = 40

_TITLES: Final = {str(each).replace("_", " "): each for each in Operation}
_SECTION: Final = re.compile(
    r"(?:products|orders|tickets|payments|account)\s*[/>»›→-]+\s*", re.IGNORECASE
)
_BEFORE_TITLE: Final = re.compile(r"(?:[#*>•–—-]|\d+(?:\.\d+)*[.)]?(?=\s))+\s*")
_AFTER_TITLE: Final = re.compile(r"[\s#:¶*]+$")
_METHOD: Final = re.compile(
    r"(?<![A-Za-z0-9_/.-])(" + "|".join(METHODS) + r")(?=https?://|/|[^A-Za-z0-9_]|$)"
)
_URL: Final = re.compile(r"https?://[^\s\"'`()\[\],;]+|(?<![A-Za-z0-9_.:/}>])/[^\s\"'`()\[\],;]+")
_LABEL: Final = re.compile(
    r"(?:\b(?:http|request)\s+)*\b(?:method|url|endpoint|path|address|title|name)\b\s*:?\s*",
    re.IGNORECASE,
)
_SPACED: Final = re.compile(r"\{+\s*(\w+)\s*\}+")
_CODED: Final = re.compile(r"%(?:7B|7D|3C|3E)", re.IGNORECASE)
_EXAMPLE: Final = re.compile(r"curl|fetch\(|requests\.|axios|https?\s|HTTP/", re.IGNORECASE)
# How an address goes on in the next piece, and how one ends that does.
_PLACEHOLDER: Final = re.compile(r"(?:[{<:]|[A-Z]+_ID).*")
_SLUG: Final = re.compile(r"[a-z0-9_~.-]+(?:/.*)?")
_NO_SLUGS: Final = frozenset(
    {"copy", "copied", "try", "test", "send", "edit", "link", "share", "auth"}
)
_OPEN_END: Final = re.compile(r"(?:^|\s)(?:https?://[^\s/]+|\S*/[^\s/]+)$")
_ENDS_IN_URL: Final = re.compile(r"(?:https?://|(?:^|\s)/)\S*$")


@dataclass(frozen=True, slots=True)
class Title:
    """The title of one of the 17 operations; ``line`` counts lines that are not empty."""

    operation: Operation
    line: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A method with the URL, or path, that it stands beside."""

    method: str
    url: str
    line: int


Item = Title | Pair


@dataclass(frozen=True, slots=True)
class _Alone:
    """A method or a URL that stands on a line without the other."""

    what: str
    line: int
    is_method: bool


_Token = Title | Pair | _Alone


def items_of(lines: Sequence[Line]) -> tuple[Item, ...]:
    """Return titles and pairs in the order in which a reader meets them."""
    tokens = [token for number, line in enumerate(lines) for token in _tokens(line, number)]
    items: list[Item] = []
    for token in _together(_together(tokens, method_first=True), method_first=False):
        if not isinstance(token, _Alone) and not _again(items, token):
            items.append(token)
    return tuple(items)


def _tokens(line: Line, number: int) -> Iterator[_Token]:
    """Yield what one line holds; methods and URLs must match in number to be pairs."""
    methods: list[str] = []
    urls: list[str] = []
    titles: list[tuple[Operation, int]] = []
    for piece in (each for cell in line for each in _joined(cell)):
        rest, found_methods, found_urls = _addresses_in(piece)
        if found_urls and (len(rest) > _MAX_BESIDE or _EXAMPLE.search(rest)):
            continue  # an example in words, or a command to be typed
        operation = _title(rest)
        if operation is None and found_methods and not found_urls and rest:
            continue  # a method within a sentence
        if operation is not None:
            titles.append((operation, len(urls) + len(found_urls)))
        methods += found_methods
        urls += found_urls
    pairs = list(zip(methods, urls, strict=True)) if len(methods) == len(urls) else []
    for at, (method, url) in enumerate(pairs):
        yield from (Title(operation, number) for operation, place in titles if place == at)
        yield Pair(method, url, number)
    yield from (Title(operation, number) for operation, place in titles if place >= len(pairs))
    if len(methods) + len(urls) == 1:
        yield _Alone((methods or urls)[0], number, is_method=bool(methods))


def _together(tokens: Sequence[_Token], *, method_first: bool) -> list[_Token]:
    """Return the tokens with each method and the URL in the next one as one pair.

    Most pages show the method first. Only what has no URL behind it can have it before.
    """
    found: list[_Token] = []
    for token in tokens:
        last = found[-1] if found else None
        if (
            isinstance(last, _Alone)
            and isinstance(token, _Alone)
            and last.is_method is method_first
            and token.is_method is not method_first
            and token.line - last.line <= _REACH
        ):
            method, url = (last, token) if method_first else (token, last)
            found[-1] = Pair(method.what, url.what, token.line)
        else:
            found.append(token)
    return found


def _again(items: Sequence[Item], item: Item) -> bool:
    """Tell whether an address is only said again, as an example, before the next title."""
    last = items[-1] if items else None
    return (
        isinstance(item, Pair)
        and isinstance(last, Pair)
        and (last.method, last.url) == (item.method, item.url)
    )


def _joined(cell: Cell) -> Iterator[str]:
    """Yield the pieces of a cell, those of one address together: tags may stand within it."""
    held = ""
    for piece in cell:
        if len(piece) > _MAX_PIECE:
            continue
        goes_on = (
            held
            and " " not in piece
            and len(held) + len(piece) <= _MAX_PIECE
            and (
                (held.endswith("/") and _is_part(piece))
                or (piece.startswith("/") and _OPEN_END.search(held))
            )
        )
        if goes_on:
            held += piece
            continue
        if held:
            yield held
        held = piece if _ENDS_IN_URL.search(piece) else ""
        if not held:
            yield piece
    if held:
        yield held


def _is_part(piece: str) -> bool:
    """Tell whether a piece can be the next part of a path, and is no button beside it."""
    if _PLACEHOLDER.fullmatch(piece):
        return True
    return _SLUG.fullmatch(piece) is not None and piece not in _NO_SLUGS


def _addresses_in(piece: str) -> tuple[str, list[str], list[str]]:
    """Return what is left of a piece without its methods and URLs, and these."""
    piece = _SPACED.sub(r"{\1}", _CODED.sub(lambda code: unquote(code[0]), piece))
    methods = _METHOD.findall(piece)
    piece = _METHOD.sub(" ", piece)
    urls = [url.rstrip(".:!?*") for url in _URL.findall(piece)]
    rest = _URL.sub(" ", piece)
    if methods or urls:
        rest = _LABEL.sub("", rest).strip(" ()[]:`'\"*#•–—-")
    return " ".join(rest.split()), methods, [each for each in urls if _leads_on(each)]


def _leads_on(url: str) -> bool:
    """Tell whether it is more than a host: no operation is at the root."""
    return url.isascii() and bool(re.sub(r"^https?://[^/]*", "", url).strip("/"))


def _title(text: str) -> Operation | None:
    """Return the operation whose title the text is, and nothing else."""
    text = _AFTER_TITLE.sub("", _BEFORE_TITLE.sub("", text, count=1))
    text = _SECTION.sub("", text, count=1)
    return _TITLES.get(" ".join(text.replace("_", " ").casefold().split()))
