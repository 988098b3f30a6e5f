"""The queue of updates that the bot has not fetched yet."""

from collections import deque
from typing import Any, Final

from .hub import Hub
from .timekeeping import ShiftedClock

Update = dict[str, Any]

# What Telegram sends only to bots that ask for it by name.
_ON_REQUEST: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_MOST: Final = 100
_KEPT_SECONDS: Final = 24 * 3600.0


class UpdateQueue:
    """Updates in the order they happened, kept a day or until they were stored."""

    def __init__(self, hub: Hub, first_id: int, clock: ShiftedClock) -> None:
        self._hub = hub
        self._next = first_id
        self._clock = clock
        self._items: deque[tuple[float, Update]] = deque()
        self.allowed: list[str] = []
        self.poll = 0

    def __len__(self) -> int:
        self._expire()
        return len(self._items)

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Queue an update of a kind, unless the bot did not ask for that kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _ON_REQUEST
        if wanted:
            self._put({"update_id": self._take_id(), kind: content})

    def add_raw(self, update: Update) -> int:
        """Queue any object as it is, with an update_id when it has none; return that ID."""
        given = update.get("update_id")
        if not isinstance(given, int) or isinstance(given, bool):
            given = self._take_id()
            update = {**update, "update_id": given}
        else:
            self._next = max(self._next, given + 1)
        self._put(update)
        return given

    def _put(self, update: Update) -> None:
        self._items.append((self._clock.monotonic(), update))
        self._hub.wake()

    def _expire(self) -> None:
        """Drop what nobody fetched for a day, as Telegram does."""
        oldest = self._clock.monotonic() - _KEPT_SECONDS
        while self._items and self._items[0][0] < oldest:
            self._items.popleft()

    def _take_id(self) -> int:
        self._next += 1
        return self._next - 1

    def confirm(self, offset: int) -> None:
        """Forget what comes before `offset`; a negative one keeps that many from the end."""
        if offset < 0:
            while len(self._items) > -offset:
                self._items.popleft()
        while self._items and self._items[0][1]["update_id"] < offset:
            self._items.popleft()

    def take(self, update: Update) -> None:
        """Forget one update that was brought to the bot."""
        for index, (_, waiting) in enumerate(self._items):
            if waiting is update:
                del self._items[index]
                return

    def clear(self) -> None:
        """Forget everything that waits; IDs go on, as a bot remembers its offset."""
        self._items.clear()

    def peek(self, limit: int) -> list[Update] | None:
        """Return up to `limit` updates that wait, or None when nothing does."""
        self._expire()
        if not self._items:
            return None
        count = limit if 1 <= limit <= _MOST else _MOST
        return [self._items[index][1] for index in range(min(count, len(self._items)))]
