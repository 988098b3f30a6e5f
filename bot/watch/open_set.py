"""What is not finished, wherever it stands in the list, looked at every few rounds."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Generic

from bot.supplier.budget import Priority
from bot.supplier.errors import NotFound, Refused

from .feed import T
from .list_state import ListState
from .taking import Taker

# From so many of one status on, asking for that status is cheaper than asking one by one.
_WORTH_A_LIST = 3
_MOST_PAGES = 20


class OpenSet(Generic[T]):
    """One :meth:`step` is at most one call: by status where that is honoured, else one by one."""

    def __init__(self, taker: Taker[T], state: ListState[T], open_after: float) -> None:
        self._taker = taker
        self._state = state
        self._after = timedelta(seconds=open_after)
        self._one_by_one: deque[str] = deque()
        self._lists: deque[tuple[str, int]] = deque()
        self._listed: set[str] = set()
        self._plan_at: datetime | None = None

    async def step(self) -> bool:
        """Look at what was not looked at for longest; say whether a call was made."""
        if self._state.whole:
            # The head has just shown everything there is.
            self._lists.clear()
            self._one_by_one.clear()
            return False
        if not self._lists and not self._one_by_one:
            now = self._taker.now()
            if self._plan_at is not None and self._plan_at - self._after < now < self._plan_at:
                return False
            self._plan_at = now + self._after / 4
            await self._plan()
        if self._lists:
            await self._list(*self._lists.popleft())
            return True
        if self._one_by_one:
            await self._look(self._one_by_one.popleft())
            return True
        return False

    async def _plan(self) -> None:
        taker, feed = self._taker, self._taker.feed
        self._listed = set()
        async with taker.store.read() as tx:
            due = await feed.unfinished.open_ids(
                tx, taker.shop_id, looked_before=taker.now() - self._after
            )
            statuses = await feed.unfinished.open_statuses(tx, taker.shop_id)
        waiting = [name for name in due if name not in self._state.shown]
        if self._state.filters is not False and len(waiting) >= _WORTH_A_LIST:
            # What the lists do not show has left its status: it is then asked for by itself.
            worth = [status for status, many in statuses.items() if many >= _WORTH_A_LIST]
            self._lists.extend((status, 1) for status in worth if status)
        self._one_by_one.extend(waiting)

    async def _list(self, status: str, number: int) -> None:
        taker, state = self._taker, self._state
        began = taker.now()
        try:
            page = await state.fetch(number, Priority.OPEN_SET, status=status)
        except Refused:
            state.filters = False
            self._lists.clear()
            return
        ids = {taker.feed.id_of(thing) for thing in page.items}
        await taker.take(page.items, looked_at=began, looked_for=tuple(ids))
        if any(thing.status != status for thing in page.items) or (number == 1 and not ids):
            # Ignored, or not understood: things are known to stand in this status.
            state.filters = False
            self._lists.clear()
        else:
            state.filters = True
        if state.filters and not ids <= self._listed and number < _MOST_PAGES:
            size = state.size or state.memory.cap or page.asked
            if page.given >= size and (page.total is None or page.total > number * size):
                self._lists.appendleft((status, number + 1))
        self._listed |= ids
        self._one_by_one = deque(name for name in self._one_by_one if name not in self._listed)

    async def _look(self, name: str) -> None:
        taker = self._taker
        began = taker.now()
        try:
            thing = await taker.feed.fetch_one(name, Priority.OPEN_SET)
        except (NotFound, Refused) as error:
            if isinstance(error, NotFound) and error.wrong_address:
                raise
            things: tuple[T, ...] = ()
        else:
            things = (thing,)
        await taker.take(things, looked_at=began, looked_for=(name,))
