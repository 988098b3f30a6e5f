"""What the marketplace says that we cannot read: told once in the log, never with its values."""

from __future__ import annotations

from typing import Any, Final

import structlog

from bot.model.wire import Wire

from .envelope import Page
from .operations import Operation

_log: Final = structlog.stdlib.get_logger("bot.supplier")


class Unread:
    """Remembers what was told: once for each operation, and for each field of its things."""

    def __init__(self) -> None:
        self._told: set[tuple[Operation, str]] = set()

    def of_page(self, operation: Operation, page: Page[Any]) -> None:
        """Tell what of a page cannot be read."""
        if page.unreadable and self._is_new(operation, ""):
            _log.warning("items cannot be read", operation=str(operation), items=page.unreadable)
        for thing in page.items:
            self.of_thing(operation, thing)

    def of_thing(self, operation: Operation, thing: Wire) -> None:
        """Tell which fields of a thing cannot be read."""
        for field in _fields(thing):
            if self._is_new(operation, field):
                _log.warning("a field cannot be read", operation=str(operation), field=field)

    def _is_new(self, operation: Operation, field: str) -> bool:
        new = (operation, field) not in self._told
        self._told.add((operation, field))
        return new


def _fields(thing: Wire) -> list[str]:
    """Return the names of the fields that cannot be read, those of what stands in it too."""
    found = list(thing.unread)
    for name in type(thing).model_fields:
        inner = getattr(thing, name)
        if isinstance(inner, Wire):
            found += [f"{name}.{each}" for each in inner.unread]
    return found
