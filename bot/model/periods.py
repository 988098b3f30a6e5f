"""Spans of days that people ask for: by name, or from one day to another, however written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Named = Literal["today", "yesterday", "week", "days", "month", "before", "all"]
NAMED: Final[tuple[Named, ...]] = (
    "today",
    "yesterday",
    "week",
    "days",
    "month",
    "before",
    "all",
)
_LENGTHS: Final = {"today": 1, "week": 7, "days": 30}
_YEARS: Final = range(2000, 2101)  # of what there can be orders of
_FIRST: Final = date(_YEARS.start, 1, 1)
_ENGLISH: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_DECEMBER: Final = 12
_ENOUGH: Final = 3  # letters that tell one month from another

# What people type for the named ones.
_TYPED: Final[dict[str, Named]] = {
    **{name: name for name in NAMED},
    "7": "week",
    "30": "days",
    "last month": "before",
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_DAY_FIRST = re.compile(
    r"(\d{1,2})\.?\s*(?:de\s+)?([^\W\d_]+)\.?,?(?:\s*(?:de\s+)?(\d{4}))?(?:\s*г\.?)?"
)
# 11月21日, 2026年11月; 21 thg 11, 21 tháng 11 2026.
_CHINESE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})日)?")
_VIETNAMESE = re.compile(r"(?:(\d{1,2})\s*)?(?:thg|tháng)\s*(\d{1,2})(?:,?\s*(?:năm\s*)?(\d{4}))?")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?")
_MONTH = re.compile(r"([^\W\d_]+)\.?,?(?:\s*(\d{4}))?")
_BETWEEN = re.compile(r"\s*(?:\.{2,}|\bto\b|-)\s*|\s+")
_DASHES = re.compile("[\u2010-\u2015\u2212~]")
_PACKED = re.compile(r"(\d{8})-(\d{8})")
_LONGEST: Final = 60  # characters that a span takes


@dataclass(frozen=True, slots=True)
class Days:
    """From a first to a last day, both of them in it."""

    first: date
    last: date


Period = Named | Days


def pack(period: Period) -> str:
    """Return what a button carries for a period."""
    return f"{period.first:%Y%m%d}-{period.last:%Y%m%d}" if isinstance(period, Days) else period


def unpack(packed: str) -> Period | None:
    """Return the period that a button carries; None where it is none."""
    match = _PACKED.fullmatch(packed)
    if match is None:
        return next((name for name in NAMED if name == packed), None)
    try:
        first, last = (datetime.strptime(day, "%Y%m%d").date() for day in match.groups())  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    fits = first <= last and first.year in _YEARS and last.year in _YEARS
    return Days(first, last) if fits else None


def days_of(period: Period, today: date) -> Days:
    """Return the days of a period. ``week`` and ``days``: the last 7 and 30, today among them."""
    if isinstance(period, Days):
        return period
    month = today.replace(day=1)
    match period:
        case "yesterday":
            return Days(today - timedelta(days=1), today - timedelta(days=1))
        case "month":
            return Days(month, today)
        case "before":
            last = month - timedelta(days=1)
            return Days(last.replace(day=1), last)
        case "all":
            return Days(_FIRST, today)
        case _:
            return Days(today - timedelta(days=_LENGTHS[period] - 1), today)


def span(period: Period, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moment of a period and the first one behind it, by the clock of ``zone``."""
    days = days_of(period, now.astimezone(zone).date())
    return begins(days.first, zone), begins(days.last + timedelta(days=1), zone)


def begins(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a day by the clock of ``zone``."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def read(text: str, today: date, months: Sequence[str] = ()) -> Period | None:
    """Return the period that somebody wrote; None where it cannot be understood.

    Names, days (``2026-11-01``, ``1 Nov``, ``1.11.2026``), months (``Nov 2026``, ``2026-11``), or
    two of these with a dash, ``to`` or a space between. ``months``: the twelve in the writer's
    language. A day without a year is the last one of that date.
    """
    if len(text) > _LONGEST:
        return None
    text = " ".join(_DASHES.sub("-", text.lower()).split())
    if text in _TYPED:
        return _TYPED[text]
    words = [month.lower().strip(".") for month in months]
    reader = _Reader(today, tuple(words) if len(words) == len(_ENGLISH) else ())
    with suppress(ValueError):  # a 31st of a month that has none
        return reader.span(text)
    return None


@dataclass(frozen=True, slots=True)
class _Read:
    """A day, or all of a month, as written."""

    first: date
    last: date
    year_said: bool

    def of_year(self, year: int) -> _Read:
        return _Read(_in_year(self.first, year), _in_year(self.last, year), year_said=False)


class _Reader:
    def __init__(self, today: date, months: tuple[str, ...]) -> None:
        self._today = today
        self._months = months

    def span(self, text: str) -> Days | None:
        whole = self._one(text)
        if whole is not None:
            return _days(whole, whole)
        for left, right in _halves(text):
            last = self._one(right)
            if last is None:
                continue
            first = self._bare_day(left, last) or self._one(left)
            if first is None:
                continue
            if not first.year_said:
                first = first.of_year(last.last.year)
                if first.first.month > last.last.month:
                    first = first.of_year(last.last.year - 1)  # 15 Dec - 3 Jan
            return _days(first, last)
        return None

    def _bare_day(self, text: str, last: _Read) -> _Read | None:
        """Read the ``1`` of ``1 - 15 Nov``."""
        if not text.isascii() or not text.isdecimal() or last.first != last.last:
            return None
        day = last.first.replace(day=int(text))
        return _Read(day, day, year_said=True)

    def _one(self, text: str) -> _Read | None:
        if match := _ISO.fullmatch(text):
            return self._made(match[1], int(match[2]), match[3])
        if match := _DOTTED.fullmatch(text) or _VIETNAMESE.fullmatch(text):
            return self._made(match[3], int(match[2]), match[1])
        if match := _CHINESE.fullmatch(text):
            return self._made(match[1], int(match[2]), match[3])
        for pattern, at in (
            (_DAY_FIRST, (2, 1, 3)),
            (_MONTH_FIRST, (1, 2, 3)),
            (_MONTH, (1, 0, 2)),
        ):
            match = pattern.fullmatch(text)
            month = None if match is None else self._month(match[at[0]])
            if match is not None and month is not None:
                return self._made(match[at[2]], month, match[at[1]] if at[1] else None)
        return None

    def _month(self, word: str) -> int | None:
        for place in range(len(_ENGLISH)):
            own = self._months[place] if self._months else ""
            if word.startswith(_ENGLISH[place]) or (own and _same(word, own)):
                return place + 1
        return None

    def _made(self, year: str | None, month: int, day: str | None) -> _Read:
        """Return what these say. Raises ValueError where there is no such day."""
        number = int(year) if year else self._today.year
        if number not in _YEARS:
            raise ValueError("no year of ours")
        first = date(number, month, int(day) if day else 1)
        last = first if day else _last_of(first)
        made = _Read(first, last, year_said=bool(year))
        return made if year or first <= self._today else made.of_year(number - 1)


def _same(word: str, own: str) -> bool:
    return word == own or (len(own) >= _ENOUGH and word.startswith(own))


def _halves(text: str) -> Iterator[tuple[str, str]]:
    for match in _BETWEEN.finditer(text):
        if match.start() and match.end() < len(text):
            yield text[: match.start()], text[match.end() :]


def _days(first: _Read, last: _Read) -> Days:
    days: Iterable[date] = (first.first, first.last, last.first, last.last)
    return Days(min(days), max(days))


def _last_of(first: date) -> date:
    if first.month == _DECEMBER:
        return first.replace(day=31)
    return first.replace(month=first.month + 1) - timedelta(days=1)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)
