"""What is known of one list as a list: shared by everyone who reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic

from bot.supplier.budget import Priority
from bot.supplier.envelope import Page
from bot.supplier.errors import NotFound
from bot.supplier.paging import PageMemory

from .feed import Feed, T
from .reading import Sort, empty_page


@dataclass(slots=True)
class ListState(Generic[T]):
    """``shown``: what the last round of the head showed. ``whole``: whether that was everything.

    ``pages``: how many pages the list has as far as known; ``size``: how long a full one is.
    """

    feed: Feed[T]
    memory: PageMemory = field(default_factory=PageMemory)
    sort: Sort | None = None
    size: int | None = None
    pages: int = 1
    shown: frozenset[str] = frozenset()
    whole: bool = False
    filters: bool | None = None  # whether the status filter is honoured; None: not seen yet

    async def fetch(self, page: int, priority: Priority, *, status: str | None = None) -> Page[T]:
        """Ask for a page; one that is not there is an empty one."""
        try:
            answer = await self.feed.fetch(page, status, priority)
        except NotFound:
            # Some marketplaces answer so to a page behind the last one.
            if page == 1:
                raise
            return empty_page(page)
        if status is None:
            self._note(answer)
        return answer

    def _note(self, page: Page[T]) -> None:
        if page.page == 1 and page.total and page.given:
            self.size = page.given
            self.pages = -(-page.total // page.given)

    def newest(self, things: tuple[T, ...]) -> datetime | None:
        """Return when the newest of these was placed."""
        dates = [at for thing in things if (at := self.feed.placed_at(thing)) is not None]
        return max(dates, default=None)

    def learned(self) -> dict[str, Any]:
        """Return what is worth keeping."""
        return {
            "sort": self.sort,
            "size": self.size,
            "pages": self.pages,
            "cap": self.memory.cap,
            "complete": self.memory.complete,
        }

    def recall(self, body: dict[str, Any]) -> None:
        """Take up what :meth:`learned` returned once."""
        self.sort = body.get("sort")
        self.size = body.get("size")
        self.pages = body.get("pages") or 1
        self.memory.cap = body.get("cap")
        self.memory.complete = body.get("complete") or 0
