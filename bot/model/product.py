"""A product, as the marketplace tells of it: in its own list, or as the snapshot in an order."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from .wire import (
    Count,
    Identity,
    Moment,
    OptionalAmount,
    OptionalIdentity,
    Text,
    Texts,
    Wire,
    with_id,
)

# Statuses. The document shows the first alone; the second is what a shelf that is cleared for a
# while is called. Others are shown as they are.
ACTIVE, PAUSED = "active", "inactive"


class ProductSnapshot(Wire):
    """What an order remembers of its product; every field may be missing."""

    product_id: OptionalIdentity = None
    business_id: OptionalIdentity = None
    category_id: OptionalIdentity = None
    category_path: Text = ""
    parent_category_id: OptionalIdentity = None
    title: Text = ""
    description: Text = ""
    price: OptionalAmount = None
    stock: Count = None
    min_quantity: Count = None
    sales_count: Count = None
    rating: OptionalAmount = None
    status: Text = ""
    approval_status: Text = ""
    images: Texts = ()
    tags: Texts = ()
    source_product_id: OptionalIdentity = None
    source_product_url: Text = ""
    warranty_period_days: Count = None
    created_at: Moment = None
    updated_at: Moment = None


class Product(ProductSnapshot):
    """A product of ours in the marketplace's list."""

    product_id: Identity

    @model_validator(mode="before")
    @classmethod
    def _id_by_another_name(cls, value: Any) -> Any:
        """Accept ``id`` where ``product_id`` is missing."""
        return with_id(value, "product_id")
