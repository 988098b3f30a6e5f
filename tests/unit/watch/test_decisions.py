from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.shown_units import units_in
from bot.store.errors import DiskFull
from bot.supplier.errors import Forbidden, NotAuthorised, SupplierError, Throttled, Unavailable
from bot.supplier.operations import Operation
from bot.watch.feed import dated
from bot.watch.grouping import Notice, group
from bot.watch.reading import sort_of
from bot.watch.schedule import pause, retry, share_out, sweep_minutes
from bot.watch.trouble import FeedState, worth_saying

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(*minutes: int | None) -> list[datetime | None]:
    return [None if each is None else NOW + timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("times", "sort"),
    [
        (at(3, 2, 2, 1), "newest"),
        (at(1, 2, 2, 3), "oldest"),
        (at(1, 3, 2), "mixed"),
        (at(1, 1, 1), None),
        (at(1), None),
        (at(), None),
        (at(2, None, 1), None),
    ],
)
def test_how_a_page_is_sorted(times: list[datetime | None], sort: str | None) -> None:
    assert sort_of(times) == sort


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("TK1772446511113", datetime(2026, 3, 2, 10, 15, 11, 113000, tzinfo=UTC)),
        ("TKT1772446511113", datetime(2026, 3, 2, 10, 15, 11, 113000, tzinfo=UTC)),
        ("TK17", None),
        ("", None),
        ("order-1772446511113", None),
        ("TK" + "²" * 13, None),
        ("TK١٧٧٢٤٤٦٥١١١١٣", None),
        ("TK9999999999999", datetime(2286, 11, 20, 17, 46, 39, 999000, tzinfo=UTC)),
    ],
)
def test_a_number_tells_when_it_was_made(number: str, expected: datetime | None) -> None:
    assert dated(number) == expected


@pytest.mark.parametrize(
    ("quiet_for", "seconds"), [(0, 5), (299, 5), (300, 10), (899, 10), (900, 15), (10**6, 15)]
)
def test_a_quiet_shop_is_asked_less_often(quiet_for: float, seconds: float) -> None:
    assert pause(5, quiet_for) == seconds


@pytest.mark.parametrize(
    ("head", "failing_for", "tries", "asked", "seconds"),
    [
        (5, 0, 1, None, 5),
        (5, 5, 2, None, 10),
        (5, 15, 3, None, 15),
        (5, 59, 9, None, 15),
        (5, 60, 9, None, 60),
        (0.1, 0, 1, None, 0.1),
        (86400, 0, 1, None, 15),
        (86400, 100, 5, None, 60),
        (5, 0, 1, 45, 45),
        (5, 0, 1, 1, 5),
        (5, 0, 1, 90, 60),
        (5, 0, 1, 10**9, 60),
        (5, 10**6, 10**6, None, 60),
    ],
)
def test_when_the_next_try_comes(
    head: float, failing_for: float, tries: int, asked: float | None, seconds: float
) -> None:
    assert retry(head, failing_for, tries, asked) == seconds


@pytest.mark.parametrize("calls", [1, 5, 20, 60, 600, 6000])
@pytest.mark.parametrize("poll", [0.1, 1, 5, 300, 86400])
def test_the_calls_that_are_planned_stay_within_the_budget(calls: int, poll: float) -> None:
    pace = share_out(calls, poll)
    planned = 2 * (60 / pace.head + 60 / pace.open + 60 / pace.sweep)
    assert planned <= calls * 0.8 + 1e-9
    assert pace.head >= poll


def test_the_usual_settings_keep_the_interval_that_was_asked_for() -> None:
    assert share_out(60, 5).head == 5
    assert sweep_minutes(1, share_out(60, 5)) <= 1
    assert sweep_minutes(10, share_out(60, 5)) < 3


def _failing(for_seconds: float, error: SupplierError) -> FeedState:
    state = FeedState()
    state.ill(NOW - timedelta(seconds=for_seconds), error)
    return state


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (FeedState(), False),
        (_failing(29, Unavailable(Operation.LIST_ORDERS, "timeout")), False),
        (_failing(30, Unavailable(Operation.LIST_ORDERS, "timeout")), True),
        (_failing(0, NotAuthorised(Operation.LIST_ORDERS, "key_refused")), True),
        (_failing(0, Forbidden(Operation.LIST_ORDERS, "forbidden")), True),
        (_failing(0, Throttled(Operation.LIST_ORDERS, wait=60)), False),
    ],
)
def test_which_trouble_is_worth_a_message(state: FeedState, said: bool) -> None:
    assert (worth_saying({"orders": FeedState(), "tickets": state}, NOW) is not None) is said


def test_a_good_answer_ends_a_trouble_once() -> None:
    state = _failing(10, Unavailable(Operation.LIST_ORDERS, "timeout"))
    assert state.well(NOW) is True
    assert state.well(NOW) is False


def _notice(
    number: int, subject: str, *, kind: str = "order_new", chat: int = 1, loud: str = "silent"
) -> Notice:
    return Notice(number, chat, chat, loud, kind, kind.partition("_")[0], subject)


def test_notices_about_one_subject_are_one_message_as_loud_as_the_loudest() -> None:
    groups = group(
        [
            _notice(1, "a"),
            _notice(2, "b"),
            _notice(3, "a", kind="order_paid", loud="loud"),
            _notice(4, "a", chat=2, loud="edit"),
        ]
    )
    assert [(each.chat_id, each.subject[1], each.loudness) for each in groups] == [
        (1, "a", "loud"),
        (1, "b", "silent"),
        (2, "a", "edit"),
    ]


@pytest.mark.parametrize(("many", "shapes"), [(8, ["subject"] * 8), (9, ["digest"])])
def test_a_burst_becomes_a_digest(many: int, shapes: list[str]) -> None:
    groups = group([_notice(number, f"o{number}") for number in range(many)])
    assert [each.shape for each in groups] == shapes
    assert sum(len(each.notices) for each in groups) == many


def test_a_moderator_stands_alone_in_a_burst() -> None:
    burst = [_notice(number, f"o{number}") for number in range(20)]
    groups = group([*burst, _notice(99, "t1", kind="ticket_moderator", loud="loud")])
    assert [(each.shape, each.urgent) for each in groups] == [("digest", False), ("subject", True)]


def test_no_digest_where_none_is_wanted() -> None:
    assert len(group([_notice(number, f"o{number}") for number in range(20)], burst=None)) == 20


@pytest.mark.parametrize(
    ("shown", "units"),
    [
        ("", []),
        ('["u:p", " v:q ", ""]', ["u:p", "v:q"]),
        ('[{"username": "u", "password": "p"}]', ["u:p"]),
        ('[{"code": "X"}, 7, null]', ['{"code": "X"}', "7"]),
        (
            '["u:p\\r\\nThank you!\\n\\nWrite to us."]',
            [
                "u:p\r\nThank you!\n\nWrite to us.",
                "u:p",
                "u:p\nThank you!",
            ],
        ),
        (
            '["CODE-77\\nThank you!", "Netflix\\nu"]',
            ["CODE-77\nThank you!", "CODE-77", "Netflix\nu"],
        ),
        (json.dumps(["u:p\n" + "x\n" * 99_999]), None),
        ("u:p", ["u:p"]),
        ("u:p\nv:q", ["u:p\nv:q", "u:p", "v:q"]),
        ('{"not": "a list"}', ['{"not": "a list"}']),
        ("[" * 100_000, ["[" * 100_000]),
    ],
)
def test_units_are_found_in_whatever_is_shown(shown: str, units: list[str] | None) -> None:
    if units is None:  # so many lines that most of them are no beginning of a unit
        assert 5 < len(list(units_in(shown))) < 15
    else:
        assert list(units_in(shown)) == units


def test_trouble_of_our_own_is_not_the_marketplace_s() -> None:
    state, long_ago = FeedState(), NOW - timedelta(hours=1)
    state.ill(long_ago, DiskFull("The disk is full."))
    assert worth_saying({"orders": state}, NOW) is None
    state.ill(long_ago, ZeroDivisionError())
    assert worth_saying({"orders": state}, NOW) is None
    # The marketplace has been away only since it was asked in vain.
    state.ill(NOW, Unavailable(Operation.LIST_ORDERS, "no_connection"))
    assert state.failing_since == NOW
    later = NOW + timedelta(hours=1)
    assert worth_saying({"orders": state}, later) is state
