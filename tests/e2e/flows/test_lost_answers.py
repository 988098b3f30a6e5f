"""Answers that got lost: what is said is true at every moment, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.practice import Shop, Someone, labels, shown, until

if TYPE_CHECKING:
    from sandbox.marketplace.faults import Kind as Fault
    from sandbox.marketplace.ledger import Kind as Changed

# The work was done, and the answer never came as it should.
DONE: tuple[Fault, ...] = ("error_after", "cut", "close_after", "garbage", "hang_after")
# Nothing was done, and the answer does not say so.
NOT_DONE: tuple[Fault, ...] = ("cut_before", "garbage_before", "close", "hang_before", "status")
SECONDS: dict[Fault, dict[str, int]] = {"hang_after": {"seconds": 1}, "hang_before": {"seconds": 1}}


@pytest.fixture(autouse=True)
def _nothing_is_held(ann: Someone, ben: Someone) -> None:
    """What an earlier test left held goes out by itself: it must not meet a fault of this one."""

    def held() -> list[str]:
        waiting = [m for each in (ann, ben) for m in each.from_bot() if "Send now" in labels(m)]
        return [shown(m) for m in waiting if "Sent only when you press" not in shown(m)]

    until(lambda: not held(), why=held)


@dataclass
class Case:
    """Something confirmed by one last press: where it shows, and what it changes."""

    subject_id: str
    message: Any
    label: str
    claim: str
    checking: str


def refund(shop: Shop, ann: Someone) -> Case:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ann.press(card, "Refund")
    asked = ann.sees_in(card, "Yes, refund")
    return Case(order["order_id"], asked, "Yes, refund", "Refunded $", "Checking")


def delivery(shop: Shop, ann: Someone) -> Case:
    order = shop.market("orders")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    goods = f"lost-{order['order_no']}@x.example:Pw-1"
    preview = ann.sees("Send 1", after=ann.send(goods, reply_to=card["message_id"]))
    return Case(order["order_id"], preview, "Send 1", "1 of 1 delivered", "Checking")


def reply(shop: Shop, ann: Someone) -> Case:
    order = shop.market("orders")
    ticket = shop.market("tickets", order_id=order["order_id"], title="Lost", text="Hello?")
    card = ann.sees(ticket["ticket_no"], "Hello?")
    # Goods-like, so that it waits for the tap however slow the machine is.
    wrote = ann.send(f"code:{ticket['ticket_no']}", reply_to=card["message_id"])
    held = ann.sees("Send now", after=wrote)
    return Case(ticket["ticket_id"], held, "Send now", "✅ Sent by", "Checking")


ACTS: dict[Changed, tuple[Callable[[Shop, Someone], Case], str]] = {
    "refund": (refund, "refund_order"),
    "deliver": (delivery, "update_delivered_info"),
    "ticket_reply": (reply, "update_ticket"),
}


def history(shop: Shop, message: Any) -> list[str]:
    """Return every text that a message of Ann's chat was edited to, in order."""
    return [
        call["params"]["text"]
        for call in shop.telegram_calls("editMessageText")
        if int(call["params"]["message_id"]) == message["message_id"]
        and int(call["params"]["chat_id"]) == 1001
    ]


@pytest.mark.parametrize("kind", ACTS)
def test_what_was_done_though_its_answer_got_lost_is_found_and_not_repeated(
    shop: Shop, ann: Someone, kind: Changed
) -> None:
    make, operation = ACTS[kind]
    cases = [(fault, make(shop, ann)) for fault in DONE]
    for fault, case in cases:
        # It cannot be found before it was seen that it is looked for. An answer that is only late
        # is no reason for doubt.
        shop.trouble(operation, fault, hides=fault != "hang_after", **SECONDS.get(fault, {}))
        ann.press(case.message, case.label)
        until(lambda case=case: shop.api_calls(operation, about=case.subject_id))  # type: ignore[misc]
    for fault, case in cases:
        ann.sees_in(case.message, case.claim if fault == "hang_after" else case.checking)
    shop.no_trouble()
    for fault, case in cases:
        ann.sees_in(case.message, case.claim)
        assert len(shop.changes(kind, of=case.subject_id)) == 1, fault
        assert len(shop.api_calls(operation, about=case.subject_id)) == 1, fault
        told = history(shop, case.message)
        first_claim = next(i for i, text in enumerate(told) if case.claim in text)
        checked = any(case.checking in text for text in told[:first_claim])
        assert checked is (fault != "hang_after"), (fault, told)


@pytest.mark.parametrize("kind", ACTS)
def test_what_was_not_done_and_not_answered_is_never_claimed(
    shop: Shop, ann: Someone, kind: Changed
) -> None:
    make, operation = ACTS[kind]
    read = "get_ticket" if kind == "ticket_reply" else "get_order"
    cases = [(fault, make(shop, ann)) for fault in NOT_DONE]
    for fault, case in cases:
        shop.trouble(operation, fault, **SECONDS.get(fault, {}))
        ann.press(case.message, case.label)
        until(lambda case=case: shop.api_calls(operation, about=case.subject_id))  # type: ignore[misc]
    for fault, case in cases:
        ann.sees_in(case.message, case.checking)
        # Reads that show nothing prove nothing: it goes on being checked, not claimed or denied.
        (write,) = shop.api_calls(operation, about=case.subject_id)
        until(
            lambda case=case, write=write: [  # type: ignore[misc]
                c for c in shop.api_calls(read, about=case.subject_id) if c["n"] > write["n"] + 1
            ]
        )
        assert case.checking in shown(ann.sees_in(case.message)), fault
        assert not any(case.claim in text for text in history(shop, case.message)), fault
        assert shop.changes(kind, of=case.subject_id) == []
        assert len(shop.api_calls(operation, about=case.subject_id)) == 1, fault


def test_nobody_can_act_on_an_order_while_it_is_being_checked(
    shop: Shop, ann: Someone, ben: Someone
) -> None:
    case = refund(shop, ann)
    number = shop.order(case.subject_id)["order_no"]
    bens = ben.sees(number, "0 of 1 delivered")
    shop.trouble("refund_order", "close")
    ann.press(case.message, case.label)
    ben.sees_in(bens, "Checking whether the refund went through")
    pasted = ben.send("meanwhile@x.example:Pw-1", reply_to=bens["message_id"])
    ben.sees("Ann is refunding order", "othing was sent", after=pasted)
    assert shop.api_calls("update_delivered_info", about=case.subject_id) == []


def test_goods_and_refunds_that_could_not_be_sent_are_not_sent_later_but_offered_again(
    shop: Shop, ann: Someone
) -> None:
    cases = [refund(shop, ann), delivery(shop, ann)]
    shop.trouble("get_order", "status", status=503, times=None)
    shop.trouble("writes", "status", status=503, times=None)
    for case in cases:
        ann.press(case.message, case.label)
    for case in cases:
        ann.sees_in(case.message, "the marketplace has not answered since")
    shop.no_trouble()
    # What is pushed and done after the marketplace is back shows that it is; those stay undone.
    later = refund(shop, ann)
    ann.press(later.message, later.label)
    ann.sees_in(later.message, later.claim)
    for case in cases:
        assert "has not answered since" in ann.sees_in(case.message)["text"]
        assert shop.api_calls("refund_order", about=case.subject_id) == []
        assert shop.api_calls("update_delivered_info", about=case.subject_id) == []
    refunding, delivering = (case.message for case in cases)
    ann.sees_in(refunding, "Refund $")
    ann.press(ann.sees_in(delivering, "To the preview"), "To the preview")
    again = ann.sees("Goods for order", "Send 1", after=later.message["message_id"])
    assert shop.api_calls("update_delivered_info", about=cases[1].subject_id) == []
    ann.press(again, "Send 1")
    ann.sees_in(again, cases[1].claim)
    assert len(shop.changes("deliver", of=cases[1].subject_id)) == 1


def test_what_was_not_sent_can_be_tried_again_at_once(shop: Shop, ann: Someone) -> None:
    case = refund(shop, ann)
    shop.trouble("refund_order", "throttle", retry_after=1)
    ann.press(case.message, case.label)
    card = ann.sees_in(case.message, "Not refunded", "Refund $")
    ann.press(card, "Refund $")
    asked = ann.sees_in(card, "Yes, refund")
    ann.press(asked, "Yes, refund")
    ann.sees_in(card, "Refunded $")
    assert len(shop.changes("refund", of=case.subject_id)) == 1
