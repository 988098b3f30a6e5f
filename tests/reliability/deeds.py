"""Nothing is done twice, and no unit is sold twice unnoticed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from .evidence import Evidence


def done_twice(found: Evidence) -> Iterator[str]:
    """Every change of ours goes back to one confirmed press, and to one call."""
    for order_id, order in found.orders.items():
        number = order["order_no"]
        calls = found.calls_about("refund_order", order_id)
        pressed = {
            p.intent
            for presses in found.presses.values()
            for p in presses
            if p.confirms and p.label.startswith("Yes, refund") and number in p.text
        }
        done = found.by("refund", order_id)
        if len(done) > 1:
            yield f"TWICE: {number} refunded {len(done)} times"
        if len(calls) > len(pressed):
            yield f"TWICE: {len(calls)} refund calls of {number} for presses of {pressed}"
        yield from _deliveries(found, order_id, number)
    for ticket_id, ticket in found.tickets.items():
        yield from _replies(found, ticket_id, ticket["ticket_no"])


def _deliveries(found: Evidence, order_id: str, number: str) -> Iterator[str]:
    """Each call carries the units of one confirmed preview of this order, once each."""
    confirmed: Counter[tuple[str, ...]] = Counter()
    for presses in found.presses.values():
        press = presses[0]
        wrote = found.wrote.get(press.reply_to or 0)
        sends = [p for p in presses if p.confirms and p.data.count(":") > 1]
        if wrote is None or not sends or number not in press.text:
            continue
        for count in {int(p.data.rpartition(":")[2].partition(".")[0]) for p in sends}:
            # What is owed decides whether lines are units of their own or all of one.
            confirmed[wrote.lines if count == 1 else wrote.lines[:count]] += 1
    calls = Counter(
        tuple(_rows(call["body"].get("delivered_info")))
        for call in found.calls_about("update_delivered_info", order_id)
    )
    for rows, times in calls.items():
        allowed = sum(n for units, n in confirmed.items() if lines(rows) <= set(units))
        if times > allowed:
            yield f"TWICE: {times} calls delivered {rows} to {number}; {allowed} were confirmed"
    for change in found.by("deliver", order_id):
        if not any(lines(change["detail"]["rows"]) <= set(units) for units in confirmed):
            yield f"UNASKED: {number} got {change['detail']['rows']}"


def _rows(value: Any) -> list[str]:
    rows = json.loads(value) if isinstance(value, str) else value
    return [str(row) for row in rows or []]


def lines(rows: Iterable[str]) -> set[str]:
    return {line for row in rows for line in row.split("\n")}


def _replies(found: Evidence, ticket_id: str, number: str) -> Iterator[str]:
    """Each call carries what one person wrote, once; what looks like goods was confirmed, too."""
    texts = Counter(
        str(call["body"]["description"])
        for call in found.calls_about("update_ticket", ticket_id)
        if "description" in call["body"]
    )
    asked = Counter(
        wrote.text
        for wrote in found.record.wrote
        for intent in found.made_of(wrote)
        if intent.kind == "reply" and intent.subject_id == ticket_id
        if wrote.kind in {"reply", "price"} or found.was_tapped(intent)
    )
    for text, times in texts.items():
        if not asked[text]:
            yield f"UNASKED: {number} got {text!r}"
        elif times > asked[text]:
            yield f"TWICE: {text!r} was sent {times} times to {number}, of {asked[text]}"


def sold_twice(found: Evidence) -> Iterator[str]:
    """No unit goes to two orders, unless the one who sent it was told."""
    where: dict[str, list[Any]] = defaultdict(list)
    for change in found.changes:
        if change["kind"] == "deliver" and change["by"] == "api":
            for row in change["detail"]["rows"]:
                where[row].append(change["id"])
    for unit, orders in where.items():
        if len(set(orders)) < 2:
            continue
        first = found.orders[orders[0]]["order_no"]
        for order_id in orders[1:]:
            number = found.orders[order_id]["order_no"]
            told = any(
                p.confirms and number in p.text and "was delivered to order" in p.text
                for presses in found.presses.values()
                for p in presses
                if (wrote := found.wrote.get(p.reply_to or 0)) and lines([unit]) <= set(wrote.units)
            )
            if not told:
                yield f"SOLD TWICE: {unit} went to {first} and {number}, and nobody was told"
