"""Money and time as people read them. Pure: the zone, the moment and the month names are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Signs that stand before the number everywhere. The euro's place differs by country: EUR does not.
_SIGNS = {"USD": "$", "GBP": "£", "INR": "₹"}
_MINUS = "−"


def money(amount: Decimal, currency: str) -> str:
    """Return ``$1,204.50`` or ``1,204.50 EUR``: two decimals, more only where they are not zero."""
    size = amount.copy_abs()  # unlike abs() it never rounds
    exponent = size.normalize().as_tuple().exponent
    decimals = min(max(2, -exponent if isinstance(exponent, int) else 2), 12)
    number = f"{size:,.{decimals}f}"
    minus = _MINUS if amount < 0 else ""
    currency = currency.strip().upper()
    sign = _SIGNS.get(currency)
    return f"{minus}{sign}{number}" if sign else f"{minus}{number} {currency}".rstrip()


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """Return ``at`` in ``zone``; in UTC where the zone would leave the years 1 to 9999."""
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError):
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def clock(
    at: datetime,
    now: datetime,
    zone: ZoneInfo,
    months: Sequence[str] = MONTHS,
    *,
    dated: bool = False,
) -> str:
    """Return ``12:04``, ``21 Nov 12:04`` or ``21 Nov 2025 12:04``.

    The day stands where it is not today's (or when ``dated``), the year where it is not this one.
    """
    there, here = local(at, zone), local(now, zone)
    time = f"{there:%H:%M}"
    if there.date() == here.date() and not dated:
        return time
    return f"{day(at, now, zone, months)} {time}"


def day(at: datetime, now: datetime, zone: ZoneInfo, months: Sequence[str] = MONTHS) -> str:
    """Return ``21 Nov`` or ``21 Nov 2025``: the year where it is not this one."""
    there, here = local(at, zone), local(now, zone)
    named = f"{there.day} {months[there.month - 1]}"
    return named if there.year == here.year else f"{named} {there.year}"


def warranty_until(start: datetime | None, days: int | None) -> datetime | None:
    """Return when a warranty of ``days`` from ``start`` ends; None where that is not known."""
    if start is None or days is None or days <= 0:
        return None
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None
