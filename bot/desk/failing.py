"""Why the marketplace did not do something, as an outcome that the views have words for."""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Outcome
from bot.supplier.errors import (
    Forbidden,
    NotAuthorised,
    NotFound,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)


def not_sent(error: SupplierError, now: datetime) -> Outcome:
    """Say why a call surely changed nothing."""
    match error:
        case NotAuthorised():
            reason = "not_authorised"
        case Forbidden():
            reason = "forbidden"
        case NotFound():
            reason = "not_found"
        case Throttled():
            reason = "throttled"
        case Unavailable() | Unreadable():
            return Outcome(reason="unavailable", since=now)
        case _:
            reason = "refused"
    return Outcome(reason=reason, said=error.message)
