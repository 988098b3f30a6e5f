"""The refund limit and the PIN, as rules."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.model.person import Role
from bot.model.safety import asks_owner, day_began, limit_read, pin_read

D = Decimal


@pytest.mark.parametrize(
    ("role", "amount", "today", "limit", "asks"),
    [
        (Role.OPERATOR, D(100), [], D(100), False),
        (Role.OPERATOR, D("100.01"), [], D(100), True),
        (Role.OPERATOR, D(40), [D(30), D(30)], D(100), False),
        (Role.OPERATOR, D("40.01"), [D(30), D(30)], D(100), True),
        (Role.OPERATOR, D(1), [], D(0), True),
        (Role.OPERATOR, D(0), [], D(0), False),
        (Role.OPERATOR, None, [], D(100), True),  # nobody knows what it costs
        (Role.OPERATOR, D(1), [None], D(100), True),
        (Role.OPERATOR, D(9999), [None], None, False),
        (Role.OWNER, D(9999), [D(9999)], D(0), False),
    ],
)
def test_above_the_limit_of_the_day_an_owner_is_asked(
    role: Role, amount: Any, today: Any, limit: Any, asks: bool
) -> None:
    assert asks_owner(role, amount, today, limit) is asks


@pytest.mark.parametrize(
    ("zone", "began"),
    [
        ("UTC", "2026-11-23T00:00+00:00"),
        ("Asia/Tokyo", "2026-11-24T00:00+09:00"),
        ("America/New_York", "2026-11-23T00:00-05:00"),
    ],
)
def test_a_day_begins_by_the_shop_s_clock(zone: str, began: str) -> None:
    now = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    assert day_began(now, ZoneInfo(zone)) == datetime.fromisoformat(began)


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("4071", "4071"),
        (" 40711234 ", "40711234"),
        ("407", None),
        ("407112345", None),
        ("40a1", None),
        ("٤٠٧١", None),
        ("", None),
    ],
)
def test_a_pin_is_four_to_eight_digits(text: str, pin: str | None) -> None:
    assert pin_read(text) == pin


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("120", D(120)),
        ("$99.50", D("99.50")),
        ("99,5", D("99.5")),
        ("-1", None),
        ("1e9", None),
        ("lots", None),
        ("NaN", None),
        ("9" * 10, None),
    ],
)
def test_a_limit_is_a_plain_amount(text: str, limit: Decimal | None) -> None:
    assert limit_read(text) == limit
