"""What an act of ours explains, and what others must have done."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import SecretStr

from bot.model.change import NewsKind, news_of_order, news_of_ticket
from bot.model.explaining import explains
from bot.model.goods import shows_all
from bot.model.intent import RefundPlan, State
from bot.model.order import Order
from bot.model.plan import Plan
from bot.model.thread import Habit, Shown, addition, learnt, reply_shown
from bot.model.ticket import Ticket
from tests.unit.views.builders import delivery, intent, order, reply, ticket

REFUND = RefundPlan(amount=Decimal(1), delivered=0)
BACK = order(status="refunded_order")
SHOWN = '["user:one", "user:two"]'
THREAD = "Wrong password on the second one\n\nSupplier: So sorry"


def ours(
    plan: Plan, before: Order | Ticket, after: Order | Ticket, state: State = State.SENDING
) -> set[str]:
    """Return the news between two looks that an act explains."""
    acting = intent(plan, state)  # type: ignore[arg-type]
    if isinstance(after, Order):
        assert isinstance(before, Order)
        news = news_of_order(before, after)
    else:
        assert isinstance(before, Ticket)
        news = news_of_ticket(before, after)
    return {each.kind.value for each in news if explains(acting, each, before, after)}


def test_a_refund_is_ours_and_a_delivery_of_the_same_moment_is_not() -> None:
    assert ours(REFUND, order(), BACK) == {"order_refunded"}
    both = order(status="refunded_order", delivered_units=1)
    assert ours(REFUND, order(), both) == {"order_refunded"}
    assert ours(REFUND, order(), order(delivered_units=1)) == set()


def test_what_the_marketplace_notes_with_a_refund_is_ours_too() -> None:
    paid_back = order(status="refunded_order", payment_status="refunded_payment")
    assert ours(REFUND, BACK, paid_back) == {"order_changed"}
    assert ours(REFUND, BACK, order(status="refunded_order", total_amount="1")) == set()


@pytest.mark.parametrize(
    ("after", "state", "explained"),
    [
        ({"delivered_units": 1, "delivered_info": '["user:one"]'}, State.SENDING, True),
        ({"delivered_units": 1, "delivered_info": '["user:one"]'}, State.UNKNOWN, True),
        ({"delivered_units": 1, "delivered_info": '["some:other"]'}, State.UNKNOWN, False),
        ({"delivered_units": 1}, State.SENDING, False),
        ({"delivered_units": 1}, State.DONE, True),
        ({"delivered_units": 2, "delivered_info": SHOWN}, State.SENDING, False),
        ({"delivered_units": 1, "delivered_info": '["user:one"]', "status": "refunded_order"},
         State.SENDING, False),
    ],
)  # fmt: skip
def test_a_delivery_is_ours_where_its_units_are_shown_or_it_was_confirmed(
    after: dict[str, object], state: State, explained: bool
) -> None:
    found = ours(delivery("user:one", send=1), order(), order(**after), state)
    assert ("order_delivered" in found) is explained


def test_what_a_delivery_completes_is_ours_and_a_receipt_is_the_buyers() -> None:
    plan = delivery("user:one", "user:two", send=2)
    done = order(delivered_units=2, delivered_info=SHOWN, status="completed_order")
    assert ours(plan, order(), done) == {"order_delivered", "order_completed"}
    receipt = order(delivered_units=2, delivered_info=SHOWN, status="receipt_confirmed_order")
    assert "order_receipt" not in ours(plan, order(), receipt)
    still = order(delivered_units=2)
    running = order(delivered_units=2, status="running_order")
    assert ours(plan, still, running, State.DONE) == {"order_changed"}
    cheaper = order(delivered_units=2, status="running_order", total_amount="1")
    assert ours(plan, still, cheaper, State.DONE) == set()


@pytest.mark.parametrize(
    ("after", "explained"),
    [
        ({"description": "So  sorry"}, {"ticket_text"}),
        ({"description": THREAD}, {"ticket_text"}),
        ({"description": f"{THREAD}\n\nBuyer: Too late"}, set()),
        ({"description": "So sorry, you say?"}, set()),
        ({"description": "So sorry", "title": "Another"}, set()),
        ({"description": "So sorry", "admin_invited": True}, {"ticket_text"}),
        ({"admin_invited": True}, set()),
        ({"description": "So sorry", "status": "in_progress"}, {"ticket_text", "ticket_status"}),
        ({"status": "closed"}, set()),
    ],
)
def test_of_a_ticket_only_our_own_words_are_ours(
    after: dict[str, object], explained: set[str]
) -> None:
    assert ours(reply("So sorry"), ticket(), ticket(**after)) == explained


def test_a_ticket_that_opens_again_is_not_our_reply() -> None:
    closed = ticket(status="closed")
    opened = ticket(description="So sorry", status="open")
    assert ours(reply("So sorry"), closed, opened) == {"ticket_text"}


def test_nothing_of_an_order_is_a_reply() -> None:
    assert ours(reply("So sorry"), order(), BACK) == set()
    news = news_of_order(order(), BACK)[0]
    assert news.kind is NewsKind.ORDER_REFUNDED
    assert not explains(intent(reply("x"), State.SENDING), news, ticket(), BACK)


@pytest.mark.parametrize(
    ("said", "was", "now", "shown"),
    [
        # The reply takes the place of what stood there.
        ("ok", "It is broken", "ok", "ours"),
        ("ok", "It is broken", "<p>ok</p>\n", "ours"),
        ("a & b", "It is broken", "a &amp; b", "ours"),
        ("ok", "", "ok", "ours"),
        # It follows, or stands before it.
        ("ok", "Broken", "Broken\n\nok", "ours"),
        ("ok", "Broken", "Broken\n--\nok", "ours"),
        ("ok", "Broken", "Broken\n\nSupplier: ok", "ours"),
        ("ok", "Broken", "Broken [Shop, 12:04]: ok", "ours"),
        ("ok", "Broken", "ok\n\nBroken", "ours"),
        ("ok", "Broken", "Supplier: ok\n\nBroken", "ours"),
        ("ok", "Broken\n\nSupplier: ok", "Broken\n\nSupplier: ok\n\nSupplier: ok", "ours"),
        # Somebody else wrote, and our words may be theirs.
        ("ok", "It is broken", "Is it ok?", "unclear"),
        ("ok", "Broken", "Broken\n\nBuyer: ok", "unclear"),
        ("ok", "Broken", "Broken\n\nIs it ok", "unclear"),
        ("ok", "Broken", "Broken\n\nSupplier: ok\n\nBuyer: Thanks", "unclear"),
        ("ok", "Broken", "ok then\n\nBroken", "unclear"),
        # Nothing of it.
        ("ok", "Broken", "Broken", "no"),
        ("ok", "Is it ok?", "Is it ok? Or not?", "no"),
        ("ok", "ok", "ok", "no"),
        ("ok", "Broken", "Still broken", "no"),
        ("", "Broken", "Still broken", "no"),
    ],
)
def test_whether_a_text_shows_a_reply(said: str, was: str, now: str, shown: Shown) -> None:
    assert reply_shown(said, was, now) == shown


@pytest.mark.parametrize(
    ("now", "habit", "shown"),
    [
        ("ok", "replace", "ours"),
        ("ok", "thread", "unclear"),
        ("Broken\n\nSupplier: ok", "thread", "ours"),
        ("Broken\n\nSupplier: ok", "replace", "unclear"),
        ("Broken", "thread", "no"),
        ("Broken", "replace", "no"),
    ],
)
def test_what_the_owner_says_of_replies_is_not_contradicted(
    now: str, habit: Habit, shown: Shown
) -> None:
    assert reply_shown("ok", "Broken", now, habit) == shown


@pytest.mark.parametrize(
    ("was", "now", "habit"),
    [
        ("Broken", "ok", "replace"),
        ("Broken", "Broken\n\nSupplier: ok", "thread"),
        ("Broken", "ok\n\nBroken", "thread"),
        ("Broken", "Thanks", "auto"),  # the buyer wrote since
        ("", "ok", "auto"),  # either would look like this
        ("ok", "ok", "auto"),
    ],
)
def test_what_a_reply_did_is_learnt_from_how_it_reads_back(
    was: str, now: str, habit: Habit
) -> None:
    assert learnt("ok", was, now) == habit


@pytest.mark.parametrize(
    ("was", "now", "added"),
    [
        ("Broken", "Broken\n\nSupplier: ok", "Supplier: ok"),
        ("Broken", "ok\n\nBroken", "ok"),
        ("", "Broken", "Broken"),
        ("Broken", "Broken", "Broken"),
        ("Broken", "Something else", "Something else"),
    ],
)
def test_of_a_thread_only_what_was_added_is_new(was: str, now: str, added: str) -> None:
    assert addition(was, now) == added


@pytest.mark.parametrize(
    ("info", "units", "shown"),
    [
        (None, ("a:1",), False),
        ("[]", ("a:1",), False),
        ("", ("a:1",), False),
        ('["a:1", "b:2"]', ("a:1", "b:2"), True),
        ('["a:1", "b:2"]', ("a:1", "c:3"), False),
        ('["a:1 ", "x\\r\\ny"]', ("a:1", "x\ny"), True),
        ("a:1\nb:2", ("b:2",), True),
        ("x\ny\nz", ("x\ny",), True),
        ("a:11\nb:2", ("a:1",), False),
        ("[" * 100_000, ("a:1",), False),
    ],
)
def test_whether_units_are_shown(info: str | None, units: tuple[str, ...], shown: bool) -> None:
    goods = None if info is None else SecretStr(info)
    assert shows_all(goods, [SecretStr(unit) for unit in units]) is shown
