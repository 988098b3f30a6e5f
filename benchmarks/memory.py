"""Resident memory with 1,000 known orders, then 1,000 pushes, then somebody who reads Russian."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import psutil

from .figures import Figure
from .practice import Bot, Shop, practice_shop, running, until

_ORDERS = 1_000
# Few orders to many people: more at once would become digests, and one chat gets about one
# message a second.
_OWNERS = 200
_VERA = 1999  # reads Russian, which the bot does not know before she writes
_NEWS = 5
_MOST_MEGABYTES = 140.0
_MOST_MORE = 10.0
_MOST_A_LANGUAGE = 6.0
_MEGABYTE = 1024 * 1024


def measure() -> list[Figure]:
    """Measure before and after, and all the time between."""
    with practice_shop() as (shop, folder):
        shop.market("orders/bulk", count=_ORDERS, step=60, brief=True)
        owners = [*shop.crowd(_OWNERS - 1), _VERA]
        shop.telegram("people", name="vera", id=_VERA, started=True, language="ru")
        bot = Bot(shop, folder, owners, POLL_SECONDS="1", SUPPLIER_CALLS_PER_MINUTE="600")
        with running(bot):
            until(lambda: _known(folder) >= _ORDERS, seconds=90, waiting_for="1,000 known orders")
            bot.settled(120)
            process = psutil.Process(bot.pid)
            before = _resident(process)
            pushes = _push(shop, process)
            bot.settled()
            after = _resident(process)
            _speak_russian(shop)
            bot.settled()
            bilingual = _resident(process)
    assert pushes.count == _NEWS * _OWNERS, pushes
    return [
        Figure("memory: 1,000 known orders", before, "MB", _MOST_MEGABYTES),
        Figure("memory: more after 1,000 pushes", after - before, "MB", _MOST_MORE),
        Figure("memory: more with a second language", bilingual - after, "MB", _MOST_A_LANGUAGE),
        Figure("memory: the most during the pushes", pushes.most, "MB"),
        Figure("memory: the pushes took", pushes.seconds, "s"),
    ]


def _speak_russian(shop: Shop) -> None:
    """Have an owner whose app is in Russian ask for what is drawn with the most of a language."""
    since = max(call["n"] for call in shop.telegram_calls())
    for text in ("/orders", "/health"):
        shop.telegram("send", **{"as": "vera", "text": text})

    def answered() -> bool:
        calls = shop.telegram_calls("sendMessage", since)
        said = [call for call in calls if str(call["params"].get("chat_id")) == str(_VERA)]
        return len(said) > 1

    until(answered, seconds=30, waiting_for="answers in Russian")


class _Pushes:
    def __init__(self, most: float) -> None:
        self.most = most
        self.count = 0
        self.seconds = 0.0


def _push(shop: Shop, process: psutil.Process) -> _Pushes:
    """Place the orders and wait until everyone has a card of each."""
    since = max(call["n"] for call in shop.telegram_calls())
    done = _Pushes(_resident(process))
    began = time.monotonic()
    shop.market("orders/bulk", count=_NEWS, step=0, brief=True)

    def all_there() -> bool:
        done.most = max(done.most, _resident(process))
        done.count = sum(bool(call["ok"]) for call in shop.telegram_calls("sendMessage", since))
        return done.count >= _NEWS * _OWNERS

    until(all_there, seconds=240, waiting_for="1,000 pushes", every=1)
    done.seconds = time.monotonic() - began
    return done


def _known(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "supplier-bot.db", timeout=5)) as db:
        return int(db.execute("SELECT count(*) FROM orders").fetchone()[0])


def _resident(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / _MEGABYTE
