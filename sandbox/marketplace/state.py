"""Everything as it truly is, for those who watch: whole records, the ledger, the calls."""

from typing import Any

from sandbox.marketplace import render
from sandbox.marketplace.ledger import Call, Change
from sandbox.marketplace.market import Market
from sandbox.marketplace.records import Order, Product, Ticket
from sandbox.marketplace.render import Json


def order_state(market: Market, order: Order) -> Json:
    """Show an order with its goods, row by row."""
    shown = render.order_json(market, order)
    shown["product_title"] = order.product.title
    shown["delivered_rows"] = [account.row for account in order.accounts] + list(order.rows)
    return shown


def ticket_state(market: Market, ticket: Ticket) -> Json:
    """Show a ticket with all that was ever written in it."""
    shown = render.ticket_json(market, ticket)
    shown["order_no"] = ticket.order.no
    shown["thread"] = [
        {"author": said.author, "text": said.text, "at": render.stamp(said.at, market.options)}
        for said in ticket.thread
    ]
    return shown


def product_state(market: Market, product: Product) -> Json:
    """Show a product with how it is delivered."""
    shown = render.product_json(market, product) | render.snapshot_json(market, product)
    shown["tags"] = list(product.tags)
    shown["supplier_name"] = product.supplier_name
    shown["delivery"] = "hand" if product.pool is None else "pool"
    return shown


def whole_state(market: Market, limit: int | None = None) -> Json:
    """Everything; of orders, tickets and payments the newest `limit`, when that is given."""

    def newest(table: Any) -> Any:
        count = len(table) if limit is None else limit
        return table.page(sort="newest", offset=0, limit=count)[0]

    return {
        "products": [product_state(market, product) for product in market.products],
        "orders": [order_state(market, order) for order in newest(market.orders)],
        "tickets": [ticket_state(market, ticket) for ticket in newest(market.tickets)],
        "payments": [render.payment_json(market, payment) for payment in newest(market.payments)],
        "balance": render.balance_json(market),
        "pools": {p.id: len(p.pool) for p in market.products if p.pool is not None},
        "refunds": [
            {
                "refund_no": refund.no,
                "order_id": refund.order_id,
                "amount": str(refund.amount),
                "at": render.stamp(refund.at, market.options),
            }
            for refund in market.refunds.values()
        ],
        "categories": [
            {"category_id": c.id, "parent_category_id": c.parent_id, "category_path": c.path}
            for c in market.categories.values()
        ],
        "buyers": list(market.buyers),
    }


def change_state(market: Market, change: Change) -> Json:
    """One line of the ledger of changes."""
    return {
        "n": change.n,
        "at": render.stamp(change.at, market.options),
        "operation": change.origin.operation,
        "kind": change.kind,
        "id": change.id,
        "detail": change.detail,
        "by": change.origin.by,
        "after_call": change.after_call,
    }


def call_state(market: Market, call: Call) -> Json:
    """One line of the ledger of calls."""
    return {
        "n": call.n,
        "at": render.stamp(call.at, market.options),
        "operation": call.operation,
        "method": call.method,
        "path": call.path,
        "query": call.query,
        "body": call.body,
        "status": call.status,
        "fault": call.fault,
        "authorised": call.authorised,
        "duration": call.duration,
    }
