"""Taking in what one call showed: state, events, notices and the position, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic

import structlog

from bot.model.change import fingerprint
from bot.store import positions
from bot.store.database import Store, Tx
from bot.store.errors import StoreError
from bot.store.orders import Mark

from .feed import Feed, T
from .mishap import told

log = structlog.get_logger(__name__)

# That a look showed nothing new is written down this seldom: it decides nothing but whose turn
# is next, and a quiet shop should leave the disk alone.
_WRITE_DOWN_OPEN = timedelta(seconds=60)
_WRITE_DOWN_FINISHED = timedelta(minutes=10)

# No answer is on its way for longer: of an earlier look nothing needs to be remembered.
_LONGEST_CALL = timedelta(minutes=2)
_UNWRITTEN = 1_000

# Taken in at once: a press waits for the writer no longer than that.
_AT_ONCE = 10
# Looked at before others have their turn: a list that comes as a whole may hold thousands.
_IN_A_ROW = 200

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a page held. ``news``: how many things of it were worth telling.

    ``unknown``: how many were seen for the first time, news or history.
    """

    ids: tuple[str, ...]
    news: int
    unknown: int


@dataclass(slots=True)
class Place:
    """A position that is kept: what is in ``body`` is what the store holds."""

    feed: str
    body: Body = field(default_factory=dict)


Position = Callable[[Looked], tuple[Place, Body] | None]


class Taker(Generic[T]):
    """Takes pages of one list into the store.

    ``watermark`` is set while the first walk goes on: what was placed before it is history.
    """

    def __init__(
        self, feed: Feed[T], store: Store, shop_id: int, now: Callable[[], datetime]
    ) -> None:
        self.feed = feed
        self.store = store
        self.shop_id = shop_id
        self.now = now
        self.walking = False
        self.watermark: datetime | None = None
        self._odd: set[tuple[str, str]] = set()
        # When the last look began that showed a thing as it is known: it is seldom written down.
        self._unwritten: dict[str, datetime] = {}

    async def load(self, name: str) -> Place:
        """Read a position of this list; ``name`` is empty for the head's own."""
        feed = f"{self.feed.name}.{name}" if name else self.feed.name
        async with self.store.read() as tx:
            return Place(feed, await positions.read(tx, self.shop_id, feed))

    async def keep(self, place: Place, body: Body) -> None:
        """Store a position by itself, if it moved."""
        if body == place.body:
            return
        async with self.store.write() as tx:
            await positions.write(tx, self.shop_id, place.feed, body)
        place.body = body

    async def take(
        self,
        things: Sequence[T],
        *,
        looked_at: datetime,
        from_walk: bool = False,
        looked_for: Sequence[str] = (),
        position: Position | None = None,
        before: Callable[[Tx], Any] | None = None,
    ) -> Looked:
        """Take in what one answer showed; the call began at ``looked_at``.

        ``looked_for``: IDs for which it is written down that this was a look at them.
        ``position`` says, from what was found, which position moves with it; ``before`` runs
        first in the transaction. Nothing is written when nothing is new. What cannot be taken in
        is left out, and tried anew whenever it is shown again: it stays unknown.
        """
        feed = self.feed
        ids = tuple(dict.fromkeys(feed.id_of(thing) for thing in things))
        async with self.store.read() as tx:
            marks = await feed.known(tx, self.shop_id, ids)
            odd = await self._show_unknown(tx, things)
        candidates = [
            thing
            async for thing in by_turns(things)
            if (feed.id_of(thing) in odd or self._shows_more(thing, marks))
            and not self._is_overtaken(thing, looked_at)
        ]
        self._remember(set(ids) - {feed.id_of(thing) for thing in candidates}, looked_at)
        settled = {name for name, mark in marks.items() if self._is_due(mark, looked_at)}
        settled.update(looked_for)
        looked = Looked(ids, 0, 0)
        if not candidates and not settled and before is None:
            moved = position(looked) if position is not None else None
            if moved is None or moved[0].body == moved[1]:
                return looked
        found = unknown = 0
        # In pieces, the position with the last of them: a page of which a crash left the rest
        # undone still shows something unknown, and is read on from. The first look is one piece.
        while len(candidates) > _AT_ONCE and before is None:
            async with self.store.write() as tx:
                counts = await self._take_in(tx, candidates[:_AT_ONCE], looked_at, from_walk)
            found, unknown = found + counts[0], unknown + counts[1]
            candidates = candidates[_AT_ONCE:]
        async with self.store.write() as tx:
            if before is not None:
                await before(tx)
            counts = await self._take_in(tx, candidates, looked_at, from_walk)
            found, unknown = found + counts[0], unknown + counts[1]
            taken_in = {feed.id_of(thing) for thing in candidates}
            await feed.unfinished.looked(tx, self.shop_id, settled - taken_in, looked_at)
            looked = Looked(ids, found, unknown)
            moved = position(looked) if position is not None else None
            if moved is not None:
                await positions.write(tx, self.shop_id, moved[0].feed, moved[1])
        if moved is not None:
            moved[0].body = moved[1]
        if found or unknown:
            log.info("taken in", feed=feed.name, shown=len(ids), unknown=unknown, news=found)
        return looked

    async def _take_in(
        self,
        tx: Tx,
        things: Sequence[T],
        looked_at: datetime,
        from_walk: bool,  # noqa: FBT001 - handed on
    ) -> tuple[int, int]:
        """Take these in; return how many were news, and how many were not known before."""
        found = unknown = 0
        for thing in things:
            try:
                async with tx.part():
                    taken = await self.feed.take_in(
                        tx,
                        self.shop_id,
                        thing,
                        looked_at=looked_at,
                        now=self.now(),
                        quiet=self._is_history(thing, from_walk=from_walk),
                    )
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - one odd thing must not hide the others
                self._leave_out(thing, error)
                continue
            found += bool(taken.news)
            unknown += taken.how == "new"
        return found, unknown

    def _leave_out(self, thing: T, error: Exception) -> None:
        """Say once which thing cannot be taken in, and nothing of what it holds."""
        said = (self.feed.id_of(thing), type(error).__name__)
        if said not in self._odd:
            self._odd.add(said)
            log.error("cannot be taken in", feed=self.feed.name, id=said[0], **told(error))

    async def _show_unknown(self, tx: Tx, things: Sequence[T]) -> frozenset[str]:
        """Return the IDs of those that show something new which is no change."""
        if self.feed.shows_unknown is None:
            return frozenset()
        try:
            return await self.feed.shows_unknown(tx, self.shop_id, things)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one odd thing must not hide the others
            log.error("cannot be looked through", feed=self.feed.name, **told(error))
            return frozenset()

    def _shows_more(self, thing: T, marks: dict[str, Mark]) -> bool:
        mark = marks.get(self.feed.id_of(thing))
        try:
            return mark is None or mark.fingerprint != fingerprint(thing)
        except Exception as error:  # noqa: BLE001 - as above
            self._leave_out(thing, error)
            return False

    def _is_overtaken(self, thing: T, looked_at: datetime) -> bool:
        """Say whether a later look showed what is known already, and was not written down."""
        later = self._unwritten.get(self.feed.id_of(thing))
        # A clock that was set back must not make every look stale until it has caught up.
        return later is not None and looked_at < later <= self.now()

    def _remember(self, ids: Iterable[str], looked_at: datetime) -> None:
        """Note a look at what is as it was: an answer that is still on its way may be older."""
        for name in ids:
            self._unwritten[name] = max(looked_at, self._unwritten.get(name, looked_at))
        if len(self._unwritten) > _UNWRITTEN:
            since = looked_at - _LONGEST_CALL
            self._unwritten = {name: at for name, at in self._unwritten.items() if at > since}

    def _is_due(self, mark: Mark, looked_at: datetime) -> bool:
        rarely = _WRITE_DOWN_FINISHED if mark.finished else _WRITE_DOWN_OPEN
        return looked_at - mark.looked_at >= rarely

    def _is_history(self, thing: T, *, from_walk: bool) -> bool:
        if not self.walking:
            return False
        placed_at = self.feed.placed_at(thing)
        if placed_at is None or self.watermark is None:
            return from_walk
        return placed_at <= self.watermark


async def by_turns(things: Sequence[T]) -> AsyncIterator[T]:
    """Yield things, and let whoever waits go on after every few hundred of them."""
    for number, thing in enumerate(things, 1):
        yield thing
        if number % _IN_A_ROW == 0:
            await asyncio.sleep(0)
