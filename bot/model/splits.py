"""How a paste becomes units: the way that is meant most likely, and the other honest ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import SecretStr

from .accounts import each_once

# The whole paste is one unit; units stand between blank lines; each line is one; as many lines
# for each as the number that is owed gives; each file is one.
How = Literal["whole", "blocks", "lines", "groups", "files"]

_BLANK = re.compile(r"\n[ \t]*\n+")


@dataclass(frozen=True, slots=True)
class Split:
    """A paste as units: how it was split, and what was left out."""

    units: tuple[SecretStr, ...]
    how: How
    empty_lines: int = 0
    doubles: int = 0


def splits(text: str, owed: int, files: Sequence[str] = ()) -> tuple[Split, ...]:
    """Return the honest ways to split a paste into units, the likeliest first; never none.

    One unit owed (or none): the whole paste is that unit, however many lines. More owed: blank
    lines separate units if that gives the count, otherwise each line is a unit. ``files``: the
    texts of the files that it came in, where there are several; they are the units if that gives
    the count. A way whose units an earlier one gives already is left out.
    """
    text = _even(text)
    lines = text.split("\n")
    kept = [line.strip() for line in lines if line.strip()]
    blocks = [block.strip() for block in _BLANK.split(text) if block.strip()]
    whole = "\n".join(line.rstrip() for line in lines).strip()
    each_file = [unit for file in files if (unit := _even(file).strip())]
    size = len(kept) // owed if owed > 1 and len(kept) % owed == 0 else 0
    groups = ["\n".join(kept[at : at + size]) for at in range(0, len(kept), size)] if size else []
    dropped = len(lines) - len(kept)
    found = {
        "whole": Split((SecretStr(whole),) if whole else (), "whole"),
        "lines": _without_doubles(kept, "lines", empty_lines=dropped),
        "blocks": _without_doubles(blocks if len(blocks) > 1 else [], "blocks"),
        "groups": _without_doubles(groups, "groups", empty_lines=dropped),
        "files": _without_doubles(each_file if len(each_file) > 1 else [], "files"),
    }
    if owed <= 1:
        order = ["whole", "files", "blocks", "lines"]
    else:
        order = ["lines", "groups", "blocks", "files", "whole"]
        several_lines = any("\n" in block for block in blocks)
        if len(blocks) == owed and several_lines:
            order.insert(0, "blocks")
        if len(each_file) == owed:
            order.insert(0, "files")
    ways: dict[tuple[SecretStr, ...], Split] = {}
    for name in dict.fromkeys(order):
        way = found[name]
        if way.units or not ways:
            ways.setdefault(way.units, way)
    return tuple(ways.values())


def split_paste(text: str, owed: int) -> Split:
    """Split a paste into units the way that is meant most likely."""
    return splits(text, owed)[0]


def following(ways: Sequence[Split], how: How) -> Split:
    """Return the way to split that comes after this one, round and round."""
    names = [way.how for way in ways]
    return ways[(names.index(how) + 1) % len(ways)] if how in names else ways[0]


def lines_each(units: Sequence[SecretStr]) -> int:
    """Return how many lines each unit has; 0 where they differ, or where there is none."""
    counts = {unit.get_secret_value().count("\n") + 1 for unit in units}
    return counts.pop() if len(counts) == 1 else 0


def _even(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.strip("\n")


def _without_doubles(units: Sequence[str], how: How, *, empty_lines: int = 0) -> Split:
    # The marketplace drops doubles of an append: what it would drop must not be counted as sent.
    once = each_once(units)
    return Split(
        tuple(SecretStr(unit) for unit in once),
        how,
        empty_lines=empty_lines,
        doubles=len(units) - len(once),
    )
