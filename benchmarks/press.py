"""From a press to answerCallbackQuery, while an earlier press in that chat waits for a hang."""

from __future__ import annotations

import threading
import time
from statistics import median
from typing import Any

from .figures import Figure, percentile
from .practice import ANN, Bot, Shop, practice_shop, running, until

_ROUNDS = 3
_PRESSES = 100  # in each round
_EVERY = 0.1  # seconds: a round is over before the bot gives the hanging call up
_MOST_MILLISECONDS = 50.0


def measure() -> list[Figure]:
    """Each round refunds an order that hangs, and turns the pages of a list meanwhile."""
    with practice_shop() as (shop, folder):
        bare = _bare(shop)
        shop.market("orders/bulk", count=40, step=60, brief=True)
        took: list[float] = []
        with running(Bot(shop, folder, [ANN], SUPPLIER_CALLS_PER_MINUTE="600")) as bot:
            for _ in range(_ROUNDS):
                _refund_hangs(shop)
                took += _turn_pages(shop)
                hanging = [c for c in shop.market_calls() if c["operation"] == "refund_order"]
                assert hanging[-1]["status"] is None, "the hang ended before the presses did"
                shop.call("DELETE", "/market/control/faults")
                bot.settled()
    return [
        Figure(
            f"press: to its answer, 99th percentile of {len(took)}",
            1000 * percentile(took, 0.99),
            "ms",
            _MOST_MILLISECONDS,
        ),
        Figure("press: median", 1000 * median(took), "ms"),
        Figure("press: the slowest", 1000 * max(took), "ms"),
        Figure("press: a bare loop that only answers, 99th", 1000 * percentile(bare, 0.99), "ms"),
        Figure("press: a bare loop, median", 1000 * median(bare), "ms"),
        Figure("press: median against that", median(took) / median(bare), "x"),
    ]


def _seconds(shop: Shop, presses: list[str]) -> list[float]:
    answers = [shop.call("GET", f"/telegram/control/callbacks/{name}?wait=10") for name in presses]
    assert all(answer["answered"] for answer in answers), "a press was never answered"
    return [float(answer["seconds"]) for answer in answers]


def _press(shop: Shop, message: Any, label: str) -> str:
    body = {"as": "ann", "message_id": message["message_id"], "label": label}
    return str(shop.telegram("press", **body)["callback_id"])


def _refund_hangs(shop: Shop) -> None:
    """Confirm a refund of a new order, and wait until that call hangs."""
    order = shop.market("orders")
    card = until(
        lambda: _card(shop, order["order_no"], "Refund"), seconds=20, waiting_for="the card"
    )
    _press(shop, card, "Refund")
    asked = until(
        lambda: _card(shop, order["order_no"], "Yes, refund"),
        seconds=20,
        waiting_for="the question",
    )
    before = len(shop.market_calls())
    shop.market("faults", operation="refund_order", kind="hang_before", times=None, seconds=120)
    _press(shop, asked, "Yes, refund")
    until(
        lambda: [c for c in shop.market_calls(before) if c["operation"] == "refund_order"],
        seconds=20,
        waiting_for="the refund",
    )
    # What comes after it hangs too: the looks at the lists, whatever anybody asks for.
    shop.market("faults", operation="*", kind="hang_before", times=None, seconds=120)


def _card(shop: Shop, number: str, label: str) -> Any:
    for message in reversed(shop.call("GET", "/telegram/control/chat?as=ann")["items"]):
        if message["from"] == "bot" and number in (message.get("text") or ""):
            buttons = [button for row in message.get("keyboard") or [] for button in row]
            if any(label in button["text"] for button in buttons):
                return message
    return None


def _turn_pages(shop: Shop) -> list[float]:
    """Press at an even pace, whether or not the one before was answered."""
    sent = shop.telegram("send", **{"as": "ann", "text": "/orders"})["message_id"]
    shown = until(lambda: _newest(shop, sent), seconds=20, waiting_for="the list")
    pages = [
        button["data"]
        for row in shown["keyboard"]
        for button in row
        if (button.get("data") or "").startswith("lo:")
    ]
    presses: list[str] = []
    due = time.monotonic()
    for number in range(_PRESSES):
        time.sleep(max(due - time.monotonic(), 0))
        due += _EVERY
        body = {
            "as": "ann",
            "message_id": shown["message_id"],
            "data": pages[number % len(pages)],
            "forge": True,  # the page with that button may be turned already
        }
        presses.append(str(shop.telegram("press", **body)["callback_id"]))
    return _seconds(shop, presses)


def _newest(shop: Shop, after: int) -> Any:
    chat = shop.call("GET", f"/telegram/control/chat?as=ann&after={after}")["items"]
    return next((m for m in chat if m["from"] == "bot" and m.get("keyboard")), None)


def _bare(shop: Shop) -> list[float]:
    """Return what the same takes when a loop does nothing but fetch and answer."""
    button = {"text": "Press", "callback_data": "nt"}
    message = shop.bot_api(
        "sendMessage", chat_id=ANN, text="bare", reply_markup={"inline_keyboard": [[button]]}
    )
    stopping = threading.Event()

    def answer() -> None:
        offset = 0
        while not stopping.is_set():
            for update in shop.bot_api("getUpdates", offset=offset, timeout=1):
                offset = update["update_id"] + 1
                query = update["callback_query"]["id"]
                shop.bot_api("answerCallbackQuery", callback_query_id=query)
        shop.bot_api("getUpdates", offset=offset, timeout=0)

    loop = threading.Thread(target=answer)
    loop.start()
    try:
        presses = []
        for _ in range(_PRESSES):
            presses.append(_press(shop, message, "Press"))
            time.sleep(_EVERY / 2)
        return _seconds(shop, presses)
    finally:
        stopping.set()
        loop.join()
