"""Faults that a test orders: calls that fail, hang, or succeed without anyone hearing of it."""

from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal[
    "down", "status", "html", "throttle", "lost", "hang", "hang_after", "latency", "refuse"
]


class FaultOrder(BaseModel):
    """What POST /control/faults takes; `times` None means until it is cleared."""

    model_config = ConfigDict(extra="forbid")

    method: str = "*"
    kind: Kind
    times: int | None = Field(default=1, ge=1)
    chat: int | None = None
    retry_after: int = Field(default=5, ge=0)
    seconds: float = Field(default=60.0, ge=0)
    status: int = Field(default=500, ge=400, le=599)
    message: str | None = None

    def fits(self, method: str, chat: int | None) -> bool:
        """Tell whether a call meets this fault."""
        if self.method != "*" and self.method.lower() != method.lower():
            return False
        return self.chat is None or self.chat == chat


@dataclass(slots=True)
class Fault:
    """An ordered fault and how often it still happens."""

    id: int
    order: FaultOrder
    left: int | None
    hits: int = 0

    def shown(self) -> dict[str, Any]:
        """Return the fault as GET /control/faults lists it."""
        return {"id": self.id, **self.order.model_dump(), "left": self.left, "hits": self.hits}


class Faults:
    """The faults in force, oldest first; the first that fits a call is the one that happens."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._items: list[Fault] = []
        self.newest = 0
        self.released = 0

    def add(self, order: FaultOrder) -> Fault:
        """Put a fault in force and return it."""
        fault = Fault(next(self._ids), order, order.times)
        self.newest = fault.id
        self._items.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        """End one fault; tell whether it was there."""
        kept = [fault for fault in self._items if fault.id != fault_id]
        found = len(kept) < len(self._items)
        self._items = kept
        return found

    def clear(self) -> None:
        """End all faults; what hangs already goes on hanging until it is released."""
        self._items.clear()

    def release(self) -> None:
        """Let everything that hangs now go on."""
        self.released += 1

    def shown(self) -> list[dict[str, Any]]:
        """Return the faults in force."""
        return [fault.shown() for fault in self._items]

    def since(self, newest: int, method: str, chat: int | None) -> bool:
        """Tell whether a fault that fits a call has come after the fault `newest`."""
        return any(fault.id > newest and fault.order.fits(method, chat) for fault in self._items)

    def take(self, method: str, chat: int | None) -> FaultOrder | None:
        """Return the fault that this call meets, and count it; None for a call that goes well."""
        for fault in self._items:
            if not fault.order.fits(method, chat):
                continue
            fault.hits += 1
            if fault.left is not None:
                fault.left -= 1
                if fault.left == 0:
                    self._items.remove(fault)
            return fault.order
        return None
