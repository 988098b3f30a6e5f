"""Numbers that people paste, and who may do what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.executor import is_final, next_check
from bot.desk.failing import not_sent
from bot.model.intent import DeliverPlan, Intent, RefundPlan, ReplyPlan, State
from bot.model.numbers import Number, find_numbers, numbers_among_words, only_number
from bot.model.order import Order
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act, Person, Role
from bot.supplier.errors import (
    Forbidden,
    NotAuthorised,
    NotFound,
    Refused,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from bot.supplier.operations import Operation
from tests.unit.views.builders import delivery, intent, order, reply

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TK1772446511113", [("order", "TK1772446511113")]),
        ("tkt1772446511113", [("ticket", "TKT1772446511113")]),
        ("PAY1772446511113 and REF1772446511113",
         [("payment", "PAY1772446511113"), ("refund", "REF1772446511113")]),
        ("TK1772446511113, TK1772446511113", [("order", "TK1772446511113")]),
        ("(TK1772446511113)", [("order", "TK1772446511113")]),
        ("xTK1772446511113", []),
        ("TK1772446511113x", []),
        ("TK17724465", []),
        ("TK12345678901234567", []),
        ("TK 1772446511113", [("order", "TK1772446511113")]),
        ("TK  1772446511113", []),
        ("", []),
    ],
)  # fmt: skip
def test_numbers_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert [(number.kind, number.text) for number in find_numbers(text)] == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("  tk1772446511113\n", "order"),
        ("#TKT1772446511113", "ticket"),
        ("tk 1772446511113", "order"),
        ("TK1772446511113:secret", None),
        ("TK1772446511113 TK1772446511114", None),
        ("where is TK1772446511113", None),
    ],
)
def test_only_a_number_is_a_number_alone(text: str, kind: str | None) -> None:
    number = only_number(text)
    assert (None if number is None else number.kind) == kind


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Order: TK1772446511113", ["TK1772446511113"]),
        (
            "Where's TK1772446511113, and (TKT1772446511113)?",
            ["TK1772446511113", "TKT1772446511113"],
        ),
        ("TK1772446511113\nTK1772446511114", ["TK1772446511113", "TK1772446511114"]),
        ("1772446511113", ["1772446511113"]),
        ("#1772446511113", ["1772446511113"]),
        ("code 1772446511113", []),
        ("1072446511113", []),
        ("TK1772446511113:secret", []),
        ("TK1772446511113 anna:secret", []),
        ("TK1772446511113 | secret", []),
        ("TK1772446511113 Hunter2222", []),
        ("TK1772446511113 AB12-CD34", []),
        ("plain words", []),
    ],
)
def test_numbers_count_beside_plain_words_alone(text: str, found: list[str]) -> None:
    assert [number.text for number in numbers_among_words(text)] == found


@given(st.text(max_size=100))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert all(isinstance(number, Number) for number in find_numbers(text))
    assert {*numbers_among_words(text)} <= {*find_numbers(text)} or text.strip("# \n").isdigit()


# --- roles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "owner", "operator", "viewer"),
    [
        (Act.SEE, True, True, True),
        (Act.DELIVER, True, True, False),
        (Act.REPLY, True, True, False),
        (Act.CHANGE_STATUS, True, True, False),
        (Act.STOCK, True, True, False),
        (Act.REFUND, True, True, False),
        (Act.MONEY, True, False, False),
        (Act.MANAGE, True, False, False),
    ],
)
def test_each_role_may_what_the_table_says(
    act: Act, owner: bool, operator: bool, viewer: bool
) -> None:
    roles = {Role.OWNER: owner, Role.OPERATOR: operator, Role.VIEWER: viewer}
    for role, allowed in roles.items():
        person = Person(1, "Ann", role)
        assert person.may(act) is allowed
        assert (act in person.acts) is allowed


# --- intents -------------------------------------------------------------------------------------


def changed(**fields: object) -> Order:
    return order(**fields)


def acting(plan: DeliverPlan | RefundPlan | ReplyPlan) -> Intent:
    return intent(plan, State.SENDING)


def test_a_plan_and_a_message_show_no_goods_in_their_repr() -> None:
    plan = delivery("anna:Hunter2222")
    assert "Hunter2222" not in repr(plan)
    assert "Hunter2222" not in repr(acting(plan))
    assert "Hunter2222" in plan.model_dump_json()  # it is only ever made to be sealed


@pytest.mark.parametrize(
    ("ago", "final"), [(119, False), (120, True), (9999, True), (0, False), (None, False)]
)
def test_a_negative_needs_looks_that_worked_two_minutes_apart(
    ago: float | None, final: bool
) -> None:
    first = None if ago is None else NOW - timedelta(seconds=ago)
    lost = NOW - timedelta(days=1)
    unknown = intent(reply("x"), State.UNKNOWN, unknown_since=lost, unseen_since=first)
    assert is_final(unknown, NOW) is final


def test_looks_come_quickly_first_and_never_less_often_than_every_fifteen_seconds() -> None:
    pauses = [next_check(checks).total_seconds() for checks in range(20)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (1, 15)


@pytest.mark.parametrize(
    ("error", "reason", "said"),
    [
        (NotAuthorised(Operation.REFUND_ORDER, "key_refused"), "not_authorised", ""),
        (Forbidden(Operation.REFUND_ORDER, "x", "No!"), "forbidden", "No!"),
        (NotFound(Operation.REFUND_ORDER, "no_such_item"), "not_found", ""),
        (Throttled(Operation.REFUND_ORDER), "throttled", ""),
        (Refused(Operation.REFUND_ORDER, "refused", "Not today"), "refused", "Not today"),
        (Unavailable(Operation.REFUND_ORDER, "no_connection"), "unavailable", ""),
        (Unreadable(Operation.GET_ORDER, "unreadable"), "unavailable", ""),
    ],
)
def test_why_nothing_was_sent_is_said_in_one_word(
    error: SupplierError, reason: str, said: str
) -> None:
    outcome = not_sent(error, NOW)
    assert (outcome.reason, outcome.said) == (reason, said)
    assert (outcome.since == NOW) is (reason == "unavailable")


def test_two_messages_that_show_the_same_have_one_digest() -> None:
    one = Outgoing(text="x", keyboard=((Button(label="y", data="mn"),),))
    assert one.digest() == one.model_copy().digest()
    assert one.digest() != one.model_copy(update={"keyboard": ()}).digest()
