"""Rows for a file, read straight from the database file by a process of its own.

It knows nothing of the running bot's connections: one snapshot, read-only, a row at a time.
Nothing sealed is read, so that no goods and no words of a ticket can come along.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from urllib.parse import quote

from bot.model.exports import COLUMNS, Kind, What

Value = str | int | bool | Decimal | datetime | None
Row = tuple[Value, ...]

_BUSY_SECONDS: Final = 5.0

# In the order of COLUMNS. {when}: the condition on the time.
_ORDERS: Final = """
SELECT o.order_no, o.order_id, o.placed_at, o.status, o.payment_status,
  json_extract(o.snapshot, '$.payment_method'), o.product_id, o.title,
  json_extract(o.snapshot, '$.product.category_path'), o.units, o.delivered, o.owed,
  json_extract(o.snapshot, '$.original_price'), json_extract(o.snapshot, '$.login_discount'),
  json_extract(o.snapshot, '$.coupon_code'), json_extract(o.snapshot, '$.coupon_discount'),
  o.total_amount, o.buyer_id, json_extract(o.snapshot, '$.supplier_income_recorded'),
  json_extract(o.snapshot, '$.receipt_confirmed_at'), json_extract(o.snapshot, '$.updated_at')
FROM orders o WHERE o.shop_id = :shop {when} ORDER BY o.placed_at, o.order_id
"""
_TICKETS: Final = """
SELECT o.ticket_no, o.ticket_id, o.placed_at, o.status, o.admin_invited, b.order_no, o.order_id,
  b.title, o.buyer_id, o.changed_at
FROM tickets o LEFT JOIN orders b ON b.shop_id = o.shop_id AND b.order_id = o.order_id
WHERE o.shop_id = :shop {when} ORDER BY o.placed_at, o.ticket_id
"""
_PRODUCTS: Final = """
SELECT p.product_id, p.title, json_extract(p.snapshot, '$.category_path'),
  json_extract(p.snapshot, '$.price'), p.stock, json_extract(p.snapshot, '$.min_quantity'),
  json_extract(p.snapshot, '$.sales_count'), json_extract(p.snapshot, '$.rating'), p.status,
  json_extract(p.snapshot, '$.approval_status'),
  json_extract(p.snapshot, '$.warranty_period_days'), p.delivery_mode, NULL, NULL, NULL,
  json_extract(p.snapshot, '$.created_at'), json_extract(p.snapshot, '$.updated_at')
FROM products p WHERE p.shop_id = :shop ORDER BY p.title, p.product_id
"""
_SOLD: Final = """
SELECT o.product_id, o.total_amount, count(*), sum(o.units) FROM orders o
WHERE o.shop_id = :shop AND o.payment_status = 'completed_payment'
  AND o.status <> 'refunded_order' {when}
GROUP BY o.product_id, o.total_amount
"""
_PAYMENTS: Final = """
SELECT o.payment_no, b.order_no, o.order_id, o.amount, o.method, o.status, o.paid_at, o.created_at
FROM payments o LEFT JOIN orders b ON b.shop_id = o.shop_id AND b.order_id = o.order_id
WHERE o.shop_id = :shop {when} ORDER BY o.placed_at, o.payment_key
"""
_STATEMENTS: Final[dict[What, str]] = {
    "orders": _ORDERS,
    "payments": _PAYMENTS,
    "tickets": _TICKETS,
    "products": _PRODUCTS,
}
_WITHIN: Final = "AND o.placed_at >= :start AND o.placed_at < :end"


def rows(
    database: Path, shop_id: int, what: What, start: datetime | None, end: datetime | None
) -> Iterator[Row]:
    """Yield what a file is to hold, in the order of its columns, the oldest first.

    ``start`` until before ``end``, by when it was placed; None: everything, also what nobody knows
    the time of. Products are all that are known; what was sold of them is of that time. Raises
    sqlite3.Error.
    """
    given: dict[str, object] = {"shop": shop_id}
    when = ""
    if start is not None and end is not None:
        when = _WITHIN
        given |= {"start": _instant(start), "end": _instant(end)}
    address = f"file:{quote(str(database))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN")
        sold = _sold(connection, when, given) if what == "products" else {}
        kinds = [kind for _, kind in COLUMNS[what]]
        for found in connection.execute(_STATEMENTS[what].format(when=when), given):
            row = _typed(found, kinds)
            if what == "products":
                row = (*row[:12], *sold.get(str(row[0]), (0, 0, Decimal(0))), *row[15:])
            yield row


def _sold(
    connection: sqlite3.Connection, when: str, given: dict[str, object]
) -> dict[str, tuple[int, int, Decimal]]:
    """Return orders, units and revenue of each product; equal amounts are counted, never added."""
    sold: dict[str, tuple[int, int, Decimal]] = {}
    for product_id, amount, many, units in connection.execute(_SOLD.format(when=when), given):
        orders, so_far, revenue = sold.get(product_id, (0, 0, Decimal(0)))
        more = _amount(amount) or Decimal(0)
        sold[product_id] = (orders + many, so_far + units, revenue + more * many)
    return sold


def _typed(found: Sequence[object], kinds: Sequence[Kind]) -> Row:
    return tuple(_value(value, kind) for value, kind in zip(found, kinds, strict=True))


def _value(value: object, kind: Kind) -> Value:
    if value is None:
        return None
    match kind:
        case "flag":
            return bool(value)
        case "count":
            return value if isinstance(value, int) else None
        case "money":
            return _amount(value)
        case "time":
            return _moment(str(value))
        case _:
            return str(value)


def _amount(value: object) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment


def _instant(at: datetime) -> str:
    # As bot.store.types.Instant keeps it: it sorts as text.
    return at.isoformat(timespec="microseconds")
