"""When the summary of the day before is due: a decision, with its reason."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

# A bot that was off at that hour says it later, but not in the evening.
LATEST: Final = timedelta(hours=6)

Reason = Literal["due", "said", "too_late"]


def decide(at: time, zone: ZoneInfo, said_at: datetime | None, now: datetime) -> Reason:
    """Say whether it is to be said now; ``at``: by the clock of ``zone``."""
    moment = _last(at, zone, now)
    # Compared as moments: within one zone, wall times would be.
    if said_at is not None and said_at >= moment.astimezone(said_at.tzinfo):
        return "said"
    if now - moment.astimezone(now.tzinfo) > LATEST:
        return "too_late"
    return "due"


def said_until(
    at: time, zone: ZoneInfo, other: ZoneInfo, said_at: datetime | None, now: datetime
) -> datetime | None:
    """Return until when it counts as said once the clock goes by ``other``.

    What was said on a date is not said again when a move to the west makes it that date anew.
    """
    moment = _last(at, zone, now)
    if said_at is None or said_at < moment.astimezone(said_at.tzinfo):
        return said_at
    same_date = datetime.combine(moment.date(), at, other)
    return max(said_at, same_date.astimezone(said_at.tzinfo))


def _last(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Return when it was last this time by the clock of ``zone``."""
    here = now.astimezone(zone)
    moment = datetime.combine(here.date(), at, zone)
    if moment > here:
        moment = datetime.combine(here.date() - timedelta(days=1), at, zone)
    return moment
