from decimal import Decimal
from typing import Any

import pytest

from bot.model.facts import Buyer, Deed, OrderFacts
from bot.model.intent import Intent, Outcome, RefundPlan, State, StatusPlan
from bot.model.person import Act
from bot.model.press import Press, Verb, short_id
from bot.views.orders import order_card

from .builders import (
    NOW,
    SEEING,
    assert_telegram_takes,
    delivery,
    inside,
    intent,
    order,
    presses,
    reader,
    refused,
    seen,
    ticket,
)

BUYER = Buyer("64f1aaaaaaaa9ac2", orders=5, tickets=2, refunds=1)


def facts(*, new: bool = False, **changed: Any) -> OrderFacts:
    keys = {"buyer", "tickets", "deeds", "live", "live_by", "confirming", "ended", "delivery_mode"}
    keys |= {"more", "pool_by", "pool_late", "asks_mode"}
    known = {key: changed.pop(key) for key in keys & changed.keys()}
    return OrderFacts(order(**changed), new, **known)


def card(given: OrderFacts, **who: Any) -> str:
    message = order_card(given, reader(**who), NOW)
    assert_telegram_takes(message)
    return seen(message)


def refund_intent(state: State = State.PROPOSED, **changed: Any) -> Intent:
    amount = changed.pop("amount", Decimal("88.01"))
    plan = RefundPlan(amount=amount, delivered=changed.pop("delivered", 0))
    return intent(plan, state, **changed)


def test_a_new_paid_order() -> None:
    assert card(facts(new=True, buyer=BUYER, delivery_mode="hand")) == (
        "🆕 Order TK1772446511113 · 💳 paid · 12:04\n"
        "Netflix Premium 1 month × 2\n"
        "$88.01 · balance · coupon DISCOUNT10 −$9.99\n"
        "Buyer 64f1…9ac2 · 5 orders, 2 tickets, 1 refund\n"
        "📦 0 of 2 delivered · warranty 2 days\n"
        "You deliver this one by hand.\n"
        "[📦 Deliver][✉️ Write to buyer]\n"
        "[↩️ Refund $88.01]\n"
        "[More]"
    )


def test_a_delivered_and_refunded_order() -> None:
    deeds = (Deed("delivered", NOW, "Ann", 2), Deed("refunded", NOW, "Ben"))
    given = facts(status="refunded_order", delivered_units=2, deeds=deeds, tickets=(ticket(),))
    assert card(given) == (
        "↩️ Order TK1772446511113 · refunded · 12:04\n"
        "Netflix Premium 1 month × 2\n"
        "$88.01 · balance · coupon DISCOUNT10 −$9.99\n"
        "Buyer 64f1…9ac2\n"
        "📦 2 of 2 delivered · warranty 2 days\n"
        "✅ 2 of 2 delivered by Ann at 12:05\n"
        "↩️ Refunded $88.01 by Ben at 12:05\n"
        "Refunded: nothing to do.\n"
        "[🎫 Ticket TKT…9001]\n"
        "[Dispute file][More]"
    )


def test_what_nobody_here_did_was_done_on_the_marketplace() -> None:
    deeds = (Deed("delivered", NOW, None, 1), Deed("refunded", NOW), Deed("replied", NOW))
    shown = card(facts(deeds=deeds))
    assert "✅ 1 of 2 delivered on the marketplace at 12:05" in shown
    assert "↩️ Refunded $88.01 on the marketplace at 12:05" in shown
    assert "🎫 Answered on the marketplace at 12:05" in shown


def test_the_refunds_question_stands_in_place_of_the_buttons() -> None:
    given = facts(delivered_units=2, status="completed_order", confirming=refund_intent())
    shown = card(given)
    assert shown.endswith(
        "Refund all $88.01 to the buyer? They keep the 2 delivered units. "
        "The marketplace knows no part refunds.\n"
        "[Yes, refund $88.01][No]"
    )
    assert presses(order_card(given, reader(), NOW)) == ["ok:7", "no:7"]
    styles = [each.style for row in order_card(given, reader(), NOW).keyboard for each in row]
    assert styles == ["danger", ""]


@pytest.mark.parametrize(
    ("delivered", "sentence"),
    [(0, "Nothing was delivered yet."), (1, "They keep the delivered unit.")],
)
def test_the_question_says_what_the_buyer_keeps(delivered: int, sentence: str) -> None:
    assert sentence in card(facts(delivered_units=delivered, confirming=refund_intent()))


def test_an_order_without_an_amount_is_refunded_in_full() -> None:
    assert "[↩️ Refund in full]" in card(facts(total_amount=None))
    shown = card(facts(total_amount=None, confirming=refund_intent(amount=None)))
    assert "Refund this order in full to the buyer?" in shown
    assert "[Yes, refund in full][No]" in shown


@pytest.mark.parametrize("hidden", [{"acts": SEEING}, {"acts": frozenset({Act.DELIVER})}])
def test_who_may_not_refund_is_not_asked(hidden: dict[str, Any]) -> None:
    shown = card(facts(confirming=refund_intent()), **hidden)
    assert "Refund all" not in shown
    assert "Yes, refund" not in shown


@pytest.mark.parametrize(
    ("changed", "sentence", "buttons"),
    [
        ({}, "Reply to this message with the goods, or press Deliver.", ["dl", "wb", "rf", "mo"]),
        ({"delivery_mode": "hand"}, "You deliver this one by hand.", ["dl", "wb", "rf", "mo"]),
        ({"delivery_mode": "pool"}, "Usually delivered from the pool.", ["dl", "wb", "rf", "mo"]),
        ({"payment_status": "pending_payment"}, "Not paid yet: nothing to do.", ["wb"]),
        ({"payment_status": "odd"}, "Not paid as far as is known: nothing to do.", ["wb"]),
        ({"delivered_units": 2}, "Nothing is owed.", ["wb", "rf", "df", "mo"]),
        (
            {"status": "running_order", "delivered_units": 1},
            "Reply to this message",
            ["dl", "wb", "rf", "df", "mo"],
        ),
        (
            {"status": "completed_order", "delivered_units": 2},
            "Nothing is owed.",
            ["wb", "rf", "df", "mo"],
        ),
        (
            {"status": "completed_order", "delivered_units": 1},
            "Completed on the marketplace, though 1 unit is not delivered.",
            ["wb", "rf", "df", "mo"],
        ),
        ({"status": "receipt_confirmed_order"}, "The buyer confirmed the receipt", ["wb", "rf"]),
        ({"status": "refunded_order"}, "Refunded: nothing to do.", ["wb", "df"]),
        (
            {"status": "disputed_order"},
            "Reply to this message with the goods",
            ["dl", "wb", "rf", "mo"],
        ),
    ],
)
def test_the_sentence_and_the_buttons_fit_the_state(
    changed: dict[str, Any], sentence: str, buttons: list[str]
) -> None:
    given = facts(**changed)
    assert sentence in card(given)
    message = order_card(given, reader(), NOW)
    assert [press.split(":")[0] for press in presses(message)] == buttons


@pytest.mark.parametrize(
    ("changed", "first_line"),
    [
        ({"new": True}, "🆕 Order TK1772446511113 · 💳 paid · 12:04"),
        ({}, "⏳ Order TK1772446511113 · 💳 paid · 12:04"),
        ({"payment_status": "pending_payment"}, "⏳ Order TK1772446511113 · not paid · 12:04"),
        (
            {"new": True, "status": "running_order"},
            "🆕 Order TK1772446511113 · 💳 paid · ▶️ running · 12:04",
        ),
        ({"status": "running_order"}, "▶️ Order TK1772446511113 · 💳 paid · running · 12:04"),
        ({"status": "completed_order"}, "✅ Order TK1772446511113 · 💳 paid · completed · 12:04"),
        ({"status": "odd_order"}, "Order TK1772446511113 · 💳 paid · odd_order · 12:04"),
        ({"payment_status": "held"}, "⏳ Order TK1772446511113 · payment “held” · 12:04"),
        ({"order_no": None, "created_at": None}, "⏳ Order 69ac · 💳 paid"),
        (
            {"created_at": "2026-11-21T12:04:00Z"},
            "⏳ Order TK1772446511113 · 💳 paid · 21 Nov 12:04",
        ),
    ],
)
def test_the_first_line(changed: dict[str, Any], first_line: str) -> None:
    assert card(facts(**changed)).split("\n")[0] == first_line


@pytest.mark.parametrize(
    ("state", "plan", "by", "line"),
    [
        (State.SENDING, "refund", "", "⏳ Refunding…"),
        (State.SENDING, "refund", "Ben", "⏳ Ben is refunding…"),
        (State.UNKNOWN, "refund", "Ben", "⏳ Checking whether the refund went through…"),
        (State.SENDING, "deliver", "Ben", "⏳ Ben is delivering…"),
        (State.SENDING, "deliver", "", "⏳ Delivering…"),
        (State.UNKNOWN, "deliver", "", "⏳ Checking whether the delivery went through…"),
    ],
)
def test_while_something_is_under_way_nothing_else_can_be_started(
    state: State, plan: str, by: str, line: str
) -> None:
    live = refund_intent(state) if plan == "refund" else intent(delivery("a:b"), state)
    shown = card(facts(live=live, live_by=by, confirming=refund_intent(), tickets=(ticket(),)))
    assert shown.endswith(
        f"{line}\n[🎫 Ticket TKT…9001]\n[Dispute file][More]"
    )  # what can be read stays


@pytest.mark.parametrize(
    ("ended", "line"),
    [
        (refused(said="Nope <b>"), "⚠️ Not refunded: the marketplace says “Nope <b>”."),
        (refused("refused", "Nope"), "⚠️ Not refunded: the marketplace says “Nope”."),
        (
            refused("unavailable", since=NOW),
            "⚠️ Not refunded: the marketplace has not answered since 12:05.",
        ),
        (refused("not_authorised"), "Put the right one into SUPPLIER_API_KEY"),
        (refused("not_shown"), "The marketplace shows no refund after several looks"),
        (refused("never heard of"), "⚠️ Not refunded: the marketplace refused it without a word."),
        ({"state": State.EXPIRED}, "⚠️ The confirmation expired; nothing was refunded."),
        (
            {"state": State.EXPIRED, "outcome": Outcome(reason="declined")},
            "Nothing was refunded.",
        ),
    ],
)
def test_what_came_to_nothing_says_why(ended: dict[str, Any], line: str) -> None:
    shown = card(facts(ended=refund_intent(**ended)))
    assert line in shown
    assert "[↩️ Refund $88.01]" in shown  # it can be tried again


def test_a_delivery_that_came_to_nothing_was_not_sent() -> None:
    ended = intent(delivery("a:b"), **refused("unavailable", since=NOW))
    shown = card(facts(ended=ended))
    assert "⚠️ Not sent: the marketplace has not answered since 12:05." in shown


def test_buttons_follow_the_role() -> None:
    viewer = card(facts(tickets=(ticket(),)), acts=SEEING)
    assert viewer.endswith("warranty 2 days\n[🎫 Ticket TKT…9001]\n[Dispute file][More]")
    behind = card(facts(tickets=(ticket(),), more=True), acts=SEEING)
    assert behind.endswith("[All texts]\n[Back]")
    assert "Reply to this message" not in viewer


def test_what_happened_is_one_tap_away_where_more_happened_than_that_somebody_bought() -> None:
    for given in ({"delivered_units": 1}, {"status": "refunded_order"}, {"tickets": (ticket(),)}):
        assert "[Dispute file]" in card(facts(**given))
        assert "[Dispute file]" not in card(facts(more=True, **given))
    assert "[Dispute file]" not in card(facts())
    assert "[Dispute file]" in card(facts(more=True))


def test_the_open_ticket_is_the_one_that_opens() -> None:
    done = ticket(ticket_id="t0", ticket_no="TKT1772446590000", status="resolved")
    assert "[🎫 Ticket TKT…9001]" in card(facts(tickets=(done, ticket())))


def test_numbers_are_monospace_and_money_is_in_the_shops_currency() -> None:
    message = order_card(facts(buyer=BUYER), reader(currency="EUR"), NOW)
    assert inside(message, "code") == ["TK1772446511113", "64f1…9ac2"]
    assert "88.01 EUR · balance · coupon DISCOUNT10 −9.99 EUR" in message.text


def test_a_long_id_is_carried_by_its_digest() -> None:
    identity = "x" * 150
    message = order_card(facts(order_id=identity), reader(), NOW)
    assert presses(message)[0] == Press(Verb.DELIVER, short_id(identity)).pack()


@pytest.mark.parametrize(
    ("buyer", "line"),
    [
        (Buyer("b1", 1, 1, 2), "Buyer b1 · 1 order, 1 ticket, 2 refunds"),
        (Buyer("b1", 0, 1, 0), "Buyer b1 · 1 ticket"),
        (Buyer("b1", 2, 0, 1), "Buyer b1 · 2 orders, 1 refund"),
        (Buyer("b1"), "Buyer b1"),
    ],
)
def test_the_buyers_counts(buyer: Buyer, line: str) -> None:
    assert line in card(facts(buyer=buyer)).split("\n")


def test_what_is_missing_leaves_no_hole() -> None:
    given = facts(
        product={"title": "", "warranty_period_days": None},
        total_amount=None,
        coupon_code=None,
        payment_method=None,
        buyer_id=None,
        quantity=None,
    )
    assert card(given).split("\n")[1:3] == ["A product without a title × 1", "📦 0 of 1 delivered"]


def test_times_are_in_the_readers_zone() -> None:
    assert "· 15:04" in card(facts(), zone="Europe/Moscow")


@pytest.mark.parametrize(
    ("changed", "buttons"),
    [
        ({}, ["os:69ac:running", "os:69ac:completed"]),
        ({"status": "running_order"}, ["os:69ac:completed"]),
    ],
)
def test_more_offers_only_the_later_statuses(changed: dict[str, Any], buttons: list[str]) -> None:
    found = presses(order_card(facts(more=True, **changed), reader(), NOW))
    assert found == [*buttons, "py:69ac", "df:69ac:order", "bk:69ac:order"]


def test_completing_with_units_owed_names_them_and_asks() -> None:
    asked = intent(StatusPlan(status="completed_order", owed=2), State.PROPOSED)
    shown = card(facts(confirming=asked))
    assert "Mark complete, though 2 units are still owed? The buyer may complain." in shown
    assert shown.endswith("[Yes, mark complete][No]")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("running_order", "▶️ Marked running by Ann at 12:05"),
        ("completed_order", "✅ Marked complete by Ann at 12:05"),
    ],
)
def test_a_change_of_status_says_who_made_it(status: str, sentence: str) -> None:
    assert sentence in card(facts(deeds=(Deed("status", NOW, "Ann", status=status),)))


def test_a_pool_order_says_until_when_and_then_that_it_is_late() -> None:
    known: dict[str, Any] = {"delivery_mode": "pool", "pool_by": NOW}
    assert (
        "Usually delivered from the pool: you will hear if nothing has arrived by 12:05."
        in card(facts(**known))
    )
    assert "⚠️ The pool had not delivered by 12:05: deliver it by hand." in card(
        facts(pool_late=True, **known)
    )


ASKED = "Is this product delivered by hand, or from the pool? You are asked once."


@pytest.mark.parametrize(
    ("given", "acts", "asks"),
    [
        ({}, frozenset(Act), True),
        ({"delivery_mode": "hand"}, frozenset(Act), False),
        ({"delivery_mode": "pool"}, frozenset(Act), False),
        ({"payment_status": "pending_payment"}, frozenset(Act), False),
        ({"delivered_units": 2}, frozenset(Act), False),
        ({"status": "refunded_order"}, frozenset(Act), False),
        ({}, SEEING, False),
        ({"asks_mode": False}, frozenset(Act), False),
    ],
)
def test_it_is_asked_once_per_product_when_nothing_is_known(
    given: dict[str, Any], acts: frozenset[Act], asks: bool
) -> None:
    shown = card(facts(**{"asks_mode": True, **given}), acts=acts)
    assert (ASKED in shown) is asks
    assert ("[By hand][From the pool]" in shown) is asks
