from __future__ import annotations

from typing import Any

import pytest

from bot.model.change import (
    News,
    NewsKind,
    Telling,
    completed_by,
    fingerprint,
    how_to_tell,
    mode_shown_by,
    news_of_order,
    news_of_ticket,
    ticket_completed_by,
)
from bot.model.order import Order
from bot.model.ticket import Ticket

PAID = {"payment_status": "completed_payment"}
DONE = {"status": "completed_order", "delivered_units": 2, "remaining_to_deliver": 0}


def order(**fields: Any) -> Order:
    return Order.model_validate(
        {
            "order_id": "o1",
            "status": "pending_order",
            "payment_status": "pending_payment",
            "quantity": 2,
            "delivered_units": 0,
            "remaining_to_deliver": 2,
            "total_amount": "88.01",
            **fields,
        }
    )


def ticket(**fields: Any) -> Ticket:
    return Ticket.model_validate(
        {"ticket_id": "t1", "status": "open", "title": "Help", "description": "Broken", **fields}
    )


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (None, order(), ["order_new"]),
        (None, order(**PAID, **DONE), ["order_new"]),
        (order(), order(), []),
        (order(), order(updated_at="2026-03-01T12:00:00Z"), []),
        (order(), order(total_amount="88.010"), []),
        (order(), order(total_amount="80"), ["order_changed"]),
        (order(), order(**PAID), ["order_paid"]),
        (order(**PAID), order(**PAID, **DONE), ["order_completed", "order_delivered"]),
        (order(), order(**PAID, **DONE), ["order_paid", "order_completed", "order_delivered"]),
        (
            order(**PAID),
            order(**PAID, delivered_units=1, remaining_to_deliver=1),
            ["order_delivered"],
        ),
        (order(**PAID), order(**PAID, status="refunded_order"), ["order_refunded"]),
        (
            order(**PAID, **DONE),
            order(**PAID, **{**DONE, "status": "receipt_confirmed_order"}),
            ["order_receipt"],
        ),
        (
            order(**PAID, **DONE),
            order(**PAID, **DONE, receipt_confirmed_at="2026-03-01T12:00:00Z"),
            ["order_receipt"],
        ),
        (order(**PAID), order(**PAID, status="running_order"), ["order_changed"]),
        (order(**PAID), order(payment_status="failed_payment"), ["order_changed"]),
        (order(), order(delivered_account_ids=["a1"]), ["order_changed"]),
        (order(), order(status="held_by_moon"), ["order_changed"]),
    ],
)
def test_what_happened_to_an_order(before: Order | None, after: Order, kinds: list[str]) -> None:
    assert [each.kind for each in news_of_order(before, after)] == kinds


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (None, ticket(), ["ticket_new"]),
        (None, ticket(admin_invited=True), ["ticket_new", "ticket_moderator"]),
        (ticket(), ticket(), []),
        (ticket(), ticket(description="Worse"), ["ticket_text"]),
        (ticket(), ticket(title="HELP"), ["ticket_text"]),
        (ticket(), ticket(admin_invited=True), ["ticket_moderator"]),
        (ticket(admin_invited=True), ticket(), ["ticket_status"]),
        (ticket(), ticket(status="closed"), ["ticket_status"]),
        (ticket(), ticket(status="closed", description="Bye"), ["ticket_text", "ticket_status"]),
    ],
)
def test_what_happened_to_a_ticket(before: Ticket | None, after: Ticket, kinds: list[str]) -> None:
    assert [each.kind for each in news_of_ticket(before, after)] == kinds


@pytest.mark.parametrize(
    ("before", "after", "mode", "tellings"),
    [
        (None, order(), "", [("silent", "nothing_to_do_yet")]),
        (None, order(**PAID), "", [("loud", "to_deliver")]),
        (None, order(**PAID), "hand", [("loud", "to_deliver")]),
        (None, order(**PAID), "pool", [("silent", "pool_delivers")]),
        (None, order(**PAID, **DONE), "", [("silent", "already_finished")]),
        (None, order(**PAID, status="refunded_order"), "", [("silent", "already_finished")]),
        (order(), order(**PAID), "", [("loud", "to_deliver")]),
        (order(), order(**PAID), "pool", [("silent", "pool_delivers")]),
        (
            order(),
            order(**PAID, delivered_units=2, remaining_to_deliver=0),
            "",
            [("silent", "paid_nothing_owed"), ("edit", "card_says_it")],
        ),
        (
            order(**PAID),
            order(**PAID, **DONE),
            "",
            [("edit", "card_says_it"), ("edit", "card_says_it")],
        ),
        (
            order(**PAID),
            order(**PAID, delivered_units=1, remaining_to_deliver=1),
            "",
            [("edit", "card_says_it")],
        ),
        # Units were taken away again: they are owed once more, pool or not.
        (
            order(**PAID, **DONE),
            order(**PAID, status="running_order"),
            "pool",
            [("loud", "to_deliver")],
        ),
        (
            order(**PAID),
            order(**PAID, status="refunded_order"),
            "",
            [("silent", "money_went_back")],
        ),
        (
            order(**PAID),
            order(payment_status="charged_back"),
            "",
            [("silent", "payment_changed")],
        ),
        (order(), order(status="running_order"), "", [("edit", "card_says_it")]),
    ],
)
def test_how_loudly_an_order_is_told(
    before: Order | None, after: Order, mode: Any, tellings: list[tuple[str, str]]
) -> None:
    told = [how_to_tell(each, after, mode=mode) for each in news_of_order(before, after)]
    assert told == [Telling(*each) for each in tellings]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "tellings"),
    [
        (None, ticket(), [("loud", "ticket_opened")]),
        (None, ticket(status="resolved"), [("silent", "already_finished")]),
        (ticket(), ticket(description="Worse"), [("loud", "buyer_wrote")]),
        (ticket(status="closed"), ticket(status="open"), [("loud", "reopened")]),
        (ticket(), ticket(status="closed"), [("edit", "card_says_it")]),
        (ticket(), ticket(admin_invited=True), [("loud", "moderator_joined")]),
    ],
)
def test_how_loudly_a_ticket_is_told(
    before: Ticket | None, after: Ticket, tellings: list[tuple[str, str]]
) -> None:
    told = [how_to_tell(each, after) for each in news_of_ticket(before, after)]
    assert told == [Telling(*each) for each in tellings]  # type: ignore[arg-type]


POOLED = {"delivered_account_ids": ["a1", "a2"]}
CONFIRMED = {**DONE, "status": "receipt_confirmed_order"}


@pytest.mark.parametrize(
    ("before", "after", "mode", "loudest"),
    [
        # A person must act.
        pytest.param(None, order(**PAID), "hand", "loud", id="a paid order to deliver by hand"),
        pytest.param(None, order(**PAID), "", "loud", id="nobody knows how it is delivered"),
        pytest.param(order(), order(**PAID), "hand", "loud", id="an order by hand was paid"),
        pytest.param(None, ticket(), "", "loud", id="a ticket"),
        pytest.param(ticket(), ticket(description="Worse"), "", "loud", id="a new text in one"),
        pytest.param(
            ticket(status="closed"),
            ticket(status="closed", description="Still broken"),
            "",
            "loud",
            id="a new text in a closed one",
        ),
        pytest.param(ticket(), ticket(admin_invited=True), "", "loud", id="a moderator"),
        # Everything else.
        pytest.param(None, order(), "", "silent", id="not paid yet"),
        pytest.param(order(), order(**PAID), "pool", "silent", id="paid, the pool delivers"),
        pytest.param(None, order(**PAID), "pool", "silent", id="new, the pool delivers"),
        pytest.param(
            order(**PAID), order(**PAID, **DONE, **POOLED), "pool", "edit", id="the pool delivered"
        ),
        pytest.param(order(**PAID), order(**PAID, **DONE), "", "edit", id="completed"),
        pytest.param(
            order(**PAID, **DONE), order(**PAID, **CONFIRMED), "", "edit", id="receipt confirmed"
        ),
        pytest.param(
            order(**PAID), order(**PAID, status="refunded_order"), "", "silent", id="refunded"
        ),
        pytest.param(ticket(), ticket(status="resolved"), "", "edit", id="a ticket resolved"),
        pytest.param(ticket(), ticket(status="in_progress"), "", "edit", id="a ticket in progress"),
    ],
)
def test_loud_when_a_person_must_act_silent_or_just_an_edited_card_everything_else(
    before: Any, after: Any, mode: Any, loudest: str
) -> None:
    news = (
        news_of_order(before, after) if isinstance(after, Order) else news_of_ticket(before, after)
    )
    told = {how_to_tell(each, after, mode=mode).loudness for each in news}
    assert max(told, key=["edit", "silent", "loud"].index) == loudest


@pytest.mark.parametrize(
    ("kind", "wish", "quiet_hours", "told"),
    [
        (NewsKind.TICKET_NEW, "", False, "loud"),
        (NewsKind.TICKET_NEW, "silent", False, "hushed"),
        (NewsKind.TICKET_NEW, "off", False, "off"),
        (NewsKind.TICKET_NEW, "", True, "hushed"),
        (NewsKind.TICKET_NEW, "loud", True, "hushed"),
        (NewsKind.TICKET_STATUS, "", False, "edit"),
        (NewsKind.TICKET_STATUS, "silent", False, "edit"),
        (NewsKind.TICKET_STATUS, "loud", False, "loud"),
        (NewsKind.TICKET_MODERATOR, "", True, "loud"),
        (NewsKind.TICKET_MODERATOR, "silent", True, "hushed"),
        (NewsKind.TICKET_MODERATOR, "off", True, "off"),
    ],
)
def test_each_kind_is_loud_silent_or_off_and_quiet_hours_spare_a_moderator_alone(
    kind: NewsKind, wish: Any, quiet_hours: bool, told: str
) -> None:
    telling = how_to_tell(News(kind), ticket(), wish=wish, quiet_hours=quiet_hours)
    assert telling.loudness == told


def test_an_order_that_the_pool_left_lying_is_loud() -> None:
    late = how_to_tell(News(NewsKind.ORDER_LATE, calls=True), order(**PAID), mode="pool")
    assert late == Telling("loud", "not_delivered_in_time")


def test_what_a_look_left_out_has_not_changed() -> None:
    before = order(**PAID, receipt_confirmed_at="2026-03-01T12:00:00Z", buyer_id="b1")
    short = Order.model_validate({"order_id": "o1", "status": "completed_order"})
    after = completed_by(before, short)
    assert after.status == "completed_order"
    assert (after.paid, after.owed, after.total_amount) == (True, 2, before.total_amount)
    assert [each.kind for each in news_of_order(before, after)] == ["order_completed"]


def test_an_older_remainder_does_not_overrule_a_newer_count() -> None:
    seen = Order.model_validate({"order_id": "o1", "quantity": 2, "delivered_units": 2})
    assert completed_by(order(**PAID), seen).owed == 0


def test_goods_are_never_carried_over() -> None:
    before = order(delivered_info='["user:secret"]')
    assert completed_by(before, order()).delivered_info is None


def test_a_ticket_shown_without_its_words_keeps_them() -> None:
    short = Ticket.model_validate({"ticket_id": "t1", "status": "closed"})
    after = ticket_completed_by(ticket(), short)
    assert (after.description, after.status) == ("Broken", "closed")


@pytest.mark.parametrize(
    ("shown", "mode"),
    [
        (order(), ""),
        (order(delivered_units=1), "hand"),
        (order(delivered_units=1, delivered_account_ids=["a"]), "pool"),
        (order(account_id="a"), "pool"),
    ],
)
def test_how_a_product_is_delivered_is_learnt(shown: Order, mode: str) -> None:
    assert mode_shown_by(shown) == mode


def test_fingerprints_tell_changes_apart_and_hold_nothing_readable() -> None:
    assert fingerprint(order()) != fingerprint(order(**PAID))
    assert len(fingerprint(ticket(description="x" * 10_000))) == 64
