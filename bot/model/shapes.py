"""The shapes of units: what a product's goods usually look like, and nothing of what they say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_EMAIL = re.compile(r"[^\s@:|;,]+@[^\s@:|;,]+\.[^\s@:|;,]+")
_KEY = re.compile(r"[A-Za-z0-9]{3,8}(?:-[A-Za-z0-9]{3,8}){2,7}")
_LINK = re.compile(r"[a-z][a-z0-9+.-]{1,15}://\S+", re.IGNORECASE)
_SEPARATORS = ("|", ":", ";", "\t", ",")
_FIELDS: Final = 6
_LINES: Final = 9

# Units that were seen before anything is called unusual, the share of the usual shape among
# them, and the share below which another one is unusual.
_ENOUGH: Final = 3
_USUAL: Final = 0.8
_UNUSUAL: Final = 0.05


def shape_of(unit: str) -> str:
    """Return a unit's shape: ``email:password``, ``XXXXX-XXXXX-XXXXX``, ``3 lines``."""
    lines = [line for line in unit.strip().splitlines() if line.strip()]
    if len(lines) > 1:
        return f"{len(lines)} lines" if len(lines) <= _LINES else "many lines"
    line = lines[0].strip() if lines else ""
    if _LINK.fullmatch(line):
        return "link"
    if _KEY.fullmatch(line):
        return "-".join("X" * len(group) for group in line.split("-"))
    separator = next((sign for sign in _SEPARATORS if sign in line), "")
    if not separator:
        return _word(line)
    fields = [field.strip() for field in line.split(separator)]
    if len(fields) > _FIELDS:
        return f"login{separator}…"
    return separator.join(_field(place, field) for place, field in enumerate(fields))


def _field(place: int, field: str) -> str:
    if _EMAIL.fullmatch(field):
        return "email"
    return ("login", "password")[place] if place < 2 else "text"  # noqa: PLR2004 - those two


def _word(line: str) -> str:
    if _EMAIL.fullmatch(line):
        return "email"
    if " " in line:
        return "words"
    return "digits" if line.isdecimal() else "one word"


def usual_instead(seen: Mapping[str, int], shape: str) -> str:
    """Return the usual shape where ``shape`` is unlike it; empty where it is not, or nobody knows.

    ``seen``: how many units of each shape were delivered before.
    """
    total = sum(seen.values())
    if total < _ENOUGH:
        return ""
    usual = max(seen, key=lambda each: seen[each])
    if seen[usual] < _USUAL * total or seen.get(shape, 0) >= _UNUSUAL * total:
        return ""
    return usual
