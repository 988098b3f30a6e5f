"""Lists as async iterators over pages that end, with and without totals, whatever the order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from .envelope import Page
from .errors import NotFound

T = TypeVar("T")

MAX_PAGES: Final = 1_000
# A list that moves all the time is not read for ever: what came meanwhile is for the next reader.
MAX_WALKS: Final = 4
# Page sizes that servers are set to. A first page of exactly this length may be all there is or all
# that is given at once: it is worth a look at the next page every time.
_USUAL_SIZES: Final = frozenset(
    {10, 12, 15, 16, 20, 24, 25, 30, 32, 36, 40, 48, 50, 60, 64, 75, 80}
)


@dataclass(slots=True)
class PageMemory:
    """What was learned of how much a marketplace gives at once; keep one for each operation.

    ``cap``: it never gives more than this, though more was asked for. ``complete``: a page of this
    length was once all there was, so it gives at least that many. ``total_lies``: its total once
    promised more than two walks could find.
    """

    cap: int | None = None
    complete: int = 0
    total_lies: bool = False


class End(StrEnum):
    """Why a page is the last one."""

    EMPTY = "empty"
    KNOWN = "known"
    TOTAL = "total"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Walked:
    """How far a walk has come, the page at hand included.

    ``found``: distinct things, and those that cannot be read. ``fresh``: how many of them the page
    at hand brought. ``stale``: how many pages in a row brought none. ``first``: how many the first
    page gave.
    """

    found: int
    fresh: int
    stale: int
    first: int


def end_after(page: Page[T], walked: Walked, memory: PageMemory) -> End | None:
    """Return why no further page needs to be read, or None when there may be one."""
    if page.given == 0:
        return End.EMPTY
    if page.total is not None and not memory.total_lies:
        if walked.found >= page.total:
            return End.TOTAL
        # Things that moved while we walked may fill one page with what is known, not two.
        return End.KNOWN if walked.stale > 1 else None
    if walked.fresh == 0:
        return End.KNOWN
    if page.page > 1:
        return End.SHORT if page.given < (memory.cap or walked.first) else None
    return End.SHORT if _first_is_all(page, memory) else None


def _first_is_all(page: Page[T], memory: PageMemory) -> bool:
    if memory.cap is not None:
        return page.given < memory.cap
    if page.given >= page.asked:
        return False
    if page.given == memory.complete:
        return page.given not in _USUAL_SIZES
    return page.given < memory.complete


def learn(page: Page[T], walked: Walked, memory: PageMemory) -> None:
    """Remember what the second page told about the length of the first."""
    # A total that equals the first page's length is not believed there, though the second page may
    # tell it again: so it matters here too.
    if page.page != 2 or walked.first >= page.asked:  # noqa: PLR2004
        return
    if walked.fresh:
        memory.cap = max(memory.cap or 0, walked.first)
    else:
        memory.complete = max(memory.complete, walked.first)


async def pages(
    fetch: Callable[[int, int], Awaitable[Page[T]]],
    *,
    key: Callable[[T], str],
    page_size: int = 100,
    memory: PageMemory | None = None,
    max_pages: int = MAX_PAGES,
) -> AsyncIterator[Page[T]]:
    """Yield the pages of a list as they come, from the first one on.

    ``fetch(page, page_size)`` reads one; ``key`` tells one thing from another. A page may repeat
    things that an earlier one held. Raises what ``fetch`` raises; a later page that is not found
    ends the list.
    """
    memory = memory if memory is not None else PageMemory()
    seen: set[str] = set()
    unreadable = stale = first = 0
    for number in range(1, max_pages + 1):
        try:
            page = await fetch(number, page_size)
        except NotFound:
            if number == 1:
                raise
            page = Page((), None, number, page_size)
        before = len(seen)
        seen.update(key(item) for item in page.items)
        fresh = len(seen) - before
        unreadable += page.unreadable
        stale = 0 if fresh else stale + 1
        first = page.given if number == 1 else first
        walked = Walked(len(seen) + unreadable, fresh, stale, first)
        learn(page, walked, memory)
        if page.given:
            yield page
        if end_after(page, walked, memory) is not None:
            return


async def each(
    fetch: Callable[[int, int], Awaitable[Page[T]]],
    *,
    key: Callable[[T], str],
    page_size: int = 100,
    memory: PageMemory | None = None,
    max_pages: int = MAX_PAGES,
) -> AsyncIterator[T]:
    """Yield every thing of a list once.

    Where something leaves a page that was read, the first of the next page moves up to it and
    slips by. So a list of several pages is walked again: until the marketplace's total is found,
    or, where it tells none, until a walk brings nothing new.
    """
    memory = memory if memory is not None else PageMemory()
    seen: set[str] = set()
    for walk in range(1, MAX_WALKS + 1):
        # The highest total of the walk: where it falls, things left, and others moved up unseen.
        walked = unreadable = total = 0
        before = len(seen)
        async for page in pages(
            fetch, key=key, page_size=page_size, memory=memory, max_pages=max_pages
        ):
            walked += 1
            unreadable += page.unreadable
            total = max(total, page.total or 0)
            for item in page.items:
                if key(item) not in seen:
                    seen.add(key(item))
                    yield item
        if walked <= 1 or walked == max_pages:
            return
        brought_nothing = walk > 1 and len(seen) == before
        if total and not memory.total_lies:
            if len(seen) + unreadable >= total:
                return
            memory.total_lies = brought_nothing
        if brought_nothing:
            return
