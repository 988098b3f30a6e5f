"""The queue of updates that the bot has not fetched yet."""

from collections import deque
from typing import Any, Final

from .hub import Hub

Update = dict[str, Any]

# What Telegram sends only to bots that ask for it by name.
_ON_REQUEST: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_MOST: Final = 100


class UpdateQueue:
    """Updates in the order they happened, kept until an offset says that they were stored."""

    def __init__(self, hub: Hub, first_id: int) -> None:
        self._hub = hub
        self._next = first_id
        self._items: deque[Update] = deque()
        self.allowed: list[str] = []
        self.poll = 0

    def __len__(self) -> int:
        return len(self._items)

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Queue an update of a kind, unless the bot did not ask for that kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _ON_REQUEST
        if wanted:
            self._items.append({"update_id": self._take_id(), kind: content})
            self._hub.wake()

    def add_raw(self, update: Update) -> int:
        """Queue any object as it is, with an update_id when it has none; return that ID."""
        given = update.get("update_id")
        if not isinstance(given, int) or isinstance(given, bool):
            given = self._take_id()
            update = {**update, "update_id": given}
        else:
            self._next = max(self._next, given + 1)
        self._items.append(update)
        self._hub.wake()
        return given

    def _take_id(self) -> int:
        self._next += 1
        return self._next - 1

    def confirm(self, offset: int) -> None:
        """Forget what comes before `offset`; a negative one keeps that many from the end."""
        if offset < 0:
            while len(self._items) > -offset:
                self._items.popleft()
        while self._items and self._items[0]["update_id"] < offset:
            self._items.popleft()

    def clear(self) -> None:
        """Forget everything that waits; IDs go on, as a bot remembers its offset."""
        self._items.clear()

    def peek(self, limit: int) -> list[Update] | None:
        """Return up to `limit` updates that wait, or None when nothing does."""
        if not self._items:
            return None
        count = limit if 1 <= limit <= _MOST else _MOST
        return [self._items[index] for index in range(min(count, len(self._items)))]
