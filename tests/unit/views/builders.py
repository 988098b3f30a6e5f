"""Orders, tickets, readers and intents for the views' tests, and a way to look at a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.model.facts import Reader
from bot.model.intent import (
    AnyPlan,
    DeliverPlan,
    Intent,
    Kind,
    Outcome,
    RefundPlan,
    ReplacePlan,
    ReplyPlan,
    State,
    StatusPlan,
)
from bot.model.order import Order
from bot.model.outgoing import Outgoing
from bot.model.person import Act
from bot.model.ticket import Ticket
from bot.views.words import units

NOW = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
EVERYTHING = frozenset(Act)
SEEING = frozenset({Act.SEE})


def reader(
    acts: frozenset[Act] = EVERYTHING,
    language: str = "en",
    zone: str = "UTC",
    currency: str = "USD",
) -> Reader:
    return Reader(1, language, ZoneInfo(zone), acts, currency)


def order(**changed: Any) -> Order:
    product = {"title": "Netflix Premium 1 month", "warranty_period_days": "2"}
    wire = {
        "order_id": "69ac",
        "order_no": "TK1772446511113",
        "buyer_id": "64f1aaaaaaaa9ac2",
        "quantity": 2,
        "delivered_units": 0,
        "total_amount": "88.01",
        "coupon_code": "DISCOUNT10",
        "coupon_discount": "9.99",
        "status": "pending_order",
        "payment_status": "completed_payment",
        "payment_method": "balance",
        "created_at": "2026-11-23T12:04:00Z",
        "product": product | changed.pop("product", {}),
    }
    return Order.model_validate(wire | changed)


def ticket(**changed: Any) -> Ticket:
    wire = {
        "ticket_id": "t1",
        "ticket_no": "TKT1772446599001",
        "order_id": "69ac",
        "buyer_id": "64f1aaaaaaaa9ac2",
        "title": "",
        "description": "Wrong password on the second one",
        "status": "open",
        "created_at": "2026-11-23T12:31:00Z",
    }
    return Ticket.model_validate(wire | changed)


_KINDS: dict[type, Kind] = {
    DeliverPlan: Kind.DELIVER,
    RefundPlan: Kind.REFUND,
    ReplyPlan: Kind.REPLY,
    StatusPlan: Kind.STATUS,
    ReplacePlan: Kind.REPLACE,
}


def intent(plan: AnyPlan, state: State, **changed: Any) -> Intent:
    kind = _KINDS[type(plan)]
    return Intent(
        id=7,
        shop_id=1,
        kind=kind,
        subject_kind="ticket" if kind is Kind.REPLY else "order",
        subject_id="t1" if kind is Kind.REPLY else "69ac",
        state=state,
        plan=plan,
        chat_id=1,
        proposed_by=1,
        created_at=NOW,
        expires_at=NOW + timedelta(minutes=30),
        **changed,
    )


def delivery(*goods: str, owed: int = 2, **changed: Any) -> DeliverPlan:
    plan = DeliverPlan(
        units=tuple(SecretStr(unit) for unit in goods), how="lines", owed=owed, delivered=0
    )
    return plan.model_copy(update=changed)


def reply(text: str, *, needs_tap: bool = False) -> ReplyPlan:
    return ReplyPlan(text=SecretStr(text), seen="digest", needs_tap=needs_tap)


def refused(reason: str = "", said: str = "", **more: Any) -> dict[str, Any]:
    return {"state": State.REFUSED, "outcome": Outcome(reason=reason, said=said, **more)}


def seen(message: Outgoing) -> str:
    """Return a message as one sees it: its text, then a line of buttons a row."""
    rows = ["".join(f"[{button.label}]" for button in row) for row in message.keyboard]
    return "\n".join([message.text, *rows])


def presses(message: Outgoing) -> list[str]:
    return [button.data for row in message.keyboard for button in row]


def inside(message: Outgoing, kind: str) -> list[str]:
    """Return the pieces of the text that entities of ``kind`` cover."""
    raw = message.text.encode("utf-16-le")
    return [
        raw[2 * each.offset : 2 * (each.offset + each.length)].decode("utf-16-le")
        for each in message.entities
        if each.type == kind
    ]


def assert_telegram_takes(message: Outgoing) -> None:
    """Check everything that Telegram checks of a text message with buttons."""
    length = units(message.text)
    assert 1 <= length <= 4096
    assert message.text == message.text.strip()
    raw = message.text.encode("utf-16-le")  # raises for half a surrogate pair
    assert len(message.entities) <= 100
    for entity in message.entities:
        assert entity.offset >= 0
        assert entity.length > 0
        assert entity.offset + entity.length <= length
        raw[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
    assert sum(len(row) for row in message.keyboard) <= 100
    for row in message.keyboard:
        assert 1 <= len(row) <= 8
        for button in row:
            assert 1 <= units(button.label) <= 64
            assert bool(button.data) is not bool(button.copies)
            assert len(button.data.encode()) <= 64
            assert len(button.copies) <= 256
