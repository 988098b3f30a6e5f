from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from bot.model.facts import IntentFacts
from bot.model.intent import DeliverPlan, Outcome, RefundPlan, ReplyPlan, State
from bot.model.order import Order
from bot.views.intents import intent_card

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
    reply,
    seen,
    ticket,
)

PAIR = ("user:passw0rd", "other:passw1rd")
HEAD = "📦 Goods for order TK1772446511113\nNetflix Premium 1 month × 2\n"


def delivering(
    plan: DeliverPlan, state: State = State.PROPOSED, about: Order | None = None, **changed: Any
) -> IntentFacts:
    by = changed.pop("by", "")
    return IntentFacts(intent(plan, state, **changed), about or order(), by=by)


def card(given: IntentFacts, **who: Any) -> str:
    message = intent_card(given, reader(**who), NOW)
    assert_telegram_takes(message)
    return seen(message)


def test_a_preview_shows_every_unit_masked() -> None:
    given = delivering(delivery(*PAIR))
    assert card(given) == (
        f"{HEAD}2 units · 2 owed · one a line\n1. us•••rd\n2. ot•••rd\n[Send 2]\n[Cancel]"
    )
    message = intent_card(given, reader(), NOW)
    assert presses(message) == ["ok:7:2", "no:7"]
    assert message.keyboard[0][0].style == "primary"
    assert inside(message, "code") == ["TK1772446511113", "us•••rd", "ot•••rd"]
    assert not any(unit in message.model_dump_json() for unit in ("passw0rd", "passw1rd"))


@pytest.mark.parametrize(
    ("count", "owed", "line", "label", "press"),
    [
        (2, 2, "2 units · 2 owed", "Send 2", "ok:7:2"),
        (1, 1, "1 unit · 1 owed", "Send 1", "ok:7:1"),
        (3, 2, "⚠️ 1 more than owed: it stays with you.", "Send the first 2", "ok:7:2"),
        (3, 1, "⚠️ 2 more than owed: they stay with you.", "Send the first one", "ok:7:1"),
        (1, 2, "⚠️ Fewer than owed: 1 will still be owed.", "Send 1 now, 1 still owed", "ok:7:1"),
    ],
)
def test_the_choice_is_honest_about_the_count(
    count: int, owed: int, line: str, label: str, press: str
) -> None:
    given = delivering(delivery(*[f"user{place}:password" for place in range(count)], owed=owed))
    shown = card(given)
    assert line in shown
    assert shown.endswith(f"[{label}]\n[Cancel]")
    assert presses(intent_card(given, reader(), NOW))[0] == press


def test_everything_odd_about_a_paste_is_said() -> None:
    plan = delivery(*PAIR, empty_lines=1, doubles=2, known={1: "TK1772446511000"})
    shown = card(delivering(plan))
    assert "1 empty line left out\n⚠️ 2 doubles left out" in shown
    assert "⚠️ Unit 2 was delivered to order TK1772446511000 before" in shown
    message = intent_card(delivering(plan), reader(), NOW)
    assert message.keyboard[0][0].style == "danger"


@pytest.mark.parametrize(
    ("changed", "owed", "line"),
    [
        ({"payment_status": "pending_payment"}, 2, "⚠️ This order is not paid."),
        (
            {"status": "completed_order", "delivered_units": 2},
            0,
            "⚠️ This order is complete: nothing is owed.",
        ),
        ({"delivered_units": 2}, 0, "⚠️ Nothing is owed on this order."),
        ({"status": "refunded_order"}, 2, "⚠️ This order is refunded: nothing can be delivered"),
    ],
)
def test_an_order_that_takes_no_goods_says_so_and_offers_no_send(
    changed: dict[str, Any], owed: int, line: str
) -> None:
    given = delivering(delivery(*PAIR, owed=owed), about=order(**changed))
    assert line in card(given)
    # What was delivered already can be replaced.
    replaces = ["re:69ac:order"] if "delivered_units" in changed else []
    assert presses(intent_card(given, reader(), NOW)) == [*replaces, "no:7"]


def test_nothing_can_be_sent_of_nothing() -> None:
    assert card(delivering(delivery())).endswith("⚠️ No goods were found in it.\n[Cancel]")


def test_many_units_are_shown_in_part() -> None:
    plan = delivery(*[f"user{place}:password" for place in range(150)], owed=150)
    plan = plan.model_copy(update={"known": {place: f"TK{place}" for place in range(150)}})
    shown = card(delivering(plan))
    assert "20. us•••rd\nand 130 more\n" in shown
    assert "⚠️ 130 more were delivered to other orders before" in shown
    assert "[Send 150]" in shown


@pytest.mark.parametrize(
    ("how", "goods", "words"),
    [
        ("whole", ("line one\nline two",), "1 unit · 1 owed · 2 lines as one unit"),
        ("whole", ("line one",), "1 unit · 1 owed\n"),
        ("blocks", ("a\nb", "c\nd"), "2 units of 2 lines · 1 owed · split at the blank lines"),
    ],
)
def test_the_split_is_named(how: str, goods: tuple[str, ...], words: str) -> None:
    assert words in card(delivering(delivery(*goods, owed=1, how=how)))


def test_who_may_not_deliver_gets_no_buttons() -> None:
    assert presses(intent_card(delivering(delivery(*PAIR)), reader(SEEING), NOW)) == []


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (State.SENDING, "⏳ Sending…"),
        (State.UNKNOWN, "⏳ Checking… The marketplace gave no clear answer."),
    ],
)
def test_while_it_is_under_way_nothing_can_be_pressed(state: State, line: str) -> None:
    given = delivering(delivery(*PAIR), state)
    assert line in card(given)
    assert presses(intent_card(given, reader(), NOW)) == []


@pytest.mark.parametrize(
    ("outcome", "rest"),
    [
        (Outcome(units=2, delivered=2, owed=0, completed=True), "The order is completed."),
        (Outcome(units=2, delivered=2, owed=0), "Netflix Premium 1 month × 2"),
    ],
)
def test_done_says_how_many_of_how_many(outcome: Outcome, rest: str) -> None:
    given = delivering(delivery(*PAIR), State.DONE, by="Ann", finished_at=NOW, outcome=outcome)
    shown = card(given)
    assert shown.startswith("✅ 2 of 2 delivered by Ann at 12:05\nOrder TK1772446511113\n")
    assert shown.endswith(f"{rest}\n[Order TK…1113]")


def test_done_says_what_is_still_owed() -> None:
    outcome = Outcome(units=1, delivered=1, owed=1)
    shown = card(delivering(delivery(PAIR[0]), State.DONE, outcome=outcome))
    assert shown.startswith("✅ 1 of 2 delivered\n")
    assert "1 unit is still owed." in shown


def test_done_without_counts_names_the_units() -> None:
    shown = card(delivering(delivery(*PAIR), State.DONE, outcome=Outcome(units=2)))
    assert shown.startswith("✅ 2 units delivered\n")


def test_a_refused_delivery_quotes_the_marketplace_and_says_what_to_do() -> None:
    given = delivering(delivery(*PAIR), **refused(said="Order “locked”"))
    shown = card(given)
    assert "⚠️ Not sent: the marketplace says “Order 'locked'”." in shown
    assert "To try again, reply to the order's card with the goods." in shown
    assert shown.endswith("[📦 Deliver][Order TK…1113]")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("unavailable", "the marketplace does not answer. Nothing is kept to be sent later"),
        ("throttled", "asked too often. Try again in a minute."),
        ("not_authorised", "Put the right one into SUPPLIER_API_KEY"),
        ("forbidden", "does not allow this for our account"),
        ("not_allowed", "who confirmed it may not do this"),
        ("fault", "the bot failed before anything went out"),
        ("not_found", "does not know it any more"),
        ("moved", "the order changed since this was shown"),
        ("unpaid", "the order is not paid"),
        ("refunded", "the order is refunded already"),
        ("complete", "nothing is owed on the order any more"),
        ("nothing_owed", "nothing is owed on the order any more"),
        ("busy", "something else was under way on it"),
        ("not_shown", "The same units can be sent again: it drops doubles."),
        ("declined", "Cancelled: nothing was sent."),
    ],
)
def test_every_reason_has_its_words(reason: str, words: str) -> None:
    assert words in card(delivering(delivery(*PAIR), **refused(reason)))


def test_words_of_the_marketplace_are_quoted_beside_a_reason() -> None:
    shown = card(delivering(delivery(*PAIR), **refused("forbidden", said="Not your shop")))
    assert "The marketplace says “Not your shop”." in shown


def test_a_part_that_went_through_is_named() -> None:
    shown = card(delivering(delivery(*PAIR), **refused("not_shown", units=1)))
    assert "The marketplace shows 1 of these units on the order." in shown


def test_an_expired_preview_says_that_nothing_was_sent() -> None:
    shown = card(delivering(delivery(*PAIR), State.EXPIRED))
    assert "⚠️ The confirmation expired; nothing was sent." in shown


def replying(plan: ReplyPlan, state: State = State.PROPOSED, **changed: Any) -> IntentFacts:
    known = {"order": order(), "ticket": ticket(), "by": ""} | changed.pop("known", {})
    fires = {} if plan.needs_tap else {"fires_at": NOW}
    return IntentFacts(intent(plan, state, **fires | changed), **known)


def test_a_held_reply_can_be_sent_or_undone() -> None:
    given = replying(reply("Sorry, here is <b>another</b>\none"))
    assert card(given) == (
        "To the buyer of TK…1113 (Netflix Premium 1 month):\n"
        "Sorry, here is <b>another</⁠b>\none\n"
        "[Send now][Undo]"
    )
    assert presses(intent_card(given, reader(), NOW)) == ["ok:7", "no:7"]
    assert presses(intent_card(given, reader(SEEING), NOW)) == []


def test_a_reply_that_needs_a_tap_says_so_and_why() -> None:
    shown = card(replying(reply("user:passw0rd", needs_tap=True)))
    assert "⚠️ This looks like goods. A reply counts nothing as delivered." in shown
    assert shown.endswith("Sent only when you press Send now.\n[Send now][Cancel]")
    closed = replying(reply("Thank you", needs_tap=True), known={"ticket": ticket(status="closed")})
    assert "⚠️ This ticket is closed or resolved." in card(closed)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"order": None}, "To the buyer of ticket TKT…9001:"),
        ({"order": None, "ticket": None}, "To the buyer:"),
        ({"order": order(product={"title": ""})}, "To the buyer of TK…1113:"),
    ],
)
def test_whom_it_goes_to_is_named_as_far_as_known(known: dict[str, Any], words: str) -> None:
    assert card(replying(reply("hi"), known=known)).startswith(words)


@pytest.mark.parametrize(
    ("changed", "line", "buttons"),
    [
        ({"state": State.SENDING}, "⏳ Sending…", []),
        ({"state": State.UNKNOWN}, "⏳ Checking…", []),
        (
            {"state": State.UNKNOWN, "outcome": Outcome(reason="not_shown")},
            "the buyer may have got it all the same",
            ["rp:t1", "tk:t1"],
        ),
        ({"state": State.DONE, "finished_at": NOW}, "✅ Sent by Ann at 12:05", ["tk:t1"]),
        (refused(said="closed"), "Not sent: the marketplace says “closed”.", ["rp:t1", "tk:t1"]),
        (refused("declined"), "Cancelled: nothing was sent.", ["rp:t1", "tk:t1"]),
        (
            {"state": State.EXPIRED},
            "The confirmation expired; nothing was sent.",
            ["rp:t1", "tk:t1"],
        ),
    ],
)
def test_what_became_of_a_reply(changed: dict[str, Any], line: str, buttons: list[str]) -> None:
    given = replying(reply("hi"), known={"by": "Ann"}, **changed)
    assert line in card(given)
    assert presses(intent_card(given, reader(), NOW)) == buttons


@pytest.mark.parametrize(
    ("changed", "line", "buttons"),
    [
        ({"state": State.PROPOSED}, "Refund all $88.01 to the buyer?", ["ok:7", "no:7"]),
        ({"state": State.SENDING}, "⏳ Ben is refunding…", []),
        ({"state": State.UNKNOWN}, "⏳ Checking whether the refund went through…", []),
        (
            {"state": State.DONE, "finished_at": NOW, "outcome": Outcome(refund_no="REF1")},
            "↩️ Refunded $88.01 by Ben at 12:05 · REF1",
            ["or:69ac"],
        ),
        (refused(said="no"), "⚠️ Not refunded: the marketplace says “no”.", ["or:69ac"]),
    ],
)
def test_a_refund_in_a_message_of_its_own(
    changed: dict[str, Any], line: str, buttons: list[str]
) -> None:
    plan = RefundPlan(amount=Decimal("88.01"), delivered=0)
    given = IntentFacts(intent(plan, **changed), order(), by="Ben")
    assert line in card(given)
    assert presses(intent_card(given, reader(), NOW)) == buttons


def test_an_intent_of_an_order_that_is_not_known_still_reads() -> None:
    for state in State:
        plan = DeliverPlan(units=(SecretStr("a:b"),), how="whole", owed=1, delivered=0)
        message = intent_card(IntentFacts(intent(plan, state)), reader(), NOW)
        assert_telegram_takes(message)
