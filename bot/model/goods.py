"""Goods: the units a person pastes, how a unit is shown and not shown, what looks like one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import PlainSerializer, SecretStr

# The JSON of a plan is only ever made to be sealed; everywhere else a unit hides itself.
Unit = Annotated[SecretStr, PlainSerializer(lambda unit: unit.get_secret_value(), when_used="json")]

# One character on either side suffices, and keeps the search linear on a paste of any length.
_PAIR = re.compile(r"\S\s?[:|;]\s?\S")
_KEY = re.compile(r"(?:[A-Z0-9]{4,6}-){2,}[A-Z0-9]{4,6}", re.IGNORECASE)
_SENTENCE_WORDS = 5


def rows_of(delivered_info: SecretStr | None) -> tuple[str, ...] | None:
    """Return what was delivered on an order, a row a unit; None when it is not shown.

    Where it is plain text nobody knows where a unit ends, and it is one row.
    """
    if delivered_info is None:
        return None
    text = delivered_info.get_secret_value()
    try:
        rows = json.loads(text)
    except ValueError:
        return (text,)
    except RecursionError:
        return None
    if not isinstance(rows, list):
        rows = [rows]
    return tuple(row if isinstance(row, str) else json.dumps(row) for row in rows)


def shows_all(delivered_info: SecretStr | None, units: Sequence[SecretStr]) -> bool:
    """Say whether every one of these units is shown; not, where nothing is shown at all."""
    rows = rows_of(delivered_info)
    if rows is None:
        return False
    wanted = [_even(unit.get_secret_value()) for unit in units]
    if len(rows) == 1:
        text = f"\n{_even(rows[0])}\n"
        return all(f"\n{unit}\n" in text for unit in wanted)
    there = {_even(row) for row in rows}
    return all(unit in there for unit in wanted)


def _even(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def mask(unit: SecretStr) -> str:
    """Show a unit by its first and last characters; a short one by nothing at all."""
    lines = unit.get_secret_value().split("\n")
    first = lines[0]
    shown = f"{first[:2]}•••{first[-2:]}" if len(first) >= 8 else "•••"  # noqa: PLR2004
    return shown if len(lines) == 1 else f"{shown} (+{len(lines) - 1})"


def looks_like_goods(text: str) -> bool:
    """Say whether ``text`` may be goods: several lines, ``x:y``, ``x|y`` or a key.

    Such a text is never searched for and never sent anywhere unasked.
    """
    lines = [line for line in text.strip().splitlines() if line.strip()]
    if len(lines) > 1:
        return True
    line = lines[0].strip() if lines else ""
    if _KEY.search(line):
        return True
    return (
        len(line.split()) < _SENTENCE_WORDS and _PAIR.search(line) is not None and "://" not in line
    )
