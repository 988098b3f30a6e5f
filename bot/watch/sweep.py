"""The sweep: everything, slowly, again and again; nothing stays unseen for longer than a lap."""

from __future__ import annotations

from typing import Generic

from bot.supplier.budget import Priority

from .feed import T
from .list_state import ListState
from .reading import Reading
from .taking import Looked, Place, Taker


class Sweep(Generic[T]):
    """Reads the list in a circle, a page a :meth:`step`."""

    def __init__(self, taker: Taker[T], state: ListState[T]) -> None:
        self._taker = taker
        self._state = state
        self._place = Place(f"{taker.feed.name}.sweep")
        self._reading: Reading[T] | None = None

    async def load(self) -> None:
        """Take up where the last process stood."""
        self._place = await self._taker.load("sweep")

    async def step(self) -> bool:
        """Read the next page, and on to one without news; say whether a call was made.

        News that the head has not seen yet may go on behind the page: the head, which reads to a
        wholly known page, would stop at what is known from here.
        """
        if self._state.whole:
            return False  # the head shows everything
        while await self._page():
            pass
        return True

    async def _page(self) -> bool:
        """Read a page; say whether the next one is to be read at once."""
        taker, state = self._taker, self._state
        number = int(self._place.body.get("page") or 0) + 1
        if self._reading is None:
            self._reading = Reading(taker.feed, state.memory, number)
        began = taker.now()
        page = await state.fetch(number, Priority.SWEEP)
        ended = self._reading.ended(page)

        def position(_: Looked) -> tuple[Place, dict[str, int]]:
            return self._place, {"page": 0 if ended else number}

        try:
            looked = await taker.take(page.items, looked_at=began, position=position)
        except BaseException:
            self._reading = None
            raise
        if ended:
            self._reading = None
            if page.total is None:
                state.pages = max(number if page.given else number - 1, 1)
        elif number > state.pages:
            state.pages = number
        return looked.unknown > 0 and looked.news > 0 and not ended
