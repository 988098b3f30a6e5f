"""The first walk: everything that was there before we were, once, resumed after a crash."""

from __future__ import annotations

from datetime import datetime
from typing import Generic

from bot.supplier.budget import Priority

from .feed import T
from .list_state import ListState
from .reading import Reading
from .taking import Body, Looked, Place, Taker


class Walk(Generic[T]):
    """Reads the list page by page; its position is stored with each page."""

    def __init__(self, taker: Taker[T], state: ListState[T]) -> None:
        self._taker = taker
        self._state = state
        self._place = Place(f"{taker.feed.name}.walk")
        self._reading: Reading[T] | None = None

    @property
    def done(self) -> bool:
        """Whether it has come to the end."""
        return bool(self._place.body.get("done"))

    @property
    def begun(self) -> bool:
        """Whether the first look is stored, so that there is something to go on from."""
        return bool(self._place.body)

    async def load(self) -> None:
        """Take up where the last process stood, or where the first look left off."""
        self._place = await self._taker.load("walk")
        body = self._place.body
        self._taker.walking = bool(body) and not body.get("done")
        watermark = body.get("watermark")
        self._taker.watermark = None if watermark is None else datetime.fromisoformat(watermark)

    async def step(self) -> bool:
        """Read one page; say whether a call was made."""
        if not self.begun or self.done:
            return False
        taker, state, body = self._taker, self._state, self._place.body
        if self._reading is None:
            # The last page that was read once more: things may have moved to it meanwhile.
            number = max(int(body["page"]), 1)
            self._reading = Reading(taker.feed, state.memory, number)
        else:
            number = int(body["page"]) + 1
        reading = self._reading
        began = taker.now()
        page = await state.fetch(number, Priority.HISTORY)
        ended = reading.ended(page)

        def position(looked: Looked) -> tuple[Place, Body]:
            counted = int(body["counted"]) + looked.unknown - looked.news
            total = page.total or body.get("total")
            known = {"counted": counted, "total": total}
            return self._place, {**body, "page": number, **known, "done": ended}

        try:
            await taker.take(page.items, looked_at=began, from_walk=True, position=position)
        except BaseException:
            self._reading = None  # this page is read again
            raise
        if page.given:
            state.pages = max(state.pages, number)
        if ended:
            taker.walking = False
        return True
