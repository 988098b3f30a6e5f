"""The single sentences: each exists, takes what it needs, and says it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.views.sentences import Sentence, say

from .builders import NOW, assert_telegram_takes, presses, reader, seen

NUMBER = "TK1772446511113"
# What each sentence must be given, apart from those that need nothing.
NEEDS: dict[Sentence, dict[str, Any]] = {
    name: {"number": NUMBER}
    for name in (
        Sentence.DELIVER_PROMPT,
        Sentence.REPLY_PROMPT,
        Sentence.RESOLVE_PROMPT,
        Sentence.NEW_TICKET_PROMPT,
        Sentence.STATUS_THERE,
        Sentence.TICKET_STATUS_THERE,
        Sentence.ALL_THERE_ALREADY,
        Sentence.UNIT_IN_DOUBT,
        Sentence.UNIT_WENT_ELSEWHERE,
        Sentence.ORDER_NOT_FOUND,
        Sentence.TICKET_NOT_FOUND,
        Sentence.NUMBER_NOT_KNOWN,
        Sentence.PAYMENT_NOT_FOUND,
        Sentence.REFUND_NOT_KNOWN,
        Sentence.NOT_OWED,
        Sentence.NO_STATUS_LEFT,
        Sentence.ORDER_UNPAID,
        Sentence.ORDER_REFUNDED,
        Sentence.REPLACE_READING,
        Sentence.REPLACE_WHICH,
        Sentence.REPLACE_PROMPT,
        Sentence.READING_GOODS,
        Sentence.GOODS_NOT_SHOWN,
        Sentence.NOTHING_DELIVERED,
    )
} | {
    Sentence.WHICH_STATUS: {"number": NUMBER, "status": "odd", "owed": 2},
    Sentence.PRESSED_BEFORE: {"at": NOW},
    Sentence.MARKETPLACE_SAYS: {"said": "No."},
    Sentence.CHAT_PAUSED: {"who": "Ann"},
    Sentence.REFUND_DECLINED: {"who": "Ann"},
    Sentence.TOO_MANY_INVITATIONS: {"limit": "10"},
    Sentence.SOMEBODY_JOINED: {"who": "Ann", "role": "operator"},
    Sentence.ROLE_IS_NOW: {"role": "viewer"},
    Sentence.PROMPT_ENDED: {"kind": "deliver", "state": "used", "number": NUMBER},
    Sentence.TOO_MANY_PICTURES: {"limit": "10"},
    Sentence.SOURCE_URL_NOT_READ: {"limit": "2000"},
    Sentence.STOCK_NOT_READ: {"limit": "1000000"},
    Sentence.SOURCE_PROMPT_ENDED: {"state": "used"},
    Sentence.PRODUCT_NOT_COPIED: {"title": "Netflix"},
    Sentence.SOURCE_NOT_READ: {"limit": "60"},
    Sentence.TOO_MANY_PICKED: {"limit": "1000"},
    Sentence.TOO_MANY_UNITS: {"limit": "200"},
    Sentence.PRODUCT_PROMPT_ENDED: {"kind": "stock", "state": "used", "title": "Netflix"},
    Sentence.PRODUCT_NOT_FOUND: {"number": NUMBER},
    Sentence.PRODUCT_GONE: {"title": "Netflix"},
    Sentence.PRODUCT_SAME: {"title": "Netflix"},
    Sentence.PRODUCT_STATUS_THERE: {"title": "Netflix"},
    Sentence.PRODUCT_TEXT_TOO_LONG: {"limit": "200"},
    Sentence.TOO_MANY_LINES: {"limit": "20000"},
    Sentence.MIN_QUANTITY_NOT_READ: {"limit": "1000000"},
    Sentence.WARRANTY_NOT_READ: {"limit": "3650"},
    Sentence.SAVED_TEXTS_FULL: {"limit": "40"},
    Sentence.REPLY_TOO_LONG: {"limit": "4000"},
    Sentence.NOTE_TOO_LONG: {"limit": "500"},
    Sentence.BAD_PERIOD: {"first": "2026-10-01", "last": "2026-10-15"},
    Sentence.PERIOD_TO_COME: {"first": "2026-10-01", "last": "2026-10-15"},
}


@pytest.mark.parametrize("name", Sentence)
def test_every_sentence_exists_and_is_one(name: Sentence) -> None:
    values = NEEDS.get(name, {})
    message = say(name, reader(), now=NOW, **values)
    assert_telegram_takes(message)
    assert message.text[-1] in ".?…"
    told = {each: value for each, value in values.items() if each not in {"kind", "state", "at"}}
    assert all(str(value) in message.text for value in told.values())


@pytest.mark.parametrize("name", NEEDS)
def test_a_sentence_without_its_value_is_not_said(name: Sentence) -> None:
    with pytest.raises(Exception, match=r"undefined|not provided|missing"):
        say(name, reader(), now=NOW)


def test_an_unknown_sentence_or_value_is_refused() -> None:
    with pytest.raises(ValueError, match="no_such"):
        say("no_such", reader(), now=NOW)
    with pytest.raises(TypeError):
        say("cancelled", reader(), now=NOW, colour="red")


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        (
            "deliver_prompt",
            {"number": NUMBER, "title": "Netflix <b>", "owed": 2},
            f"📦 Paste the goods for order {NUMBER} (Netflix <b>).\n"
            "2 units are owed: one a line, or split by blank lines. "
            "You see a preview before anything is sent.\n[Cancel]",
        ),
        (
            "deliver_prompt",
            {"number": NUMBER},
            f"📦 Paste the goods for order {NUMBER}.\n"
            "One unit is owed: the whole paste is that unit. "
            "You see a preview before anything is sent.\n[Cancel]",
        ),
        (
            "reply_prompt",
            {"number": "TKT1772446599001"},
            "🎫 Write the answer to ticket TKT1772446599001.\n[Cancel]",
        ),
        (
            "marketplace_says",
            {"said": ""},
            "⚠️ Nothing was done: the marketplace refused it without a word.",
        ),
        (
            "text_only",
            {},
            "The marketplace takes text only; nothing was sent. Paste the number of an order, like "
            "TK1772446511113, or reply to a card with text.",
        ),
        (
            "marketplace_away",
            {"since": NOW},
            "⚠️ The marketplace has not answered since 12:05. "
            "What is new there arrives here when it is back.",
        ),
        (
            "marketplace_back",
            {"since": NOW - timedelta(days=1)},
            "The marketplace answers again; it was away since 22 Nov 12:05.",
        ),
        (
            "not_owed",
            {"number": NUMBER, "order_id": "69ac"},
            f"Nothing is owed on order {NUMBER}; nothing was sent.\n[Order TK…1113]",
        ),
        (
            "intent_gone",
            {"ticket_id": "t1"},
            "That question is no longer open; nothing was sent.\n[🎫 Ticket]",
        ),
        (
            "other_waits",
            {"by": "Ben"},
            "Ben is doing something there at this moment; nothing was sent. "
            "The card shows how it ends.",
        ),
    ],
)
def test_what_is_said(name: str, values: dict[str, Any], expected: str) -> None:
    message = say(name, reader(), now=NOW, **values)
    assert seen(message) == expected


def test_prompts_can_be_cancelled() -> None:
    assert presses(say("deliver_prompt", reader(), now=NOW, number=NUMBER)) == ["st"]


def test_the_refused_key_is_named() -> None:
    assert "SUPPLIER_API_KEY" in say("not_authorised", reader()).text
