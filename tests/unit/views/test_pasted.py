"""Goods that came without an order, or for one on which nothing is owed: what are they for."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.facts import PromptFacts
from bot.model.order import Order
from bot.model.person import Act
from bot.views.pasted import goods_prompt

from .builders import EVERYTHING, NOW, assert_telegram_takes, order, presses, reader, seen

FILLED: dict[str, Any] = {"delivered_units": 2, "remaining_to_deliver": 0}
COMPLETE = FILLED | {"status": "completed_order"}
NETFLIX = "[Netflix Premium 1 month ×2 · $88.01 · 12:04]"
NOTHING_OWED = (
    "📦 Nothing is owed on order TK1772446511113 (Netflix Premium 1 month); nothing was sent."
)


@pytest.mark.parametrize(
    ("about", "offered", "expected"),
    [
        (None, (order(),), f"📦 Goods? For which order?\n{NETFLIX}\n[Add to stock]\n[Discard]"),
        (
            None,
            (),
            "📦 This looks like goods, but no order waits for any. Nothing was sent.\n"
            "[Add to stock]\n[Discard]",
        ),
        (
            order(**COMPLETE),
            (order(),),
            f"{NOTHING_OWED}\nDo these goods replace a unit of it, or for which order are they?\n"
            f"[🔁 Replace]\n{NETFLIX}\n[Add to stock]\n[Discard]",
        ),
        (
            order(**COMPLETE),
            (),
            f"{NOTHING_OWED}\nDo these goods replace a unit of it?\n"
            "[🔁 Replace]\n[Add to stock]\n[Discard]",
        ),
        # Nothing was delivered on it that could be replaced.
        (
            order(delivered_units=0, remaining_to_deliver=0),
            (order(),),
            f"{NOTHING_OWED}\nFor which order are these goods?\n{NETFLIX}\n"
            "[Add to stock]\n[Discard]",
        ),
    ],
)
def test_it_offers_what_is_possible(
    about: Order | None, offered: tuple[Order, ...], expected: str
) -> None:
    message = goods_prompt(PromptFacts(1, "goods", "open", about, offered=offered), reader(), NOW)
    assert_telegram_takes(message)
    assert seen(message) == expected


def test_more_orders_than_a_page_holds_have_a_pager() -> None:
    facts = PromptFacts(7, "goods", "open", offered=(order(),), page=2, pages=5)
    who = reader(EVERYTHING - {Act.STOCK})
    assert presses(goods_prompt(facts, who, NOW)) == ["gf:69ac", "gp:7:1", "nt", "gp:7:3", "st:7"]
