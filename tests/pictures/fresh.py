"""What a fresh bot shows: pairing with it, and what comes when nobody looked for a while."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.practice import Bot, Shop, running, until

from .scenes import scene
from .studio import Studio, by_id

_REMINDING = Path(__file__).with_name("reminding.py")


def _fresh(studio: Studio) -> Studio:
    """Return a studio with a shop and a bot of its own, to which Ann is paired."""
    if studio.fresh is None:
        shop = Shop()
        studio.keep.callback(shop.close)
        shop.reset()
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
def locked(studio: Studio) -> None:
    fresh = _fresh(studio)
    order = fresh.order("YouTube")
    card = fresh.card(order)
    code = re.findall(r"^Lock code: (\S+)$", fresh.bot_said(), re.MULTILINE)[-1]
    fresh.ben.send(f"/lock {code}")
    fresh.take(fresh.ann.sees_in(card, "Locked"))
