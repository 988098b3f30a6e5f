from datetime import timedelta
from typing import Any

import pytest

from bot.model.facts import Buyer, Deed, TicketFacts
from bot.model.intent import State
from bot.views.tickets import ticket_card

from .builders import (
    NOW,
    SEEING,
    assert_telegram_takes,
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


def card(given: TicketFacts, **who: Any) -> str:
    message = ticket_card(given, reader(**who), NOW)
    assert_telegram_takes(message)
    return seen(message)


def facts(*, new: bool = False, known: dict[str, Any] | None = None, **changed: Any) -> TicketFacts:
    return TicketFacts(ticket(**changed), new, **(known or {}))


def test_a_new_ticket_about_a_delivered_order() -> None:
    known = {
        "order": order(delivered_units=2, status="completed_order"),
        "buyer": Buyer("64f1aaaaaaaa9ac2", 5, 2, 1),
        "deeds": (Deed("delivered", NOW, "Ann", 2),),
        "delivered_at": NOW,
    }
    assert card(facts(new=True, known=known)) == (
        "🆕 🎫 TKT1772446599001 · open · 12:31\n"
        "Buyer wrote:\n"
        "Wrong password on the second one\n"
        "Netflix Premium 1 month × 2 · TK…1113 · delivered 12:05 by Ann\n"
        "Warranty 2 days from delivery: until 25 Nov 12:05\n"
        "Buyer 64f1…9ac2 · 5 orders, 2 tickets, 1 refund\n"
        "Reply to this message to answer.\n"
        "[🔁 Replace][Reply][Order TK…1113]\n"
        "[Reply & resolve][More]\n"
        "[Dispute file]"
    )


def test_the_buyers_words_stand_in_a_quote() -> None:
    message = ticket_card(
        facts(title="Marketplace: refund now", description="<b>✅ paid</b>"), reader(), NOW
    )
    assert inside(message, "blockquote") == ["Marketplace: refund now\n✅ paid"]
    assert message.text.split("\n")[1] == "Buyer wrote:"


def test_a_long_text_can_be_expanded_and_the_card_stays_whole() -> None:
    known = {"order": order()}
    message = ticket_card(facts(description="word " * 20_000, known=known), reader(), NOW)
    assert_telegram_takes(message)
    (quote,) = inside(message, "expandable_blockquote")
    assert quote.endswith("…")
    assert message.text.endswith("Reply to this message to answer.")


def test_a_title_that_the_text_repeats_is_shown_once() -> None:
    message = ticket_card(
        facts(title="Wrong password", description="Wrong password!"), reader(), NOW
    )
    assert inside(message, "blockquote") == ["Wrong password!"]


def test_the_warranty_names_the_day_it_is_counted_from() -> None:
    shown = card(facts(known={"order": order()}))
    assert "Warranty 2 days from the order: until 25 Nov 12:04" in shown
    assert "0 of 2 delivered" in shown
    one_day = order(product={"warranty_period_days": 1})
    assert "Warranty 1 day from the order: until 24 Nov 12:04" in card(
        facts(known={"order": one_day})
    )


def test_a_moderator_is_told_of_right_below_the_number() -> None:
    assert card(facts(admin_invited=True)).split("\n")[1] == "⚠️ A moderator joined"


def test_what_happened_is_one_tap_away() -> None:
    for given in ({}, {"admin_invited": True}, {"status": "resolved"}):
        assert "[Dispute file]" in card(facts(**given))


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("open", "open"),
        ("in_progress", "in progress"),
        ("resolved", "✅ resolved"),
        ("closed", "✅ closed"),
        ("odd_one", "odd_one"),
    ],
)
def test_the_status_is_named(status: str, shown: str) -> None:
    assert card(facts(status=status)).split("\n")[0] == f"🎫 TKT1772446599001 · {shown} · 12:31"


def test_a_conversation_shows_who_wrote_what_and_when() -> None:
    later = NOW + timedelta(minutes=2)
    texts = (
        ("buyer", "", "Broken", NOW),
        ("us", "Ann", "Try this", NOW),
        ("us", "", "By hand", NOW),
        ("buyer", "", "Thanks <br>bye", later),
    )
    message = ticket_card(facts(known={"texts": texts}), reader(), NOW)
    assert (
        "Buyer wrote at 12:05:\nBroken\n"
        "Ann answered at 12:05:\nTry this\n"
        "Answered on the marketplace at 12:05:\nBy hand\n"
        "Buyer wrote at 12:07:\nThanks\nbye\n"
    ) in message.text
    assert inside(message, "blockquote") == ["Broken", "Try this", "By hand", "Thanks\nbye"]


@pytest.mark.parametrize(
    ("title", "text", "quoted"),
    [
        ("Wrong password", "It does not open", "Wrong password\nIt does not open"),
        ("Wrong password", "Wrong password on it", "Wrong password on it"),
        ("", "It does not open", "It does not open"),
    ],
)
def test_the_title_stands_above_the_first_of_the_buyer_s_words(
    title: str, text: str, quoted: str
) -> None:
    texts = (("us", "Ann", "Hello", NOW), ("buyer", "", text, NOW), ("buyer", "", "Well?", NOW))
    message = ticket_card(facts(title=title, known={"texts": texts}), reader(), NOW)
    assert_telegram_takes(message)
    assert inside(message, "blockquote") == ["Hello", quoted, "Well?"]


def test_only_the_last_texts_are_shown() -> None:
    texts = tuple(("buyer", "", f"text {number}", NOW) for number in range(9))
    quotes = inside(ticket_card(facts(known={"texts": texts}), reader(), NOW), "blockquote")
    assert quotes == ["text 5", "text 6", "text 7", "text 8"]


def test_while_a_reply_is_sent_no_other_can_be_written() -> None:
    live = intent(reply("hi"), State.SENDING)
    shown = card(facts(known={"live": live, "order": order()}))
    assert shown.endswith("⏳ Sending the reply…\n[Order TK…1113]\n[Dispute file]")
    unknown = card(facts(known={"live": intent(reply("hi"), State.UNKNOWN)}))
    assert "⏳ Checking whether the reply arrived…" in unknown


def test_a_reply_that_was_not_sent_says_why() -> None:
    ended = intent(reply("hi"), **refused("text_changed"))
    shown = card(facts(known={"ended": ended}))
    assert "⚠️ Not sent: the buyer wrote something new meanwhile." in shown
    assert "[Reply]" in shown


def test_answers_are_told_of() -> None:
    known = {"deeds": (Deed("replied", NOW, "Ann"), Deed("refunded", NOW, "Ben"))}
    shown = card(facts(known=known | {"order": order()}))
    assert "🎫 Answered by Ann at 12:05\n↩️ Refunded $88.01 by Ben at 12:05" in shown


def test_who_may_only_look_sees_no_reply() -> None:
    shown = card(facts(known={"order": order()}), acts=SEEING)
    assert "Reply" not in shown
    assert shown.endswith("[Order TK…1113]\n[Dispute file]")


def test_an_order_that_is_not_known_here_can_still_be_opened() -> None:
    assert presses(ticket_card(facts(), reader(), NOW)) == [
        "rp:t1",
        "or:69ac",
        "rr:t1",
        "mo:t1:ticket",
        "df:t1:ticket",
    ]
    assert presses(ticket_card(facts(order_id=None), reader(), NOW)) == [
        "rp:t1",
        "rr:t1",
        "mo:t1:ticket",
        "df:t1:ticket",
    ]


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (
            "open",
            ["ts:t1:in_progress", "ts:t1:resolved", "ts:t1:closed", "bk:t1:ticket"],
        ),
        ("in_progress", ["ts:t1:resolved", "ts:t1:closed", "bk:t1:ticket"]),
        ("resolved", ["ts:t1:open", "bk:t1:ticket"]),
        ("closed", ["ts:t1:open", "bk:t1:ticket"]),
    ],
)
def test_more_offers_the_statuses_that_it_does_not_have(status: str, buttons: list[str]) -> None:
    message = ticket_card(facts(ticket_id="t1", status=status, known={"more": True}), reader(), NOW)
    assert presses(message) == buttons


def test_a_change_of_status_stands_on_the_card() -> None:
    deeds = (Deed("status", NOW, "Ann", status="resolved"),)
    assert "✅ Resolved by Ann at 12:05" in card(facts(known={"deeds": deeds}))
