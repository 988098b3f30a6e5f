"""What truly changed, and every call that came: numbered from 1, for those who check."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

By = Literal["api", "control", "life", "pool"]
Kind = Literal[
    "order_created",
    "order_paid",
    "deliver",
    "refund",
    "status",
    "receipt_confirmed",
    "ticket_created",
    "ticket_reply",
    "ticket_written",
    "ticket_status",
    "ticket_title",
    "ticket_admin",
    "product_created",
    "product_approved",
    "product_updated",
    "product_deleted",
    "stock_added",
    "image_uploaded",
]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who does something; `operation` is set for calls of the API."""

    by: By
    operation: str | None = None


CONTROL = Origin("control")
LIFE = Origin("life")
POOL = Origin("pool")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that truly changed; ``after_call`` is the number of the last call before it."""

    n: int
    at: datetime
    origin: Origin
    kind: Kind
    id: str
    detail: dict[str, Any] = field(repr=False)
    after_call: int = 0


@dataclass(slots=True)
class Call:
    """One call of the API; `status` is None as long as, or when, nothing was answered."""

    n: int
    at: datetime
    operation: str | None
    method: str
    path: str
    query: dict[str, str] = field(repr=False)
    body: dict[str, Any] = field(default_factory=dict, repr=False)
    status: int | None = None
    fault: str | None = None
    authorised: bool = False
    duration: float | None = None


class Ledger:
    """Changes and calls, and a bell that rings at each change."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.calls: list[Call] = []
        self._bells: set[asyncio.Event] = set()

    def change(
        self, at: datetime, origin: Origin, kind: Kind, identifier: str, detail: dict[str, Any]
    ) -> None:
        """Write down one change and ring."""
        n, after_call = len(self.changes) + 1, len(self.calls)
        self.changes.append(Change(n, at, origin, kind, identifier, detail, after_call))
        self.ring()

    def call(
        self, at: datetime, operation: str | None, method: str, path: str, query: dict[str, str]
    ) -> Call:
        """Write down a call as it arrives; the caller fills in how it ended."""
        call = Call(len(self.calls) + 1, at, operation, method, path, query)
        self.calls.append(call)
        return call

    def clear(self) -> None:
        """Forget changes and calls; those who listen go on listening."""
        self.changes.clear()
        self.calls.clear()
        self.ring()

    def ring(self) -> None:
        """Wake everyone who listens."""
        for bell in self._bells:
            bell.set()

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at each change; the listener clears it."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            yield bell
        finally:
            self._bells.discard(bell)
