"""What a fresh bot shows: pairing with it, and what comes when nobody looked for a while."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.practice import Bot, Shop, running, until

from .scenes import scene
from .studio import Studio, by_id

_REMINDING = Path(__file__).with_name("reminding.py")


def _had_a_yesterday(shop: Shop) -> None:
    """Let orders have come the day before, which the pool has delivered."""
    before = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    for title, count in (("Disney", 2), ("Spotify", 3)):
        [found] = [each for each in shop.state()["products"] if title in each["title"]]
        of_it = {"product_id": found["product_id"], "created_at": before}
        shop.market("orders/bulk", count=count, step=60.0, **of_it)
    until(lambda: all(each["delivered_rows"] for each in shop.state()["orders"]))


def _fresh(studio: Studio) -> Studio:
    """Return a studio with a shop and a bot of its own, to which Ann is paired."""
    if studio.fresh is None:
        shop = Shop()
        studio.keep.callback(shop.close)
        shop.reset()
        _had_a_yesterday(shop)
        state = Path(studio.keep.enter_context(TemporaryDirectory(prefix="supplier-bot-fresh-")))
        bot = Bot(shop, state, OWNER_IDS="")
        bot.command = [sys.executable, str(_REMINDING), "run"]
        studio.keep.enter_context(running(bot))
        found = until(lambda: re.findall(r"^Pairing code: (\w+)$", bot.said(), re.MULTILINE))
        ann = shop.person("ann")
        wrote = ann.send(f"/start {found[-1]}")
        ann.sees("Welcome", after=wrote)
        studio.fresh = replace(
            studio,
            shop=shop,
            ann=ann,
            ben=shop.person("ben"),
            windows={},
            first=wrote,
            bot_said=bot.said,
        )
    studio.fresh.name = studio.name
    return studio.fresh


@scene
def pairing(studio: Studio) -> None:
    fresh = _fresh(studio)
    fresh.take(by_id(fresh.first), fresh.ann.sees("Welcome", after=fresh.first))


@scene
def low_stock(studio: Studio) -> None:
    fresh = _fresh(studio)
    looks = len(fresh.shop.api_calls("list_products"))
    until(lambda: len(fresh.shop.api_calls("list_products")) > looks + 1)
    card = fresh.card(fresh.order("Disney", quantity=3), "3 of 3 delivered")
    fresh.take(fresh.ann.sees("Disney", "⚠️", "Add accounts", after=card["message_id"]))


@scene
def reminder(studio: Studio) -> None:
    fresh = _fresh(studio)
    order = fresh.order("Netflix")
    fresh.card(order, "0 of 1 delivered")
    fresh.shop.market("tickets", order_id=order["order_id"], title="Hello?", text="Are you there?")
    fresh.take(fresh.ann.sees("1 order", "1 ticket", "Snooze"))


@scene
def digest(studio: Studio) -> None:
    fresh = _fresh(studio)
    fresh.shop.market("orders/bulk", count=14, step=37.0)
    fresh.take(fresh.ann.sees("new orders", "TK"))


@scene
def summary(studio: Studio) -> None:
    fresh = _fresh(studio)
    card = fresh.ann.sees("Settings", "Summary", after=fresh.ann.send("/settings"))
    fresh.ann.press(card, "Summary")
    fresh.ann.press(fresh.ann.sees_in(card, "Summary: off", "08:00"), "08:00")
    fresh.take(fresh.ann.sees("Yesterday", "Revenue", after=card["message_id"]))


@scene
def locked(studio: Studio) -> None:
    fresh = _fresh(studio)
    order = fresh.order("YouTube")
    card = fresh.card(order)
    code = re.findall(r"^Lock code: (\S+)$", fresh.bot_said(), re.MULTILINE)[-1]
    fresh.ben.send(f"/lock {code}")
    fresh.take(fresh.ann.sees_in(card, "Locked"))
