"""Goods from file to ledger: splits, Show goods, Replace, the wrong card; and notes on buyers.

What is reminded of after 15 minutes is played with a clock that is ahead, in
tests/e2e/test_restart.py: nobody waits that long here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.practice import Shop, Someone, data_of, labels, shown, until

UNITS = [
    f"login: file-{n}@x.example\npass: Opal-{n}{n}-river\npin: 44{n}1-90{n}0" for n in range(2)
]


def product(shop: Shop, title: str) -> str:
    return next(
        str(one["product_id"]) for one in shop.state()["products"] if one["title"].startswith(title)
    )


def attach(someone: Someone, name: str, content: bytes, **more: Any) -> int:
    coded = base64.b64encode(content).decode()
    body = {"as": someone.name, "name": name, "content_base64": coded, "kind": "document"}
    return int(someone.shop.telegram("file", **body, **more)["message_id"])


def rows(shop: Shop, order: Any) -> list[str]:
    return list(shop.order(order["order_id"])["delivered_rows"])


@pytest.fixture
def no_appending(shop: Shop) -> Iterator[None]:
    """A marketplace that appends nothing to an order that is complete."""
    shop.market("options", append_after_completion=False)
    yield
    shop.market("options", append_after_completion=True)


def test_the_goods_come_in_a_file_the_preview_names_the_split_and_offers_another(
    shop: Shop, ann: Someone
) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    refused = attach(ann, "goods.pdf", b"%PDF-1.7", reply_to=card["message_id"])
    ann.sees("any other file is not read", after=refused)
    content = "\n".join(UNITS).replace("\n", "\r\n").encode("utf-16")
    sent = attach(ann, "goods.csv", content, reply_to=card["message_id"])
    preview = ann.sees("Split differently", "Send the first 2", after=sent)
    ann.press(preview, "Split differently")
    preview = ann.sees_in(preview, "2 units of 3 lines", "Send 2")
    ann.press(preview, "Send 2")
    card = ann.sees_in(card, "2 of 2 delivered by Ann")
    assert rows(shop, order) == UNITS
    # Once the marketplace confirmed, what was sent is deleted from the chat.
    ann.sees_gone(sent)
    # "Show goods" reads them live, in spoilers, with copy buttons.
    ann.press(card, "More")
    ann.press(ann.sees_in(card, "Show goods"), "Show goods")
    goods = ann.sees("Copy 1", "Copy 2", after=card["message_id"])
    assert all(unit in goods["text"] for unit in UNITS)
    assert [e["type"] for e in goods["entities"]].count("spoiler") == len(UNITS)
    assert [b["copy"] for row in goods["keyboard"] for b in row if b["copy"]] == UNITS
    ann.press(goods, "Hide")
    ann.sees_gone(goods["message_id"])


def test_goods_under_the_card_of_a_complete_order_replace_a_unit_tell_the_buyer_and_resolve(
    shop: Shop, ann: Someone
) -> None:
    order = shop.market("orders", quantity=2)
    old = ["broken-1@x.example:Jade-1", "broken-2@x.example:Jade-2"]
    shop.market(f"orders/{order['order_id']}/deliver", rows=old)
    card = ann.sees(order["order_no"], "2 of 2 delivered")
    ticket = shop.market("tickets", order_id=order["order_id"], title="Broken", text="The second")
    ann.sees(ticket["ticket_no"], "The second")
    new = "fresh-3@x.example:Jade-3"
    pasted = ann.send(new, reply_to=card["message_id"])
    asked = ann.sees("Nothing is owed on order", "Replace", "Discard", after=pasted)
    assert rows(shop, order) == old
    ann.press(asked, "Replace")
    ann.press(ann.sees("does not work", "2. ", after=pasted), "2. ")
    preview = ann.sees("takes its place", "Yes, replace 2 of 2", after=pasted)
    ann.press(preview, "Yes, replace 2 of 2")
    ann.sees_in(preview, "replaced by Ann")
    assert rows(shop, order) == [*old, new]
    told = until(lambda: shop.changes("ticket_reply", of=ticket["ticket_id"]))
    assert len(told) == 1
    until(lambda: shop.ticket(ticket["ticket_id"])["status"] == "resolved")


def test_a_replacement_that_is_not_appended_after_completion_goes_as_a_ticket_text_once(
    shop: Shop, ann: Someone, no_appending: None
) -> None:
    order = shop.market("orders")
    old, new = "stale-1@x.example:Onyx-1", "fresh-1@x.example:Onyx-2"
    shop.market(f"orders/{order['order_id']}/deliver", rows=[old])
    ticket = shop.market("tickets", order_id=order["order_id"], title="Broken", text="No login")
    card = ann.sees(ticket["ticket_no"], "No login", "Replace")
    ann.press(card, "Replace")
    ann.sees("Paste the new one", after=card["message_id"])
    pasted = ann.send(new)
    preview = ann.sees("takes its place", "Yes, replace", after=pasted)
    ann.press(preview, "Yes, replace")
    refused = ann.sees_in(preview, "Not sent", "Send as a ticket text")
    assert shop.changes("ticket_reply", of=ticket["ticket_id"]) == []
    offer = data_of(refused, "Send as a ticket text")
    for _ in range(2):
        ann.forge(refused["message_id"], offer)
    held = ann.sees("To the buyer of", "Onyx-2", "Send now", after=preview["message_id"])
    send = data_of(held, "Send now")
    for _ in range(3):
        ann.forge(held["message_id"], send)
    held = ann.sees_in(held, "✅ Sent by Ann")
    until(lambda: shop.ticket(ticket["ticket_id"])["status"] == "resolved")
    assert len(shop.changes("ticket_reply", of=ticket["ticket_id"])) == 1
    assert new in shop.ticket(ticket["ticket_id"])["thread"][-1]["text"]
    assert rows(shop, order) == [old]
    assert [m for m in ann.from_bot(preview["message_id"]) if "Onyx-2" in shown(m)] == [held]
    assert len(shop.api_calls("update_ticket", about=ticket["ticket_id"])) == 1


def test_goods_unlike_what_the_product_usually_is_are_noticed(shop: Shop, ann: Someone) -> None:
    keys = product(shop, "PlayStation")
    order = shop.market("orders", product_id=keys, quantity=3)
    card = ann.sees(order["order_no"], "0 of 3 delivered")
    goods = "\n".join(f"ABCD{n}-EFGH{n}-IJKL{n}" for n in range(3))
    ann.press(ann.sees("Send 3", after=ann.send(goods, reply_to=card["message_id"])), "Send 3")
    ann.sees_in(card, "3 of 3 delivered by Ann")
    other = shop.market("orders", product_id=keys)
    card = ann.sees(other["order_no"], "0 of 1 delivered")
    pasted = ann.send("wrong-card@x.example:Coral-7", reply_to=card["message_id"])
    preview = ann.sees("XXXXX-XXXXX-XXXXX", "Send 1", "Cancel", after=pasted)
    ann.press(preview, "Cancel")
    ann.sees_in(preview, "Cancelled")
    # Without a reply, the order whose goods look so is offered first.
    shop.market("orders")
    asked = ann.sees("For which order?", after=ann.send("ABCD9-EFGH9-IJKL9"))
    assert labels(asked)[0].startswith("PlayStation")
    ann.press(asked, labels(asked)[0])
    preview = ann.sees("Send 1", after=asked["message_id"])
    ann.press(preview, "Send 1")
    ann.sees_in(preview, "1 of 1 delivered by Ann")
    assert rows(shop, other) == ["ABCD9-EFGH9-IJKL9"]


def test_what_is_odd_is_named_and_a_reply_to_any_message_about_the_order_goes_on(
    shop: Shop, ann: Someone
) -> None:
    order = shop.market("orders", quantity=3)
    card = ann.sees(order["order_no"], "0 of 3 delivered")
    units = [f"odd-{n}@x.example:Quartz-{n}" for n in range(3)]
    paste = f"{units[0]}\n{units[0]}\n\n\n{units[1]}"
    preview = ann.sees(
        "2 empty lines left out",
        "1 double left out",
        "Send 2 now, 1 still owed",
        after=ann.send(paste, reply_to=card["message_id"]),
    )
    ann.press(preview, "Send 2 now")
    preview = ann.sees_in(preview, "2 of 3 delivered by Ann")
    # Not the card, but a message of ours that is about this order, too.
    last = ann.sees("Send 1", after=ann.send(units[2], reply_to=preview["message_id"]))
    ann.press(last, "Send 1")
    ann.sees_in(card, "3 of 3 delivered by Ann")
    assert rows(shop, order) == units


def test_the_files_of_an_album_are_joined(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    units = [f"login: album-{n}@x.example\npass: Agate-{n}" for n in range(2)]
    album = {"media_group": order["order_no"]}
    sent = attach(ann, "1.txt", units[0].encode(), reply_to=card["message_id"], **album)
    attach(ann, "2.txt", units[1].encode(), **album)
    preview = ann.sees("Put together from 2 files.", "2 units of 2 lines", "Send 2", after=sent)
    ann.press(preview, "Send 2")
    ann.sees_in(card, "2 of 2 delivered by Ann")
    assert rows(shop, order) == units


def test_a_private_note_and_a_mark_stand_on_every_card_of_a_buyer_and_reach_nobody_else(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    order = shop.market("orders", buyer_id=uuid4().hex[:24])  # whom nobody knows
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "More")
    ann.press(ann.sees_in(card, "Good buyer"), "Good buyer")
    card = ann.sees_in(card, "⭐ Buyer", "More")
    ann.press(card, "More")
    ann.press(ann.sees_in(card, "Note on the buyer"), "Note on the buyer")
    ann.sees("note", "Cancel", after=card["message_id"])
    ann.send("Asks for the invoice")
    ann.sees_in(card, "Asks for the invoice")
    again = shop.market("orders", buyer_id=order["buyer_id"])
    for person in (ann, ben):
        seen = person.sees(again["order_no"], "0 of 1 delivered")
        assert "⭐" in shown(seen)
        assert "Asks for the invoice" in shown(seen)
    assert not [call for call in shop.api_calls() if "invoice" in str(call)]
