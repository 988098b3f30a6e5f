"""The practice marketplace's memory, and what all its rules need: IDs, numbers, time, ledger."""

import random
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.clock import Clock
from sandbox.marketplace.ledger import Kind, Ledger, Origin
from sandbox.marketplace.options import MarketOptions
from sandbox.marketplace.records import Category, Order, Payment, Product, Refund, Ticket
from sandbox.marketplace.table import Table

CENT = Decimal("0.01")


class RefusedError(Exception):
    """The marketplace will not do this; the text is for the one who asked."""

    def __init__(
        self, message: str, *, status: int = 400, fields: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.fields = fields


def missing(what: str) -> RefusedError:
    """Say that something is not there, as an answer with status 404."""
    return RefusedError(f"{what} not found.", status=404)


class Market:
    """Everything there is, in memory. The rules stand in modules of their own."""

    def __init__(self, options: MarketOptions, clock: Clock, seed: int) -> None:
        self.options = options
        self.clock = clock
        self.seed = seed
        self.ledger = Ledger()
        self.chance = random.Random(seed)
        self.categories: dict[str, Category] = {}
        self.products: Table[Product] = Table(seed)
        self.orders: Table[Order] = Table(seed)
        self.tickets: Table[Ticket] = Table(seed)
        self.payments: Table[Payment] = Table(seed)
        self.refunds: dict[str, Refund] = {}
        self.payment_of: dict[str, Payment] = {}
        self.images: dict[str, tuple[str, bytes]] = {}
        self.supplier_balance = Decimal("0.00")
        # Pool deliveries that are due: (when, order of arrival, order ID), a heap.
        self.due: list[tuple[datetime, int, str]] = []
        self.due_count = 0
        self.supplier_id = self.new_id()
        self.user_id = self.new_id()
        self.buyers = [self.new_id() for _ in range(9)]
        self._taken: dict[str, set[int]] = {}
        self._last: Counter[str] = Counter()

    def new_id(self) -> str:
        """Make an ID: 24 hexadecimal digits, the same ones for the same seed."""
        # The first digit is never 0, so that the ID survives being shown as a number.
        return f"{self.chance.randrange(6, 8):x}{self.chance.getrandbits(92):023x}"

    def new_no(self, prefix: str, at: datetime) -> str:
        """Make a number: the prefix and a Unix time in milliseconds that was not used yet."""
        taken = self._taken.setdefault(prefix, set())
        moment = int(at.timestamp() * 1000)
        if moment in taken:
            moment = self._last[prefix] + 1
        taken.add(moment)
        self._last[prefix] = max(self._last[prefix], moment)
        return f"{prefix}{moment:013d}"

    def now(self) -> datetime:
        """Return the wall time."""
        return self.clock.now()

    def note(self, origin: Origin, kind: Kind, identifier: str, /, **detail: Any) -> None:
        """Write a change into the ledger."""
        self.ledger.change(self.now(), origin, kind, identifier, detail)

    def touch(self, record: Product | Order | Ticket | Payment, at: datetime | None = None) -> None:
        """Move a changed record's `updated_at` (unless it never moves) and its place in lists."""
        if self.options.updated_at_moves:
            record.updated_at = at or self.now()
        match record:
            case Product():
                self.products.changed(record)
            case Order():
                self.orders.changed(record)
            case Ticket():
                self.tickets.changed(record)
            case Payment():
                self.payments.changed(record)

    def record_income(self, order: Order) -> None:
        """Add a complete and paid order's sum to the supplier's balance, once."""
        if order.complete and order.paid and not order.income_recorded:
            order.income_recorded = True
            self.supplier_balance += order.total_amount

    def product(self, identifier: object) -> Product:
        """Find a product; raises RefusedError (404)."""
        found = self.products.get(identifier)
        if found is None:
            raise missing("Product")
        return found

    def order(self, identifier: object) -> Order:
        """Find an order; raises RefusedError (404)."""
        found = self.orders.get(identifier)
        if found is None:
            raise missing("Order")
        return found

    def ticket(self, identifier: object) -> Ticket:
        """Find a ticket; raises RefusedError (404)."""
        found = self.tickets.get(identifier)
        if found is None:
            raise missing("Ticket")
        return found
