"""Records as the JSON of the documentation, and the shapes that lists come in."""

import json
from datetime import datetime
from typing import Any

from starlette.responses import JSONResponse

from sandbox.marketplace.market import Market
from sandbox.marketplace.options import Looseness, MarketOptions
from sandbox.marketplace.records import Order, Payment, Product, Ticket
from sandbox.marketplace.table import as_number

Json = dict[str, Any]


class PlainJson(JSONResponse):
    """JSON in ASCII, so that half a surrogate pair in somebody's text is no error."""

    def render(self, content: Any) -> bytes:
        """Write the content down."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")


_IDS = frozenset(
    (
        "product_id",
        "order_id",
        "ticket_id",
        "buyer_id",
        "supplier_id",
        "category_id",
        "parent_category_id",
        "account_id",
        "user_id",
    )
)
_NUMBERS = frozenset(
    ("quantity", "delivered_units", "remaining_to_deliver", "stock", "min_quantity", "sales_count")
)


def stamp(moment: datetime, options: MarketOptions) -> str:
    """Write a time in ISO 8601, UTC."""
    precision = "milliseconds" if options.fractional_seconds else "seconds"
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def product_json(market: Market, product: Product) -> Json:
    """Show a product as lists do."""
    return {
        "product_id": product.id,
        "category_id": product.category.id,
        "title": product.title,
        "description": product.description,
        "price": str(product.price),
        "stock": product.stock,
        "min_quantity": product.min_quantity,
        "sales_count": product.sales_count,
        "rating": f"{product.rating:.2f}",
        "status": product.status,
        "approval_status": product.approval_status,
        "images": list(product.images),
        "category_path": product.category.path,
        "parent_category_id": product.category.parent_id,
        "tags": list(product.tags),
        "created_at": stamp(product.created_at, market.options),
        "updated_at": stamp(product.updated_at, market.options),
    }


def snapshot_json(market: Market, product: Product) -> Json:
    """Show a product as it stands inside an order."""
    days = product.warranty_days
    return {
        "product_id": product.id,
        "business_id": product.business_id,
        "category_id": product.category.id,
        "category_path": product.category.path,
        "parent_category_id": product.category.parent_id,
        "title": product.title,
        "description": product.description,
        "price": str(product.price),
        "stock": product.stock,
        "min_quantity": product.min_quantity,
        "sales_count": product.sales_count,
        "rating": f"{product.rating:.2f}",
        "status": product.status,
        "approval_status": product.approval_status,
        "images": list(product.images),
        "source_product_id": product.source_product_id,
        "source_product_url": product.source_product_url,
        "warranty_period_days": None if days is None else str(days),
        "created_at": stamp(product.created_at, market.options),
        "updated_at": stamp(product.updated_at, market.options),
    }


def delivered_info(order: Order) -> str | None:
    """Show what the buyer got: plain text as it came, rows and accounts as a JSON array."""
    if order.plain and order.rows and not order.accounts:
        return order.rows[0]
    rows = [*(account.row for account in order.accounts), *order.rows]
    return json.dumps(rows, ensure_ascii=False) if rows else None


def order_json(market: Market, order: Order) -> Json:
    """Show an order as the supplier sees it."""
    options = market.options
    confirmed = order.receipt_confirmed_at
    return {
        "order_id": order.id,
        "order_no": order.no,
        "buyer_id": order.buyer_id,
        "product_id": order.product.id,
        "quantity": order.quantity,
        "original_price": str(order.original_price),
        "login_discount": str(order.login_discount),
        "coupon_code": order.coupon_code,
        "coupon_discount": str(order.coupon_discount),
        "total_amount": str(order.total_amount),
        "status": order.status,
        "payment_status": order.payment_status,
        "payment_method": order.payment_method,
        "created_at": stamp(order.created_at, options),
        "updated_at": stamp(order.updated_at, options),
        "delivered_info": delivered_info(order),
        "account_id": order.accounts[0].id if order.accounts else None,
        "delivered_account_ids": [account.id for account in order.accounts],
        "delivered_units": order.delivered_units,
        "remaining_to_deliver": order.remaining,
        "supplier_income_recorded": order.income_recorded,
        "receipt_confirmed_at": None if confirmed is None else stamp(confirmed, options),
        "product": snapshot_json(market, order.product),
    }


def ticket_json(market: Market, ticket: Ticket) -> Json:
    """Show a ticket as the supplier sees it."""
    return {
        "ticket_id": ticket.id,
        "ticket_no": ticket.no,
        "order_id": ticket.order.id,
        "buyer_id": ticket.buyer_id,
        "supplier_id": ticket.supplier_id,
        "title": ticket.title,
        "description": ticket.description,
        "status": ticket.status,
        "admin_invited": ticket.admin_invited,
        "created_at": stamp(ticket.created_at, market.options),
        "updated_at": stamp(ticket.updated_at, market.options),
    }


def payment_json(market: Market, payment: Payment) -> Json:
    """Show a payment as the supplier sees it."""
    return {
        "payment_no": payment.no,
        "order_id": payment.order.id,
        "amount": str(payment.amount),
        "payment_method": payment.method,
        "status": payment.status,
        "paid_at": stamp(payment.created_at, market.options),
        "created_at": stamp(payment.created_at, market.options),
    }


def balance_json(market: Market) -> Json:
    """Show the balances of the account."""
    user_balance = str(market.options.user_balance)
    return {
        "balance": user_balance,
        "user_balance": user_balance,
        "supplier_balance": str(market.supplier_balance),
        "current_role": "supplier",
        "email": "supplier@example.org",
        "user_id": market.user_id,
    }


def enveloped(
    options: MarketOptions, noun: str, items: list[Json], *, total: int, page: int, page_size: int
) -> Any:
    """Put one page of a list into the envelope that was chosen."""
    if options.envelope == "bare":
        return items
    *outer, name = options.envelope.split(".")
    inner: Json = {noun if name == "noun" else name: items}
    if options.totals != "none":
        *group, total_name = options.totals.split(".")
        counted: Json = {total_name: total, "page": page, "page_size": page_size}
        inner |= {group[0]: counted} if group else {total_name: total}
    return {"success": True, **({outer[0]: inner} if outer else inner)}


def loosened(value: Any, kinds: frozenset[Looseness]) -> Any:
    """Return an answer with its types as loose as asked for."""
    if not kinds:
        return value
    if isinstance(value, list):
        return [loosened(item, kinds) for item in value]
    if not isinstance(value, dict):
        return value
    loose: Json = {}
    for name, item in value.items():
        changed = loosened(item, kinds)
        if "missing_fields" in kinds and changed in (None, [], ""):
            continue
        loose[name] = _loose_field(name, changed, kinds)
    if "new_fields" in kinds and _IDS & value.keys():
        loose["x_practice"] = {"new": [1, None, "later"]}
    return loose


def _loose_field(name: str, value: Any, kinds: frozenset[Looseness]) -> Any:
    if "numeric_ids" in kinds and name in _IDS and isinstance(value, str):
        number = as_number(value)
        return value if number is None else number
    if "numeric_ids" in kinds and name == "delivered_account_ids":
        return [as_number(item) or item for item in value]
    if "numeric_warranty" in kinds and name == "warranty_period_days" and value is not None:
        return int(value)
    if "string_numbers" in kinds and name in _NUMBERS:
        return str(value)
    if "null_fields" in kinds and value in ([], ""):
        return None
    return value
