"""How an errand ends, other than by a message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.store.database import Tx

# What is to be done when it ends, in one transaction with that; it may raise NotPossible.
Ending = Callable[[Tx], Awaitable[None]]


class NotYet(Exception):  # noqa: N818 - it says what is so
    """An errand cannot be ended now; it is tried again after ``wait``."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("not yet")
        self.wait = wait
