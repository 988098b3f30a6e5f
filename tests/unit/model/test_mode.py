from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.mode import Learnt, slowest


@pytest.mark.parametrize(
    ("before", "took", "after"),
    [
        (None, 7.4, 7),
        (10, 40, 40),
        # What was slow once fades.
        (100, 3, 90),
        (None, 0, 0),
        # Somebody filled the pool meanwhile: that says nothing of its pace.
        (10, 1801, 10),
        (None, 1801, None),
        # A clock that was set back.
        (10, -5, 10),
    ],
)
def test_how_long_it_took_is_learnt_from_the_slowest_of_late(
    before: int | None, took: float, after: int | None
) -> None:
    assert slowest(before, timedelta(seconds=took)) == after


@pytest.mark.parametrize(("seconds", "minutes"), [(None, 2), (0, 2), (60, 2), (180, 6), (1800, 60)])
def test_a_slow_pool_is_given_more_time(seconds: int | None, minutes: int) -> None:
    assert Learnt("pool", seconds).patience == timedelta(minutes=minutes)
