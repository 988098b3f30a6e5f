"""100,000 lines of stock: how long they take beside the calls alone, and what memory they take."""

from __future__ import annotations

import base64
import statistics
import time
from typing import Any

import httpx
import psutil

from .figures import Figure
from .practice import Bot, Shop, practice_shop, running, until

_LINES = 100_000
_PIECE = 200
_CALL_SECONDS = 0.05
_BARE = 40  # calls that are made without the bot, to see how long one takes
_MOST_TIMES = 1.5
_MOST_MORE = 50.0
_MEGABYTE = 1024 * 1024


def measure() -> list[Figure]:
    """Import a file of 100,000 accounts while a call takes 50 ms, and watch the process."""
    with practice_shop() as (shop, folder):
        shop.market(
            "faults",
            operation="append_product_accounts",
            kind="latency",
            times=None,
            seconds=_CALL_SECONDS,
        )
        product, other = [each["product_id"] for each in _products(shop)[:2]]
        bot = Bot(shop, folder, [1001], SUPPLIER_CALLS_PER_MINUTE="6000", POLL_SECONDS="5")
        with running(bot):
            process = psutil.Process(bot.pid)
            prompt = _said(shop, f"/stock {product}", "Paste the accounts")
            before = most = process.memory_info().rss
            began = time.monotonic()
            content = base64.b64encode(_lines("user", _LINES)).decode()
            shop.telegram("file", **{"as": "ann", "name": "stock.txt", "content_base64": content})

            def shows(label: str, word: str) -> Any:
                nonlocal most
                most = max(most, process.memory_info().rss)
                return _message(shop, prompt["message_id"], label, word)

            preview = until(
                lambda: shows("Send 100,000", ""), seconds=120, waiting_for="the preview"
            )
            read = time.monotonic() - began
            began = time.monotonic()
            body = {"as": "ann", "message_id": preview["message_id"], "label": "Send 100,000"}
            shop.telegram("press", **body)
            until(lambda: shows("", "accounts added by"), seconds=300, waiting_for="all of it")
            took = time.monotonic() - began
            calls = _bare(shop, other) * _LINES / _PIECE
            stock = next(p["stock"] for p in _products(shop) if p["product_id"] == product)
    assert stock == _LINES, f"{stock} accounts are in the pool"
    return [
        Figure(
            "stock: 100,000 lines beside their calls alone", took / calls, "times", _MOST_TIMES, 2
        ),
        Figure("stock: they took", took, "s"),
        Figure("stock: the calls alone", calls, "s"),
        Figure("stock: from the file to its preview", read, "s"),
        Figure("stock: more memory at the most", (most - before) / _MEGABYTE, "MB", _MOST_MORE),
    ]


def _products(shop: Shop) -> list[Any]:
    return list(shop.call("GET", "/market/control/state")["products"])


def _lines(name: str, count: int) -> bytes:
    return "\n".join(f"{name}{at:06}@shop.example:Secret-{at:06}" for at in range(count)).encode()


def _said(shop: Shop, text: str, answer: str) -> Any:
    sent = shop.telegram("send", **{"as": "ann", "text": text})["message_id"]
    return until(lambda: _message(shop, sent, "", answer), seconds=20, waiting_for=answer)


def _message(shop: Shop, after: int, label: str, word: str) -> Any:
    for message in shop.call("GET", f"/telegram/control/chat?as=ann&after={after}")["items"]:
        buttons = [button["text"] for row in message.get("keyboard") or [] for button in row]
        if message["from"] == "bot" and word in message["text"] and (not label or label in buttons):
            return message
    return None


def _bare(shop: Shop, product_id: str) -> float:
    """Return how long one such call takes, in seconds: the median, each over a new connection."""
    url = f"{shop.url}/market/products/api/supplier/append-accounts/"
    took = []
    for number in range(_BARE):
        text = _lines(f"bare{number}-", _PIECE).decode()
        began = time.monotonic()
        answer = httpx.post(
            url,
            json={"product_id": product_id, "accounts_text": text},
            headers={"X-API-Key": "practice-key"},
            timeout=30,
            trust_env=False,
        )
        answer.raise_for_status()
        took.append(time.monotonic() - began)
    return statistics.median(took)
