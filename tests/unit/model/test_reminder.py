from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.model.reminder import Reminded, Waiting, decide, snoozed_until, summed_up

NOW = datetime(2026, 11, 23, 12, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def waits(minutes: float, *, kind: Any = "order", in_hand: bool = False) -> Waiting:
    known = NOW - minutes * MINUTE
    return Waiting(kind, f"{kind}{minutes}", known, known_since=known, in_hand=in_hand)


def said(minutes: float, times: int = 1, *, snoozed: float | None = None) -> Reminded:
    until = None if snoozed is None else NOW + snoozed * MINUTE
    return Reminded(NOW - minutes * MINUTE, times, until)


NEVER = Reminded()


@pytest.mark.parametrize(
    ("things", "last", "say", "reason", "times"),
    [
        ([], NEVER, False, "nothing_waits", 0),
        ([], said(20), False, "nothing_waits", 0),
        ([waits(14.9)], NEVER, False, "not_yet", 0),
        ([waits(15)], NEVER, True, "waits", 1),
        ([waits(15, kind="ticket")], NEVER, True, "waits", 1),
        ([waits(600, in_hand=True)], NEVER, False, "in_hand", 0),
        ([waits(600, in_hand=True), waits(3)], NEVER, False, "not_yet", 0),
        ([waits(600, in_hand=True), waits(15)], NEVER, True, "waits", 1),
        # Not again before the next interval: 60 minutes, then every 4 hours.
        ([waits(30)], said(14), False, "just_said", 1),
        ([waits(70)], said(55), False, "said_lately", 1),
        ([waits(75)], said(60), True, "still_waits", 2),
        ([waits(300)], said(60, 2), False, "said_lately", 2),
        ([waits(300)], said(239, 2), False, "said_lately", 2),
        ([waits(315)], said(240, 2), True, "still_waits", 3),
        ([waits(2000)], said(239, 9), False, "said_lately", 9),
        ([waits(2000)], said(240, 9), True, "still_waits", 10),
        # What came after the last reminder has an interval of its own.
        ([waits(2000), waits(15)], said(20, 3), True, "new_waits", 1),
        ([waits(2000), waits(14)], said(20, 3), False, "said_lately", 3),
        ([waits(2000), waits(15)], said(10, 3), False, "just_said", 3),
        # Snoozed.
        ([waits(2000)], said(30, 1, snoozed=1), False, "snoozed", 1),
        ([waits(2000)], Reminded(None, 0, NOW + MINUTE), False, "snoozed", 0),
        ([waits(2000)], said(70, 2, snoozed=0), True, "snooze_over", 1),
        ([waits(2000)], said(20, 1, snoozed=-30), False, "said_lately", 1),
        # A clock that was set back.
        ([waits(-30)], NEVER, False, "not_yet", 0),
        ([waits(60)], said(-30), False, "just_said", 1),
    ],
)
def test_what_waits_is_reminded_of_after_15_minutes(
    things: list[Waiting], last: Reminded, say: bool, reason: str, times: int
) -> None:
    decided = decide(things, last, NOW)
    assert (decided.say, decided.reason, decided.times) == (say, reason, times)


def test_nobody_is_reminded_in_quiet_hours() -> None:
    assert decide([waits(60)], NEVER, NOW, quiet_hours=True).reason == "quiet_hours"


ENDED = NOW - 5 * MINUTE


@pytest.mark.parametrize(
    ("things", "last", "ended_at", "reason"),
    [
        ([waits(6)], NEVER, ENDED, "quiet_over"),
        ([waits(6)], said(600), ENDED, "quiet_over"),
        # Said already, or nothing of it waited in those hours.
        ([waits(6)], said(5), ENDED, "not_yet"),
        ([waits(20)], said(4), ENDED, "just_said"),
        ([waits(4)], NEVER, ENDED, "not_yet"),
        ([waits(6, in_hand=True)], NEVER, ENDED, "in_hand"),
        ([], NEVER, ENDED, "nothing_waits"),
        # Too long ago: whatever waits since then is reminded of as ever.
        ([waits(90)], said(70), NOW - 60 * MINUTE, "still_waits"),
        ([waits(90)], Reminded(None, 0, NOW + MINUTE), ENDED, "snoozed"),
    ],
)
def test_quiet_hours_end_with_one_message_that_says_what_waits(
    things: list[Waiting], last: Reminded, ended_at: datetime, reason: str
) -> None:
    assert decide(things, last, NOW, quiet_ended_at=ended_at).reason == reason


def test_reminders_wait_as_long_as_is_wanted_and_the_end_of_quiet_hours_is_said_without_them() -> (
    None
):
    assert decide([waits(29)], NEVER, NOW, first=30 * MINUTE).reason == "not_yet"
    assert decide([waits(30)], NEVER, NOW, first=30 * MINUTE).reason == "waits"
    assert decide([waits(5)], NEVER, NOW, first=5 * MINUTE).reason == "waits"
    assert decide([waits(600)], NEVER, NOW, wanted=False).reason == "not_wanted"
    closing = decide([waits(6)], NEVER, NOW, wanted=False, quiet_ended_at=ENDED)
    assert closing.reason == "quiet_over"


@pytest.mark.parametrize(
    ("until", "zone", "now", "ends"),
    [
        ("hour", "UTC", NOW, NOW + timedelta(hours=1)),
        ("morning", "UTC", NOW, datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("morning", "Europe/Berlin", NOW, datetime(2026, 11, 24, 8, tzinfo=UTC)),
        # Tomorrow there already.
        ("morning", "Asia/Tokyo", NOW + timedelta(hours=11), datetime(2026, 11, 25, tzinfo=UTC)),
        # After midnight, who goes to bed means the morning that comes.
        (
            "morning",
            "UTC",
            datetime(2026, 11, 24, 1, tzinfo=UTC),
            datetime(2026, 11, 24, 9, tzinfo=UTC),
        ),
        # The night in which the clocks change.
        (
            "morning",
            "Europe/Berlin",
            datetime(2026, 3, 28, 20, tzinfo=UTC),
            datetime(2026, 3, 29, 7, tzinfo=UTC),
        ),
    ],
)
def test_a_snooze_ends_in_an_hour_or_at_nine_by_the_persons_clock(
    until: Any, zone: str, now: datetime, ends: datetime
) -> None:
    assert snoozed_until(until, now, ZoneInfo(zone)) == ends


def test_what_is_said_leaves_out_what_is_in_hand() -> None:
    things = [waits(30), waits(20), waits(99, in_hand=True), waits(5, kind="ticket")]
    said_of = summed_up(things)
    assert (said_of.orders, said_of.tickets) == (2, 1)
    assert said_of.orders_since == NOW - 30 * MINUTE
    assert said_of.digest() != summed_up(things[1:]).digest()
