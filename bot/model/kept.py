"""Replies that are kept until the marketplace is back: which may be, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from .goods import looks_like_goods
from .intent import Intent, ReplyPlan, State, is_outdated

KEPT_FOR = timedelta(hours=24)  # then it waits for a tap: the day is another
AGAIN_AFTER = timedelta(seconds=15)


def may_be_kept(intent: Intent) -> bool:
    """Say whether this surely did not go out because the marketplace is away, and may go later.

    Replies alone: goods and refunds are decided anew, and so is what looks like goods.
    """
    return (
        isinstance(intent.plan, ReplyPlan)
        and intent.state is State.REFUSED
        and intent.outcome.reason == "unavailable"
        and not looks_like_goods(intent.plan.text.get_secret_value())
    )


def kept_until(intent: Intent) -> datetime | None:
    """Return until when a reply is kept; None for what is not."""
    return intent.plan.kept_until if isinstance(intent.plan, ReplyPlan) else None


def needs_a_tap(intent: Intent, now: datetime) -> bool:
    """Say whether what would go out by itself was written so long ago that a person must look."""
    until = kept_until(intent)
    return is_outdated(intent, now) if until is None else until <= now
