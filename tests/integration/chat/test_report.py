"""/report: what was sold, from the known orders, by the person's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bot.desk import reports
from bot.model.order import Order
from bot.model.person import Role
from bot.store import preferences, sales, tickets
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


async def test_amounts_are_added_exactly_however_they_are_written(world: World) -> None:
    for _ in range(30):
        await sold(world, world.now, "0.10")
    for odd in ("0.001", "0.001", "12345678901234567.89", "-0.30", "5"):
        await sold(world, world.now, odd)
    await sold(world, world.now, "0.002", status="refunded_order")
    await sold(world, world.now, None)
    async with world.store.read() as tx:
        day = timedelta(days=1)
        found = await sales.between(tx, world.shop_id, world.now - day, world.now + day)
    assert (found.orders, found.unpriced, found.refunded) == (37, 1, Decimal("0.002"))
    assert found.revenue == Decimal("12345678901234575.592")


async def test_any_days_can_be_asked_for_and_what_is_none_gets_an_example(world: World) -> None:
    await sold(world, world.now.replace(day=2), "1.00")
    await world.says(ANN, "/report 1 Nov - 15 Nov")
    first = await world.last(ANN)
    assert first["text"].startswith("1 Nov – 15 Nov · ")
    assert "1 paid order" in first["text"]
    await world.says(ANN, "/report whenever")
    assert "like 2026-10-01 - 2026-10-15" in (await world.last(ANN))["text"]
    await world.presses(ANN, first, "Other days")
    await world.says(ANN, "40 Nov")
    await world.says(ANN, "2026-10")
    october = await world.last(ANN)
    assert october["text"].startswith("1 Oct – 31 Oct · ")
    await world.presses(ANN, first, "Export")
    card = next(m for m in await world.chat(ANN) if m["message_id"] == first["message_id"])
    assert "Orders · 1 Nov – 15 Nov" in card["text"]


async def test_how_long_it_took_is_told_where_it_was_seen(world: World) -> None:
    for minutes in (10, 30, 20):
        order_id = await world.order(quantity=1)
        ticket_id = await world.ticket(order_id, "Help")
        world.clock.advance(minutes * 60)
        await world.control(f"/orders/{order_id}/deliver", rows=["anna:Secret"])
        await world.see_order(order_id)
        async with world.store.write() as tx:
            await tickets.add_text(
                *(tx, world.shop_id, ticket_id, "Sorry"), author="us", person_id=ANN, now=world.now
            )
    await sold(world, world.now, "1.00")  # delivered before anyone looked
    await world.says(ANN, "/report")
    text = (await world.last(ANN))["text"]
    assert "Half of 3 orders were delivered within 20 minutes" in text
    assert "Half of 3 tickets were answered within 20 minutes" in text


async def test_a_chart_is_a_picture_of_its_own(world: World) -> None:
    await sold(world, world.now, "88.01")
    await world.says(ANN, "/report")
    report = await world.last(ANN)
    # Of these seven days one alone is known.
    await world.presses(ANN, report, "7 days")
    await world.presses(ANN, report, "Chart")
    sent = await world.last(ANN)
    assert (sent["kind"], sent["file"]["width"], sent["file"]["height"]) == ("photo", 1080, 1080)
    assert sent["caption"] == "23 Nov · 12:04\nEach bar is an hour."
    assert [path for path in world.store.spool.folder.iterdir() if path.is_file()] == []


async def test_a_chart_that_does_not_come_in_time_is_said_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_CHART_SECONDS", 0.0)
    await sold(world, world.now, "88.01")
    await world.says(ANN, "/report")
    report = await world.last(ANN)
    await world.presses(ANN, report, "Chart")
    assert "could not be drawn" in (await world.last(ANN))["text"]
    assert list(world.store.spool.folder.iterdir()) == []
    await world.forges(ANN, report["message_id"], "ch:before")
    assert "nothing to draw" in (await world.last(ANN))["text"]
