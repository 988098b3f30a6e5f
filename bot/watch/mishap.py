"""What is said of a look that failed; of a mistake of ours its kind and its place, no values."""

from __future__ import annotations

import traceback
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from bot.model.health_facts import FeedHealth
from bot.store.errors import StoreError
from bot.supplier.errors import SupplierError

log = structlog.get_logger(__name__)


def told(error: BaseException) -> dict[str, str]:
    """Return what the log may show of an error that nobody foresaw.

    Its message is left out: it may repeat what a stranger wrote, or goods.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if Path(each.filename).is_relative_to(_OURS)]
    last = (ours or frames)[-1:]
    where = [f"{Path(each.filename).name}:{each.lineno}" for each in last]
    return {"error": type(error).__name__, "where": "".join(where)}


_OURS = Path(__file__).parents[1]


def reason_of(error: Exception) -> str:
    """Return a machine's word for why something failed: the marketplace's, or of which of ours."""
    if isinstance(error, SupplierError):
        return error.reason
    return "store" if isinstance(error, StoreError) else "mistake"


def failed(health: FeedHealth, error: Exception, now: datetime) -> FeedHealth:
    """Log that a look at a list failed, and return how looking at it goes since then."""
    reason, event = reason_of(error), f"a look at the {health.feed} failed"
    if reason == "mistake":
        log.error(event, **told(error))
    else:
        log.info(event, error=str(error))
    return replace(health, failing_since=health.failing_since or now, reason=reason)
