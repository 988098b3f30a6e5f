from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.desk.errors import NotPossible
from bot.desk.product_fields import FIELDS, named, patch_of, same, told, typed, value_of
from bot.model.product import Product

PRODUCT = Product.model_validate(
    {
        "product_id": "p",
        "title": "Netflix",
        "description": "Text",
        "price": "9.50",
        "min_quantity": 2,
        "category_id": "68a0c0ffee",
    }
)


@pytest.mark.parametrize(
    ("field", "text", "after", "sent"),
    [
        ("price", " $9,90 ", "9.90", {"price": "9.90"}),
        ("title", " Two\n words ", "Two words", {"title": "Two words"}),
        ("description", "<b>A</b>\nB", "<b>A</b>\nB", {"description": "<b>A</b>\nB"}),
        ("min_quantity", " 007 ", "7", {"min_quantity": 7}),
        ("warranty", "0", "0", {"warranty_period_days": 0}),
        ("warranty", "3650", "3650", {"warranty_period_days": 3650}),
        ("in_stock", "0", "0", {"stock": 0}),
        ("source_id", " SKU\n7 ", "SKU 7", {"source_product_id": "SKU 7"}),
        (
            "source_url",
            "https://a.b/c?d=1",
            "https://a.b/c?d=1",
            {"source_product_url": "https://a.b/c?d=1"},
        ),
        ("category", " 68a0c0ffee17 ", "68a0c0ffee17", {"category_id": "68a0c0ffee17"}),
    ],
)
def test_a_field_is_typed_and_sent_alone(
    field: Any, text: str, after: str, sent: dict[str, Any]
) -> None:
    assert typed(field, text) == after
    assert patch_of(field, after).fields() == sent


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        *(
            ("min_quantity", text, "min_quantity_not_read")
            for text in ("0", "-1", "1e9", "", "2.5")
        ),
        ("min_quantity", "1000001", "min_quantity_not_read"),
        ("min_quantity", "9" * 9999, "min_quantity_not_read"),
        *(("warranty", text, "warranty_not_read") for text in ("3651", "a month", "٣", "")),
        *(("category", text, "category_not_read") for text in ("", "two words", "<b>", "x" * 999)),
        ("title", " ", "product_text_empty"),
        ("source_id", "x" * 201, "product_text_too_long"),
        *(
            ("source_url", text, "source_url_not_read")
            for text in ("a.b/c", "ftp://a", "https://", "https://a b")
        ),
        ("source_url", "https://a.b/" + "x" * 2000, "source_url_not_read"),
        *(("in_stock", text, "stock_not_read") for text in ("-1", "1000001", "many")),
        ("title", "x" * 201, "product_text_too_long"),
        ("price", "0", "price_not_read"),
    ],
)
def test_what_is_not_right_is_said_with_what_is(field: Any, text: str, says: str) -> None:
    with pytest.raises(NotPossible, match=says):
        typed(field, text)


def test_a_product_tells_its_fields_or_leaves_them_out() -> None:
    values = {field: value_of(PRODUCT, field) for field in FIELDS}
    assert values == {
        "price": "9.50",
        "title": "Netflix",
        "description": "Text",
        "min_quantity": "2",
        "warranty": "",
        "category": "68a0c0ffee",
        **dict.fromkeys(("source_id", "source_url", "in_stock"), ""),
    }
    untold = [field for field in FIELDS if not told(PRODUCT, field)]
    assert untold == ["warranty", "source_id", "source_url", "in_stock"]
    assert named("price", "9.5") == {"price": Decimal("9.5")}
    assert same("price", "9.5", "9.50")
    assert not same("min_quantity", "2", "20")
