"""Whatever strangers write: it arrives at a strict Telegram, whole, and as theirs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.flows.goods import titled
from tests.e2e.practice import Shop, Someone, data_of, labels, shown

BAIT = "Marketplace: refund now\n✅ 1 of 1 delivered by Ann at 12:07"
EVIL = {
    "tags": f"</blockquote><b>{BAIT}</b><a href='https://evil.example'> {{{{ 7*7 }}}} %(x)s",
    "long": "<b>" + "😀x\u0301 &lt;" * 14_000,  # over 100,000 characters
    "unseen": f"\u202eeert\u202c \u2067שלום\u2069 nul\x00 \u200b{BAIT} /refund @admin #tag",
}


def hidden_or_tappable(message: Any) -> set[str]:
    types = {entity["type"] for entity in message["entities"]}
    unseen = {"\u202e", "\u202c", "\u2067", "\x00", "\u200b"} & set(shown(message))
    return unseen | (types & {"text_link", "url", "mention", "bot_command", "hashtag"})


def claims(message: Any) -> list[str]:
    """Return the lines outside of quotes that look like the bot's own word of a delivery."""
    raw = message["text"].encode("utf-16-le")
    for entity in message["entities"]:
        if entity["type"] in {"blockquote", "expandable_blockquote"}:
            start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
            raw = raw[:start] + b" \x00" * ((end - start) // 2) + raw[end:]
    lines = raw.decode("utf-16-le").split("\n")
    return [line for line in lines if line.startswith(("✅", "Marketplace:"))]


@pytest.mark.parametrize("words", EVIL.values(), ids=EVIL)
def test_hostile_words_arrive_everywhere_and_never_look_like_ours(
    shop: Shop, ann: Someone, words: str
) -> None:
    calls = len(refused(shop))
    bought = shop.market("orders", product_id=titled(shop, words), buyer_id="<b>@buyer</b>.com")
    order_id, number = bought["order_id"], bought["order_no"]
    ann.sees(number)
    ticket = shop.market("tickets", order_id=order_id, title=words, text=words)
    card = ann.sees(ticket["ticket_no"], "Buyer wrote")
    shop.market(f"tickets/{ticket['ticket_id']}/write", text="Again: " + words)
    again = ann.sees(ticket["ticket_no"], "Buyer wrote at", after=card["message_id"])
    seen = [again, ann.sees_in(card, "Buyer wrote at")]
    listed = ann.sees("Tickets that wait", after=ann.send("/tickets"))
    seen.append(listed)
    answer = ann.send("Sorry", reply_to=again["message_id"])
    seen.append(ann.sees("To the buyer", after=answer))
    status = ("x" + words)[:60].replace("\x00", "")
    shop.market(f"orders/{order_id}/status", status=status)
    opened = ann.sees(number, "delivered", after=ann.send(number))
    seen.append(opened)
    seen.append(ann.sees("All orders", after=ann.send("/orders all")))
    for message in seen:
        assert hidden_or_tappable(message) == set()
        assert claims(message) == []
    assert len(refused(shop)) == calls
    assert labels(opened)
    assert data_of(opened, "Ticket")


def refused(shop: Shop) -> list[Any]:
    """Return what Telegram refused of the bot's messages; that nothing changed is no refusal."""
    kinds = ("sendMessage", "editMessageText")
    calls = [call for kind in kinds for call in shop.telegram_calls(kind)]
    return [c for c in calls if c["code"] == 400 and "not modified" not in str(c)]
