"""Tickets: pushed, answered by a reply that is held for five seconds, never overwritten unseen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.e2e.practice import Shop, Someone, data_of, labels, shown, until


def opened(shop: Shop, someone: Someone, text: str) -> tuple[Any, Any]:
    """Return a new ticket and its card."""
    order = shop.market("orders")
    ticket = shop.market("tickets", order_id=order["order_id"], title="A complaint", text=text)
    return ticket, someone.sees(ticket["ticket_no"], text)


def replied(shop: Shop, ticket: Any) -> list[Any]:
    return shop.changes("ticket_reply", of=ticket["ticket_id"])


def test_a_new_ticket_is_pushed_loud_to_everyone_with_the_buyers_words_quoted(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    ticket, card = opened(shop, ann, "The second one does not log in")
    bens = ben.sees(ticket["ticket_no"], "Buyer wrote")
    for message in (card, bens):
        assert not message["silent"]
        assert "Reply" in labels(message)
        assert any(e["type"].endswith("blockquote") for e in message["entities"])


def test_a_new_text_and_a_moderator_are_pushed_loud_again(shop: Shop, ann: Someone) -> None:
    ticket, card = opened(shop, ann, "First words of it")
    shop.market(f"tickets/{ticket['ticket_id']}/write", text="Are you there at all?")
    second = ann.sees(ticket["ticket_no"], "Are you there at all?", after=card["message_id"])
    assert not second["silent"]
    # One live card: the older one shows the same, without buttons.
    ann.sees_retired(card, "Are you there at all?")
    shop.market(f"tickets/{ticket['ticket_id']}/invite-admin")
    third = ann.sees(ticket["ticket_no"], "moderator joined", after=second["message_id"])
    assert not third["silent"]


def test_a_reply_is_held_and_sent_after_five_seconds(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    ticket, card = opened(shop, ann, "It is the wrong region")
    bens = ben.sees(ticket["ticket_no"], "wrong region")
    text = "Sorry for that: we look into it now."
    wrote = ann.send(text, reply_to=card["message_id"])
    held = ann.sees("To the buyer of", text, "Send now", "Undo", after=wrote)
    assert held["reply_to"] == wrote
    assert replied(shop, ticket) == []
    held = ann.sees_in(held, "✅ Sent by Ann")
    assert "Undo" not in labels(held)
    (sent,) = replied(shop, ticket)
    # By the shop's own clock, which tells whole seconds.
    written = next(m["date"] for m in ann.chat(wrote - 1) if m["message_id"] == wrote)
    waited = datetime.fromisoformat(sent["at"]) - datetime.fromisoformat(written)
    assert waited >= timedelta(seconds=4)
    assert shop.ticket(ticket["ticket_id"])["thread"][-1]["text"] == text
    for person, message in ((ann, card), (ben, bens)):
        person.sees_in(message, "Ann answered at", text)
    ann.has(wrote, "👍")
    # Our own reply is pushed to nobody: what comes next is another order.
    order = shop.market("orders")
    for person in (ann, ben):
        push = person.sees(order["order_no"])
        told = [m for m in person.from_bot() if wrote < m["message_id"] < push["message_id"]]
        assert not any(ticket["ticket_no"] in shown(m) for m in told)


def test_what_the_buyer_writes_after_our_reply_is_pushed_to_the_one_who_replied(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    shop.market("options", ticket_reply="thread")  # our words stay in the ticket's text
    ticket, card = opened(shop, ann, "It has stopped working")
    wrote = ann.send("Please restart it.", reply_to=card["message_id"])
    held = ann.sees("Please restart it.", "Send now", after=wrote)
    ann.press(held, "Send now")
    ann.sees_in(held, "✅ Sent by Ann")
    shop.market(f"tickets/{ticket['ticket_id']}/write", text="I did, and it did not help")
    for person in (ann, ben):
        push = person.sees(ticket["ticket_no"], "it did not help", after=wrote)
        assert not push["silent"]
        assert "Ann answered at" in push["text"]


def test_send_now_does_not_wait_and_sends_once(shop: Shop, ann: Someone) -> None:
    ticket, card = opened(shop, ann, "No mail ever came")
    wrote = ann.send("It is on its way.", reply_to=card["message_id"])
    held = ann.sees("To the buyer of", "Send now", after=wrote)
    for _ in range(3):
        ann.press(held, "Send now") if "Send now" in labels(held) else None
    ann.sees_in(held, "✅ Sent by Ann", seconds=4)
    assert len(replied(shop, ticket)) == 1
    assert len(shop.api_calls("update_ticket", about=ticket["ticket_id"])) == 1


def test_undo_takes_a_reply_back(shop: Shop, ann: Someone) -> None:
    ticket, card = opened(shop, ann, "Password is wrong")
    wrote = ann.send("Have you tried again?", reply_to=card["message_id"])
    held = ann.sees("To the buyer of", "Undo", after=wrote)
    ann.press(held, "Undo")
    held = ann.sees_in(held, "Cancelled: nothing was sent")
    # A later reply is sent; the one taken back never was.
    wrote = ann.send("Here is what we do.", reply_to=card["message_id"])
    ann.press(ann.sees("Here is what we do.", "Send now", after=wrote), "Send now")
    until(lambda: replied(shop, ticket))
    assert [c["body"] for c in shop.api_calls("update_ticket", about=ticket["ticket_id"])]
    assert not any("tried again" in str(c) for c in shop.api_calls("update_ticket"))
    assert len(replied(shop, ticket)) == 1


def test_editing_the_message_in_time_edits_the_reply(shop: Shop, ann: Someone) -> None:
    ticket, card = opened(shop, ann, "I cannot find the code")
    wrote = ann.send("Loook at the bottom.", reply_to=card["message_id"])
    held = ann.sees("Loook at the bottom.", "Send now", after=wrote)
    ann.edit(wrote, "Look at the bottom.")
    held = ann.sees_in(held, "Look at the bottom.", "Send now")
    assert "Loook" not in shown(held)
    ann.press(held, "Send now")
    ann.sees_in(held, "✅ Sent by Ann")
    assert shop.ticket(ticket["ticket_id"])["thread"][-1]["text"] == "Look at the bottom."
    assert len(replied(shop, ticket)) == 1


def test_a_reply_that_looks_like_goods_and_one_to_a_closed_ticket_need_a_tap(
    shop: Shop, ann: Someone
) -> None:
    ticket, card = opened(shop, ann, "Nothing works here")
    wrote = ann.send("new@mail.example:Word-55", reply_to=card["message_id"])
    goods = ann.sees("Sent only when you press Send now", "looks like goods", after=wrote)
    closed, card = opened(shop, ann, "And this is over")
    shop.market(f"tickets/{closed['ticket_id']}/close")
    ann.sees_in(card, "closed")
    wrote = ann.send("One more word.", reply_to=card["message_id"])
    late = ann.sees("Sent only when you press Send now", "closed or resolved", after=wrote)
    # A third reply, which needs no tap, goes out after its five seconds; those two do not.
    third, card = opened(shop, ann, "Something else")
    ann.send("This one needs no tap.", reply_to=card["message_id"])
    until(lambda: replied(shop, third))
    assert replied(shop, ticket) == replied(shop, closed) == []
    ann.press(goods, "Send now")
    ann.press(late, "Cancel")
    ann.sees_in(goods, "✅ Sent by Ann")
    ann.sees_in(late, "Cancelled: nothing was sent")
    assert len(replied(shop, ticket)) == 1
    assert replied(shop, closed) == []


def test_an_edit_after_the_five_seconds_is_told_that_the_reply_went_out_as_it_was(
    shop: Shop, ann: Someone
) -> None:
    ticket, card = opened(shop, ann, "When will it work?")
    wrote = ann.send("On Mondey.", reply_to=card["message_id"])
    ann.has(wrote, "👀")
    ann.sees_in(ann.sees("On Mondey.", after=wrote), "✅ Sent by Ann")
    ann.has(wrote, "👍")
    ann.edit(wrote, "On Monday.")
    ann.sees("Sent already; the edit did not reach the buyer.", after=wrote)
    assert shop.ticket(ticket["ticket_id"])["thread"][-1]["text"] == "On Mondey."
    assert len(shop.api_calls("update_ticket", about=ticket["ticket_id"])) == 1


def test_in_a_group_a_reply_goes_out_by_a_tap_alone_whoever_taps(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    group = shop.telegram("groups", title="The shop", members=["ann", "ben"])["chat_id"]
    ticket, _ = opened(shop, ann, "Is there a refund?")
    in_group, bens = ann.within(group), ben.within(group)
    card = in_group.sees("Is there a refund?", after=in_group.send(ticket["ticket_no"]))
    wrote = in_group.send("We look at it today.", reply_to=card["message_id"])
    held = in_group.sees("Sent only when you press Send now", after=wrote)
    in_group.has(wrote, "👀")
    # A later reply in a private chat goes out after its seconds; this one does not.
    other, card = opened(shop, ann, "Another question")
    ann.send("Another answer.", reply_to=card["message_id"])
    until(lambda: replied(shop, other))
    assert replied(shop, ticket) == []
    bens.press(held, "Send now")
    in_group.sees_in(held, "✅ Sent by Ben")
    in_group.has(wrote, "👍")
    assert len(replied(shop, ticket)) == 1
    assert shop.ticket(ticket["ticket_id"])["thread"][-1]["text"] == "We look at it today."


@pytest.mark.parametrize("mode", ["replace", "thread"])
def test_what_the_buyer_wrote_meanwhile_is_shown_and_not_overwritten(
    shop: Shop, ann: Someone, mode: str
) -> None:
    shop.market("options", ticket_reply=mode)
    ticket, card = opened(shop, ann, "The first complaint")
    # The lists stand still: the bot finds out just before it sends.
    wrote = ann.send("An answer to the first.", reply_to=card["message_id"])
    held = ann.sees("An answer to the first.", "Send now", after=wrote)
    shop.trouble("list_tickets", "status", times=None, status=503)
    shop.market(f"tickets/{ticket['ticket_id']}/write", text="Never mind, it works!")
    ann.press(held, "Send now")
    ann.sees(ticket["ticket_no"], "Never mind, it works!", after=wrote)
    held = ann.sees_in(held, "meanwhile", "Send now")
    assert replied(shop, ticket) == []
    assert shop.api_calls("update_ticket", about=ticket["ticket_id"]) == []
    ann.press(held, "Send now")
    ann.sees_in(held, "✅ Sent by Ann")
    assert len(replied(shop, ticket)) == 1
    texts = [entry["text"] for entry in shop.ticket(ticket["ticket_id"])["thread"]]
    assert texts[-1] == "An answer to the first."
    assert any("Never mind" in text for text in texts)


@pytest.mark.parametrize("mode", ["replace", "thread"])
def test_a_reply_whose_answer_got_lost_is_found_and_not_repeated(
    shop: Shop, ann: Someone, mode: str
) -> None:
    shop.market("options", ticket_reply=mode)
    ticket, card = opened(shop, ann, "Is anybody there?")
    wrote = ann.send("Yes, we are.", reply_to=card["message_id"])
    held = ann.sees("Yes, we are.", "Send now", after=wrote)
    shop.trouble("update_ticket", "close_after")
    ann.press(held, "Send now")
    ann.sees_in(held, "✅ Sent by Ann")
    assert len(replied(shop, ticket)) == 1
    assert len(shop.api_calls("update_ticket", about=ticket["ticket_id"])) == 1


def test_the_button_asks_for_the_answer_and_takes_the_next_message(
    shop: Shop, ann: Someone
) -> None:
    ticket, card = opened(shop, ann, "How long will it take?")
    ann.press(card, "Reply")
    prompt = ann.sees("Write the answer", ticket["ticket_no"], after=card["message_id"])
    assert labels(prompt) == ["Cancel"]
    wrote = ann.send("About ten minutes.")
    held = ann.sees("About ten minutes.", "Send now", after=wrote)
    ann.press(held, "Send now")
    ann.sees_in(held, "✅ Sent by Ann")
    assert len(replied(shop, ticket)) == 1


def test_a_photo_a_voice_or_a_sticker_as_an_answer_is_refused_in_words(
    shop: Shop, ann: Someone
) -> None:
    ticket, card = opened(shop, ann, "Show me")
    for kind, name in (("photo", "see.jpg"), ("voice", "hear.ogg"), ("sticker", "hello.webp")):
        file = {"name": name, "content_base64": "aGVsbG8=", "kind": kind}
        sent = shop.telegram("file", **{"as": "ann", "reply_to": card["message_id"], **file})
        ann.sees("takes text only; nothing was sent", after=sent["message_id"])
    assert shop.api_calls("update_ticket", about=ticket["ticket_id"]) == []


def test_a_reply_that_is_kept_is_checked_against_the_ticket_before_it_is_sent(
    shop: Shop, ann: Someone
) -> None:
    ticket, card = opened(shop, ann, "Nobody answers me")
    shop.trouble("*", "status", status=503, times=None)
    wrote = ann.send("We are looking for it.", reply_to=card["message_id"])
    held = ann.sees("Send now", after=wrote)
    # On a slow machine it may have gone by itself: then there is no such button any more.
    ann.forge(held["message_id"], data_of(held, "Send now"))
    ann.press(ann.sees_in(held, "has not answered since", "Send when it is back"), "Send when")
    ann.sees_in(held, "Kept: it is sent when the marketplace is back")
    shop.market(f"tickets/{ticket['ticket_id']}/write", text="I found it, thank you")
    shop.no_trouble()
    ann.sees(ticket["ticket_no"], "I found it, thank you", after=wrote)
    held = ann.sees_in(held, "meanwhile", "Send now")
    assert replied(shop, ticket) == []
    ann.press(held, "Cancel")
    ann.sees_in(held, "Cancelled: nothing was sent")
    assert shop.changes("ticket_reply", of=ticket["ticket_id"]) == []


def test_all_texts_of_a_ticket_can_be_read_though_the_marketplace_shows_one(
    shop: Shop, ann: Someone
) -> None:
    ticket, card = opened(shop, ann, "Text 0")
    for turn in range(1, 7):
        shop.market(f"tickets/{ticket['ticket_id']}/write", text=f"Text {turn}")
        # The card of before says it, too; each text has a card of its own.
        card = ann.sees(ticket["ticket_no"], f"Text {turn}", "More", after=card["message_id"])
    ann.press(card, "More")
    ann.press(ann.sees_in(card, "All texts"), "All texts")
    read = ann.sees(f"All texts of ticket {ticket['ticket_no']}", "Text 6", "2/2")
    ann.press(read, "‹")
    first = ann.sees_in(read, "Text 0", "1/2")
    assert "Text 6" not in first["text"]


def test_a_first_text_to_a_buyer_is_kept_until_the_marketplace_is_back_or_discarded(
    shop: Shop, ann: Someone
) -> None:
    orders = shop.market("orders/bulk", count=2)["items"]
    for order in orders:
        ann.sees(order["order_no"], "0 of 1 delivered")
    shop.trouble("*", "status", status=503, times=None)
    held = []
    for order in orders:
        ann.sees("Write to the buyer", after=ann.send(f"/newticket {order['order_no']}"))
        held.append(ann.sees("Send now", after=ann.send(f"About {order['order_no']}, please")))
        # On a slow machine it may have gone by itself: then there is no such button any more.
        ann.forge(held[-1]["message_id"], data_of(held[-1], "Send now"))
    keep, drop = (
        ann.sees_in(message, "the marketplace has not answered since", "Send when it is back")
        for message in held
    )
    ann.press(drop, "Discard")
    ann.sees_in(drop, "Cancelled: nothing was sent")
    ann.press(keep, "Send when it is back")
    ann.sees_in(keep, "Kept: it is sent when the marketplace is back")
    assert asked_for(shop, orders) == []
    shop.no_trouble()
    ann.sees_in(keep, "Sent by Ann")
    assert asked_for(shop, orders) == [orders[0]["order_id"]]


def asked_for(shop: Shop, orders: list[Any]) -> list[str]:
    """Return for which of these orders we opened tickets."""
    made = [change["detail"]["order_id"] for change in shop.changes("ticket_created")]
    return [each for each in made if each in {order["order_id"] for order in orders}]
