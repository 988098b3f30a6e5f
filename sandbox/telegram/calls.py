"""The record of every Bot API call and its answer."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_MOST_CALLS = 20_000


@dataclass(slots=True)
class Call:
    """One call; `ok` and `code` stay None while it has no answer yet.

    `result` is what a bot remembers of the answer: message IDs, or how many updates it got.
    `seconds` is how long it took, `fault` the kind of fault it met.
    """

    n: int
    at: datetime
    method: str
    params: dict[str, Any]
    ok: bool | None = None
    code: int | None = None
    description: str | None = None
    result: Any = None
    fault: str | None = None
    seconds: float | None = None

    def shown(self) -> dict[str, Any]:
        """Return the call as GET /control/calls lists it."""
        shown: dict[str, Any] = {
            "n": self.n,
            "at": self.at.isoformat(),
            "method": self.method,
            "params": self.params,
            "ok": self.ok,
            "code": self.code,
        }
        for name in ("description", "result", "fault", "seconds"):
            value = getattr(self, name)
            if value is not None:
                shown[name] = value
        return shown


class Calls:
    """The latest calls, oldest first; numbers go on when the record is emptied."""

    def __init__(self) -> None:
        self._items: deque[Call] = deque(maxlen=_MOST_CALLS)
        self._last = 0

    def begin(self, at: datetime, method: str, params: dict[str, Any]) -> Call:
        """Note a call that has come in and return its record."""
        self._last += 1
        call = Call(self._last, at, method, params)
        self._items.append(call)
        return call

    def clear(self) -> None:
        """Forget all calls."""
        self._items.clear()

    def shown(self, method: str | None, since: int) -> list[dict[str, Any]]:
        """Return calls after number `since`, of one method when it is given."""
        wanted = method.lower() if method else None
        found: list[dict[str, Any]] = []
        for call in reversed(self._items):
            if call.n <= since:
                break
            if wanted is None or call.method.lower() == wanted:
                found.append(call.shown())
        return found[::-1]


def digest(result: Any) -> Any:
    """Return the part of an answer that is worth keeping."""
    if isinstance(result, dict):
        return result.get("message_id", True)
    if isinstance(result, list):
        if all(isinstance(item, dict) and "message_id" in item for item in result):
            return [item["message_id"] for item in result]
        return len(result)
    return result
