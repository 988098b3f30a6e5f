"""Products that one test has for itself."""

from __future__ import annotations

from tests.e2e.practice import KEY, Shop


def titled(shop: Shop, words: str) -> str:
    """Return the ID of a new product with this title."""
    category = shop.state()["products"][0]["category_id"]
    made = shop.http.post(
        "/market/products/api/supplier/create/",
        headers={"X-API-Key": KEY},
        json={"category_id": category, "title": words, "description": words, "price": "9.90"},
    )
    assert made.is_success, made.text
    return str(made.json()["product_id"])
