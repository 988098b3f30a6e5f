"""The auto-delivery pool: who waits for it, and when it delivers."""

import heapq
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from sandbox.marketplace.ledger import POOL, Origin
from sandbox.marketplace.market import Market
from sandbox.marketplace.records import OPEN_STATUSES, Account, Order, Product


def queue(market: Market, order: Order) -> None:
    """Let an order be served `pool_delay` seconds from now, if its product has a pool."""
    if order.product.pool is None:
        return
    market.due_count += 1
    when = market.now() + timedelta(seconds=market.options.pool_delay)
    heapq.heappush(market.due, (when, market.due_count, order.id))
    market.ledger.ring()


def next_due(market: Market) -> datetime | None:
    """Return when the next pool delivery is due."""
    return market.due[0][0] if market.due else None


def settle(market: Market) -> None:
    """Do every pool delivery that is due by now."""
    while market.due and market.due[0][0] <= market.now():
        _, _, order_id = heapq.heappop(market.due)
        order = market.orders.get(order_id)
        if order is not None:
            _fill(market, order)


def _fill(market: Market, order: Order) -> None:
    product = order.product
    if order.complete or order.status == "refunded_order" or not order.paid or not product.pool:
        return
    count = min(order.remaining, len(product.pool))
    accounts = [product.pool.popleft() for _ in range(count)]
    if not accounts:
        return
    order.accounts.extend(accounts)
    product.stock = len(product.pool)
    order.status = "running_order" if order.remaining else "completed_order"
    market.record_income(order)
    market.touch(product)
    market.touch(order)
    market.note(
        POOL,
        "deliver",
        order.id,
        rows=[account.row for account in accounts],
        account_ids=[account.id for account in accounts],
        delivered_units=order.delivered_units,
        status=order.status,
    )


def waiting(market: Market, product: Product) -> list[Order]:
    """Return the paid orders of a product that are still owed units, oldest first."""
    orders = (market.order(order_id) for order_id in product.order_ids)
    owed = [o for o in orders if o.paid and o.status in OPEN_STATUSES and o.remaining]
    return sorted(owed, key=lambda order: (order.created_at, order.number))


def add_accounts(
    market: Market, origin: Origin, product: Product, accounts: Sequence[tuple[str, str]]
) -> int:
    """Fill the pool; return how many waiting orders the new units will now serve."""
    if not accounts:
        return 0
    if product.pool is None:
        product.pool = deque()
    new = [Account(market.new_id(), username, password) for username, password in accounts]
    product.pool.extend(new)
    product.stock = len(product.pool)
    market.touch(product)
    market.note(
        origin,
        "stock_added",
        product.id,
        count=len(new),
        pool=len(product.pool),
        rows=[account.row for account in new],
    )
    shelf, served = len(product.pool), 0
    for order in waiting(market, product):
        if shelf <= 0:
            break
        shelf -= order.remaining
        served += 1
        queue(market, order)
    return served


def parse_lines(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Read `user:pass` and `user|pass` lines; empty lines are skipped.

    Raises ValueError naming the first line (counted from 1) that is neither. The first separator
    counts, so that a password may hold the other.
    """
    accounts = []
    for position, line in enumerate(lines, start=1):
        text = line.strip()
        if not text:
            continue
        places = [text.index(sign) for sign in ":|" if sign in text]
        if not places:
            raise ValueError(f"line {position} is not username:password or username|password")
        username, password = text[: min(places)].strip(), text[min(places) + 1 :].strip()
        if not username or not password:
            raise ValueError(f"line {position} lacks a username or a password")
        accounts.append((username, password))
    return accounts


def due_in(market: Market, now: datetime) -> float | None:
    """Return the seconds until the next pool delivery; None when none is waiting."""
    due = next_due(market)
    return None if due is None else max(0.0, (due - now).total_seconds())
