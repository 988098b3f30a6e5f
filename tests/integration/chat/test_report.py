"""/report: what was sold, from the known orders, by the person's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from bot.model.order import Order
from bot.model.person import Role
from bot.store import preferences, sales
from bot.store.news import take_in_order
from tests.support.world import ANN, BEN, World, labels, shown


async def sold(
    world: World, at: datetime, amount: str | None, *, title: str = "Netflix", **more: object
) -> None:
    """Let an order be known that was placed then."""
    number = len(await world.rows("select order_id from orders"))
    wire = {
        "order_id": f"o{number}",
        "quantity": 2,
        "status": "completed_order",
        "payment_status": "completed_payment",
        "total_amount": amount,
        "product_id": title,
        "product": {"title": title},
        "created_at": at.isoformat(),
        **more,
    }
    async with world.store.write() as tx:
        await take_in_order(
            tx,
            world.shop_id,
            Order.model_validate(wire),
            looked_at=world.now,
            now=world.now,
            quiet=True,
        )


async def test_a_report_counts_what_was_paid_and_says_what_was_refunded(world: World) -> None:
    today, yesterday = world.now, world.now - timedelta(days=1)
    await sold(world, today, "88.01")
    await sold(world, today, "88.01")
    await sold(world, today, "0.10", title="Spotify")
    await sold(world, today, None, title="Spotify")
    await sold(world, today, "5.00", status="refunded_order")
    await sold(world, today, "7.00", status="refunded_order", payment_status="refunded_payment")
    await sold(world, today, "9.00", status="pending_order", payment_status="pending_payment")
    await sold(world, yesterday, "1000.00")
    await world.says(ANN, "/menu")
    menu = await world.last(ANN)
    await world.presses(ANN, menu, "Today's sales")
    report = await world.last(ANN)
    assert report["message_id"] == menu["message_id"]
    assert report["text"].split("\n")[1:] == [
        "6 paid orders · 8 units",
        "Revenue $176.12 · average $58.71",
        "↩️ 2 refunded ($12.00), 33.3 %",
        "1 not paid yet, not counted",
        "⚠️ 1 order says no amount: the revenue is without it",
        "1. Netflix × 4 · $176.02",
        "2. Spotify × 4 · $0.10",
    ]
    await world.presses(ANN, report, "Yesterday")
    assert "Revenue $1,000.00" in (await world.last(ANN))["text"]
    assert "· Yesterday ·" in labels(await world.last(ANN))
    await world.presses(ANN, report, "7 days")
    assert "7 paid orders" in (await world.last(ANN))["text"]


async def test_a_day_begins_when_the_persons_clock_says_so(world: World) -> None:
    await sold(world, world.now.replace(hour=2), "1.00")
    for word, count in (("", "1 paid order"), ("yesterday", "0 paid orders")):
        await world.says(ANN, f"/report {word}")
        assert count in (await world.last(ANN))["text"]
    async with world.store.write() as tx:
        await preferences.set_zone(tx, ANN, "America/New_York")
    for word, count in (("", "0 paid orders"), ("yesterday", "1 paid order"), ("30", "1 paid")):
        await world.says(ANN, f"/report {word}")
        assert count in (await world.last(ANN))["text"]


async def test_while_orders_are_read_the_report_says_what_it_is_made_of(world: World) -> None:
    await sold(world, world.now, "1.00")
    await world.looked("orders", "some")
    await world.says(ANN, "/report month")
    assert "1 are known so far, since 23 Nov" in (await world.last(ANN))["text"]
    await world.looked("orders", "nothing")
    await world.says(ANN, "/report month")
    assert "were not looked at yet" in (await world.last(ANN))["text"]
    await world.looked("orders")
    await world.says(ANN, "/report month")
    assert "Known since 23 Nov" in (await world.last(ANN))["text"]


async def test_only_an_owner_sees_what_is_earned(world: World) -> None:
    await world.becomes(BEN, Role.OPERATOR)
    await world.says(BEN, "/menu")
    menu = await world.last(BEN)
    assert "Today's sales" not in labels(menu)
    for ask in ("/report", None):
        if ask:
            await world.says(BEN, ask)
        else:
            await world.forges(BEN, menu["message_id"], "sr:month")
        assert "Your role" in shown(await world.last(BEN))


async def test_equal_amounts_are_added_exactly(world: World) -> None:
    for _ in range(30):
        await sold(world, world.now, "0.10")
    async with world.store.read() as tx:
        day = timedelta(days=1)
        found = await sales.between(tx, world.shop_id, world.now - day, world.now + day)
    assert (found.orders, found.revenue) == (30, Decimal("3.00"))
