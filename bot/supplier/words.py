"""The marketplace's own words, made fit to be shown: short, on one line, without keys or goods."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

MAX_MESSAGE: Final = 500
_MAX_RAW: Final = 5_000
_MAX_FIELDS: Final = 30
_MAX_DEPTH: Final = 4
_HIDDEN: Final = "[hidden]"
# A run of this many signs in common with a secret is hidden, even where the rest was cut or masked.
_WINDOW: Final = 6
_MIN_PART: Final = 4
_SEPARATORS: Final = re.compile(r"[\s:|;,\"'\\]+")
_MESSAGE_KEYS: Final = ("message", "error", "detail", "errors", "non_field_errors", "msg")
# Where goods stand: what is in these is never read for words, in whatever answer they come.
_GOODS_FIELDS: Final = frozenset(
    {"delivered_info", "account", "accounts", "accounts_text", "credentials", "password"}
)
_NOT_FIELDS: Final = frozenset({*_MESSAGE_KEYS, "success", "status", "code", "data"})


class Words:
    """Takes the secrets of one call out of whatever the marketplace says about it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(secrets)

    @functools.cached_property
    def _hidden(self) -> tuple[frozenset[str], frozenset[str]]:
        """What is to be hidden: short secrets, and every run of signs of the longer ones.

        Made when the marketplace says something: of a call with many goods that takes a while.
        """
        whole = {_one_line(secret) for secret in self._secrets} - {""}
        lowered = {each.lower() for each in whole}
        parts = {part for each in whole for part in _SEPARATORS.split(each)}
        # The runs of a longer part are runs of the whole that it stands in, but where signs
        # become other ones in lower case beside other neighbours.
        lowered |= {
            part.lower()
            for part in parts
            if (len(part) >= _WINDOW and not part.isascii()) or _MIN_PART <= len(part) < _WINDOW
        }
        short = frozenset(each for each in lowered if len(each) < _WINDOW)
        windows = frozenset(
            each[at : at + _WINDOW] for each in lowered for at in range(len(each) - _WINDOW + 1)
        )
        return short, windows

    def clean(self, text: str) -> str:
        """Return the text on one line, at most 500 characters, secrets hidden."""
        line = self._without_secrets(_one_line(text[:_MAX_RAW]))
        return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"

    def message(self, body: Any) -> str:
        """Return what an answer's object says happened; empty if it says nothing."""
        return self.clean(_find_message(body, _MAX_DEPTH))

    def sentence(self, body: Any) -> str:
        """Return the sentence of an answer that is no plain denial; empty if it has none."""
        if not isinstance(body, Mapping):
            return ""
        inner = body.get("data")
        for place in (body, inner) if isinstance(inner, Mapping) else (body,):
            said = (place.get(name) for name in _MESSAGE_KEYS)
            if found := next((each for each in said if each and isinstance(each, str)), ""):
                return self.clean(found)
        return ""

    def field_errors(self, body: Any) -> dict[str, tuple[str, ...]]:
        """Return an answer's complaints by field, whichever usual shape they have."""
        if not isinstance(body, Mapping):
            return {}
        for name in ("errors", "field_errors", "error", "detail", "message"):
            if isinstance(body.get(name), Mapping):
                return self._fields(body[name])
        return self._fields(
            {
                name: value
                for name, value in body.items()
                if name not in _NOT_FIELDS and _is_complaint(value)
            }
        )

    def _fields(self, fields: Mapping[Any, Any]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, value in list(fields.items())[:_MAX_FIELDS]:
            if _holds_goods(name):
                found[self.clean(str(name))] = (_HIDDEN,)
                continue
            values = value if isinstance(value, list) else [value]
            said = (self.clean(_find_message(each, _MAX_DEPTH)) for each in values[:_MAX_FIELDS])
            if complaints := tuple(each for each in said if each):
                found[self.clean(str(name))] = complaints
        return found

    def _without_secrets(self, line: str) -> str:
        if not line:
            return line
        shorts, windows = self._hidden
        lowered = line.lower()
        if len(lowered) != len(line):
            # A few letters grow in lower case; positions must agree.
            lowered = "".join(sign if len(sign.lower()) != 1 else sign.lower() for sign in line)
        hidden = [False] * len(line)
        for at in range(len(line) - _WINDOW + 1):
            if lowered[at : at + _WINDOW] in windows:
                hidden[at : at + _WINDOW] = [True] * _WINDOW
        for short in shorts:
            for found in re.finditer(re.escape(short), lowered):
                hidden[found.start() : found.end()] = [True] * len(short)
        if not any(hidden):
            return line
        pieces: list[str] = []
        for sign, is_hidden in zip(line, hidden, strict=True):
            if not is_hidden:
                pieces.append(sign)
            elif not pieces or pieces[-1] != _HIDDEN:
                pieces.append(_HIDDEN)
        return "".join(pieces)


def _is_complaint(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _find_message(body: Any, depth: int) -> str:
    if isinstance(body, str):
        return body
    if depth == 0:
        return ""
    if isinstance(body, list):
        return "; ".join(said for each in body[:5] if (said := _find_message(each, depth - 1)))
    if not isinstance(body, Mapping):
        return ""
    for name in _MESSAGE_KEYS:
        if said := _find_message(body.get(name), depth - 1):
            return said
    said_by_field = (
        f"{name}: {said}"
        for name, value in list(body.items())[:5]
        if name not in _NOT_FIELDS
        and isinstance(value, str | list)
        and (depth < _MAX_DEPTH or _is_complaint(value))
        and (said := _HIDDEN if _holds_goods(name) else _find_message(value, depth - 1))
    )
    return "; ".join(said_by_field)


def _holds_goods(name: Any) -> bool:
    return str(name).strip().lower() in _GOODS_FIELDS


def _one_line(text: str) -> str:
    """Return the text with runs of spaces, line ends and control signs as single spaces.

    Format signs (Unicode Cf: direction marks, zero widths) and halves of surrogates go entirely.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    signs = []
    for sign in text:
        category = unicodedata.category(sign)
        if category in {"Cf", "Cs", "Co", "Cn"}:
            continue
        signs.append(" " if category in {"Cc", "Zl", "Zp", "Zs"} else sign)
    return " ".join("".join(signs).split())
