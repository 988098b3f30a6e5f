"""The address table that a documentation page shows: each title with the address it stands by.

Pages differ in whether an address stands above its title or below it. The page as a whole decides,
by what speaks for either; where nothing does, nothing is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from .addresses import Address, AddressError, AddressTable, parse_rows
from .operations import Operation
from .page_items import Item, Pair, Title, items_of
from .page_text import Line

Where = Literal["above", "below", "beside"]
# two: several addresses by one title. host: on another host than the rest. same: as another
# operation's. unusable: method or path cannot be this operation's.
DoubtKind = Literal["two", "host", "same", "unusable"]
# query: what followed a "?" was left out. named: an ID that the page names otherwise.
NoteKind = Literal["query", "named"]

# An address further from its title than so many lines is not "near" it.
_NEAR: Final[Mapping[Where, int]] = {"above": 5, "below": 12, "beside": 0}
_CLEARLY: Final = 0.6
# Fewer rows than these prove nothing by standing in a row: each must speak for itself.
_FEW: Final = 4
_ANY_ID: Final = re.compile(
    r"\{(?:id|pk|uuid|ID|\w*Id)\}|<(?:\w+:)?(?:id|pk|uuid|\w*Id)>|(?<=/):(?:id|pk|uuid|\w*Id)(?=/|$)"
)
_BUYERS: Final = re.compile(r"customer|buyer|client|reseller", re.IGNORECASE)
_SUPPLIERS: Final = re.compile(r"supplier|seller|vendor", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """An operation that was found, and why its address was not taken."""

    operation: Operation
    kind: DoubtKind
    what: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a row that was taken which a person should know."""

    operation: Operation
    kind: NoteKind
    what: str


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page says. ``base``: scheme and host of its URLs, empty when it shows paths alone."""

    rows: Mapping[Operation, Address] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[Note, ...] = ()
    where: Where = "beside"
    base: str = ""
    titles: int = 0
    others: int = 0
    undecided: bool = False
    for_buyers: bool = False

    @property
    def missing(self) -> tuple[Operation, ...]:
        """The operations whose address the page does not give, or not for certain."""
        return tuple(each for each in Operation if each not in self.rows)


def read_page(
    lines: Sequence[Line], shipped: AddressTable, *, supplier_api_url: str = ""
) -> PageReading:
    """Return what the lines of a page say.

    ``shipped``: the table of which some rows are known for certain. ``supplier_api_url``: where it
    has a path prefix and the page's URLs begin with it, rows are written without it.
    """
    items = items_of(lines)
    titles = {item.operation for item in items if isinstance(item, Title)}
    choice = _chosen(items, shipped)
    if choice is None:
        return PageReading(titles=len(titles), undecided=True, for_buyers=_for_buyers(lines, ()))
    where, candidates = choice
    taken = _Taken(supplier_api_url, candidates)
    rows = taken.rows
    used = {pair for pairs in candidates.values() for pair in pairs}
    others = {(each.method, each.url) for each in items if isinstance(each, Pair)} - {
        (each.method, each.url) for each in used
    }
    return PageReading(
        rows={each: rows[each] for each in Operation if each in rows},
        doubts=tuple(
            sorted(taken.doubts, key=lambda doubt: tuple(Operation).index(doubt.operation))
        ),
        notes=tuple(note for note in taken.notes if note.operation in rows),
        where=where,
        base=taken.base,
        titles=len(titles),
        others=len(others),
        for_buyers=_for_buyers(lines, tuple(row.path for row in rows.values())),
    )


# --- which address belongs to which title ----------------------------------------------------


Candidates = dict[Operation, list[Pair]]


def _chosen(items: Sequence[Item], shipped: AddressTable) -> tuple[Where, Candidates] | None:
    """Return how the page is to be read; None when it can be read in two ways."""
    ways = {where: _near(items, where) for where in ("above", "below", "beside")}
    beside = ways["beside"]
    if beside and all(set(way) <= set(beside) for way in ways.values()):
        return "beside", beside
    above, below = ways["above"], ways["below"]
    # What stands on the title's own line is its address, wherever the others are.
    above |= beside
    below |= beside
    if above == below or not below:
        return _trusted("above", above, shipped)
    if not above:
        return _trusted("below", below, shipped)
    balance = sum(
        weight * ((one > two) - (one < two))
        for weight, one, two in (
            (3, _certain(above, shipped), _certain(below, shipped)),
            (2, -_impossible(above), -_impossible(below)),
            (2, *_clearly_nearer(items, above, below)),
            (2, _alike(above), _alike(below)),
            # Of a whole page one way gives one more; of a part, that says nothing.
            (2, len(above) == len(Operation), len(below) == len(Operation)),
        )
    )
    if balance == 0:
        return None
    return _trusted(*(("above", above) if balance > 0 else ("below", below)), shipped)


def _trusted(
    where: Where, candidates: Candidates, shipped: AddressTable
) -> tuple[Where, Candidates] | None:
    """Return a way of reading unless what is known speaks against it, or too little for it."""
    certain = _certain(candidates, shipped)
    if certain < 0 or (len(candidates) < _FEW and _alike(candidates) + certain < len(candidates)):
        return ("above", {}) if not candidates else None
    return where, candidates


def _near(items: Sequence[Item], where: Where) -> Candidates:
    """Return for each title the addresses next to it in one direction, each one once."""
    found: Candidates = {}
    for at, item in enumerate(items):
        if not isinstance(item, Title):
            continue
        if where == "beside":
            here = [each for each in items if isinstance(each, Pair) and each.line == item.line]
            pair = here[0] if len(here) == 1 else None
        else:
            pair = _next_pair(items, at, -1 if where == "above" else 1)
        if pair is None or abs(pair.line - item.line) > _NEAR[where]:
            continue
        pairs = found.setdefault(item.operation, [])
        if all((pair.method, pair.url) != (each.method, each.url) for each in pairs):
            pairs.append(pair)
    return found


def _next_pair(items: Sequence[Item], at: int, step: int) -> Pair | None:
    """Return the pair next to a title, unless another title comes first."""
    place = at + step
    if not 0 <= place < len(items):
        return None
    item = items[place]
    return item if isinstance(item, Pair) else None


def _certain(candidates: Candidates, shipped: AddressTable) -> int:
    """Return how many rows are those known for certain, less the ones that are at another title."""
    known = {each: row for each, row in shipped.items() if row.confirmed}
    count = 0
    for operation, pairs in candidates.items():
        for pair in pairs:
            ends = [each for each, row in known.items() if _path(pair.url).endswith(row.path)]
            count += sum(1 if each is operation else -1 for each in ends)
    return count


def _impossible(candidates: Candidates) -> int:
    return sum(
        not _usable(operation, pair) for operation, pairs in candidates.items() for pair in pairs
    )


def _clearly_nearer(items: Sequence[Item], above: Candidates, below: Candidates) -> tuple[int, int]:
    """Return 1 for the way whose addresses are clearly nearer to their titles, and 0."""
    one, two = (_distance(items, way) for way in (above, below))
    return int(one <= two * _CLEARLY), int(two <= one * _CLEARLY)


def _distance(items: Sequence[Item], candidates: Candidates) -> float:
    lines: dict[Operation, list[int]] = {}
    for item in items:
        if isinstance(item, Title):
            lines.setdefault(item.operation, []).append(item.line)
    gaps = [
        min(abs(pair.line - line) for line in lines[operation])
        for operation, pairs in candidates.items()
        for pair in pairs
    ]
    return sum(gaps) / len(gaps)


def _alike(candidates: Candidates) -> int:
    """Return how many words of the titles stand in the paths they are given."""
    count = 0
    for operation, pairs in candidates.items():
        words = str(operation).split("_")
        for pair in pairs:
            path = _path(pair.url).lower()
            # "order" is in every path below /orders/: the verb is what tells them apart.
            count += words[0] in path.replace("orders", "").replace("products", "")
    return count


# --- the rows --------------------------------------------------------------------------------


class _Taken:
    """The rows that can be taken, and what is to be said of the others."""

    def __init__(self, supplier_api_url: str, candidates: Candidates) -> None:
        self.rows: dict[Operation, Address] = {}
        self.doubts: list[Doubt] = []
        self.notes: list[Note] = []
        hosts = Counter(
            base for pairs in candidates.values() for pair in pairs if (base := _base(pair.url))
        )
        self.base = hosts.most_common(1)[0][0] if hosts else ""
        paths = [_path(pair.url) for pairs in candidates.values() for pair in pairs]
        self._prefix = _prefix(supplier_api_url, paths)
        for operation, pairs in candidates.items():
            self._take(operation, pairs)
        self._drop_doubles()

    def _take(self, operation: Operation, pairs: Sequence[Pair]) -> None:
        if len(pairs) > 1:
            shown = " and ".join(f"{pair.method} {_path(pair.url)}" for pair in pairs)
            self.doubts.append(Doubt(operation, "two", shown))
            return
        pair = pairs[0]
        base = _base(pair.url)
        if base and base != self.base:
            self.doubts.append(Doubt(operation, "host", base))
            return
        path = _path(pair.url).removeprefix(self._prefix)
        path, query = _ANY.split(path, maxsplit=1) if _ANY.search(path) else (path, "")
        if query:
            self.notes.append(Note(operation, "query", query))
        if len(operation.ids) == 1 and (named := _ANY_ID.search(path)) is not None:
            self.notes.append(Note(operation, "named", named[0]))
            path = _ANY_ID.sub("{" + operation.ids[0] + "}", path, count=1)
        try:
            rows = parse_rows({operation: {"method": pair.method, "path": path}}, confirmed=True)
        except AddressError as error:
            self.doubts += [Doubt(operation, "unusable", each) for each in error.problems]
        else:
            self.rows |= rows

    def _drop_doubles(self) -> None:
        """Two that change something cannot have one address: one of them is not what it seems."""
        count = Counter((row.method, row.path) for each, row in self.rows.items() if each.writes)
        for operation, row in list(self.rows.items()):
            if operation.writes and count[row.method, row.path] > 1:
                del self.rows[operation]
                self.doubts.append(Doubt(operation, "same", f"{row.method} {row.path}"))


_ANY: Final = re.compile(r"[?#]")


def _usable(operation: Operation, pair: Pair) -> bool:
    return not _Taken("", {operation: [pair]}).doubts


def _base(url: str) -> str:
    parts = urlsplit(url) if url.startswith("http") else None
    return f"{parts.scheme}://{parts.netloc}" if parts is not None else ""


def _path(url: str) -> str:
    return url[len(_base(url)) :] or "/"


def _prefix(supplier_api_url: str, paths: Sequence[str]) -> str:
    """Return the path prefix of the marketplace's address where all the page's paths have it."""
    prefix = urlsplit(supplier_api_url).path.rstrip("/") if supplier_api_url else ""
    return prefix if prefix and all(path.startswith(prefix + "/") for path in paths) else ""


def _text(line: Line) -> str:
    return " ".join(piece for cell in line for piece in cell)


def _for_buyers(lines: Sequence[Line], paths: Sequence[str]) -> bool:
    """Tell whether the page is that of another API: for customers, by its paths or its heading."""
    named = sum(bool(_BUYERS.search(path)) for path in paths)
    if named * 2 > len(paths):
        return True
    if any(_SUPPLIERS.search(path) for path in paths):
        return False
    heading = next((text for line in lines[:60] if re.search(r"\bAPI\b", text := _text(line))), "")
    return bool(_BUYERS.search(heading)) and not _SUPPLIERS.search(heading)
