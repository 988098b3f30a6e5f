"""An order, its states, and what is owed on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field, field_validator, model_validator

from .product import ProductSnapshot
from .wire import (
    Count,
    Flag,
    Goods,
    Identity,
    Moment,
    OptionalAmount,
    OptionalIdentity,
    Text,
    Texts,
    Wire,
    with_id,
)

PENDING = "pending_order"
RUNNING = "running_order"
COMPLETED = "completed_order"
REFUNDED = "refunded_order"
RECEIPT_CONFIRMED = "receipt_confirmed_order"

PAID = "completed_payment"
UNPAID = "pending_payment"

FINISHED = frozenset({COMPLETED, REFUNDED, RECEIPT_CONFIRMED})

# How far along an order is; a later status is never overwritten by an earlier one.
PROGRESS = {PENDING: 0, RUNNING: 1, COMPLETED: 2, RECEIPT_CONFIRMED: 3, REFUNDED: 4}

# The API takes these by hand; receipt_confirmed_order is the buyer's alone, and the refund has an
# operation of its own.
SETTABLE = (PENDING, RUNNING, COMPLETED)


class Order(Wire):
    """An order as ``list_orders`` and ``get_order`` show it.

    ``quantity``, ``delivered_units`` and ``remaining_to_deliver`` are the truth about what is
    owed; a title never is. ``delivered_info`` holds goods: its repr hides them.
    """

    order_id: Identity
    order_no: Text = ""
    buyer_id: OptionalIdentity = None
    product_id: OptionalIdentity = None
    quantity: Count = None
    original_price: OptionalAmount = None
    login_discount: OptionalAmount = None
    coupon_code: Text = ""
    coupon_discount: OptionalAmount = None
    total_amount: OptionalAmount = None
    status: Text = ""
    payment_status: Text = ""
    payment_method: Text = ""
    created_at: Moment = None
    updated_at: Moment = None
    delivered_info: Goods = Field(default=None, repr=False)
    account_id: OptionalIdentity = None
    delivered_account_ids: Texts = ()
    delivered_units: Count = None
    remaining_to_deliver: Count = None
    supplier_income_recorded: Flag = False
    receipt_confirmed_at: Moment = None
    product: ProductSnapshot = Field(default_factory=ProductSnapshot)

    @field_validator("product", mode="before")
    @classmethod
    def _no_product(cls, value: Any) -> Any:
        return {} if value is None else value

    @model_validator(mode="before")
    @classmethod
    def _id_by_another_name(cls, value: Any) -> Any:
        """Accept ``id`` where ``order_id`` is missing."""
        return with_id(value, "order_id")

    @property
    def number(self) -> str:
        """The number people use; the ID where the marketplace gave none."""
        return self.order_no.strip() or self.order_id

    @property
    def units(self) -> int:
        """How many units were bought; at least one."""
        return max(self.quantity or 1, 1)

    @property
    def delivered(self) -> int:
        """How many units the marketplace counts as delivered."""
        return max(self.delivered_units or 0, 0)

    @property
    def owed(self) -> int:
        """How many units are still to be delivered; nothing on a refunded order."""
        if self.status == REFUNDED:
            return 0
        if self.remaining_to_deliver is not None:
            return max(self.remaining_to_deliver, 0)
        return max(self.units - self.delivered, 0)

    @property
    def paid(self) -> bool:
        """Whether the marketplace says that the buyer has paid."""
        return self.payment_status == PAID

    @property
    def refunded(self) -> bool:
        """Whether the money went back."""
        return self.status == REFUNDED

    @property
    def finished(self) -> bool:
        """Whether nothing more is expected to happen without a complaint."""
        return self.status in FINISHED

    @property
    def title(self) -> str:
        """The product's title; empty when the marketplace told none."""
        return self.product.title

    @property
    def from_pool(self) -> bool:
        """Whether accounts of the pool were delivered on it."""
        return bool(self.delivered_account_ids) or self.account_id is not None

    @property
    def replaceable(self) -> bool:
        """Whether a unit of it can be replaced: paid, not refunded, and something is delivered."""
        return self.paid and not self.refunded and self.delivered > 0

    def waits_for_us(self) -> bool:
        """Whether a person here has to act: paid, not finished, and units are owed."""
        return self.paid and not self.finished and self.owed > 0

    @property
    def placed_at(self) -> datetime | None:
        """When the buyer placed it."""
        return self.created_at
