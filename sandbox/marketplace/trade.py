"""The rules of orders: placed, paid, delivered, completed, refunded, confirmed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.marketplace import pool
from sandbox.marketplace.ledger import Origin
from sandbox.marketplace.market import CENT, Market, RefusedError
from sandbox.marketplace.records import Order, Payment, Product, Refund

SETTABLE = ("pending_order", "running_order", "completed_order", "refunded_order")
_COUPON, _COUPON_SHARE = "DISCOUNT10", Decimal("0.10")


@dataclass(frozen=True)
class Purchase:
    """What a buyer asks for; `created_at` None means now."""

    product: Product
    buyer_id: str
    quantity: int = 1
    coupon: bool = False
    created_at: datetime | None = None


def place(market: Market, origin: Origin, purchase: Purchase) -> Order:
    """Take a buyer's order in; nothing is paid yet.

    Raises RefusedError for fewer units than the product's minimum, or (option) more than its stock.
    """
    _may_buy(market, purchase)
    return place_many(market, origin, [purchase])[0]


def place_many(market: Market, origin: Origin, purchases: Sequence[Purchase]) -> list[Order]:
    """Take many orders in at once, whatever stock there is; lists are sorted once, at the end."""
    first = market.orders.next_number
    orders = [
        _drafted(market, first + position, purchase) for position, purchase in enumerate(purchases)
    ]
    market.orders.add(*orders)
    for order in orders:
        order.product.order_ids.append(order.id)
        order.product.sales_count += order.quantity
        if order.product.pool is None:
            order.product.stock = max(0, order.product.stock - order.quantity)
        market.note(
            origin,
            "order_created",
            order.id,
            order_no=order.no,
            product_id=order.product.id,
            quantity=order.quantity,
            total_amount=str(order.total_amount),
        )
    return orders


def _may_buy(market: Market, purchase: Purchase) -> None:
    product, quantity = purchase.product, purchase.quantity
    if market.options.min_quantity_counts and quantity < product.min_quantity:
        raise RefusedError(f"The minimum quantity of this product is {product.min_quantity}.")
    # An empty pool takes orders, too: they wait for new accounts.
    if market.options.stock_counts and product.pool is None and quantity > product.stock:
        raise RefusedError(f"Only {product.stock} units of this product are in stock.")


def _drafted(market: Market, number: int, purchase: Purchase) -> Order:
    product, at = purchase.product, purchase.created_at or market.now()
    original = (product.price * purchase.quantity).quantize(CENT)
    discount = (original * _COUPON_SHARE).quantize(CENT) if purchase.coupon else Decimal("0.00")
    return Order(
        id=market.new_id(),
        number=number,
        no=market.new_no("TK", at),
        buyer_id=purchase.buyer_id,
        product=product,
        quantity=purchase.quantity,
        original_price=original,
        total_amount=original - discount,
        coupon_code=_COUPON if purchase.coupon else None,
        coupon_discount=discount,
        created_at=at,
        updated_at=at,
    )


def pay(market: Market, origin: Origin, order: Order, *, at: datetime | None = None) -> Payment:
    """Take the buyer's money; a pool product is then delivered after a moment."""
    if order.payment_status != "pending_payment":
        raise RefusedError("This order is paid already.", status=409)
    if order.status == "refunded_order":
        raise RefusedError("A refunded order cannot be paid.", status=409)
    paid_at = at or market.now()
    payment = Payment(
        id=market.new_id(),
        number=market.payments.next_number,
        no=market.new_no("PAY", paid_at),
        order=order,
        amount=order.total_amount,
        method=order.payment_method,
        created_at=paid_at,
        updated_at=paid_at,
    )
    market.payments.add(payment)
    market.payment_of[order.id] = payment
    order.payment_status = "completed_payment"
    market.record_income(order)
    market.touch(order, paid_at)
    market.note(origin, "order_paid", order.id, payment_no=payment.no, amount=str(payment.amount))
    pool.queue(market, order)
    return payment


def rows_of(delivered_info: Any) -> list[str] | None:
    """Read a JSON array (or its text) into rows; None when it is anything else."""
    value = delivered_info
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if not isinstance(value, list):
        return None
    return [item if isinstance(item, str) else json.dumps(item) for item in value]


def deliver(
    market: Market, origin: Origin, order: Order, delivered_info: Any, *, append: bool
) -> None:
    """Hand goods over by hand: merged into what is there, without doubles, or in its place.

    Raises RefusedError where the order's state forbids it, or the goods cannot be read.
    """
    _may_deliver(market, order)
    rows = rows_of(delivered_info)
    if append and rows is None:
        raise RefusedError("delivered_info must be a JSON array when append_delivered_info is set.")
    plain = rows is None
    if rows is None:
        rows = [str(delivered_info)] if str(delivered_info or "").strip() else []
    if not rows:
        raise RefusedError("delivered_info must not be empty.")
    before = list(order.rows)
    known = set(before)
    if append:
        there = {*before, *(account.row for account in order.accounts)}
        after = [*before, *(row for row in dict.fromkeys(rows) if row not in there)]
    else:
        after = rows
    if after == before and plain == order.plain:
        return
    fewer = len(after) < len(before)
    if fewer and order.status == "receipt_confirmed_order":
        raise RefusedError("The buyer has confirmed the receipt; goods can only be added.")
    order.rows, order.plain = after, plain
    # Goods that were taken back are owed again.
    if not order.complete or (fewer and order.remaining):
        order.status = "completed_order" if order.remaining == 0 else "running_order"
    market.record_income(order)
    market.touch(order)
    market.note(
        origin,
        "deliver",
        order.id,
        rows=[row for row in after if row not in known],
        append=append,
        delivered_units=order.delivered_units,
        status=order.status,
    )


def _may_deliver(market: Market, order: Order) -> None:
    if order.status == "refunded_order" or order.id in market.refunds:
        raise RefusedError("A refunded order cannot be delivered.")
    if not order.paid and not market.options.deliver_unpaid:
        raise RefusedError("This order has not been paid yet.")
    if order.complete and not market.options.append_after_completion:
        raise RefusedError("This order is complete; its goods can no longer be changed.")


def refund(market: Market, origin: Origin, order: Order) -> Refund:
    """Give the whole sum back to the buyer, once; recorded income is taken back."""
    if order.status == "refunded_order" or order.id in market.refunds:
        raise RefusedError("This order has already been refunded.")
    if not order.paid:
        raise RefusedError("An order that was not paid cannot be refunded.")
    now = market.now()
    done = Refund(market.new_no("REF", now), order.id, order.total_amount, now)
    market.refunds[order.id] = done
    order.status = "refunded_order"
    order.payment_status = "refunded_payment"
    if order.income_recorded:
        market.supplier_balance -= order.total_amount
        order.income_recorded = False
    payment = market.payment_of[order.id]
    payment.status = "refunded_payment"
    market.touch(payment)
    market.touch(order)
    market.note(origin, "refund", order.id, refund_no=done.no, amount=str(done.amount))
    return done


def set_status(market: Market, origin: Origin, order: Order, status: str) -> None:
    """Set a status by hand, as the supplier's panel allows; money does not move with it."""
    if status not in SETTABLE:
        allowed = ", ".join(SETTABLE)
        raise RefusedError(f"Status {status!r} is not allowed. Allowed: {allowed}.")
    if order.status == status:
        return
    if order.status in ("refunded_order", "receipt_confirmed_order"):
        raise RefusedError(f"The status of this order is final: {order.status}.")
    _move(market, origin, order, status)


def force_status(market: Market, origin: Origin, order: Order, status: str) -> None:
    """Set any status whatever, known or not: marketplaces grow new ones."""
    if status != order.status:
        _move(market, origin, order, status)


def _move(market: Market, origin: Origin, order: Order, status: str) -> None:
    before, order.status = order.status, status
    if status == "receipt_confirmed_order":
        order.receipt_confirmed_at = market.now()
    market.record_income(order)
    market.touch(order)
    market.note(origin, "status", order.id, before=before, status=status)


def confirm_receipt(market: Market, origin: Origin, order: Order) -> None:
    """Let the buyer say that all is well; only a complete order can be confirmed."""
    if order.status != "completed_order":
        raise RefusedError("Only a completed order can be confirmed.", status=409)
    order.status = "receipt_confirmed_order"
    order.receipt_confirmed_at = market.now()
    market.record_income(order)
    market.touch(order)
    market.note(origin, "receipt_confirmed", order.id)


def spread(start: datetime, step: float, count: int) -> list[datetime]:
    """Return `count` moments, `step` seconds apart."""
    return [start + timedelta(seconds=step * position) for position in range(count)]
