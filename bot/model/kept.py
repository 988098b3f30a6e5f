"""What was not sent: what of it is kept until the marketplace is back, and shown once more."""

from __future__ import annotations

from datetime import datetime, timedelta

from .goods import looks_like_goods
from .intent import DeliverPlan, Intent, Kind, NewTicketPlan, ReplyPlan, State, is_outdated

KEPT_FOR = timedelta(hours=24)  # then it waits for a tap: the day is another
# Reasons for which the marketplace surely took nothing of a replacement.
_AS_TEXT = frozenset({"refused", "forbidden", "not_found"})
AGAIN_AFTER = timedelta(seconds=15)


def may_be_kept(intent: Intent) -> bool:
    """Say whether this surely did not go out because the marketplace is away, and may go later.

    What is written to a buyer alone: goods and refunds are decided anew, and so is what looks
    like goods.
    """
    return (
        isinstance(intent.plan, ReplyPlan | NewTicketPlan)
        and intent.state is State.REFUSED
        and intent.outcome.reason == "unavailable"
        and not looks_like_goods(intent.plan.text.get_secret_value())
    )


def kept_until(intent: Intent) -> datetime | None:
    """Return until when what was written to a buyer is kept; None for what is not."""
    plan = intent.plan
    return plan.kept_until if isinstance(plan, ReplyPlan | NewTicketPlan) else None


def needs_a_tap(intent: Intent, now: datetime) -> bool:
    """Say whether what would go out by itself was written so long ago that a person must look."""
    until = kept_until(intent)
    return is_outdated(intent, now) if until is None else until <= now


def goes_as_text(intent: Intent) -> bool:
    """Say whether the marketplace surely took nothing of a replacement: it can go as a text."""
    refused = intent.kind is Kind.REPLACE and intent.state is State.REFUSED
    return refused and intent.outcome.reason in _AS_TEXT


def may_be_shown_again(intent: Intent) -> bool:
    """Say whether goods were surely not sent, or not seen, and nobody had taken them back."""
    if not isinstance(intent.plan, DeliverPlan) or not intent.plan.pieces:
        return False
    ended = intent.state in {State.REFUSED, State.EXPIRED}
    return ended and intent.outcome.reason != "declined"
