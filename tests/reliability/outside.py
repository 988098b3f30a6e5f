"""What happens outside the bot: buyers, the marketplace's own page, and trouble of every kind."""

from __future__ import annotations

import time
from random import Random
from typing import Any

from tests.e2e.practice import Shop

from .record import Record

_READS = ("list_orders", "list_tickets", "get_order", "get_ticket", "reads")
_WRITES = (
    "refund_order",
    "update_delivered_info",
    "update_ticket",
    "update_product",
    "append_product_accounts",
    "writes",
)
# (operations, fault): what the marketplace does to calls. No wait is longer than a call's own.
_MARKET: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (_READS, {"kind": "status", "status": 503}),
    (_READS, {"kind": "html"}),
    (_READS, {"kind": "garbage"}),
    (_READS, {"kind": "cut"}),
    (_READS, {"kind": "close"}),
    (_READS, {"kind": "throttle", "retry_after": 1}),
    (_READS, {"kind": "latency", "seconds": 0.5}),
    (_READS, {"kind": "hang_before", "seconds": 0.7}),
    (_WRITES, {"kind": "hang_after", "seconds": 0.6}),
    (_WRITES, {"kind": "hang_after", "seconds": 30}),
    (_WRITES, {"kind": "hang_before", "seconds": 30}),
    (_WRITES, {"kind": "error_after"}),
    (_WRITES, {"kind": "cut"}),
    (_WRITES, {"kind": "close_after"}),
    (_WRITES, {"kind": "garbage"}),
    (_WRITES, {"kind": "latency", "seconds": 0.8}),
    (_WRITES, {"kind": "status", "status": 503}),
    (_WRITES, {"kind": "close"}),
    (_WRITES, {"kind": "throttle", "retry_after": 1}),
    (_WRITES, {"kind": "refused", "message": "Not today"}),
)
_TELEGRAM: tuple[dict[str, Any], ...] = (
    {"method": "sendMessage", "kind": "lost"},
    {"method": "sendMessage", "kind": "lost"},
    {"method": "editMessageText", "kind": "lost"},
    {"method": "sendMessage", "kind": "status", "status": 502},
    {"method": "editMessageText", "kind": "status", "status": 500},
    {"method": "sendMessage", "kind": "throttle", "retry_after": 1},
    {"method": "sendMessage", "kind": "down"},
    {"method": "sendMessage", "kind": "latency", "seconds": 0.4},
    {"method": "sendMessage", "kind": "hang_after", "seconds": 0.5},
    {"method": "getUpdates", "kind": "status", "status": 502},
    {"method": "getUpdates", "kind": "lost"},
    {"method": "answerCallbackQuery", "kind": "down"},
    {"method": "*", "kind": "down", "times": 2},
)
# Of these an outcome is not known: some are done, and some are not.
UNKNOWN: tuple[dict[str, Any], ...] = (
    {"kind": "error_after"},
    {"kind": "cut"},
    {"kind": "close_after"},
    {"kind": "garbage"},
    {"kind": "hang_after", "seconds": 30},
    {"kind": "hang_before", "seconds": 30},
)
_TITLES = ("It does not work", "Wrong account", "Nothing arrived")


class Outside:
    """Buyers who order, pay and complain; and the trouble of both servers."""

    def __init__(self, shop: Shop, chance: Random, record: Record) -> None:
        self._shop = shop
        self._chance = chance
        self._record = record
        self._orders: list[Any] = []
        self._unpaid: list[Any] = []
        self._tickets: list[str] = []
        self._texts = 0
        self.page_orders: set[str] = set()  # numbers of orders that only the page refunds

    @property
    def placed(self) -> int:
        """How many orders the operators may work on."""
        return len(self._orders)

    def buyers(self) -> None:
        """Let something happen on the marketplace."""
        acts = [
            (6.0, self._order),
            (3.0 if self._unpaid else 0, self._pay),
            (2.5 if self._orders else 0, self._complain),
            (2.0 if self._tickets else 0, self._write_again),
            (0.5 if self._tickets else 0, self._moderator),
            (0.4 if self._tickets else 0, self._close),
            (0.8 if self._orders else 0, self._page_delivers),
            (0.8, self._page_refunds),
            (0.8 if self._orders else 0, self._receipt),
        ]
        act = self._chance.choices([a for _, a in acts], [w for w, _ in acts])[0]
        act()

    def trouble(self) -> None:
        """Have the next calls of some kind go wrong."""
        if self._chance.random() < 0.6:
            operations, fault = self._chance.choice(_MARKET)
            operation = self._chance.choice(operations)
            times = self._chance.choice((1, 1, 2))
            self._shop.trouble(operation, times=times, **fault)
            self._record.tell(f"trouble: {operation} × {times} {fault}")
        else:
            fault = self._chance.choice(_TELEGRAM)
            self._shop.telegram("faults", **fault)
            self._record.tell(f"trouble: Telegram {fault}")

    # --- what buyers do --------------------------------------------------------------------

    def _order(self, *, alone: bool = False) -> Any:
        at = time.time()
        paid = alone or self._chance.random() < 0.75
        quantity = self._chance.choice((1, 1, 1, 2))
        order = self._shop.market("orders", quantity=quantity, paid=paid)
        self._record.happen("order", order["order_id"], at, f"{order['order_no']} paid={paid}")
        if alone:
            self.page_orders.add(order["order_no"])
            return order
        self._orders.append(order)
        if not paid:
            self._unpaid.append(order)
        return order

    def _pay(self) -> None:
        order = self._unpaid.pop(self._chance.randrange(len(self._unpaid)))
        at = time.time()
        self._shop.market(f"orders/{order['order_id']}/pay")
        self._record.happen("paid", order["order_id"], at)

    def _text(self) -> str:
        self._texts += 1
        return f"Complaint {self._record.seed}-{self._texts:04}: it fails"

    def _complain(self) -> None:
        order, text, at = self._chance.choice(self._orders[-8:]), self._text(), time.time()
        ticket = self._shop.market(
            "tickets",
            order_id=order["order_id"],
            title=self._chance.choice(_TITLES),
            text=text,
        )
        self._tickets.append(ticket["ticket_id"])
        self._record.happen("ticket", ticket["ticket_id"], at, text)

    def _write_again(self) -> None:
        ticket_id, text, at = self._chance.choice(self._tickets[-5:]), self._text(), time.time()
        self._shop.market(f"tickets/{ticket_id}/write", text=text)
        self._record.happen("text", ticket_id, at, text)

    def _moderator(self) -> None:
        ticket_id, at = self._chance.choice(self._tickets), time.time()
        self._shop.market(f"tickets/{ticket_id}/invite-admin")
        self._record.happen("moderator", ticket_id, at)

    def _close(self) -> None:
        ticket_id, at = self._chance.choice(self._tickets), time.time()
        self._shop.market(f"tickets/{ticket_id}/close")
        self._record.happen("closed", ticket_id, at)

    def _page_delivers(self) -> None:
        truth = self._shop.order(self._chance.choice(self._orders)["order_id"])
        if (
            truth["status"] not in {"pending_order", "running_order"}
            or truth["payment_status"] != "completed_payment"
        ):
            return
        at = time.time()
        row = f"from-the-page-{self._chance.randrange(10**9)}"
        self._shop.market(f"orders/{truth['order_id']}/deliver", rows=[row])
        self._record.happen("page delivered", truth["order_id"], at)

    def _page_refunds(self) -> None:
        order = self._order(alone=True)
        at = time.time()
        self._shop.market(f"orders/{order['order_id']}/status", status="refunded_order")
        self._record.happen("page refunded", order["order_id"], at)

    def _receipt(self) -> None:
        truth = self._shop.order(self._chance.choice(self._orders)["order_id"])
        if truth["status"] != "completed_order":
            return
        at = time.time()
        self._shop.market(f"orders/{truth['order_id']}/confirm-receipt")
        self._record.happen("receipt", truth["order_id"], at)
