"""Delivering: by a reply, by the button, in parts, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.practice import Shop, Someone, data_of, labels, shown


def rows(shop: Shop, order: dict[str, str]) -> list[str]:
    return list(shop.order(order["order_id"])["delivered_rows"])


def test_one_owed_unit_is_the_whole_paste_however_many_lines(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    unit = "login: lotte@one.example\npassword: amber-Falcon-77\nrecovery: 4411-9020"
    pasted = ann.send(unit, reply_to=card["message_id"])
    preview = ann.sees("3 lines as one unit", "Send 1", "Cancel", after=pasted)
    ann.press(preview, "Send 1")
    ann.sees_in(preview, "✅", "1 of 1 delivered by Ann")
    ann.sees_in(card, "1 of 1 delivered by Ann")
    assert rows(shop, order) == [unit]


def test_fewer_units_than_owed_go_now_and_the_rest_later(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    pasted = ann.send("part-one@x.example:Pq7-first", reply_to=card["message_id"])
    preview = ann.sees("Send 1 now, 1 still owed", after=pasted)
    ann.press(preview, "Send 1 now")
    ann.sees_in(preview, "1 of 2 delivered", "still owed")
    card = ann.sees_in(card, "1 of 2 delivered by Ann", "Deliver")
    pasted = ann.send("part-two@x.example:Pq7-second", reply_to=card["message_id"])
    preview = ann.sees("Send 1", after=pasted)
    assert "still owed" not in shown(preview)
    ann.press(preview, "Send 1")
    ann.sees_in(card, "2 of 2 delivered")
    assert rows(shop, order) == ["part-one@x.example:Pq7-first", "part-two@x.example:Pq7-second"]
    assert len(shop.changes("deliver", of=order["order_id"])) == 2


def test_of_more_units_than_owed_only_the_first_are_sent(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    pasted = ann.send(
        "m1@x.example:aa-11\nm2@x.example:bb-22\nm3@x.example:cc-33", reply_to=card["message_id"]
    )
    preview = ann.sees("Send the first 2", "1 more than owed", after=pasted)
    ann.press(preview, "Send the first 2")
    ann.sees_in(card, "2 of 2 delivered")
    assert rows(shop, order) == ["m1@x.example:aa-11", "m2@x.example:bb-22"]


def test_units_are_split_at_blank_lines_where_that_gives_the_count(
    shop: Shop, ann: Someone
) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    pasted = ann.send("user-a\nfirst-word\n\nuser-b\nsecond-word", reply_to=card["message_id"])
    preview = ann.sees("split at the blank lines", after=pasted)
    ann.press(preview, "Send 2")
    ann.sees_in(card, "2 of 2 delivered")
    assert rows(shop, order) == ["user-a\nfirst-word", "user-b\nsecond-word"]


def test_the_button_asks_for_the_goods_and_takes_the_next_message(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Deliver")
    prompt = ann.sees("Paste the goods", order["order_no"], after=card["message_id"])
    assert labels(prompt) == ["Cancel"]
    pasted = ann.send("by-button@x.example:Zx-8181")
    preview = ann.sees("Send 1", after=pasted)
    assert preview["reply_to"] == pasted
    ann.press(preview, "Send 1")
    ann.sees_in(card, "1 of 1 delivered by Ann")
    assert rows(shop, order) == ["by-button@x.example:Zx-8181"]


@pytest.mark.parametrize("way", ["button", "command"])
def test_a_prompt_that_is_cancelled_takes_no_goods(shop: Shop, ann: Someone, way: str) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Deliver")
    prompt = ann.sees("Paste the goods", order["order_no"], after=card["message_id"])
    if way == "button":
        ann.press(prompt, "Cancel")
        ann.sees_in(prompt, "Cancelled: nothing was sent")
    else:
        ann.sees("Cancelled: nothing was sent", after=ann.send("/cancel"))
    asked = ann.sees("For which order?", after=ann.send("too-late@x.example:pw-9"))
    ann.press(asked, "Discard")
    ann.sees_in(asked, "Discarded: nothing was sent")
    assert rows(shop, order) == []
    assert shop.api_calls("update_delivered_info", about=order["order_id"]) == []


def test_a_preview_that_is_cancelled_sends_nothing_and_its_buttons_go(
    shop: Shop, ann: Someone
) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    pasted = ann.send("never@x.example:sent-1", reply_to=card["message_id"])
    preview = ann.sees("Send 1", after=pasted)
    confirm = data_of(preview, "Send")
    ann.press(preview, "Cancel")
    after = ann.sees_in(preview, "Cancelled: nothing was sent")
    assert not any("Send" in label for label in labels(after))
    ann.answered(ann.forge(preview["message_id"], confirm))
    # What comes after shows that the forged press was handled, and did nothing.
    ann.sees("no such command", after=ann.send("/frobnicate"))
    assert rows(shop, order) == []
    assert shop.api_calls("update_delivered_info", about=order["order_id"]) == []


def test_no_message_of_the_bot_ever_shows_the_goods(shop: Shop, ann: Someone, ben: Someone) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    goods = ["masked-one@x.example:Secret-4711", "masked-two@x.example:Secret-4712"]
    pasted = ann.send("\n".join(goods), reply_to=card["message_id"])
    preview = ann.sees("Send 2", after=pasted)
    assert "ma•••11" in preview["text"]
    ann.press(preview, "Send 2")
    ann.sees_in(card, "2 of 2 delivered by Ann")
    ben.sees(order["order_no"], "2 of 2 delivered by Ann")
    told = [c for c in shop.telegram_calls() if c["method"] != "getUpdates"]
    assert "Secret-471" not in str([c["params"] for c in told])
    assert "masked-one" not in str([c["params"] for c in told])


def test_a_unit_that_went_to_another_order_before_is_named(shop: Shop, ann: Someone) -> None:
    first, second = shop.market("orders"), shop.market("orders")
    for order in (first, second):
        card = ann.sees(order["order_no"], "0 of 1 delivered")
        pasted = ann.send("sold-twice@x.example:Same-99", reply_to=card["message_id"])
        preview = ann.sees("Send 1", after=pasted)
        if order is first:
            assert "before" not in preview["text"]
            ann.press(preview, "Send 1")
            ann.sees_in(card, "1 of 1 delivered")
        else:
            assert first["order_no"] in preview["text"]
            assert "delivered to order" in preview["text"]


def test_a_unit_that_is_on_this_order_already_is_not_sent_again(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders", quantity=2)
    card = ann.sees(order["order_no"], "0 of 2 delivered")
    pasted = ann.send("twice@x.example:Here-1", reply_to=card["message_id"])
    ann.press(ann.sees("Send 1 now", after=pasted), "Send 1 now")
    card = ann.sees_in(card, "1 of 2 delivered by Ann", "Deliver")
    pasted = ann.send("twice@x.example:Here-1", reply_to=card["message_id"])
    ann.sees(order["order_no"], "already", "othing was sent", after=pasted)
    assert len(shop.changes("deliver", of=order["order_id"])) == 1


def test_an_unpaid_a_refunded_and_a_complete_order_take_no_goods(shop: Shop, ann: Someone) -> None:
    unpaid = shop.market("orders", paid=False)
    card = ann.sees(unpaid["order_no"], "Not paid yet")
    pasted = ann.send("unpaid@x.example:pw-1", reply_to=card["message_id"])
    ann.sees(unpaid["order_no"], "is not paid", after=pasted)

    refunded = shop.market("orders")
    card = ann.sees(refunded["order_no"], "0 of 1 delivered")
    ann.press(card, "Refund")
    ann.press(ann.sees_in(card, "Yes, refund"), "Yes, refund")
    card = ann.sees_in(card, "Refunded", "nothing to do")
    assert not any("Deliver" in label or "Refund" in label for label in labels(card))
    pasted = ann.send("refunded@x.example:pw-2", reply_to=card["message_id"])
    ann.sees(refunded["order_no"], "is refunded", after=pasted)

    complete = shop.market("orders")
    card = ann.sees(complete["order_no"], "0 of 1 delivered")
    shop.market(f"orders/{complete['order_id']}/deliver", rows=["by@the.page:itself"])
    card = ann.sees_in(card, "1 of 1 delivered")
    assert not any("Deliver" in label for label in labels(card))
    pasted = ann.send("complete@x.example:pw-3", reply_to=card["message_id"])
    ann.sees(complete["order_no"], "othing is owed", after=pasted)

    for order in (unpaid, refunded, complete):
        assert shop.api_calls("update_delivered_info", about=order["order_id"]) == []


def test_what_moved_between_preview_and_tap_is_shown_and_nothing_is_sent(
    shop: Shop, ann: Someone
) -> None:
    moves: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("deliver", {"rows": ["on@the.page:Moved-1"]}, "1 of 2 delivered"),
        ("status", {"status": "refunded_order"}, "the order is refunded already"),
    )
    previews = []
    for move, body, says in moves:
        order = shop.market("orders", quantity=2)
        card = ann.sees(order["order_no"], "0 of 2 delivered")
        goods = f"{move}@x.example:Mv-1\n{move}@x.example:Mv-2"
        previews.append((ann.send(goods, reply_to=card["message_id"]), order, move, body, says))
    previews = [
        (ann.sees("Send 2", order["order_no"], after=pasted), order, *rest)
        for pasted, order, *rest in previews
    ]
    # From here on the bot's lists stand still: only the read before the call can show it.
    shop.trouble("list_orders", "status", times=None, status=503)
    for preview, order, move, body, says in previews:
        shop.market(f"orders/{order['order_id']}/{move}", **body)
        ann.press(preview, "Send 2")
        ann.sees_in(preview, "Not sent", says)
        assert shop.api_calls("update_delivered_info", about=order["order_id"]) == []


def test_goods_without_a_reply_are_asked_about_and_sent_nowhere(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    ann.sees(order["order_no"], "0 of 1 delivered")
    calls = len(shop.api_calls("update_delivered_info"))
    pasted = ann.send("whose@x.example:goods-5150")
    asked = ann.sees("Goods?", "For which order?", after=pasted)
    assert "whose@" not in asked["text"]
    assert labels(asked)[-2:] == ["Add to stock", "Discard"]
    assert len(shop.api_calls("update_delivered_info")) == calls
    assert not [c for c in shop.api_calls() if "goods-5150" in str(c)]
    ann.press(asked, labels(asked)[0])
    preview = ann.sees("Send", "wh•••50", after=asked["message_id"])
    assert preview["reply_to"] == pasted
    ann.press(preview, "Cancel")
    ann.sees_in(preview, "Cancelled")
    assert len(shop.api_calls("update_delivered_info")) == calls


def test_two_confirmed_previews_of_one_order_are_one_call(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    order = shop.market("orders")
    previews = {}
    for person in (ann, ben):
        card = person.sees(order["order_no"], "0 of 1 delivered")
        pasted = person.send(f"from-{person.name}@x.example:Tt-1", reply_to=card["message_id"])
        previews[person.name] = (person, person.sees("Send 1", after=pasted))
    shop.trouble("update_delivered_info", "latency", seconds=0.5)
    for person, preview in previews.values():
        person.press(preview, "Send 1")
    for person in (ann, ben):
        person.sees(order["order_no"], "1 of 1 delivered by")
    (call,) = shop.api_calls("update_delivered_info", about=order["order_id"])
    assert call["status"] == 200
    assert len(rows(shop, order)) == 1
    winner = "ann" if rows(shop, order)[0].startswith("from-ann") else "ben"
    loser, preview = previews["ben" if winner == "ann" else "ann"]
    # The other preview is given up in words, not silently.
    loser.sees("othing was sent", after=preview["message_id"])


def test_ten_presses_are_one_call(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    pasted = ann.send("ten@x.example:times-10", reply_to=card["message_id"])
    preview = ann.sees("Send 1", after=pasted)
    data = data_of(preview, "Send")
    presses = [ann.forge(preview["message_id"], data) for _ in range(10)]
    assert all(ann.answered(press)["answered"] for press in presses)
    ann.sees_in(card, "1 of 1 delivered by Ann")
    ann.sees("no such command", after=ann.send("/frobnicate"))
    assert len(shop.api_calls("update_delivered_info", about=order["order_id"])) == 1


def test_while_somebody_delivers_others_are_told_so(shop: Shop, ann: Someone, ben: Someone) -> None:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    bens = ben.sees(order["order_no"], "0 of 1 delivered")
    pasted = ann.send("slow@x.example:coach-1", reply_to=card["message_id"])
    preview = ann.sees("Send 1", after=pasted)
    shop.trouble("update_delivered_info", "latency", seconds=1.5)
    ann.press(preview, "Send 1")
    bens = ben.sees_in(bens, "Ann is delivering")
    assert not any("Deliver" in x or "Refund" in x for x in labels(bens))
    pasted = ben.send("second@x.example:hand-2", reply_to=bens["message_id"])
    ben.sees("Ann is delivering order", "at this moment", after=pasted)
    ben.sees_in(bens, "1 of 1 delivered by Ann")
    assert len(shop.api_calls("update_delivered_info", about=order["order_id"])) == 1
