"""Fifty chats, of which one hangs, one has blocked the bot, one is throttled: no other waits."""

from __future__ import annotations

import time
from typing import Any

from .figures import Figure, percentile
from .practice import Bot, Shop, began, ended, practice_shop, running, until
from .push import order_placed

_CHATS = 50
_ORDERS = 6
# A chat gets one message a second at most, all together thirty: this is not what is measured.
_BETWEEN = 5.0
_MOST_TIMES = 1.5
_MOST_MORE = 20.0


def measure() -> list[Figure]:
    """The same orders twice, in one run of the bot: first all is well, then three chats are not."""
    with practice_shop() as (shop, folder):
        owners = shop.crowd(_CHATS)
        bot = Bot(shop, folder, owners, POLL_SECONDS="1", SUPPLIER_CALLS_PER_MINUTE="600")
        with running(bot):
            others = set(owners[3:])
            well = _orders(shop, others)
            hangs, blocks, floods = owners[:3]
            _fault(shop, kind="hang", chat=hangs, seconds=120)
            shop.telegram("block", **{"as": blocks})
            _fault(shop, kind="throttle", chat=floods, retry_after=3)
            troubled = _orders(shop, others)
            shop.call("DELETE", "/telegram/control/faults")
            shop.telegram("faults/release")
    before, after = percentile(well, 0.99), percentile(troubled, 0.99)
    # Whichever allows more: half as much again, or twenty milliseconds.
    most = max(_MOST_TIMES * before, before + _MOST_MORE)
    return [
        Figure("crowd: 99th percentile of 47 chats, all is well", before, "ms"),
        Figure("crowd: the same while three others are in trouble", after, "ms", round(most, 1)),
        Figure("crowd: the second against the first", after / before, "x", digits=2),
    ]


def _fault(shop: Shop, **fault: Any) -> None:
    body = {"method": "*", "times": None, **fault}
    shop.http.post("/telegram/control/faults", json=body).raise_for_status()


def _orders(shop: Shop, chats: set[int]) -> list[float]:
    """Place orders one after another; return, for each chat, how long after the poll it heard."""
    took: list[float] = []
    for _ in range(_ORDERS):
        time.sleep(_BETWEEN)
        told = max(call["n"] for call in shop.telegram_calls())
        asked = len(shop.market_calls())
        order = shop.market("orders")
        placed = began(order_placed(shop, order["order_id"]))
        number = order["order_no"]

        def heard(told: int = told, number: str = number) -> dict[int, float]:
            calls = shop.telegram_calls("sendMessage", told)
            found = {
                int(call["params"]["chat_id"]): ended(call)
                for call in calls
                if call["ok"] and "seconds" in call and number in call["params"].get("text", "")
            }
            return found if chats <= set(found) else {}

        ends = until(heard, seconds=30, waiting_for="47 pushes", every=0.5)
        look = min(
            began(call)
            for call in shop.market_calls(asked)
            if call["operation"] == "list_orders" and began(call) >= placed
        )
        took += [1000 * (ends[chat] - look) for chat in chats]
    return took
