"""What the practice marketplace keeps: products, orders, tickets, payments, refunds."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

Author = Literal["buyer", "supplier", "admin"]

OPEN_STATUSES = ("pending_order", "running_order")
ORDER_STATUSES = (*OPEN_STATUSES, "completed_order", "refunded_order", "receipt_confirmed_order")
TICKET_STATUSES = ("open", "in_progress", "resolved", "closed")


@dataclass(frozen=True, slots=True)
class Category:
    """A leaf category, with the path that leads to it."""

    id: str
    parent_id: str | None
    path: str


@dataclass(frozen=True, slots=True)
class Account:
    """One unit of a product's auto-delivery pool."""

    id: str
    username: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def row(self) -> str:
        """The unit as a buyer gets it."""
        return f"{self.username}:{self.password}"


@dataclass(slots=True)
class Product:
    """Something for sale; with a `pool` it is delivered by the marketplace itself."""

    id: str
    number: int
    business_id: int
    category: Category
    title: str
    description: str
    price: Decimal
    stock: int
    created_at: datetime
    updated_at: datetime
    supplier_name: str = "Practice Supplier"
    min_quantity: int = 1
    warranty_days: int | None = None
    status: str = "active"
    approval_status: str = "approved"
    source_product_id: str | None = None
    source_product_url: str | None = None
    images: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    sales_count: int = 0
    rating: Decimal = Decimal("0.00")
    pool: deque[Account] | None = field(default=None, repr=False)
    order_ids: list[str] = field(default_factory=list, repr=False)

    @property
    def search_text(self) -> str:
        """What a search looks at, in lower case."""
        return f"{self.id} {self.title}".lower()


@dataclass(slots=True)
class Order:
    """A purchase: what is owed, what was paid, what was delivered."""

    id: str
    number: int
    no: str
    buyer_id: str
    product: Product = field(repr=False)
    quantity: int
    original_price: Decimal
    total_amount: Decimal
    created_at: datetime
    updated_at: datetime
    login_discount: Decimal = Decimal("0.00")
    coupon_code: str | None = None
    coupon_discount: Decimal = Decimal("0.00")
    status: str = "pending_order"
    payment_status: str = "pending_payment"
    payment_method: str = "balance"
    rows: list[str] = field(default_factory=list, repr=False)
    plain: bool = False
    accounts: list[Account] = field(default_factory=list, repr=False)
    income_recorded: bool = False
    receipt_confirmed_at: datetime | None = None

    @property
    def search_text(self) -> str:
        """What a search looks at, in lower case."""
        return f"{self.no} {self.id} {self.buyer_id} {self.product.title}".lower()

    @property
    def paid(self) -> bool:
        """Whether the buyer's money has come and has not gone back."""
        return self.payment_status == "completed_payment"

    @property
    def delivered_units(self) -> int:
        """How many units went out, from the pool and by hand."""
        return len(self.rows) + len(self.accounts)

    @property
    def remaining(self) -> int:
        """How many units are still owed."""
        return max(0, self.quantity - self.delivered_units)

    @property
    def complete(self) -> bool:
        """Whether nothing is owed any more by the order's own status."""
        return self.status in ("completed_order", "receipt_confirmed_order")


@dataclass(frozen=True, slots=True)
class Said:
    """One text in a ticket, as it was written."""

    author: Author
    text: str
    at: datetime


@dataclass(slots=True)
class Ticket:
    """A complaint or question about an order."""

    id: str
    number: int
    no: str
    order: Order = field(repr=False)
    buyer_id: str
    supplier_id: str
    title: str
    description: str
    created_at: datetime
    updated_at: datetime
    status: str = "open"
    admin_invited: bool = False
    thread: list[Said] = field(default_factory=list, repr=False)

    @property
    def search_text(self) -> str:
        """What a search looks at, in lower case."""
        return f"{self.no} {self.id} {self.order.no} {self.title}".lower()


@dataclass(slots=True)
class Payment:
    """A buyer's payment for one order."""

    id: str
    number: int
    no: str
    order: Order = field(repr=False)
    amount: Decimal
    method: str
    created_at: datetime
    updated_at: datetime
    status: str = "completed_payment"

    @property
    def search_text(self) -> str:
        """What a search looks at, in lower case."""
        return f"{self.no} {self.order.no}".lower()


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back to a buyer; there is at most one for an order."""

    no: str
    order_id: str
    amount: Decimal
    at: datetime
