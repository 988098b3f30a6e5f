"""What can be made to go wrong, how often, and what hangs until it is let go."""

import asyncio
from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.types import Receive

from sandbox.marketplace.endpoints import OPERATIONS, READS

Kind = Literal[
    "latency",
    "status",
    "html",
    "login",
    "throttle",
    "refused",
    "garbage",
    "garbage_before",
    "cut",
    "cut_before",
    "hang_before",
    "hang_after",
    "error_after",
    "close",
    "close_after",
]
Why = Literal["elapsed", "released", "gone", "stopping"]

# The work is done (or, for latency, goes on) before these break the answer.
DONE_KINDS = frozenset(("latency", "garbage", "cut", "hang_after", "error_after", "close_after"))


Seconds = Annotated[int, Field(ge=0)]
HeaderText = Annotated[str, Field(pattern=r"^[ -~]+$")]


class Fault(BaseModel):
    """One thing that goes wrong, for one operation or for many."""

    model_config = ConfigDict(extra="forbid")

    operation: str = "*"
    kind: Kind
    times: int | None = Field(default=1, ge=1)
    seconds: float | None = Field(default=None, ge=0)
    status: int | None = Field(default=None, ge=400, le=599)
    # Seconds, or the text of the header as it is: an HTTP-date, or nonsense.
    retry_after: Seconds | HeaderText | None = None
    message: str | None = None
    # From then on the order or ticket of the call cannot be read, until the faults are removed.
    hides: bool = False

    @field_validator("operation")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in ("*", "reads", "writes", *OPERATIONS):
            raise ValueError("no such operation")
        return value

    def meets(self, operation: str) -> bool:
        """Tell whether this fault is meant for an operation."""
        if self.operation == "reads":
            return operation in READS
        if self.operation == "writes":
            return operation not in READS
        return self.operation in ("*", operation)


class FaultTable:
    """The faults in force, oldest first; each is used up after `times` calls."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._last = 0
        self._hidden: set[str] = set()
        self._released = asyncio.Event()
        self.stopping = asyncio.Event()

    def add(self, fault: Fault) -> int:
        """Put a fault in force; return its ID."""
        self._last += 1
        self._faults[self._last] = fault.model_copy()
        return self._last

    def items(self) -> dict[int, Fault]:
        """Return the faults still in force, with the times that are left."""
        return dict(self._faults)

    def clear(self) -> None:
        """Put nothing in force any more, and let go what hangs."""
        self._faults.clear()
        self._hidden.clear()
        self.release()

    def take(self, operation: str, subjects: Collection[str] = ()) -> Fault | None:
        """Use one time of the oldest fault that is meant for an operation.

        ``subjects``: the IDs that the call names.
        """
        if operation in READS and not self._hidden.isdisjoint(subjects):
            return Fault(kind="status", status=503)
        for identifier, fault in self._faults.items():
            if not fault.meets(operation):
                continue
            taken = fault.model_copy()
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    del self._faults[identifier]
            if fault.hides:
                self._hidden.update(subjects)
            return taken
        return None

    def release(self) -> None:
        """Let everything that hangs go on at once."""
        self._released.set()
        self._released = asyncio.Event()

    async def hold(
        self, seconds: float, *, receive: Receive | None, stopping: asyncio.Event | None
    ) -> Why:
        """Hang until the time is up, a release, the end of the server, or the caller has gone.

        Without `receive` it does not matter whether the caller has gone.
        """
        watched: dict[asyncio.Task[None], Why] = {
            asyncio.create_task(_set(self._released)): "released",
            asyncio.create_task(_set(self.stopping)): "stopping",
        }
        if stopping is not None:
            watched[asyncio.create_task(_set(stopping))] = "stopping"
        if receive is not None:
            watched[asyncio.create_task(_gone(receive))] = "gone"
        try:
            done, _ = await asyncio.wait(
                watched, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for task in watched:
                task.cancel()
            await asyncio.gather(*watched, return_exceptions=True)
        reasons = {watched[task] for task in done}
        order: tuple[Why, ...] = ("stopping", "gone", "released")
        return next((why for why in order if why in reasons), "elapsed")


async def _set(event: asyncio.Event) -> None:
    await event.wait()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
