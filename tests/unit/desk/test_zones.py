from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from bot.desk.errors import NotPossible
from bot.desk.zones import _CITIES, _ODD, hours_of, zone_of


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        (" new  york ", "America/New_York"),
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("ho chi minh", "Asia/Ho_Chi_Minh"),
        ("Port-au-Prince", "America/Port-au-Prince"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("St. Petersburg", "Europe/Moscow"),
        ("utc", "UTC"),
        ("UTC+3", "Etc/GMT-3"),
        ("gmt -5", "Etc/GMT+5"),
        ("+03:00", "Etc/GMT-3"),
        ("+0", "UTC"),
        ("UTC+14", "Etc/GMT-14"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("UTC−9:30", "Pacific/Marquesas"),
    ],
)
def test_a_clock_is_known_by_its_city_or_its_offset(typed: str, zone: str) -> None:
    found = zone_of(typed)
    if zone == "America/Argentina/Buenos_Aires":
        assert found.endswith("Buenos_Aires")
    else:
        assert found == zone
    assert ZoneInfo(found).key == found


@pytest.mark.parametrize("zone", sorted({*_CITIES.values(), *_ODD.values()}))
def test_every_zone_that_is_named_here_exists(zone: str) -> None:
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "Nowhere",
            "12:04",
            "UTC+15",
            "UTC-13",
            "UTC+5:10",
            "../../etc/passwd",
            "/etc/passwd",
        ),
        *("Europe/", "Europe", "x" * 10_000, "<b>Berlin</b>", "Berlin\x00", "anna:Secret-123"),
    ],
)
def test_what_is_no_clock_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(NotPossible, match="zone_not_read"):
        zone_of(typed)


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("23:00-08:00", time(23), time(8)),
        ("23-8", time(23), time(8)),
        ("22.30 to 7", time(22, 30), time(7)),
        (" 0 – 6:15 ", time(0), time(6, 15)),
        ("20:00-24:00", time(20), time(0)),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, start: time, end: time) -> None:
    assert hours_of(typed) == (start, end)


@pytest.mark.parametrize(
    "typed", ["", "night", "25-8", "23:60-8", "8", "8-8", "0-24", "1-2-3", "9" * 9999]
)
def test_what_are_no_hours_are_said_to_be_none(typed: str) -> None:
    with pytest.raises(NotPossible, match="hours_not_read"):
        hours_of(typed)
