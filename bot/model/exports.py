"""What can be had as a file, and which columns it has. Never goods, keys, or words of tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from .periods import Period, pack, unpack

What = Literal["orders", "payments", "products", "tickets"]
WHATS: Final[tuple[What, ...]] = ("orders", "payments", "products", "tickets")
Format = Literal["xlsx", "csv"]
FORMATS: Final[tuple[Format, ...]] = ("xlsx", "csv")

# More than this a bot may not send.
MOST_BYTES: Final = 49 * 1024 * 1024
# What a sheet of Excel holds, less its head.
MOST_ROWS: Final = 1_048_575

# How a column is written: as a text, a whole number, an amount, a time, or yes and no.
Kind = Literal["text", "count", "money", "time", "flag"]
Column = tuple[str, Kind]

# By their names on the marketplace, whatever the reader's language: scripts read these files, too.
COLUMNS: Final[dict[What, tuple[Column, ...]]] = {
    "orders": (
        ("order_no", "text"),
        ("order_id", "text"),
        ("created_at", "time"),
        ("status", "text"),
        ("payment_status", "text"),
        ("payment_method", "text"),
        ("product_id", "text"),
        ("product_title", "text"),
        ("category", "text"),
        ("quantity", "count"),
        ("delivered_units", "count"),
        ("remaining_to_deliver", "count"),
        ("original_price", "money"),
        ("login_discount", "money"),
        ("coupon_code", "text"),
        ("coupon_discount", "money"),
        ("total_amount", "money"),
        ("buyer_id", "text"),
        ("supplier_income_recorded", "flag"),
        ("receipt_confirmed_at", "time"),
        ("updated_at", "time"),
    ),
    "payments": (
        ("payment_no", "text"),
        ("order_no", "text"),
        ("order_id", "text"),
        ("amount", "money"),
        ("payment_method", "text"),
        ("status", "text"),
        ("paid_at", "time"),
        ("created_at", "time"),
    ),
    "products": (
        ("product_id", "text"),
        ("title", "text"),
        ("category", "text"),
        ("price", "money"),
        ("stock", "count"),
        ("min_quantity", "count"),
        ("sales_count", "count"),
        ("rating", "money"),
        ("status", "text"),
        ("approval_status", "text"),
        ("warranty_period_days", "count"),
        ("delivered_by", "text"),
        ("orders_in_period", "count"),
        ("units_in_period", "count"),
        ("revenue_in_period", "money"),
        ("created_at", "time"),
        ("updated_at", "time"),
    ),
    "tickets": (
        ("ticket_no", "text"),
        ("ticket_id", "text"),
        ("created_at", "time"),
        ("status", "text"),
        ("moderator", "flag"),
        ("order_no", "text"),
        ("order_id", "text"),
        ("product_title", "text"),
        ("buyer_id", "text"),
        ("changed_at", "time"),
    ),
}


@dataclass(frozen=True, slots=True)
class Export:
    """What somebody wants as a file, of which time."""

    what: What = "orders"
    period: Period = "month"

    def pack(self) -> str:
        """Return what a button carries for it."""
        return f"{self.what}.{pack(self.period)}"


def unpack_export(packed: str) -> Export:
    """Return what a button carries; what it does not say is as usual."""
    what, _, period = packed.partition(".")
    usual = Export()
    return Export(
        next((each for each in WHATS if each == what), usual.what),
        unpack(period) or usual.period,
    )
