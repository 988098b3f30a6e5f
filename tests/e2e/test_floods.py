"""Floods, end to end: few messages, every number named, never faster than Telegram allows."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .practice import Bot, Shop, Someone, running, shown, until


def test_the_orders_of_a_night_are_few_messages_that_name_them_all(
    shop: Shop, ann: Someone, ben: Someone, tmp_path: Path
) -> None:
    bot = Bot(shop, tmp_path)
    with running(bot):
        ann.sees("atching")
        ben.sees("atching")
    before = {person.name: len(person.from_bot()) for person in (ann, ben)}
    placed = shop.market("orders/bulk", count=300, paid=True, brief=True)["items"]
    numbers = {order["order_no"] for order in placed}
    with running(bot):
        for person in (ann, ben):
            until(partial(_names_all, person, numbers), seconds=60, why=bot.said)
            assert len(person.from_bot()) - before[person.name] <= 14
            assert any("new orders, $" in shown(message) for message in person.from_bot())
    refused = [call for call in shop.telegram_calls() if call["code"] == 429]
    assert refused == []


def _names_all(person: Someone, numbers: set[str]) -> bool:
    return numbers <= {word for message in person.from_bot() for word in shown(message).split()}


def test_a_steady_stream_meets_no_429(shop: Shop, bot: Bot, ann: Someone) -> None:
    orders = []
    for _ in range(4):
        orders.append(shop.market("orders"))
        ann.send("/menu")
        ann.send("/orders")
    for order in orders:
        ann.sees(order["order_no"], seconds=40)
    assert [call for call in shop.telegram_calls() if call["code"] == 429] == []
