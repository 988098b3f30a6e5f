"""Days that people write, or one sentence with an example where they cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.periods import Days, Period, days_of, read

from .errors import NotPossible


def read_period(text: str, zone: ZoneInfo, now: datetime, months: Sequence[str]) -> Period:
    """Return the period that somebody wrote; ``months``: in their language. Raises NotPossible."""
    today = now.astimezone(zone).date()
    period = read(text, today, months)
    before = days_of("before", today).first
    first, last = before.isoformat(), (before + timedelta(days=14)).isoformat()
    if period is None:
        raise NotPossible("bad_period", first=first, last=last)
    if isinstance(period, Days) and period.first > today:
        raise NotPossible("period_to_come", first=first, last=last)
    return period
