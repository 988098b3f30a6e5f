"""A report and an export over 100,000 orders: how long, how much memory, and who feels it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

from bot.desk import apart, reports
from bot.desk.export_file import Job
from bot.model.exports import FORMATS
from bot.model.order import Order
from bot.store import people
from bot.store.opening import open_store
from bot.store.orders import snapshot

from .figures import Figure

_ORDERS = 100_000
_APART = 240  # seconds between two orders: the last ten months
_PRODUCTS = 60
_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_MEGABYTE = 1024 * 1024
_TICK = 0.002  # seconds
_LOOK = 0.1
_COLUMNS = (
    *("shop_id", "order_id", "short_id", "order_no", "buyer_id", "product_id", "title", "status"),
    *("payment_status", "total_amount", "units", "delivered", "owed", "waits", "finished"),
    *("placed_at", "delivered_at", "snapshot", "fingerprint", "revision", "first_seen_at"),
    *("changed_at", "looked_at"),
)


def measure() -> list[Figure]:
    """Measure both on one database."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder) / "shop.db"))


async def _measure(database: Path) -> list[Figure]:
    store = await open_store(f"sqlite:///{database}", None)
    async with store.write() as tx:
        shop_id = await people.the_shop(tx, _NOW)
    await asyncio.to_thread(_fill, database, shop_id)
    figures = []
    async with _ticking() as stalls:
        began = time.monotonic()
        async with store.read() as tx:
            facts = await reports.report(tx, shop_id, "all", ZoneInfo("Asia/Kolkata"), _NOW)
        figures.append(Figure("report: 100,000 orders", time.monotonic() - began, "s", 2.0, 2))
    assert facts.sales.orders == _ORDERS, facts.sales
    figures.append(Figure("report: the longest that others wait", max(stalls) * 1000, "ms", 50))
    me = psutil.Process()
    for format_ in FORMATS:
        file = database.with_name(f"orders.{format_}")
        job = Job(str(database), shop_id, "orders", None, None, format_, "Asia/Kolkata", str(file))
        before = me.memory_info().rss
        began = time.monotonic()
        async with _watching(me) as most:
            told = json.loads(await apart.run("bot.desk.export_file", job.packed(), seconds=600))
        assert told["rows"] == _ORDERS, told
        more = (me.memory_info().rss - before) / _MEGABYTE
        name = f"export .{format_}: 100,000 orders"
        figures += [
            Figure(name, time.monotonic() - began, "s"),
            Figure(f"{name}, more in the bot", more, "MB", 50),
            Figure(f"{name}, the most of its process", max(most), "MB", 50),
            Figure(f"{name}, the file", told["size"] / _MEGABYTE, "MB"),
        ]
    await store.close()
    return figures


@asynccontextmanager
async def _ticking() -> AsyncIterator[list[float]]:
    """Give how much longer than asked for each of many short sleeps took."""
    late = [0.0]

    async def tick() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(_TICK)
            late.append(time.monotonic() - began - _TICK)

    ticking = asyncio.create_task(tick())
    try:
        yield late
    finally:
        ticking.cancel()


@asynccontextmanager
async def _watching(me: psutil.Process) -> AsyncIterator[list[float]]:
    """Give the megabytes of the process that works for this one, ever again."""
    seen = [0.0]

    async def watch() -> None:
        while True:
            with suppress(psutil.NoSuchProcess):
                seen.extend(each.memory_info().rss / _MEGABYTE for each in me.children())
            await asyncio.sleep(_LOOK)

    # Before it has begun its own program it is a copy of this one.
    watching = asyncio.create_task(_later(watch))
    try:
        yield seen
    finally:
        watching.cancel()


async def _later(watch: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(_LOOK)
    await watch()


def _fill(database: Path, shop_id: int) -> None:
    marks = ", ".join("?" * len(_COLUMNS))
    statement = f"INSERT INTO orders ({', '.join(_COLUMNS)}) VALUES ({marks})"  # noqa: S608
    with closing(sqlite3.connect(database)) as db:
        for first in range(0, _ORDERS, 5_000):
            rows = [_row(number, shop_id) for number in range(first, first + 5_000)]
            db.executemany(statement, rows)
            db.commit()


def _row(number: int, shop_id: int) -> tuple[object, ...]:
    at = _NOW - timedelta(seconds=(_ORDERS - number) * _APART)
    amount = f"{(number * 7919) % 9000 + 99}.{number % 100:02}"
    product = f"p{number * 31 % _PRODUCTS}"
    status = "refunded_order" if number % 20 == 0 else "receipt_confirmed_order"
    order = Order.model_validate(
        {
            "order_id": f"{number:024x}",
            "order_no": f"TK{1772446511113 + number}",
            "buyer_id": f"{number % 5000:024x}",
            "product_id": product,
            "quantity": 1,
            "original_price": amount,
            "login_discount": "0.00",
            "coupon_code": "",
            "coupon_discount": "0.00",
            "total_amount": amount,
            "status": status,
            "payment_status": "completed_payment",
            "payment_method": "balance",
            "created_at": at.isoformat(),
            "updated_at": at.isoformat(),
            "delivered_units": 1,
            "remaining_to_deliver": 0,
            "supplier_income_recorded": True,
            "receipt_confirmed_at": at.isoformat(),
            "product": {
                "product_id": product,
                "title": f"Product {product}, one month",
                "category_path": "Streaming > Video",
                "price": amount,
                "warranty_period_days": "2",
                "images": ["/media/product_images/" + "a" * 32 + ".webp"],
            },
        }
    )
    kept = json.dumps(snapshot(order), separators=(",", ":"))
    moment = at.isoformat(timespec="microseconds")
    later = (at + timedelta(seconds=number % 900)).isoformat(timespec="microseconds")
    return (
        *(shop_id, order.order_id, order.order_id, order.order_no, order.buyer_id, product),
        *(order.title, status, "completed_payment", amount, 1, 1, 0, 0, 1, moment, later, kept),
        *("f" * 64, 1, moment, moment, moment),
    )
