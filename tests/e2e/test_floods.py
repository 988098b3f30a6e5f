"""Floods, end to end: few messages, every number named, never faster than Telegram allows."""

from __future__ import annotations

from pathlib import Path

from .collector import Collector, numbers_of
from .practice import Bot, Shop, Someone, running, shown


def test_the_orders_of_a_night_are_few_messages_that_name_them_all(
    shop: Shop, ann: Someone, ben: Someone, tmp_path: Path
) -> None:
    bot = Bot(shop, tmp_path)
    with running(bot):
        ann.sees("atching")
        ben.sees("atching")
    collector = Collector(shop, ann, ben)
    placed = shop.market("orders/bulk", count=1000, paid=True, brief=True)["items"]
    collector.expect(*numbers_of(placed))
    with running(bot):
        collector.settle(seconds=120)
        for person in (ann, ben):
            assert len(collector.messages(person)) <= 14
            assert any("new orders, $" in shown(message) for message in person.from_bot())
    refused = [call for call in shop.telegram_calls() if call["code"] == 429]
    assert refused == []


def test_a_steady_stream_meets_no_429(shop: Shop, bot: Bot, ann: Someone) -> None:
    orders = []
    for _ in range(4):
        orders.append(shop.market("orders"))
        ann.send("/menu")
        ann.send("/orders")
    for order in orders:
        ann.sees(order["order_no"], seconds=40)
    assert [call for call in shop.telegram_calls() if call["code"] == 429] == []
