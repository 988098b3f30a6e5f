"""The picture of a report: readable on a phone, in light and dark."""

from __future__ import annotations

import pytest

from bot.views.chart import BACKGROUND, INK, ORDERS, REFUNDS, REVENUE, dated, shortened


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [INK, REVENUE, ORDERS, REFUNDS])
def test_every_colour_stands_out_from_the_picture_s_own_background(colour: str) -> None:
    dark, light = sorted(luminance(each) for each in (colour, BACKGROUND))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.25, "0.25"), (950, "950"), (1250, "1.25k"), (3e6, "3M"), (2.5e9, "2.5G")],
)
def test_numbers_on_an_axis_are_short(value: float, text: str) -> None:
    assert shortened(value) == text


@pytest.mark.parametrize("many", [1, 2, 6, 7, 31, 62])
def test_few_dates_stand_below_and_the_last_is_one(many: int) -> None:
    found = dated(many)
    assert found[-1] == many - 1
    assert len(found) <= 6


def test_of_a_day_the_hours_are_named_from_midnight_on() -> None:
    assert dated(24, "hour") == [0, 4, 8, 12, 16, 20]
