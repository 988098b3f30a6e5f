"""Money, numbers and time as people read them. Pure: the zone and the moment are given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.model.languages import ENGLISH

from . import foreign

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Signs that stand before the number everywhere. The euro's place differs by country: EUR does not.
_SIGNS = {"USD": "$", "GBP": "£", "INR": "₹"}
_MINUS = "−"


def money(amount: Decimal, currency: str, language: str = ENGLISH) -> str:
    """Return ``$1,204.50`` or ``1,204.50 EUR``: two decimals, more only where they are not zero.

    Other languages than English write it their way: ``1.204,50 €``.
    """
    size = amount.copy_abs()  # unlike abs() it never rounds
    exponent = size.normalize().as_tuple().exponent
    decimals = min(max(2, -exponent if isinstance(exponent, int) else 2), 12)
    currency = currency.strip().upper()
    written = f"{size:,.{decimals}f}"
    minus = _MINUS if amount < 0 else ""
    if language != ENGLISH and currency:
        return minus + foreign.money(written, currency, language)
    sign = _SIGNS.get(currency)
    return f"{minus}{sign}{written}" if sign else f"{minus}{written} {currency}".rstrip()


def number(value: Decimal | float, decimals: int = 0, language: str = ENGLISH) -> str:
    """Return ``1,204`` or, with two decimals, ``4.70``; other languages write it their way."""
    written = f"{value:,.{decimals}f}"
    return written if language == ENGLISH else foreign.number(written, language)


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
    language: str = ENGLISH,
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
    named = day(at, now, zone, language)
    return f"{named} {time}" if language == ENGLISH else foreign.moment(named, time, language)


def day(at: datetime, now: datetime, zone: ZoneInfo, language: str = ENGLISH) -> str:
    """Return ``21 Nov`` or ``21 Nov 2025``: the year where it is not this one."""
    there, here = local(at, zone), local(now, zone)
    with_year = there.year != here.year
    if language != ENGLISH:
        return foreign.day(there, language, with_year=with_year)
    named = f"{there.day} {_MONTHS[there.month - 1]}"
    return f"{named} {there.year}" if with_year else named


def months(language: str = ENGLISH) -> list[str]:
    """Return the short names of the months, January first, as people write them."""
    return list(_MONTHS) if language == ENGLISH else foreign.months(language)


def warranty_until(start: datetime | None, days: int | None) -> datetime | None:
    """Return when a warranty of ``days`` from ``start`` ends; None where that is not known."""
    if start is None or days is None or days <= 0:
        return None
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None
