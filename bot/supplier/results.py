"""What the marketplace answers to a write, and what is sent to it for a product."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.model.wire import Count, OptionalFlag, OptionalIdentity, Text, Wire


class Done(Wire):
    """A write that the marketplace says was carried out; ``message`` is its own sentence."""

    model_config = ConfigDict(extra="ignore")

    message: Text = ""


class Refunded(Done):
    """A refund; ``refund_no`` is its number on the marketplace."""

    order_id: OptionalIdentity = None
    refund_no: Text = ""


class Delivered(Done):
    """A delivery: how many units the order now has, and whether that completed it.

    ``append_delivered_info`` is the marketplace's echo: false means that what was there before
    was replaced; None means that it did not say.
    """

    order_id: OptionalIdentity = None
    delivered_units: Count = None
    order_completed: OptionalFlag = None
    append_delivered_info: OptionalFlag = None


class StatusChanged(Done):
    """An order's status as it now is, in the marketplace's words."""

    order_id: OptionalIdentity = None
    status: Text = ""


class CreatedTicket(Done):
    """A new ticket; ``ticket_id`` is None when the answer did not name it."""

    ticket_id: OptionalIdentity = None
    ticket_no: Text = ""


class CreatedProduct(Done):
    """A new product; ``product_id`` is None when the answer did not name it."""

    product_id: OptionalIdentity = None
    business_id: OptionalIdentity = None
    approval_status: Text = ""
    accounts_imported: Count = None


class UpdatedProduct(Done):
    """A product that was changed."""

    product_id: OptionalIdentity = None
    business_id: OptionalIdentity = None
    accounts_imported: Count = None


class Appended(Done):
    """Stock that was added, and how many waiting orders it will now serve."""

    product_id: OptionalIdentity = None
    accounts_imported: Count = None
    delivery_tasks_queued: Count = None


class Deleted(Done):
    """A product that is gone."""


class UploadedImage(Done):
    """An image that was uploaded; ``image_path`` is relative to the marketplace."""

    image_path: Text = ""


class ProductPatch(BaseModel):
    """Fields of a product to change; what is None stays as it is. Accounts are never sent here."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    category_id: str | None = None
    title: str | None = None
    description: str | None = None
    price: Decimal | None = None
    supplier_name: str | None = None
    stock: int | None = None
    min_quantity: int | None = None
    images: tuple[str, ...] | None = None
    source_product_id: str | None = None
    source_product_url: str | None = None
    warranty_period_days: int | None = None
    status: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return what is sent: money as a decimal string, as the marketplace writes it."""
        sent: dict[str, Any] = self.model_dump(exclude_none=True)
        if self.price is not None:
            sent["price"] = format(self.price, "f")
        if self.images is not None:
            sent["images"] = list(self.images)
        return sent


class NewProduct(ProductPatch):
    """A product to create: category, title, description and price are required."""

    category_id: str
    title: str
    description: str
    price: Decimal


def goods_of(units: Sequence[SecretStr]) -> list[str]:
    """Return the units in the clear, for the one call that sends them."""
    return [unit.get_secret_value() for unit in units]
