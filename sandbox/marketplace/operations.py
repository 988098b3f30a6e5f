"""The 17 operations of the supplier API: parameters in, the documented answer out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.marketplace import catalogue, pool, render, support, trade
from sandbox.marketplace.ledger import Origin
from sandbox.marketplace.market import Market, RefusedError
from sandbox.marketplace.params import Params, bad_field
from sandbox.marketplace.records import Category, Product
from sandbox.marketplace.render import Json
from sandbox.marketplace.table import Table, as_number


@dataclass(frozen=True)
class Ask:
    """One call, read: `image` is the uploaded file's content, when there is one."""

    market: Market
    origin: Origin
    params: Params
    image: bytes | None = None


def upload_image(ask: Ask) -> Json:
    """Keep a picture."""
    if ask.image is None:
        raise bad_field("image", "No file was submitted.")
    path = catalogue.keep_image(ask.market, ask.origin, ask.image)
    return {"success": True, "image_path": path, "message": "Image uploaded successfully"}


def create_product(ask: Ask) -> Json:
    """Put a product up, with or without a pool."""
    ask.params.require("category_id", "title", "description", "price")
    accounts = ask.params.accounts()
    price = ask.params.money("price")
    if not price:
        raise bad_field("price", "Ensure this value is greater than 0.")
    draft = catalogue.Draft(
        category=_category(ask),
        title=ask.params.text("title"),
        description=ask.params.text("description"),
        price=price,
        stock=ask.params.whole("stock") or 0,
        fields=_product_fields(ask.params),
        accounts=accounts,
    )
    product = catalogue.create(ask.market, ask.origin, draft)
    return {
        "success": True,
        "product_id": product.id,
        "business_id": product.business_id,
        "approval_status": product.approval_status,
        "message": "Product created successfully",
        "accounts_imported": len(accounts),
    }


def list_products(ask: Ask) -> Any:
    """List products: searched, filtered, sorted, in pages."""
    market, params, honoured = ask.market, ask.params, ask.market.options.honoured_filters
    lowest = params.money("min_price") if "min_price" in honoured else None
    highest = params.money("max_price") if "max_price" in honoured else None
    category = params.text("category_id") if "category_id" in honoured else ""
    order = params.text("sort") if "sort" in honoured else ""
    products, _ = market.products.page(
        sort=market.options.sort,
        offset=0,
        limit=len(market.products),
        status=_filter(ask, "status") or None,
        search=_filter(ask, "search"),
    )
    kept = [
        product
        for product in products
        if (lowest is None or product.price >= lowest)
        and (highest is None or product.price <= highest)
        and (not category or category in _names(product.category.id))
    ]
    column = _PRODUCT_SORTS.get(order.lstrip("-"))
    if column is not None:
        kept.sort(key=column, reverse=order.startswith("-"))
    page, size = _page(ask, len(kept))
    shown = kept[(page - 1) * size : page * size]
    items = [render.product_json(market, product) for product in shown]
    return render.enveloped(
        market.options, "products", items, total=len(kept), page=page, page_size=size
    )


def update_product(ask: Ask) -> Json:
    """Change what is given of a product."""
    product = _product(ask)
    accounts = ask.params.accounts()
    fields = _product_fields(ask.params)
    for name in ("title", "description"):
        if name in ask.params:
            ask.params.require(name)
            fields[name] = ask.params.text(name)
    if "category_id" in ask.params:
        fields["category"] = _category(ask)
    if "price" in ask.params:
        fields["price"] = ask.params.money("price")
        if not fields["price"]:
            raise bad_field("price", "Ensure this value is greater than 0.")
    stock = ask.params.whole("stock")
    if stock is not None and product.pool is None:
        fields["stock"] = stock
    catalogue.update(ask.market, ask.origin, product, fields, accounts)
    return {
        "success": True,
        "product_id": product.id,
        "business_id": product.business_id,
        "message": "Product updated successfully",
        "accounts_imported": len(accounts),
    }


def append_product_accounts(ask: Ask) -> Json:
    """Fill a product's pool, which then serves the orders that wait for it."""
    product = _product(ask)
    accounts = ask.params.accounts()
    if not accounts:
        raise RefusedError("Send accounts or accounts_text.")
    served = pool.add_accounts(ask.market, ask.origin, product, accounts)
    return {
        "success": True,
        "product_id": product.id,
        "accounts_imported": len(accounts),
        "delivery_tasks_queued": served,
        "message": "Accounts imported.",
    }


def delete_product(ask: Ask) -> Json:
    """Delete a product that nobody bought."""
    catalogue.delete(ask.market, ask.origin, _product(ask))
    return {"success": True, "message": "Product deleted successfully"}


def list_orders(ask: Ask) -> Any:
    """List orders in pages."""
    return _listed(ask, ask.market.orders, "orders", render.order_json)


def refund_order(ask: Ask) -> Json:
    """Give the whole sum back."""
    ask.params.require("order_id")
    order = ask.market.order(ask.params.text("order_id"))
    done = trade.refund(ask.market, ask.origin, order)
    return {
        "success": True,
        "order_id": order.id,
        "refund_no": done.no,
        "message": "Refund processed successfully.",
    }


def update_delivered_info(ask: Ask) -> Json:
    """Deliver by hand."""
    ask.params.require("order_id", "delivered_info")
    order = ask.market.order(ask.params.text("order_id"))
    append = ask.params.flag("append_delivered_info")
    goods = ask.params.raw("delivered_info")
    trade.deliver(ask.market, ask.origin, order, goods, append=append)
    return {
        "success": True,
        "order_id": order.id,
        "message": "Delivered info updated.",
        "delivered_units": order.delivered_units,
        "order_completed": order.remaining == 0,
        "append_delivered_info": append,
    }


def change_order_status(ask: Ask) -> Json:
    """Set an order's status by hand."""
    ask.params.require("order_id")
    status = ask.params.text("order_status") or ask.params.text("status")
    if not status:
        raise bad_field("order_status", "This field is required.")
    order = ask.market.order(ask.params.text("order_id"))
    trade.set_status(ask.market, ask.origin, order, status)
    return {
        "success": True,
        "order_id": order.id,
        "status": order.status,
        "message": "Order status updated.",
    }


def get_order(ask: Ask) -> Json:
    """Show one order."""
    ask.params.require("order_id")
    order = ask.market.order(ask.params.text("order_id"))
    return {"success": True, "order": render.order_json(ask.market, order)}


def list_tickets(ask: Ask) -> Any:
    """List tickets in pages."""
    return _listed(ask, ask.market.tickets, "tickets", render.ticket_json)


def get_ticket(ask: Ask) -> Json:
    """Show one ticket."""
    ask.params.require("ticket_id")
    ticket = ask.market.ticket(ask.params.text("ticket_id"))
    return {"success": True, "ticket": render.ticket_json(ask.market, ticket)}


def create_ticket(ask: Ask) -> Json:
    """Write to the buyer of an order."""
    ask.params.require("order_id", "title", "description")
    ticket = support.open_ticket(
        ask.market,
        ask.origin,
        ask.market.order(ask.params.text("order_id")),
        author="supplier",
        title=ask.params.text("title"),
        text=ask.params.text("description"),
    )
    return {
        "success": True,
        "ticket_id": ticket.id,
        "ticket_no": ticket.no,
        "message": "Ticket created successfully.",
    }


def update_ticket(ask: Ask) -> Json:
    """Answer a ticket, rename it, move it."""
    ask.params.require("ticket_id")
    ticket = ask.market.ticket(ask.params.text("ticket_id"))
    title, text = ask.params.text("title"), ask.params.text("description")
    status = ask.params.text("status")
    if not (title or text or status):
        raise RefusedError("Send a title, a description or a status.")
    if status:
        support.move(ask.market, ask.origin, ticket, status)
    if title:
        support.rename(ask.market, ask.origin, ticket, title)
    if text:
        support.say(ask.market, ask.origin, ticket, "supplier", text)
    return {"success": True, "ticket": render.ticket_json(ask.market, ticket)}


def list_payments(ask: Ask) -> Any:
    """List payments in pages."""
    return _listed(ask, ask.market.payments, "payments", render.payment_json, filters=False)


def get_balance(ask: Ask) -> Json:
    """Show the balances."""
    return {"success": True, **render.balance_json(ask.market)}


HANDLERS: dict[str, Callable[[Ask], Any]] = {
    handler.__name__: handler
    for handler in (
        upload_image,
        create_product,
        list_products,
        update_product,
        append_product_accounts,
        delete_product,
        list_orders,
        refund_order,
        update_delivered_info,
        change_order_status,
        get_order,
        list_tickets,
        get_ticket,
        create_ticket,
        update_ticket,
        list_payments,
        get_balance,
    )
}

_PRODUCT_SORTS: dict[str, Callable[[Product], Any]] = {
    "price": lambda product: product.price,
    "title": lambda product: product.title.lower(),
    "stock": lambda product: product.stock,
    "sales_count": lambda product: product.sales_count,
    "rating": lambda product: product.rating,
    "created_at": lambda product: product.created_at,
    "updated_at": lambda product: product.updated_at,
}


def _filter(ask: Ask, name: Any) -> str:
    honoured = name in ask.market.options.honoured_filters
    return ask.params.text(name) if honoured else ""


def _page(ask: Ask, total: int) -> tuple[int, int]:
    options = ask.market.options
    size = min(ask.params.whole("page_size") or options.default_page_size, options.max_page_size)
    page = max(1, ask.params.whole("page") or 1)
    last = max(1, -(-total // size))
    if page > last and options.past_end == "404":
        raise RefusedError("Invalid page.", status=404)
    return (last if page > last and options.past_end == "last" else page), size


def _listed(
    ask: Ask,
    table: Table[Any],
    noun: str,
    show: Callable[[Market, Any], Json],
    *,
    filters: bool = True,
) -> Any:
    options = ask.market.options
    status = (_filter(ask, "status") or None) if filters else None
    search = _filter(ask, "search") if filters else ""
    _, total = table.page(sort=options.sort, offset=0, limit=0, status=status, search=search)
    page, size = _page(ask, total)
    records, _ = table.page(
        sort=options.sort, offset=(page - 1) * size, limit=size, status=status, search=search
    )
    items = [show(ask.market, record) for record in records]
    return render.enveloped(options, noun, items, total=total, page=page, page_size=size)


def _names(identifier: str) -> tuple[str, str]:
    return identifier, str(as_number(identifier))


def _product(ask: Ask) -> Product:
    ask.params.require("product_id")
    return ask.market.product(ask.params.text("product_id"))


def _category(ask: Ask) -> Category:
    wanted = ask.params.text("category_id")
    for category in ask.market.categories.values():
        if wanted in _names(category.id):
            return category
    raise bad_field("category_id", "Choose a leaf category.")


def _product_fields(params: Params) -> dict[str, Any]:
    """Read the optional fields that creating and changing a product share."""
    fields: dict[str, Any] = {}
    if "supplier_name" in params:
        fields["supplier_name"] = params.text("supplier_name")
    if "images" in params:
        fields["images"] = params.texts("images")
    if "status" in params:
        fields["status"] = params.text("status")
        if fields["status"] not in ("active", "inactive", "draft"):
            raise bad_field("status", "Choose one of: active, inactive, draft.")
    for name, longest in (("source_product_id", 200), ("source_product_url", 2000)):
        if name in params:
            fields[name] = params.text(name, longest=longest) or None
    least = params.whole("min_quantity")
    if least is not None:
        fields["min_quantity"] = max(1, least)
    days = params.whole("warranty_period_days")
    if days is not None:
        fields["warranty_days"] = days
    return fields
