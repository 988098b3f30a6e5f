"""Records that can be found and paged through quickly, however many there are."""

import re
import zlib
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Generic, Protocol, TypeVar


class Record(Protocol):
    """What a table must know of a record."""

    id: str
    number: int
    created_at: datetime
    updated_at: datetime

    @property
    def status(self) -> str:
        """The status that lists can be filtered by."""
        ...

    @property
    def search_text(self) -> str:
        """What a search looks at, in lower case."""
        ...


_SHOWN = re.compile(r"[0-9]{1,15}")
R = TypeVar("R", bound=Record)
Key = tuple[float, int]


def as_number(identifier: str) -> int | None:
    """Return the number an ID is shown as where IDs are numbers; None when it has none."""
    try:
        return int(identifier[:12], 16) if len(identifier) == 24 else None  # noqa: PLR2004
    except ValueError:
        return None


class _View:
    """Keys in order, each record's place remembered so that it can be moved."""

    def __init__(self, sort: str, status: str | None, salt: int) -> None:
        self.sort = sort
        self.status = status
        self._salt = salt
        self.keys: list[Key] = []
        self._key_of: dict[int, Key] = {}

    def _key(self, record: Record) -> Key | None:
        if self.status is not None and record.status != self.status:
            return None
        if self.sort == "random":
            return (zlib.crc32(f"{self._salt}{record.id}".encode()), record.number)
        moment = record.updated_at if self.sort == "updated" else record.created_at
        return (moment.timestamp(), record.number)

    def fill(self, records: Iterable[Record]) -> None:
        for record in records:
            key = self._key(record)
            if key is not None:
                self._key_of[record.number] = key
                self.keys.append(key)
        self.keys.sort()

    def put(self, record: Record) -> None:
        old, new = self._key_of.get(record.number), self._key(record)
        if old == new:
            return
        self.drop(record)
        if new is not None:
            self._key_of[record.number] = new
            insort(self.keys, new)

    def drop(self, record: Record) -> None:
        old = self._key_of.pop(record.number, None)
        if old is not None:
            del self.keys[bisect_left(self.keys, old)]

    def numbers(self) -> Iterator[int]:
        ascending = self.sort in ("oldest", "random")
        return (number for _, number in (self.keys if ascending else reversed(self.keys)))

    def slice(self, offset: int, limit: int) -> list[int]:
        if self.sort in ("oldest", "random"):
            return [number for _, number in self.keys[offset : offset + limit]]
        end = len(self.keys) - offset
        return [number for _, number in reversed(self.keys[max(0, end - limit) : max(0, end)])]


class Table(Generic[R]):
    """Records by ID, and in every order and status that was ever asked for.

    A view is sorted once, when first asked for, and kept up to date from then on.
    """

    def __init__(self, salt: int = 0) -> None:
        self._salt = salt
        self._by_id: dict[str, R] = {}
        self._by_number: dict[int, R] = {}
        self._by_shown_number: dict[int, R] = {}
        self._views: dict[tuple[str, str | None], _View] = {}
        self._last_number = 0

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[R]:
        return iter(self._by_id.values())

    @property
    def next_number(self) -> int:
        """The number the next record gets: counted from 1, and never given twice."""
        return self._last_number + 1

    def add(self, *records: R) -> None:
        """Take new records in; many at once are sorted once."""
        for record in records:
            self._by_id[record.id] = record
            self._by_number[record.number] = record
            self._last_number = max(self._last_number, record.number)
            shown = as_number(record.id)
            if shown is not None:
                self._by_shown_number[shown] = record
        for view in self._views.values():
            if len(records) == 1:
                view.put(records[0])
            else:
                view.fill(records)

    def changed(self, record: R) -> None:
        """Move a record to where it belongs now."""
        for view in self._views.values():
            view.put(record)

    def remove(self, record: R) -> None:
        """Forget a record."""
        del self._by_id[record.id]
        del self._by_number[record.number]
        shown = as_number(record.id)
        if shown is not None:
            self._by_shown_number.pop(shown, None)
        for view in self._views.values():
            view.drop(record)

    def get(self, identifier: object) -> R | None:
        """Find a record by its ID, or by the number that its ID is shown as."""
        text = str(identifier).strip()
        found = self._by_id.get(text)
        if found is None and _SHOWN.fullmatch(text):
            found = self._by_shown_number.get(int(text))
        return found

    def page(
        self, *, sort: str, offset: int, limit: int, status: str | None = None, search: str = ""
    ) -> tuple[list[R], int]:
        """Return up to `limit` records from `offset` on, and how many there are in all."""
        view = self._view(sort, status)
        if search:
            words = search.lower()
            hits = [n for n in view.numbers() if words in self._by_number[n].search_text]
            return [self._by_number[n] for n in hits[offset : offset + limit]], len(hits)
        return [self._by_number[n] for n in view.slice(offset, limit)], len(view.keys)

    def _view(self, sort: str, status: str | None) -> _View:
        view = self._views.get((sort, status))
        if view is None:
            view = self._views[sort, status] = _View(sort, status, self._salt)
            view.fill(self._by_id.values())
        return view
