"""When a chat is reminded of what waits for a person: a decision, with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

# What has waited this long is reminded of; two reminders are never closer than that either.
FIRST = timedelta(minutes=15)
# Between the first reminder and the second, and between any two after that.
PAUSES = (timedelta(minutes=60), timedelta(hours=4))

# For how long after quiet hours the message that closes them may still come.
CLOSING = timedelta(hours=1)

MORNING = time(9, 0)
# Whoever snoozes before this hour means the morning that comes, not the one after it.
_NIGHT_ENDS = 4

Until = Literal["hour", "morning"]
Reason = Literal[
    "nothing_waits",
    "in_hand",
    "snoozed",
    "quiet_hours",
    "not_wanted",
    "not_yet",
    "just_said",
    "said_lately",
    "waits",
    "snooze_over",
    "new_waits",
    "still_waits",
    "quiet_over",
]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order to deliver by hand, or a ticket that nobody has answered.

    ``since``: when it began to wait. ``known_since``: when we saw that, and somebody was told.
    ``in_hand``: somebody acts on it at this moment.
    """

    kind: Literal["order", "ticket"]
    id: str
    since: datetime
    known_since: datetime
    in_hand: bool = False


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a chat was reminded of before: when the last time, and how often in a row."""

    said_at: datetime | None = None
    times: int = 0
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to remind now, and why. ``times``: how often in a row, with this one."""

    say: bool
    reason: Reason
    times: int = 0


def decide(
    things: Iterable[Waiting],
    last: Reminded,
    now: datetime,
    *,
    quiet_hours: bool = False,
    quiet_ended_at: datetime | None = None,
    wanted: bool = True,
    first: timedelta = FIRST,
) -> Decision:
    """Decide whether a chat is to be reminded now.

    ``first``: what has waited this long is reminded of. Quiet hours that ended lately are closed
    by one message that says what waits, also where reminders are not ``wanted``.
    """
    waiting = tuple(things)
    mine = [each for each in waiting if not each.in_hand]
    if not mine:
        return Decision(say=False, reason="in_hand" if waiting else "nothing_waits")
    if last.snoozed_until is not None and now < last.snoozed_until:
        return Decision(say=False, reason="snoozed", times=last.times)
    if quiet_hours:
        return Decision(say=False, reason="quiet_hours", times=last.times)
    if quiet_ended_at is not None and _closes(mine, last, now, quiet_ended_at):
        return Decision(say=True, reason="quiet_over", times=1)
    if not wanted:
        return Decision(say=False, reason="not_wanted", times=last.times)
    ripe = [each.known_since + first for each in mine if now - each.known_since >= first]
    if not ripe:
        return Decision(say=False, reason="not_yet", times=last.times)
    return _again(max(ripe), last, now, first)


def _closes(mine: list[Waiting], last: Reminded, now: datetime, ended_at: datetime) -> bool:
    """Say whether quiet hours that ended then are still to be closed by saying what waits."""
    if not timedelta() <= now - ended_at < CLOSING:
        return False
    said_since = last.said_at is not None and last.said_at >= ended_at
    return not said_since and any(each.known_since < ended_at for each in mine)


def _again(newest_ripe_at: datetime, last: Reminded, now: datetime, first: timedelta) -> Decision:
    """Decide about what has waited long enough, by what was said of it before."""
    said_at = last.said_at
    if said_at is None:
        return Decision(say=True, reason="waits", times=1)
    if now - said_at < first:
        return Decision(say=False, reason="just_said", times=last.times)
    if last.snoozed_until is not None and said_at < last.snoozed_until:
        return Decision(say=True, reason="snooze_over", times=1)
    if newest_ripe_at > said_at:
        return Decision(say=True, reason="new_waits", times=1)
    pause = PAUSES[min(max(last.times, 1), len(PAUSES)) - 1]
    if now - said_at >= pause:
        return Decision(say=True, reason="still_waits", times=last.times + 1)
    return Decision(say=False, reason="said_lately", times=last.times)


def snoozed_until(until: Until, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when a snooze that is asked for now ends: in an hour, or at nine the next morning.

    ``zone``: the clock of the one who asks.
    """
    if until == "hour":
        return now + timedelta(hours=1)
    here = now.astimezone(zone)
    day = here.date() if here.hour < _NIGHT_ENDS else here.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reminder says: how much of each kind waits, and since when the oldest does."""

    orders: int = 0
    orders_since: datetime | None = None
    tickets: int = 0
    tickets_since: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return self.orders == 0 and self.tickets == 0

    def digest(self) -> str:
        """Return what is equal for two summaries that say the same: 64 hexadecimal digits."""
        said = repr((self.orders, self.orders_since, self.tickets, self.tickets_since))
        return hashlib.sha256(said.encode()).hexdigest()


def summed_up(things: Iterable[Waiting], *, in_hand: bool = False) -> Summary:
    """Return what is to be said of these things; ``in_hand``: of those in hand, too."""
    mine = [each for each in things if in_hand or not each.in_hand]
    orders = [each.since for each in mine if each.kind == "order"]
    tickets = [each.since for each in mine if each.kind == "ticket"]
    return Summary(len(orders), min(orders, default=None), len(tickets), min(tickets, default=None))
