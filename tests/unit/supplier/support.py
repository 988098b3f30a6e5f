"""A clock that only moves when told, and a marketplace client without a network."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import SecretStr

from bot.supplier import (
    ApiKey,
    Auth,
    CallRecord,
    Marketplace,
    NewProduct,
    Operation,
    ProductPatch,
    load_addresses,
)

KEY = "sk-9f8e7d6c5b4a-secret"
GOODS = ("anna@mail.example:Hunter2-Wolf", "XQZ4K-9TTRB-77PLM\nPIN 4711-0815")
BASE_URL = "http://market.example/shop"
ADDRESSES = load_addresses()


class FakeTime:
    """Time by hand: `sleep` waits until `advance` has come that far."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), future))
        await future

    async def settle(self) -> None:
        """Let every task run until all of them wait."""
        for _ in range(20):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        await self.settle()
        end = self.now + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, future = heapq.heappop(self._sleepers)
            self.now = max(self.now, at)
            if not future.done():
                future.set_result(None)
            await self.settle()
        self.now = end


class SkippingTime:
    """Time in which every sleep is over at once; `slept` says how long each was to be."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


Answering = Callable[[httpx.Request], httpx.Response]


def market(
    answer: Answering | httpx.AsyncBaseTransport,
    *,
    auth: Auth | None = None,
    time: SkippingTime | None = None,
    calls_per_minute: int = 100_000,
    on_call: Callable[[CallRecord], None] | None = None,
) -> Marketplace:
    time = time or SkippingTime()
    return Marketplace(
        BASE_URL,
        auth or ApiKey(SecretStr(KEY)),
        ADDRESSES,
        calls_per_minute=calls_per_minute,
        clock=time.clock,
        sleep=time.sleep,
        transport=(
            answer if isinstance(answer, httpx.AsyncBaseTransport) else httpx.MockTransport(answer)
        ),
        on_call=on_call,
    )


def secrets() -> list[SecretStr]:
    return [SecretStr(unit) for unit in GOODS]


PATCH = ProductPatch(title="Netflix Premium")
PRODUCT = NewProduct(category_id="7", title="Netflix", description="<p>x</p>", price="9.90")  # type: ignore[arg-type]

Asking = Callable[[Marketplace], Awaitable[Any]]

# Every operation, asked as a caller would.
ASK: dict[Operation, Asking] = {
    Operation.UPLOAD_IMAGE: lambda m: m.upload_image("a.png", b"\x89PNG"),
    Operation.CREATE_PRODUCT: lambda m: m.create_product(PRODUCT),
    Operation.LIST_PRODUCTS: lambda m: m.list_products(),
    Operation.UPDATE_PRODUCT: lambda m: m.update_product("p1", PATCH),
    Operation.APPEND_PRODUCT_ACCOUNTS: lambda m: m.append_product_accounts(
        "p1", [SecretStr(GOODS[0])]
    ),
    Operation.DELETE_PRODUCT: lambda m: m.delete_product("p1"),
    Operation.LIST_ORDERS: lambda m: m.list_orders(),
    Operation.REFUND_ORDER: lambda m: m.refund_order("o1"),
    Operation.UPDATE_DELIVERED_INFO: lambda m: m.update_delivered_info("o1", secrets()),
    Operation.CHANGE_ORDER_STATUS: lambda m: m.change_order_status("o1", "running_order"),
    Operation.GET_ORDER: lambda m: m.get_order("o1"),
    Operation.LIST_TICKETS: lambda m: m.list_tickets(),
    Operation.GET_TICKET: lambda m: m.get_ticket("t1"),
    Operation.CREATE_TICKET: lambda m: m.create_ticket("o1", "Hello", "How are you?"),
    Operation.UPDATE_TICKET: lambda m: m.update_ticket("t1", description="A reply"),
    Operation.LIST_PAYMENTS: lambda m: m.list_payments(),
    Operation.GET_BALANCE: lambda m: m.get_balance(),
}
