"""The fields of a product that a person changes: how each is typed, compared, and sent."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from bot.model.product import Product
from bot.model.product_plans import Named
from bot.supplier.results import ProductPatch

from .errors import NotPossible
from .prices import price_of

FIELDS: Final[tuple[Named, ...]] = (
    *("price", "title", "description"),
    *("min_quantity", "warranty", "category"),
    *("source_id", "source_url", "in_stock"),
)
MAX_TITLE: Final = 200
MAX_DESCRIPTION: Final = 10_000
MAX_SOURCE_ID: Final = 200
MAX_SOURCE_URL: Final = 2_000
_LIMITS: Final[dict[Named, int]] = {"title": MAX_TITLE, "source_id": MAX_SOURCE_ID}
_MAX_QUANTITY: Final = 1_000_000
_MAX_DAYS: Final = 3_650
# By what name the marketplace knows a field.
_NAMES: Final[dict[Named, str]] = {
    "price": "price",
    "title": "title",
    "description": "description",
    "min_quantity": "min_quantity",
    "warranty": "warranty_period_days",
    "category": "category_id",
    "source_id": "source_product_id",
    "source_url": "source_product_url",
    "in_stock": "stock",
}
_AN_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_AN_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_A_NUMBER = re.compile(r"[0-9]{1,7}")


def value_of(product: Product, field: Named) -> str:
    """Return a field as a plan holds it: a price as a decimal text, empty where there is none."""
    value = getattr(product, _NAMES[field])
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def told(product: Product, field: Named) -> bool:
    """Say whether this look at a product tells the field: a list may leave the warranty out."""
    return _NAMES[field] in product.model_fields_set


def same(field: Named, one: str, other: str) -> bool:
    """Say whether two values of a field are the same, however they are written."""
    if field == "price" and one and other:
        return Decimal(one) == Decimal(other)
    # A marketplace may put tags around a text, or other line ends into it.
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    kept, inside = [], False
    for sign in text:
        if sign == "<":
            inside = True
        elif sign == ">" and inside:
            inside = False
        elif not inside:
            kept.append(sign)
    return " ".join("".join(kept).split()) or " ".join(text.split())


def typed(field: Named, text: str) -> str:
    """Return what was typed as a plan holds it. Raises NotPossible, with what is right."""
    text = text.strip()
    match field:
        case "price":
            return format(price_of(text), "f")
        case "min_quantity":
            return _number(text, 1, _MAX_QUANTITY, "min_quantity_not_read")
        case "warranty":
            return _number(text, 0, _MAX_DAYS, "warranty_not_read")
        case "in_stock":
            return _number(text, 0, _MAX_QUANTITY, "stock_not_read")
        case "source_url":
            if not _AN_ADDRESS.fullmatch(text) or len(text) > MAX_SOURCE_URL:
                raise NotPossible("source_url_not_read", limit=str(MAX_SOURCE_URL))
            return text
        case "category":
            if not _AN_ID.fullmatch(text):
                raise NotPossible("category_not_read")
            return text
        case "title" | "source_id":
            text = " ".join(text.split())
    if not text:
        raise NotPossible("product_text_empty", kind=field)
    limit = _LIMITS.get(field, MAX_DESCRIPTION)
    if len(text) > limit:
        raise NotPossible("product_text_too_long", limit=str(limit), kind=field)
    return text


def _number(text: str, least: int, most: int, otherwise: str) -> str:
    if not _A_NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise NotPossible(otherwise, limit=str(most))
    return str(int(text))


def value_for(field: Named, after: str) -> Any:
    """Return a planned value as a product holds it."""
    if field == "price":
        return Decimal(after)
    return int(after) if field in {"min_quantity", "warranty", "in_stock"} else after


def named(field: Named, after: str) -> dict[str, Any]:
    """Return the field by the marketplace's own name, with its value."""
    return {_NAMES[field]: value_for(field, after)}


def patch_of(field: Named, after: str) -> ProductPatch:
    """Return that field alone: whatever else went along would be set, too."""
    return ProductPatch.model_validate(named(field, after))
