"""/balance: what the marketplace says, and what the known orders add to it."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

from tests.support.world import ANN, World

from .test_report import sold


async def test_the_balance_says_what_came_in_and_what_waits_for_a_receipt(world: World) -> None:
    def paid(at: datetime, amount: str, **more: Any) -> Awaitable[None]:
        return sold(world, at, amount, delivered_units=2, **more)

    today, long_ago = world.now, world.now - timedelta(days=9)
    confirmed = "receipt_confirmed_order"
    await paid(today, "10.00", supplier_income_recorded=True)
    await paid(long_ago, "0.10")
    await paid(long_ago, "0.20")
    await paid(long_ago, "1.00", status=confirmed, receipt_confirmed_at=today.isoformat())
    await paid(long_ago, "2.00", status=confirmed, receipt_confirmed_at=long_ago.isoformat())
    await paid(today, "4.00", status="refunded_order")
    await paid(today, "5.00", status="pending_order", payment_status="pending_payment")
    await world.says(ANN, "/balance")
    text = (await world.last(ANN))["text"]
    assert "Sold since yesterday: $10.00, 1 order\n" in text
    assert "Receipts confirmed since yesterday: $1.00, 1 order\n" in text
    assert "⏳ Waits for the buyers' receipt: $10.30, 3 orders · not booked yet: $0.30" in text


async def test_what_is_not_read_yet_is_said(world: World) -> None:
    await world.looked("orders", "some")
    await world.says(ANN, "/balance")
    assert "Older orders are still being read" in (await world.last(ANN))["text"]
    await world.looked("orders", "nothing")
    await world.says(ANN, "/balance")
    text = (await world.last(ANN))["text"]
    assert "were not looked at yet" in text
    assert "Sold since" not in text
