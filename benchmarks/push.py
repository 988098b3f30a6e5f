"""From an order placed to its push at the last of ten people, without the wait for the poll."""

from __future__ import annotations

import random
import time
from statistics import median
from typing import Any

from .figures import Figure
from .practice import Bot, Shop, began, ended, practice_shop, running, until

_ORDERS = 15
_OWNERS = 10
_MOST_MILLISECONDS = 200.0
# The bot keeps Telegram's pace of one message a second in a chat: this is not what is measured.
_BETWEEN = 4.0


def measure() -> list[Figure]:
    """Orders come at any moment between two polls."""
    chance = random.Random(7)  # noqa: S311 - when orders come, the same each time
    with practice_shop() as (shop, folder):
        shop.market("orders/bulk", count=10, step=60, brief=True)
        owners = shop.crowd(_OWNERS)
        bot = Bot(shop, folder, owners, POLL_SECONDS="1", SUPPLIER_CALLS_PER_MINUTE="600")
        pushes: list[float] = []
        waits: list[float] = []
        with running(bot):
            for _ in range(_ORDERS):
                time.sleep(_BETWEEN + chance.random())
                waited, pushed = _one(shop)
                waits.append(waited)
                pushes.append(pushed)
        bare = _bare(shop, owners)
    return [
        Figure(
            "push: from the poll to the last of ten, median of 15",
            1000 * median(pushes),
            "ms",
            _MOST_MILLISECONDS,
        ),
        Figure("push: the slowest of the 15", 1000 * max(pushes), "ms", _MOST_MILLISECONDS),
        Figure("push: the longest wait for the poll, every 1 s", 1000 * max(waits), "ms"),
        Figure("push: ten bare sendMessage, one after another", 1000 * median(bare), "ms"),
        Figure("push: median against that", median(pushes) / median(bare), "x"),
    ]


def _one(shop: Shop) -> tuple[float, float]:
    """Place an order; return the wait until the poll, and from the poll to the last push."""
    told = max(call["n"] for call in shop.telegram_calls())
    asked = len(shop.market_calls())
    order = shop.market("orders")
    placed = began(order_placed(shop, order["order_id"]))

    def all_told() -> list[Any]:
        calls = shop.telegram_calls("sendMessage", told)
        whole = [c for c in calls if c["ok"] and "seconds" in c]
        good = [c for c in whole if order["order_no"] in c["params"].get("text", "")]
        return good if len(good) >= _OWNERS else []

    # Looking is work for the practice shop too: not often.
    sends = until(all_told, seconds=20, waiting_for="ten pushes", every=0.5)
    # A later page is the sweep's, which looks for what is old: no new order stands there.
    looks = [
        began(call)
        for call in shop.market_calls(asked)
        if call["operation"] == "list_orders"
        and str(call["query"]["page"]) == "1"
        and began(call) >= placed
    ]
    return min(looks) - placed, max(map(ended, sends)) - min(looks)


def order_placed(shop: Shop, order_id: str) -> Any:
    """Return the change that placed an order: it knows the moment to the microsecond."""
    changes = shop.call("GET", "/market/control/changes")["items"]
    return next(c for c in changes if c["kind"] == "order_created" and c["id"] == order_id)


def _bare(shop: Shop, owners: list[int]) -> list[float]:
    took = []
    for _ in range(5):
        time.sleep(1.1)
        from_here = time.monotonic()
        for owner in owners:
            shop.bot_api("sendMessage", chat_id=owner, text="bare")
        took.append(time.monotonic() - from_here)
    return took
