"""When nothing happens: how often the marketplace is asked, and what it costs."""

from __future__ import annotations

import time
from collections import defaultdict

import psutil

from .figures import Figure
from .practice import ANN, Bot, Shop, began, practice_shop, running

_CALL_SECONDS = 20
_CPU_SECONDS = 30
_INTERVAL = 1.0
# One look at each list every interval; the sweep adds a page of each every ten.
_MOST_LOOKS = 1.0
_MOST_SWEPT = _CALL_SECONDS / (10 * _INTERVAL)
_MOST_CPU = 2.0  # per cent of one core
_LISTS = ("list_orders", "list_tickets")
# A page of the products is read once a minute.
_MOST_PRODUCTS = 1


def measure() -> list[Figure]:
    """Both lists fit one page; Telegram is silent too."""
    with practice_shop() as (shop, folder):
        for order in shop.market("orders/bulk", count=12, step=60)["items"][:3]:
            shop.market("tickets", order_id=order["order_id"])
        every_second = Bot(
            shop, folder, [ANN], POLL_SECONDS=f"{_INTERVAL:g}", SUPPLIER_CALLS_PER_MINUTE="600"
        )
        with running(every_second):
            calls = _calls(shop)
        with running(Bot(shop, folder, [ANN])) as as_it_comes:
            cpu = _cpu(as_it_comes)
    products = len(calls.pop("list_products", []))
    more = sum(len(times) for operation, times in calls.items() if operation not in _LISTS)
    return [
        *(figure for name in _LISTS for figure in _of_a_list(name, calls[name])),
        Figure(f"idle: list_products in {_CALL_SECONDS} s", products, "calls", _MOST_PRODUCTS, 0),
        Figure("idle: other calls", more, "calls", 0, 0),
        Figure("idle: CPU at POLL_SECONDS=5, over 30 s", cpu, "%", _MOST_CPU, 2),
    ]


def _calls(shop: Shop) -> dict[str, list[float]]:
    """Return when each operation was called."""
    before = len(shop.market_calls())
    time.sleep(_CALL_SECONDS)
    calls: dict[str, list[float]] = defaultdict(list)
    for call in shop.market_calls(before):
        calls[str(call["operation"])].append(began(call))
    return calls


def _of_a_list(name: str, times: list[float]) -> list[Figure]:
    """Tell the looks from the pages of the sweep: a look begins an interval after the last one."""
    assert len(times) > _CALL_SECONDS / 2, f"only {len(times)} calls"
    looks = times[:1]
    for at in times:
        if at - looks[-1] > 0.9 * _INTERVAL:
            looks.append(at)
    each = (len(looks) - 1) * _INTERVAL / (looks[-1] - looks[0])
    swept = len(times) - len(looks)
    return [
        Figure(f"idle: looks at {name} for each interval", each, "", _MOST_LOOKS, 2),
        Figure(f"idle: {name} for the sweep in {_CALL_SECONDS} s", swept, "calls", _MOST_SWEPT, 0),
    ]


def _cpu(bot: Bot) -> float:
    process = psutil.Process(bot.pid)
    before, began = process.cpu_times(), time.monotonic()
    time.sleep(_CPU_SECONDS)
    after, took = process.cpu_times(), time.monotonic() - began
    return 100 * (after.user + after.system - before.user - before.system) / took
