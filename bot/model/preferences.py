"""What one person wants to be told, how loudly, and when; and what follows from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal
from zoneinfo import ZoneInfo

from .change import NewsKind, Wish
from .digest import BURST
from .reminder import FIRST

# How long goods that are shown stay in the chat.
GOODS_FOR: Final = timedelta(minutes=1)
# Of a product, at or below this many in stock are few.
LOW_STOCK: Final = 5


class Topic(StrEnum):
    """A kind of push that a person has a wish for. The values stand in the preferences table.

    A moderator in a ticket is in none of them: that is always loud.
    """

    ORDERS = "orders"  # new, or paid
    LATE = "late"  # the pool has not delivered
    CHANGES = "changes"  # delivered, completed, refunded, received
    TICKETS = "tickets"
    STOCK = "stock"  # low, or sold out
    AWAY = "away"  # the marketplace is out of reach


_TOPICS: Mapping[NewsKind, Topic] = {
    NewsKind.ORDER_NEW: Topic.ORDERS,
    NewsKind.ORDER_PAID: Topic.ORDERS,
    NewsKind.ORDER_LATE: Topic.LATE,
    NewsKind.ORDER_DELIVERED: Topic.CHANGES,
    NewsKind.ORDER_COMPLETED: Topic.CHANGES,
    NewsKind.ORDER_REFUNDED: Topic.CHANGES,
    NewsKind.ORDER_RECEIPT: Topic.CHANGES,
    NewsKind.ORDER_CHANGED: Topic.CHANGES,
    NewsKind.TICKET_NEW: Topic.TICKETS,
    NewsKind.TICKET_TEXT: Topic.TICKETS,
    NewsKind.TICKET_STATUS: Topic.TICKETS,
    NewsKind.STOCK_LOW: Topic.STOCK,
    NewsKind.STOCK_OUT: Topic.STOCK,
}


def topic_of(kind: NewsKind) -> Topic | None:
    """Return what a person's wish for news of this kind goes by; None where none counts."""
    return _TOPICS.get(kind)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when nothing makes a sound, by the clock of ``zone``; over midnight, too."""

    start: time
    end: time
    zone: ZoneInfo

    def covers(self, now: datetime) -> bool:
        """Say whether it is quiet now."""
        here = now.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= here < self.end
        return here >= self.start or here < self.end

    def ended_at(self, now: datetime) -> datetime:
        """Return when they ended the last time before now."""
        here = now.astimezone(self.zone)
        end = datetime.combine(here.date(), self.end, self.zone)
        if end > here:
            end = datetime.combine(here.date() - timedelta(days=1), self.end, self.zone)
        return end.astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person set; what they did not set is as usual.

    ``remind_after``: how long something waits before it is reminded of. ``digest_over``: more
    news than this at once become one message; None: never.
    """

    wishes: Mapping[Topic, Wish] = field(default_factory=dict)
    quiet: QuietHours | None = None
    reminds: bool = True
    remind_after: timedelta = FIRST
    digest_over: int | None = BURST
    goods_for: timedelta = GOODS_FOR
    summary_at: time | None = None  # of the day before; None: never

    def wish(self, topic: Topic) -> Wish:
        """Return how loudly this kind of push is wanted; empty: as usual."""
        return self.wishes.get(topic, "")

    def quiet_at(self, now: datetime) -> bool:
        """Say whether it is quiet now."""
        return self.quiet is not None and self.quiet.covers(now)


# The sides of the settings card; `main` lists everything.
Side = Literal[
    "main",
    "pushes",
    "quiet",
    "reminders",
    "summary",
    "digest",
    "clock",
    "goods",
    "stock",
    "currency",
    "language",
]


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """What the settings card shows. ``changed``: what was just changed, as its button names it.

    ``low_stock``: of the whole shop. ``zone``: the name of the clock as the person gave it.
    """

    preferences: Preferences
    low_stock: int
    zone: str
    side: Side = "main"
    changed: str = ""
