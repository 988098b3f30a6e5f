"""Reading a list page by page: how it is sorted, and where it ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from bot.supplier.envelope import Page
from bot.supplier.paging import PageMemory, Walked, end_after, learn

from .feed import Feed, T

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)
Sort = Literal["newest", "oldest", "mixed"]

# A server that repeats its last page for ever; a page may be repeated by things that came
# meanwhile, and hardly three times in a row.
_REPEATED = 3


def sort_of(times: Sequence[datetime | None]) -> Sort | None:
    """Return how a page is sorted, judged by when its things were placed; None: cannot be told."""
    dates = [each for each in times if each is not None]
    if len(dates) != len(times) or len(set(dates)) < 2:  # noqa: PLR2004
        return None
    if all(a >= b for a, b in itertools.pairwise(dates)):
        return "newest"
    if all(a <= b for a, b in itertools.pairwise(dates)):
        return "oldest"
    return "mixed"


def sort_of_page(feed: Feed[T], things: Sequence[T]) -> Sort | None:
    """Return how a page is sorted: by the date of placing, or of the last change.

    A list sorted by its last changes brings new things to the same end.
    """
    sort = sort_of([feed.placed_at(thing) for thing in things])
    if sort == "mixed":
        return sort_of([thing.updated_at for thing in things]) or "mixed"
    return sort


class Identified(Protocol[R_contra]):
    """What tells one thing of a list from another."""

    @property
    def id_of(self) -> Callable[[R_contra], str]:
        """Return the ID of a thing."""
        ...


class Reading(Generic[R]):
    """Pages of a list, read one after the other; says when the list has ended.

    Things move while a list is read: a page that holds nothing but what was just seen is no end.
    """

    def __init__(self, feed: Identified[R], memory: PageMemory, first_page: int = 1) -> None:
        self._feed = feed
        self._memory = memory
        self._first_page = first_page
        self._seen: set[str] = set()
        self._unreadable = 0
        self._first = 0
        self._last_ids: tuple[str, ...] = ()
        self._repeated = 0

    @property
    def seen(self) -> int:
        """How many different things these pages held."""
        return len(self._seen)

    def ended(self, page: Page[R]) -> bool:
        """Take note of a page; say whether it was the last."""
        ids = tuple(self._feed.id_of(thing) for thing in page.items)
        fresh = len(set(ids) - self._seen)
        self._seen.update(ids)
        self._unreadable += page.unreadable
        self._repeated = self._repeated + 1 if ids == self._last_ids else 0
        self._last_ids = ids
        if page.page == self._first_page:
            self._first = page.given if page.page == 1 else (self._memory.cap or page.asked)
        found = len(self._seen) + self._unreadable
        if self._first_page == 1:
            learn(page, Walked(found, fresh, 0, self._first), self._memory)
        # Neither a page of known things nor a repeated one is an end by itself.
        if page.given and self._repeated >= _REPEATED:
            return True
        if not ids and page.unreadable:
            return False
        walked = Walked(found, max(fresh, 1), 0, self._first)
        return end_after(page, walked, self._memory) is not None


def empty_page(page: int) -> Page[Any]:
    """Return the page behind the last one."""
    return Page((), None, page, 100)
