"""Clocks and hours as people type them: a city, an offset, from when until when."""

from __future__ import annotations

import re
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import NotPossible

_AREAS: Final = (
    *("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian"),
    *("America/Argentina", "America/Indiana", "America/Kentucky"),
)
# Cities that many people live in and the time zone database has under another name.
_CITIES: Final = {
    "saint petersburg": "Europe/Moscow",
    "st petersburg": "Europe/Moscow",
    "kazan": "Europe/Moscow",
    "kiev": "Europe/Kyiv",
    "odesa": "Europe/Kyiv",
    "munich": "Europe/Berlin",
    "frankfurt": "Europe/Berlin",
    "hamburg": "Europe/Berlin",
    "milan": "Europe/Rome",
    "barcelona": "Europe/Madrid",
    "porto": "Europe/Lisbon",
    "manchester": "Europe/London",
    "beijing": "Asia/Shanghai",
    "shenzhen": "Asia/Shanghai",
    "guangzhou": "Asia/Shanghai",
    "hanoi": "Asia/Ho_Chi_Minh",
    "saigon": "Asia/Ho_Chi_Minh",
    "da nang": "Asia/Ho_Chi_Minh",
    "delhi": "Asia/Kolkata",
    "new delhi": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "bangalore": "Asia/Kolkata",
    "chennai": "Asia/Kolkata",
    "islamabad": "Asia/Karachi",
    "lahore": "Asia/Karachi",
    "abu dhabi": "Asia/Dubai",
    "osaka": "Asia/Tokyo",
    "astana": "Asia/Almaty",
    "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "las vegas": "America/Los_Angeles",
    "boston": "America/New_York",
    "miami": "America/New_York",
    "washington": "America/New_York",
    "atlanta": "America/New_York",
    "houston": "America/Chicago",
    "dallas": "America/Chicago",
    "rio de janeiro": "America/Sao_Paulo",
    "brasilia": "America/Sao_Paulo",
    "guadalajara": "America/Mexico_City",
    "lagos": "Africa/Lagos",
    "abuja": "Africa/Lagos",
    "cape town": "Africa/Johannesburg",
}
# Offsets that are no whole hours, by a place that has them all year.
_ODD: Final = {
    "-0930": "Pacific/Marquesas",
    "+0330": "Asia/Tehran",
    "+0430": "Asia/Kabul",
    "+0530": "Asia/Kolkata",
    "+0545": "Asia/Kathmandu",
    "+0630": "Asia/Yangon",
    "+0845": "Australia/Eucla",
    "+0930": "Australia/Darwin",
}
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\-−–])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+){0,2}")
_LONGEST: Final = 60
_DAY: Final = 24  # hours
_EAST, _WEST = 14, 12  # hours, of the farthest clocks
_HOURS = re.compile(
    r"(\d{1,2})(?:[:.]([0-5]\d))?\s*(?:-|–|—|−|to|until|\s)\s*(\d{1,2})(?:[:.]([0-5]\d))?",
    re.IGNORECASE,
)


def zone_of(text: str) -> str:
    """Return the time zone of a city or an offset, by its name in the time zone database.

    Raises NotPossible where nothing is known by that name.
    """
    text = " ".join(text.split())[:_LONGEST]
    if text.upper() in {"UTC", "GMT"}:
        return "UTC"
    offset = _OFFSET.fullmatch(text)
    found = _of_offset(offset) if offset else _of_city(text)
    if found is None:
        raise NotPossible("zone_not_read")
    return found


def _of_offset(match: re.Match[str]) -> str | None:
    sign = "+" if match[1] == "+" else "-"
    hours, minutes = int(match[2]), match[3] or "00"
    if minutes != "00":
        return _ODD.get(f"{sign}{hours:02}{minutes}")
    if hours > (_EAST if sign == "+" else _WEST):
        return None
    if hours == 0:
        return "UTC"
    # The database counts them the other way round.
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"


def _of_city(text: str) -> str | None:
    known = _CITIES.get(text.lower().replace(".", ""))
    if known is not None:
        return known
    name = "_".join(part[:1].upper() + part[1:] for part in re.split(r"[ _]", text))
    if not _WORDS.fullmatch(name):
        return None
    places = (name,) if "/" in name else tuple(f"{area}/{name}" for area in _AREAS)
    for place in places:
        try:
            ZoneInfo(place)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        return place
    return None


def hours_of(text: str) -> tuple[time, time]:
    """Return from when until when, as in 23:00-08:00. Raises NotPossible where it is neither."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise NotPossible("hours_not_read")
    try:
        start = time(int(match[1]) % 24, int(match[2] or 0)) if int(match[1]) <= _DAY else None
        end = time(int(match[3]) % 24, int(match[4] or 0)) if int(match[3]) <= _DAY else None
    except ValueError:
        start = end = None
    if start is None or end is None or start == end:
        raise NotPossible("hours_not_read")
    return start, end
