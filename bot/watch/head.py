"""The head of a list: where new things appear, whichever end that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic

from bot.store import positions
from bot.store.database import Tx
from bot.supplier.budget import Priority
from bot.supplier.envelope import Page

from .feed import T
from .list_state import ListState
from .reading import Reading, sort_of_page
from .taking import Body, Looked, Place, Position, Taker

# A shop cannot be so busy that its first page never comes to rest; the next round goes on.
_AGAIN = 20
# Oldest first: how often the page before the last known one is looked at, in rounds.
_ONE_BACK = 6
_CLOCKS_DIFFER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Step:
    """One page of a reading from the front. ``passed``: an older gap's start lies behind us.

    ``ahead``: what of an older gap's start has not been seen in this reading yet.
    """

    page: tuple[str, ...]
    ended: bool
    to_the_end: bool
    frontier: tuple[str, ...]
    ahead: frozenset[str]

    @property
    def passed(self) -> bool:
        return not self.ahead

    def is_last(self, looked: Looked) -> bool:
        """Say whether nothing new can stand on the pages behind this one."""
        return self.ended or (self.passed and not looked.news and not self.to_the_end)

    def frontier_after(self, looked: Looked) -> list[str] | None:
        """Return from where on pages are still to be read once this one is stored."""
        if self.is_last(looked):
            return None
        return list(self.frontier if self.ahead - set(looked.ids) else self.page)


class Head(Generic[T]):
    """Looks for what is new. One :meth:`round` is one look, however many pages it takes."""

    def __init__(self, taker: Taker[T], state: ListState[T]) -> None:
        self._taker = taker
        self._state = state
        self._place = Place(taker.feed.name)
        self._rounds = 0
        self._cursor = 1
        self._turned: tuple[str, ...] = ()
        self._total: int | None = None

    @property
    def first_look(self) -> bool:
        """Whether the first look is stored."""
        return bool(self._place.body.get("first_look"))

    async def load(self) -> None:
        """Take up where the last process stood."""
        self._place = await self._taker.load("")
        self._state.recall(self._place.body)

    async def round(self) -> bool:
        """Look once; say whether anything was news."""
        self._rounds += 1
        if not self.first_look:
            await self._first()
            return True
        at_the_end = self._state.sort == "oldest" and self._state.pages > 1
        one_back = self._rounds % _ONE_BACK == 0
        found = False
        for _ in range(_AGAIN):
            if at_the_end:
                news = await self._from_the_end(one_back=one_back)
            else:
                news = await self._from_the_front()
            if not news:
                break
            # Something may have come meanwhile, to a page that was read already.
            found = one_back = True
        return found

    # --- the first look --------------------------------------------------------------------

    async def _first(self) -> None:
        """Store the first look, and where history ends; it is all history itself."""
        taker, state = self._taker, self._state
        began = taker.now()
        page = await state.fetch(1, Priority.HEAD)
        state.sort = sort_of_page(taker.feed, page.items)
        reading = Reading(taker.feed, state.memory)
        whole = reading.ended(page)
        if not whole and page.total is None and page.given < page.asked:
            # A short page may be all there is: then nobody's clock is needed below.
            second = await state.fetch(2, Priority.HEAD)
            whole = reading.ended(second) and reading.seen == len(page.items)
        watermark = state.newest(page.items)
        if not whole and state.sort != "newest":
            watermark = await self._newest_elsewhere(page, watermark, began)
        walk: Body = {
            "done": whole,
            "page": 1,
            "counted": len(page.items),
            "watermark": None if watermark is None else watermark.isoformat(),
        }

        async def start_walk(tx: Tx) -> None:
            await positions.write(tx, taker.shop_id, f"{taker.feed.name}.walk", walk)

        def position(_: Looked) -> tuple[Place, Body]:
            return self._place, self._body(first_look=began.isoformat())

        taker.walking, taker.watermark = True, None
        try:
            await taker.take(
                page.items,
                looked_at=began,
                from_walk=True,
                position=position,
                before=start_walk,
            )
        finally:
            taker.walking, taker.watermark = not whole, watermark
        self._showed(page, whole=whole)

    async def _newest_elsewhere(
        self, page: Page[T], watermark: datetime | None, began: datetime
    ) -> datetime | None:
        """Return the newest date of a list whose newest things do not stand on its first page."""
        if page.total is None or self._state.sort != "oldest":
            # Nobody knows where the newest stands: whatever is placed from now on is news. The
            # marketplace may cut its times to seconds, and its clock is not ours.
            return began.replace(microsecond=0) - _CLOCKS_DIFFER
        last = await self._state.fetch(self._state.pages, Priority.HEAD)
        newest = self._state.newest(last.items)
        return max((at for at in (watermark, newest) if at is not None), default=None)

    # --- newest first, or one page, or nobody knows ----------------------------------------

    async def _from_the_front(self) -> bool:
        """Read from the first page to a wholly known one; say whether anything was news.

        What lies between the last page read and what was known before is remembered (``frontier``:
        what that page held) until it is read too: a crash must not leave a gap. It is passed once
        all of that was seen again: in a list that is sorted by changes some of it may have moved.
        """
        taker, state = self._taker, self._state
        reading = Reading(taker.feed, state.memory)
        frontier: tuple[str, ...] = tuple(self._place.body.get("frontier") or ())
        to_the_end = False
        ahead = frozenset(frontier)
        found = False
        number = 1
        while True:
            began = taker.now()
            page = await state.fetch(number, Priority.HEAD)
            if number == 1:
                self._learn_sort(page)
                to_the_end = self._must_read_all(page)
            ended = reading.ended(page)
            step = _Step(
                page=tuple(taker.feed.id_of(thing) for thing in page.items),
                ended=ended,
                to_the_end=to_the_end,
                frontier=frontier,
                ahead=ahead,
            )
            looked = await taker.take(page.items, looked_at=began, position=self._after(step))
            found = found or looked.news > 0
            if number == 1:
                self._showed(page, whole=ended)
            if step.is_last(looked):
                break
            ahead -= set(looked.ids)
            number += 1
        if to_the_end or state.sort == "oldest":
            state.pages = number
        if state.sort != "newest" and not state.whole and not to_the_end:
            found = await self._next_in_turn() or found
        return found

    def _after(self, step: _Step) -> Position:
        """Return what the position becomes with this step."""

        def position(looked: Looked) -> tuple[Place, Body]:
            return self._place, self._body(frontier=step.frontier_after(looked))

        return position

    def _must_read_all(self, page: Page[T]) -> bool:
        """Say whether something new may stand behind pages of known things."""
        if self._state.sort == "oldest":
            return True
        moved = page.total is not None and page.total != self._total
        known_before = self._total is not None
        self._total = page.total
        return self._state.sort in {None, "mixed"} and moved and known_before

    async def _next_in_turn(self) -> bool:
        """Look at one more page of a list that is sorted in no way, one after the other."""
        state = self._state
        self._cursor = self._cursor + 1 if self._cursor < max(state.pages, 2) else 2
        began = self._taker.now()
        page = await state.fetch(self._cursor, Priority.HEAD)
        looked = await self._taker.take(page.items, looked_at=began)
        # A server may repeat its last page for ever.
        if not page.given or looked.ids == self._turned:
            state.pages = max(self._cursor - 1, 1)
            self._cursor = 1
        elif self._cursor >= state.pages:
            state.pages = self._cursor + 1
        self._turned = looked.ids
        return looked.news > 0

    # --- oldest first ----------------------------------------------------------------------

    async def _from_the_end(self, *, one_back: bool) -> bool:
        """Read from the last known page on, or from the page before it."""
        state = self._state
        last = state.pages
        number = max(last - 1, 1) if one_back else last
        found = False
        shown: set[str] = set()
        while True:
            began = self._taker.now()
            page = await state.fetch(number, Priority.HEAD)
            if not page.given:
                if number <= last and number > 1:
                    # The list became shorter: what is new stands further to the front.
                    last = state.pages = number = number - 1
                    continue
                break
            if sort_of_page(self._taker.feed, page.items) not in {"oldest", None}:
                state.sort = None  # seen anew at the next look at the first page
            looked = await self._take_at(page, began, number)
            found = found or looked.news > 0
            shown.update(looked.ids)
            if number >= last and not self._may_go_on(page, number):
                break
            if number > last and not looked.unknown:
                break  # a server that repeats its last page
            number += 1
        state.shown, state.whole = frozenset(shown), False
        return found

    async def _take_at(self, page: Page[T], began: datetime, number: int) -> Looked:
        state = self._state

        def position(looked: Looked) -> tuple[Place, Body]:
            if looked.unknown:
                state.pages = max(state.pages, number)
            return self._place, self._body()

        return await self._taker.take(page.items, looked_at=began, position=position)

    def _may_go_on(self, page: Page[T], number: int) -> bool:
        size = self._state.size or self._state.memory.cap or page.asked
        if page.given < size:
            return False
        return page.total is None or page.total > (number - 1) * size + page.given

    # --- what is remembered ----------------------------------------------------------------

    def _learn_sort(self, page: Page[T]) -> None:
        sort = sort_of_page(self._taker.feed, page.items)
        if sort is not None:
            self._state.sort = sort

    def _showed(self, page: Page[T], *, whole: bool) -> None:
        self._state.whole = whole
        self._state.shown = frozenset(self._taker.feed.id_of(thing) for thing in page.items)
        if whole:
            self._state.pages = 1

    def _body(self, **moved: Any) -> Body:
        kept = {name: self._place.body.get(name) for name in ("first_look", "frontier")}
        return {**kept, **moved, **self._state.learned()}
