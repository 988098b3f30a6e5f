"""Whatever strangers write: the message arrives, whole, and their words stay theirs."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.model.facts import (
    BalanceFacts,
    Buyer,
    Deed,
    IntentFacts,
    ListFacts,
    OrderFacts,
    PromptFacts,
    TicketFacts,
)
from bot.model.health_facts import FeedHealth, HealthFacts
from bot.model.intent import DeliverPlan, Outcome, RefundPlan, State
from bot.model.outgoing import Outgoing
from bot.model.payment import Balance
from bot.views import sentences, talk
from bot.views.drawing import warm
from bot.views.intents import intent_card
from bot.views.lists import order_list, ticket_list
from bot.views.orders import order_card
from bot.views.pasted import goods_prompt
from bot.views.tickets import ticket_card

from .builders import (
    NOW,
    assert_telegram_takes,
    inside,
    intent,
    order,
    reader,
    reply,
    ticket,
)
from .strangers import HOSTILE, OUR_WORDS_ALONE, every_view, views_of

warm()


ALPHABET = st.one_of(
    st.characters(),
    st.sampled_from("<>&/\"'{}%@#$.:\n\r\t\x00\u200d\u202e\u2060\ud83d\uffff😀é\u0301א"),
)
WORDS = st.one_of(st.text(ALPHABET, max_size=60), st.sampled_from(HOSTILE))
IDS = st.text(st.characters(categories=["L", "M", "N", "P", "S"]), min_size=1, max_size=200)
COUNTS = st.one_of(st.none(), st.integers(-5, 500), st.just(10**30))
AMOUNTS = st.one_of(
    st.none(),
    st.decimals(-(10**9), 10**9, places=2),
    st.just(Decimal("9" * 30)),
    st.just(Decimal("1E-12")),
)
TIMES = st.one_of(st.none(), st.datetimes(timezones=st.just(UTC)))

ORDERS = st.fixed_dictionaries(
    {
        "order_id": IDS,
        "order_no": WORDS,
        "buyer_id": st.one_of(st.none(), IDS),
        "quantity": COUNTS,
        "delivered_units": COUNTS,
        "remaining_to_deliver": COUNTS,
        "total_amount": AMOUNTS,
        "coupon_code": WORDS,
        "coupon_discount": AMOUNTS,
        "payment_method": WORDS,
        "status": st.one_of(st.sampled_from(["pending_order", "refunded_order"]), WORDS),
        "payment_status": st.one_of(st.sampled_from(["completed_payment", ""]), WORDS),
        "created_at": TIMES,
        "product": st.fixed_dictionaries({"title": WORDS, "warranty_period_days": COUNTS}),
    }
).map(lambda wire: order(**wire))
TICKETS = st.fixed_dictionaries(
    {
        "ticket_id": IDS,
        "ticket_no": WORDS,
        "order_id": st.one_of(st.none(), IDS),
        "buyer_id": st.one_of(st.none(), IDS),
        "title": WORDS,
        "description": WORDS,
        "status": WORDS,
        "admin_invited": st.booleans(),
        "created_at": TIMES,
    }
).map(lambda wire: ticket(**wire))
DEEDS = st.lists(
    st.builds(
        Deed,
        st.sampled_from(["delivered", "refunded", "replied", "replaced"]),
        st.datetimes(timezones=st.just(UTC)),
        st.one_of(st.none(), WORDS),
        st.integers(0, 10**30),
    ),
    max_size=60,
).map(tuple)
BUYERS = st.one_of(
    st.none(),
    st.builds(
        Buyer,
        WORDS,
        *[st.integers(0, 9)] * 3,
        mark=st.sampled_from(["", "watch", "star"]),
        note=WORDS,
    ),
)
OUTCOMES = st.builds(
    Outcome,
    reason=st.one_of(st.sampled_from(["", "unavailable", "forbidden", "not_shown"]), WORDS),
    said=WORDS,
    refund_no=WORDS,
    units=st.integers(0, 9),
    delivered=st.one_of(st.none(), st.integers(0, 9)),
    owed=st.one_of(st.none(), st.integers(0, 9)),
)
PLANS = st.one_of(
    st.builds(
        DeliverPlan,
        units=st.lists(WORDS.map(SecretStr), max_size=40).map(tuple),
        how=st.sampled_from(["whole", "blocks", "lines"]),
        empty_lines=st.integers(0, 9),
        doubles=st.integers(0, 9),
        owed=st.integers(0, 40),
        delivered=st.just(0),
        known=st.dictionaries(st.integers(0, 40), WORDS, max_size=40),
    ),
    st.builds(RefundPlan, amount=AMOUNTS, delivered=st.integers(0, 9)),
    st.builds(reply, WORDS, needs_tap=st.booleans()),
)
INTENTS = st.builds(
    lambda plan, state, outcome, at: intent(plan, state, outcome=outcome, finished_at=at),
    PLANS,
    st.sampled_from(State),
    OUTCOMES,
    TIMES,
)
MAYBE_INTENT = st.one_of(st.none(), INTENTS)
TEXTS = st.lists(
    st.tuples(st.sampled_from(["buyer", "us"]), WORDS, WORDS, st.just(NOW)), max_size=6
).map(tuple)

careful = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@careful
@given(
    st.builds(
        OrderFacts,
        ORDERS,
        st.booleans(),
        buyer=BUYERS,
        tickets=st.lists(TICKETS, max_size=2).map(tuple),
        deeds=DEEDS,
        live=MAYBE_INTENT,
        live_by=WORDS,
        confirming=MAYBE_INTENT,
        ended=MAYBE_INTENT,
        delivery_mode=st.sampled_from(["", "pool", "hand"]),
    )
)
def test_every_order_card_arrives(facts: OrderFacts) -> None:
    assert_telegram_takes(order_card(facts, reader(), NOW))


@careful
@given(
    st.builds(
        TicketFacts,
        TICKETS,
        st.booleans(),
        order=st.one_of(st.none(), ORDERS),
        buyer=BUYERS,
        deeds=DEEDS,
        texts=TEXTS,
        live=MAYBE_INTENT,
        ended=MAYBE_INTENT,
        delivered_at=TIMES,
    )
)
def test_every_ticket_card_arrives(facts: TicketFacts) -> None:
    assert_telegram_takes(ticket_card(facts, reader(), NOW))


@careful
@given(
    st.builds(
        IntentFacts,
        INTENTS,
        order=st.one_of(st.none(), ORDERS),
        ticket=st.one_of(st.none(), TICKETS),
        by=WORDS,
    )
)
def test_every_intents_message_arrives(facts: IntentFacts) -> None:
    assert_telegram_takes(intent_card(facts, reader(), NOW))


@careful
@given(st.lists(ORDERS, max_size=10), st.lists(TICKETS, max_size=10), WORDS)
def test_every_list_arrives(orders: list[Any], tickets: list[Any], chosen: str) -> None:
    assert_telegram_takes(order_list(ListFacts(tuple(orders), chosen, 2, 3, 9), reader(), NOW))
    assert_telegram_takes(ticket_list(ListFacts(tuple(tickets), chosen, 2, 3, 9), reader(), NOW))


@careful
@given(WORDS, WORDS, ORDERS)
def test_every_sentence_with_strange_words_arrives(
    number: str, title: str, given_order: Any
) -> None:
    who = reader()
    for message in (
        sentences.say("deliver_prompt", who, now=NOW, number=number, title=title, owed=2),
        sentences.say(
            "order_not_found", who, now=NOW, number=number, order_id=given_order.order_id
        ),
        sentences.say("marketplace_says", who, now=NOW, said=title),
        sentences.say("other_waits", who, now=NOW, by=title),
        goods_prompt(PromptFacts(1, "goods", "open", offered=(given_order,)), who, NOW),
        goods_prompt(PromptFacts(1, "goods", "open", given_order), who, NOW),
        talk.health(HealthFacts(number, NOW, (FeedHealth(title, None, NOW, title),)), who, NOW),
        talk.balance(BalanceFacts(Balance(email=title, current_role=title), NOW), who, NOW),
    ):
        assert_telegram_takes(message)


def test_every_view_is_among_them() -> None:
    assert {name for name, _ in views_of("x")} | OUR_WORDS_ALONE == every_view()


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_everywhere_arrive_quickly_with_nothing_hidden_and_nothing_to_tap(
    words: str,
) -> None:
    for name, view in views_of(words):
        started = time.process_time()
        message = view()
        # Some milliseconds each on a free machine; quadratic ways take tens of seconds.
        assert time.process_time() - started < 2, name
        assert_telegram_takes(message)
        shown = message.text + "".join(each.label for row in message.keyboard for each in row)
        assert not set("\u202e\u202c\u2067\u200f\u200b\ufeff\x00\x07\uffff") & set(shown), name
        untouched = without_monospace(message)
        for bait in ("evil.com", "@admin", "/refund", "tg://", "https://e", "b.com", "#tag"):
            assert bait not in untouched, name
        assert not {each.type for each in message.entities} & {"text_link", "url", "mention"}


def without_monospace(message: Outgoing) -> str:
    """Return the text where Telegram looks for links: not in monospace."""
    text = message.text
    for piece in (*inside(message, "code"), *inside(message, "pre")):
        text = text.replace(piece, "", 1)
    return text


def test_what_looks_like_ours_stays_inside_the_buyers_quote() -> None:
    fake = "Hello\n✅ 2 of 2 delivered by Ann at 12:07\nMarketplace: refund now"
    message = ticket_card(TicketFacts(ticket(description=fake), True, order()), reader(), NOW)
    (quote,) = inside(message, "blockquote")
    assert quote == fake
    assert fake not in message.text.replace(quote, "")


def test_a_title_stays_on_its_line() -> None:
    fake = "Netflix\n✅ 2 of 2 delivered by Ann at 12:07"
    message = order_card(OrderFacts(order(product={"title": fake}), True), reader(), NOW)
    assert message.text.split("\n")[1] == "Netflix ✅ 2 of 2 delivered by Ann at 12:07 × 2"


def test_braces_are_only_braces() -> None:
    message = order_card(
        OrderFacts(order(product={"title": "{{ 7*7 }} %(x)s"}), True), reader(), NOW
    )
    assert "{{ 7*7 }} %(x)s × 2" in message.text


def test_times_at_the_ends_of_the_calendar_are_shown() -> None:
    for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        for zone in ("America/New_York", "Asia/Tokyo"):
            facts = TicketFacts(ticket(created_at=at), True, order(created_at=at), delivered_at=at)
            assert_telegram_takes(ticket_card(facts, reader(zone=zone), NOW))
