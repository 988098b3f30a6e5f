"""Nothing is claimed that is not known: every message of the bot, against the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from .deeds import lines
from .evidence import Evidence, Shown
from .products import OF_PRODUCTS
from .record import Wrote

_DELIVERED: Final = re.compile(r"✅ (\d+) of \d+ delivered by (\w+)")
_REFUNDED: Final = re.compile(r"↩️ Refunded \S+ by (\w+)")
_NOT_YET: Final = (
    "Sending…",
    "is delivering…",
    "is refunding…",
    "is replying…",
    "is changing the product…",
    "is adding accounts…",
    "Adding…",
    "Checking",
)
_NOTHING: Final = (
    "Not sent",
    "Cancelled: nothing was sent",
    "nothing was sent",
    "does not show these",
)


def claims(found: Evidence) -> Iterator[str]:
    """What stands in the chats at the end is true."""
    by_number = {order["order_no"]: order for order in found.orders.values()}
    unknown = {i.subject_id for i in found.intents.values() if i.state == "unknown"}
    for shown in found.shown:
        waits = any(word in shown.text for word in _NOT_YET)
        if waits and not unknown and shown.message_id in found.recorded:
            yield f"UNTRUE: {shown.person} still reads {shown.text!r} ({shown.message_id})"
        order = by_number.get(shown.order_no)
        if order is not None:
            yield from _claims_of_card(found, shown, order)
        wrote = found.wrote.get(shown.reply_to or 0)
        # A copy that was never recorded may have become a card since: its buttons led there.
        if wrote is None or wrote.person != shown.person or shown.number:
            continue
        if not {intent.kind for intent in found.made_of(wrote)} & OF_PRODUCTS:
            yield from _claims_about_message(found, shown, wrote)


def _claims_of_card(found: Evidence, shown: Shown, order: Any) -> Iterator[str]:
    """Deliveries and refunds that a card names were done, by those whom it names."""
    number, order_id = order["order_no"], order["order_id"]
    ours = len(found.by("deliver", order_id))
    # Each line says how far the order had come with that delivery: 1 of 2, then 2 of 2.
    reached = [int(count) for count, _ in _DELIVERED.findall(shown.text)]
    if len(reached) > ours or max(reached, default=0) > order["delivered_units"]:
        yield f"UNTRUE: {shown.person}'s card of {number} claims {reached}, not {ours} deliveries"
    if len(reached) < ours and shown.message_id in found.live:
        yield f"UNTRUE: {shown.person}'s card of {number} owns up to {reached} of {ours} deliveries"
    for name in _REFUNDED.findall(shown.text):
        if not found.by("refund", order_id):
            yield f"UNTRUE: {shown.person}'s card of {number} claims a refund by {name}"
        elif not _pressed_by(found, name, number, "Yes, refund"):
            yield f"UNTRUE: {name} never refunded {number}"
    for _, name in _DELIVERED.findall(shown.text):
        if not _pressed_by(found, name, number, "Send"):
            yield f"UNTRUE: {name} never delivered {number}"


def _pressed_by(found: Evidence, name: str, number: str, label: str) -> bool:
    return any(
        p.confirms
        and p.label.startswith(label)
        and number in p.text
        and p.person.capitalize() == name
        for presses in found.presses.values()
        for p in presses
    )


def _claims_about_message(found: Evidence, shown: Shown, wrote: Wrote) -> Iterator[str]:
    """A preview or a held reply says how it ended."""
    text, made = wrote.text, {intent.kind for intent in found.made_of(wrote)}
    if "deliver" in made:
        units = set(wrote.lines)
        number = next(iter(re.findall(r"TK\d{6,}", shown.text)), "")
        gone = [
            c
            for c in found.changes
            if c["kind"] == "deliver" and c["by"] == "api" and units & lines(c["detail"]["rows"])
            if found.orders[c["id"]]["order_no"] == number
        ]
        sent = f"{text!r} to {number}"
        others = _twins(found, text)
    else:
        gone = [
            c
            for c in found.changes
            if c["kind"] == "ticket_reply" and c["by"] == "api" and c["detail"]["text"] == text
        ]
        sent, others = repr(text), sum(w.text == text for w in found.record.wrote) > 1
    claims = shown.text.startswith("✅") or "\n✅ Sent" in shown.text
    denies = any(word in shown.text for word in _NOTHING)
    if claims and not gone:
        yield f"UNTRUE: {shown.person} reads that {sent} went out: {shown.text!r}"
    if denies and gone and not others:
        yield f"UNTRUE: {shown.person} reads that {sent} did not go out: {shown.text!r}"


def _twins(found: Evidence, text: str) -> bool:
    """Say whether units of this paste were pasted more than once: then one of them may be there."""
    units = set(text.split("\n"))
    return sum(bool(units & set(w.units)) for w in found.record.wrote) > 1
