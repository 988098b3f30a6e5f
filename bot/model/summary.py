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
    here = now.astimezone(zone)
    moment = datetime.combine(here.date(), at, zone)
    if moment > here:
        moment = datetime.combine(here.date() - timedelta(days=1), at, zone)
    # Compared as moments: within one zone, wall times would be.
    if said_at is not None and said_at >= moment.astimezone(said_at.tzinfo):
        return "said"
    if now - moment.astimezone(now.tzinfo) > LATEST:
        return "too_late"
    return "due"
