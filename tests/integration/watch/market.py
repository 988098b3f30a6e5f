"""A marketplace in memory, with the ways of sorting, paging and filtering that real ones have."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bot.model.order import Order
from bot.model.ticket import Ticket
from bot.supplier.budget import Priority
from bot.supplier.envelope import Page
from bot.supplier.errors import NotFound, SupplierError
from bot.supplier.operations import Operation

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Market:
    """``before`` runs at the beginning of each call: to let things happen, to fail, to hang."""

    sort: Literal["newest", "oldest", "mixed", "updated"] = "newest"
    size: int = 100
    totals: bool = True
    filters: bool = True
    behind: Literal["empty", "repeat", "missing"] = "empty"
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    before: Callable[[str, Any], None] = lambda *_: None
    placed: int = 0

    def place(self, *, paid: bool = False, **fields: Any) -> str:
        """Place one order, a minute after the one before."""
        self.placed += 1
        at = START + timedelta(minutes=self.placed)
        order_id = f"o{self.placed:05}"
        self.orders[order_id] = {
            "order_id": order_id,
            "order_no": f"TK{1772366400000 + self.placed * 60000}",
            "buyer_id": "b1",
            "product_id": "p1",
            "quantity": 1,
            "total_amount": "10.00",
            "status": "pending_order",
            "payment_status": "completed_payment" if paid else "pending_payment",
            "created_at": at.isoformat(),
            "updated_at": at.isoformat(),
            "delivered_units": 0,
            "remaining_to_deliver": 1,
            "delivered_account_ids": [],
            "product": {"product_id": "p1", "title": "Netflix", "description": "<b>words</b>"},
            **fields,
        }
        return order_id

    def finish(self, order_id: str) -> None:
        """Let an order be delivered and complete."""
        self.orders[order_id].update(
            status="completed_order", delivered_units=1, remaining_to_deliver=0
        )

    def complain(self, order_id: str = "o00001", text: str = "It is broken", **fields: Any) -> str:
        """Open one ticket."""
        number = len(self.tickets) + 1
        at = START + timedelta(minutes=number)
        ticket_id = f"t{number:05}"
        self.tickets[ticket_id] = {
            "ticket_id": ticket_id,
            "ticket_no": f"TKT{1772366400000 + number * 60000}",
            "order_id": order_id,
            "buyer_id": "b1",
            "title": "Help",
            "description": text,
            "status": "open",
            "admin_invited": False,
            "created_at": at.isoformat(),
            "updated_at": at.isoformat(),
            **fields,
        }
        return ticket_id

    def count(self, name: str) -> int:
        """Return how many calls of this name there were."""
        return sum(1 for each, _ in self.calls if each == name)

    async def list_orders(
        self, *, page: int = 1, status: str | None = None, priority: Priority = Priority.HEAD
    ) -> Page[Order]:
        await self._called("list_orders", (page, status))
        raw, total = self._page(self.orders, page, status)
        return Page(tuple(Order.model_validate(each) for each in raw), total, page, 100)

    async def get_order(self, order_id: str, *, priority: Priority = Priority.PERSON) -> Order:
        await self._called("get_order", order_id)
        if order_id not in self.orders:
            raise NotFound(Operation.GET_ORDER, "no_such_item")
        return Order.model_validate(self.orders[order_id])

    async def list_tickets(
        self, *, page: int = 1, status: str | None = None, priority: Priority = Priority.HEAD
    ) -> Page[Ticket]:
        await self._called("list_tickets", (page, status))
        raw, total = self._page(self.tickets, page, status)
        return Page(tuple(Ticket.model_validate(each) for each in raw), total, page, 100)

    async def get_ticket(self, ticket_id: str, *, priority: Priority = Priority.PERSON) -> Ticket:
        await self._called("get_ticket", ticket_id)
        return Ticket.model_validate(self.tickets[ticket_id])

    async def _called(self, name: str, what: Any) -> None:
        self.calls.append((name, what))
        await asyncio.sleep(0)
        self.before(name, what)

    def _page(
        self, things: dict[str, dict[str, Any]], page: int, status: str | None
    ) -> tuple[list[dict[str, Any]], int | None]:
        rows = sorted(things.values(), key=lambda each: str(each["created_at"]))
        if self.sort == "newest":
            rows.reverse()
        elif self.sort == "updated":
            rows.sort(key=lambda each: str(each["updated_at"]), reverse=True)
        elif self.sort == "mixed":
            rows.sort(key=lambda each: zlib.crc32(each["created_at"].encode()))
        if status is not None and self.filters:
            rows = [each for each in rows if each["status"] == status]
        size = min(self.size, 100)
        total = len(rows) if self.totals else None
        shown = rows[(page - 1) * size : page * size]
        if not shown and page > 1 and self.behind == "repeat":
            last = max(-(-len(rows) // size), 1)
            shown = rows[(last - 1) * size :]
        if not shown and page > 1 and self.behind == "missing":
            raise NotFound(Operation.LIST_ORDERS, "no_such_address")
        return shown, total


def away(error: SupplierError) -> Callable[[str, Any], None]:
    """Return a ``before`` that lets every call fail."""

    def fail(name: str, what: Any) -> None:
        raise error

    return fail
