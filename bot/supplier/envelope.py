"""From the bytes of an answer to the things in it, whichever envelope the marketplace uses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Generic, NoReturn, TypeVar

from pydantic import ValidationError

from bot.model.wire import Wire

from .operations import Operation

T = TypeVar("T")
W = TypeVar("W", bound=Wire)

MAX_BYTES: Final = 32 * 1024 * 1024
# An answer of more bytes, a page of more things: some ten milliseconds of work.
LARGE: Final = 512 * 1024
MANY: Final = 300
_MAX_DIGITS: Final = 400

PLURALS: Final = {
    Operation.LIST_ORDERS: "orders",
    Operation.LIST_PRODUCTS: "products",
    Operation.LIST_TICKETS: "tickets",
    Operation.LIST_PAYMENTS: "payments",
}
_LISTS: Final = ("results", "data", "items")
_TOTALS: Final = ("total", "count", "total_count")
_COMPLAINTS: Final = ("error", "errors", "detail")
_TOTAL_PLACES: Final = ("pagination", "meta")


class NotUnderstoodError(ValueError):
    """Bytes or an object that are not an answer; says nothing of what was in them."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list.

    ``items``: what could be read. ``total``: how many there are in all, if the marketplace said so.
    ``page``, ``asked``: which page and how many items were asked for. ``unreadable``: how many
    items of it could not be read.
    """

    items: tuple[T, ...]
    total: int | None
    page: int
    asked: int
    unreadable: int = 0

    @property
    def given(self) -> int:
        """How many items came, readable or not."""
        return len(self.items) + self.unreadable


def read_json(content: bytes) -> Any:
    """Return the JSON value, its decimals as ``Decimal``. Raises ``NotUnderstoodError``."""
    try:
        return json.loads(
            content, parse_float=_decimal, parse_int=_whole, parse_constant=_no_constant
        )
    except (ValueError, RecursionError, ArithmeticError):
        pass
    # Raised outside of the handler: the decoder's error carries the whole answer.
    raise NotUnderstoodError("not JSON")


def _decimal(text: str) -> Decimal:
    if len(text) > _MAX_DIGITS:
        raise ValueError("too many digits")
    return Decimal(text)


def _whole(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError("too many digits")
    return int(text)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def read_page(body: Any, operation: Operation, model: type[W], *, page: int, asked: int) -> Page[W]:
    """Return the page that an answer holds. Raises ``NotUnderstoodError`` if it holds none."""
    found = _find_list(body, PLURALS[operation])
    if found is None:
        found = [_single(body, model)]
    items: list[W] = []
    for each in found:
        thing = read_thing(each, model)
        if thing is not None:
            items.append(thing)
    unreadable = len(found) - len(items)
    return Page(tuple(items), _total(body, found), page, asked, unreadable)


def holds_many(body: Any, operation: Operation) -> bool:
    """Say whether an answer holds more things than a page should: perhaps the whole list."""
    found = _find_list(body, PLURALS[operation])
    return found is not None and len(found) > MANY


def read_thing(value: Any, model: type[W]) -> W | None:
    """Return the thing that an object describes, or None when it cannot be read."""
    if not isinstance(value, Mapping):
        return None
    try:
        return model.model_validate(value)
    except (ValidationError, RecursionError):
        return None


def read_single(body: Any, name: str, model: type[W]) -> W:
    """Return the one thing of an answer: under its name, under ``data``, or bare.

    Raises ``NotUnderstoodError`` when there is none.
    """
    for candidate in _single_candidates(body, name):
        thing = read_thing(candidate, model)
        if thing is not None:
            return thing
    raise NotUnderstoodError(f"no {name} in the answer")


def _single_candidates(body: Any, name: str) -> list[Any]:
    if not isinstance(body, Mapping):
        return []
    candidates = [body.get(name)]
    data = body.get("data")
    if isinstance(data, Mapping):
        candidates += [data.get(name), data]
    return [*candidates, body]


def _single(body: Any, model: type[W]) -> Any:
    """Return the body if it is itself one thing of the list, as the document's examples show it."""
    if read_thing(body, model) is None:
        raise NotUnderstoodError("no list in the answer")
    return body


def _find_list(body: Any, plural: str) -> list[Any] | None:
    if isinstance(body, list):
        return body
    if not isinstance(body, Mapping):
        return None
    names = (plural, *_LISTS)
    inner = body.get("data")
    places = (body, inner) if isinstance(inner, Mapping) else (body,)
    lists = [place[name] for place in places for name in names if _is_list(place.get(name))]
    # One that holds things says more than an empty one, or one of something else, beside it.
    of_things = [each for each in lists if any(isinstance(thing, Mapping) for thing in each)]
    for each in (*of_things, *filter(None, lists)):
        return list(each)
    if any(place.get(name) for place in places for name in _COMPLAINTS):
        return None  # that there is nothing is then not what it says
    return [] if lists or _says_empty(body, names) else None


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _says_empty(body: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Say whether this is how some marketplaces write an empty list: as null or an empty object."""
    if not any(name in body and body[name] in (None, {}) for name in names):
        return False
    named = names[0] in body and body[names[0]] is None
    return named or body.get("success") is True or 0 in [_as_total(body.get(n)) for n in _TOTALS]


def _total(body: Any, found: list[Any]) -> int | None:
    if not isinstance(body, Mapping):
        return None
    inner = body.get("data")
    for place in (body, inner if isinstance(inner, Mapping) else {}):
        for within in (place, *(place.get(name) for name in _TOTAL_PLACES)):
            if not isinstance(within, Mapping):
                continue
            for name in _TOTALS:
                total = _as_total(within.get(name))
                if total is None or total < len(found):
                    continue
                if name == "count" and found and total == len(found):
                    # It may count this page alone: then it says nothing about the list.
                    continue
                return total
    return None


def _as_total(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:  # noqa: PLR2004
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < 10**12 else None
