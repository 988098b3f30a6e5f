"""What was done has words, whatever it was, and holds nothing that can be tapped."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from bot.model.audit import AuditFacts, AuditLine
from bot.views.audit import audit
from bot.views.drawing import TEMPLATES

from .builders import NOW, assert_telegram_takes, reader, seen

ROOT = Path(__file__).parents[3]


def deeds() -> set[str]:
    """Return every deed that the code writes down by name."""
    found: set[str] = set()
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            named = [each.value for each in node.keywords if each.arg == "deed"]
            named += [
                part
                for each in named
                if isinstance(each, ast.IfExp)
                for part in (each.body, each.orelse)
            ]
            if isinstance(node.func, ast.Name) and node.func.id.endswith(("write_down", "written")):
                named += node.args
            found |= {
                each.value
                for each in named
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value
            }
    return found


def shown(deed: str, **detail: Any) -> str:
    line = AuditLine(NOW, "Ann", deed, "order", "TK1772446511113", detail)
    message = audit(AuditFacts((line,), 1, 1, 1, ((1, "Ann"),)), reader(), NOW)
    assert_telegram_takes(message)
    return seen(message).split("\n")[1]


def test_every_deed_has_words_of_its_own() -> None:
    found = deeds()
    assert {"refunded", "delivered", "not_done", "low_stock_set", "listed"} <= found
    words = (TEMPLATES / "audit.html").read_text("utf-8")
    assert {deed for deed in found if f'"{deed}"' not in words} == set()


@pytest.mark.parametrize(
    ("deed", "detail", "says"),
    [
        ("delivered", {"units": 2, "delivered": 2}, "📦 2 units delivered"),
        ("refunded", {"amount": "88.01"}, "↩️ $88.01 refunded"),
        ("not_done", {"kind": "refund", "reason": "unavailable"}, "refund: not done, the market"),
        ("in_doubt", {"kind": "reply", "reason": "timeout"}, "answer: nobody knows yet whether"),
        (
            "product_changed",
            {"field": "price", "before": "5", "after": "6"},
            "price changed from 5",
        ),
        ("product_changed", {"field": "title"}, "title changed"),
        ("low_stock_set", {"at": 0}, "low stock set to 0"),
        ("refunded", {"amount": "not a number"}, "↩️ refunded"),
        ("something_new", {}, "something new"),
    ],
)
def test_a_line_says_who_what_and_about_what(deed: str, detail: Any, says: str) -> None:
    line = shown(deed, **detail)
    assert line.startswith("12:05 · Ann · ")
    assert says in line
    assert "1113" in line
