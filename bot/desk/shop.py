"""One shop as the use cases see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.model.person import Act, Person
from bot.model.thread import Habit
from bot.store.database import Store
from bot.supplier.client import Marketplace

from .errors import NotPossible

_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Shop:
    """The store, the marketplace, and the clock."""

    shop_id: int
    store: Store
    marketplace: Marketplace
    now: Callable[[], datetime]
    look_soon: Callable[[], None]  # has the poller look at once
    # Since when the looks have failed; None while they succeed.
    away_since: Callable[[], datetime | None] = lambda: None
    delete_pastes: bool = True  # from the chat, once the marketplace confirmed them
    # What replies do to a ticket's text, as the owner says; ``auto``: as it is seen.
    ticket_reply: Habit = "auto"
    time_zone: ZoneInfo = _UTC  # by which the shop's day begins


def must(person: Person, act: Act) -> None:
    """Raise NotPossible unless this person's role allows the act, and nothing is locked."""
    if not person.may(act):
        raise NotPossible("not_allowed")
