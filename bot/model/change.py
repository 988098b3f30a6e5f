"""What counts as a change of an order or a ticket, and how loudly it is told.

All of it is pure: what was known, what a look shows, and the news that lies between.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from .order import COMPLETED, RECEIPT_CONFIRMED, Order
from .ticket import Ticket

Loudness = Literal["loud", "hushed", "silent", "edit", "off"]
# What a person may want of one kind of news; empty: what is usual for it.
Wish = Literal["", "loud", "silent", "off"]
Mode = Literal["", "pool", "hand"]

# For how long what came is shown as new, while nothing was done about it.
NEW_FOR = timedelta(hours=1)

# A pool delivers by itself; what has not arrived after this long needs a person.
POOL_PATIENCE = timedelta(minutes=2)


class NewsKind(StrEnum):
    """What happened. The values stand in the events table and in people's preferences."""

    ORDER_NEW = "order_new"
    ORDER_PAID = "order_paid"
    ORDER_DELIVERED = "order_delivered"  # the count of delivered units moved
    ORDER_COMPLETED = "order_completed"
    ORDER_REFUNDED = "order_refunded"
    ORDER_RECEIPT = "order_receipt"
    ORDER_LATE = "order_late"  # the pool should have delivered by now
    ORDER_CHANGED = "order_changed"  # anything else that matters
    TICKET_NEW = "ticket_new"
    TICKET_TEXT = "ticket_text"
    TICKET_MODERATOR = "ticket_moderator"
    TICKET_STATUS = "ticket_status"
    STOCK_LOW = "stock_low"  # few of a product are left
    STOCK_OUT = "stock_out"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened. ``detail`` holds what moved (no texts, no goods).

    ``calls``: it makes somebody's act necessary that was not necessary before.
    """

    kind: NewsKind
    detail: dict[str, Any] = field(default_factory=dict)
    calls: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """How news are told, and why so: ``edit`` means that a changed card is enough.

    ``hushed``: as loud ones, by a message of their own, but without a sound. ``silent``: by the
    card that is there, or else by a new one. ``off``: not told at all; the cards that are there
    change all the same.
    """

    loudness: Loudness
    reason: str


# What is compared, and therefore what must survive in a snapshot.
ORDER_MATTERS = (
    "status",
    "payment_status",
    "quantity",
    "delivered_units",
    "remaining_to_deliver",
    "total_amount",
    "receipt_confirmed_at",
)


def order_fingerprint(order: Order) -> str:
    """Return what is equal for two looks at an order between which nothing happened.

    ``updated_at`` is not in it: it may move without a change, and stand still with one.
    """
    matters = {name: _plain(getattr(order, name)) for name in ORDER_MATTERS}
    return _digest({**matters, "accounts": len(order.delivered_account_ids)})


def ticket_fingerprint(ticket: Ticket) -> str:
    """Return what is equal for two looks at a ticket between which nothing happened."""
    return _digest(
        {
            "status": ticket.status,
            "title": ticket.title,
            "text": hashlib.sha256(ticket.description.encode()).hexdigest(),
            "admin_invited": ticket.admin_invited,
        }
    )


def fingerprint(thing: Order | Ticket) -> str:
    """Return the fingerprint of an order or a ticket: 64 hexadecimal digits."""
    return order_fingerprint(thing) if isinstance(thing, Order) else ticket_fingerprint(thing)


def completed_by(before: Order, after: Order) -> Order:
    """Return ``after`` with what this look did not show taken from ``before``.

    A list may show less of an order than the order's own page: what is left out has not changed,
    or each look at the one and the other would be a change.
    """
    kept = {
        name: getattr(before, name)
        for name in Order.model_fields
        if name not in {"order_id", "delivered_info", "product"}
        and (name not in after.model_fields_set or getattr(after, name) in (None, ""))
        and getattr(before, name) not in (None, "")
    }
    if after.delivered_units is not None:
        # What is owed follows from this look's count, not from an older remainder.
        kept.pop("remaining_to_deliver", None)
    if not after.product.model_fields_set and before.product.model_fields_set:
        kept["product"] = before.product
    return after.model_copy(update=kept) if kept else after


def ticket_completed_by(before: Ticket, after: Ticket) -> Ticket:
    """Return ``after`` with the fields that this look left out taken from ``before``."""
    kept = {
        name: getattr(before, name)
        for name in Ticket.model_fields
        if name not in after.model_fields_set and name in before.model_fields_set
    }
    return after.model_copy(update=kept) if kept else after


def news_of_order(before: Order | None, after: Order) -> tuple[News, ...]:
    """Return what happened to an order between two looks; nothing known before means it is new."""
    if before is None:
        return (News(NewsKind.ORDER_NEW, {"status": after.status}, calls=after.waits_for_us()),)
    if order_fingerprint(before) == order_fingerprint(after):
        return ()
    calls = after.waits_for_us() and (not before.waits_for_us() or after.owed > before.owed)
    found: list[News] = []
    if after.paid and not before.paid:
        found.append(News(NewsKind.ORDER_PAID, calls=calls))
    if after.refunded and not before.refunded:
        found.append(News(NewsKind.ORDER_REFUNDED, _moved(before, after, "status")))
    if after.status == COMPLETED and before.status != COMPLETED:
        found.append(News(NewsKind.ORDER_COMPLETED, _moved(before, after, "status"), calls=calls))
    if _receipt(after) and not _receipt(before):
        found.append(News(NewsKind.ORDER_RECEIPT, _moved(before, after, "status")))
    if after.delivered != before.delivered:
        found.append(
            News(
                NewsKind.ORDER_DELIVERED,
                {"delivered": [before.delivered, after.delivered], "owed": after.owed},
                calls=calls,
            )
        )
    if not found:
        found.append(News(NewsKind.ORDER_CHANGED, _all_moved(before, after), calls=calls))
    return tuple(found)


def delivered_now(before: Order | None, after: Order, *, quiet: bool) -> bool:
    """Say whether this look is the first that shows an order on which nothing is owed any more.

    ``quiet``: it is history, and came long ago.
    """
    if after.refunded or after.owed or not after.delivered:
        return False
    return not quiet if before is None else before.owed > 0


def news_of_ticket(before: Ticket | None, after: Ticket) -> tuple[News, ...]:
    """Return what happened to a ticket between two looks; nothing known before means it is new."""
    if before is None:
        news = [News(NewsKind.TICKET_NEW, {"status": after.status}, calls=after.waits_for_us())]
        if after.admin_invited:
            news.append(News(NewsKind.TICKET_MODERATOR, calls=True))
        return tuple(news)
    if ticket_fingerprint(before) == ticket_fingerprint(after):
        return ()
    found: list[News] = []
    if after.admin_invited and not before.admin_invited:
        found.append(News(NewsKind.TICKET_MODERATOR, calls=True))
    if (before.description, before.title) != (after.description, after.title):
        found.append(News(NewsKind.TICKET_TEXT, calls=True))
    if after.status != before.status or not found:
        detail = {"status": [before.status, after.status]}
        reopened = before.finished and not after.finished
        found.append(News(NewsKind.TICKET_STATUS, detail, calls=reopened))
    return tuple(found)


def how_to_tell(
    news: News,
    about: Order | Ticket,
    *,
    mode: Mode = "",
    wish: Wish = "",
    quiet_hours: bool = False,
) -> Telling:
    """Decide how loudly news are told. ``mode``: how this order's product is delivered, if learnt.

    Loud when a person must act; silent, or only an edited card, for everything else. ``wish``:
    what the one who is told wants of this kind. Quiet hours take the sound from loud ones, but
    for a moderator in a ticket.
    """
    quiet = quiet_hours and news.kind is not NewsKind.TICKET_MODERATOR
    return as_wanted(_usual(news, about, mode), wish=wish, quiet_hours=quiet)


def as_wanted(usual: Telling, *, wish: Wish = "", quiet_hours: bool = False) -> Telling:
    """Return how what is usually told so is told to somebody who wants it so, at this hour."""
    if wish == "off":
        return Telling("off", "not_wanted")
    if wish == "silent" and usual.loudness == "loud":
        return Telling("hushed", "wanted_silent")
    told = Telling("loud", "wanted_loud") if wish == "loud" else usual
    if quiet_hours and told.loudness == "loud":
        return Telling("hushed", "quiet_hours")
    return told


def _usual(news: News, about: Order | Ticket, mode: Mode) -> Telling:
    if isinstance(about, Ticket):
        return _tell_of_ticket(news, about)
    if news.kind is NewsKind.ORDER_LATE:
        return Telling("loud", "not_delivered_in_time")
    if news.calls and about.waits_for_us():
        if mode == "pool" and news.kind in {NewsKind.ORDER_NEW, NewsKind.ORDER_PAID}:
            return Telling("silent", "pool_delivers")
        return Telling("loud", "to_deliver")
    if news.kind is NewsKind.ORDER_NEW:
        return Telling("silent", "already_finished" if about.finished else "nothing_to_do_yet")
    if news.kind is NewsKind.ORDER_PAID:
        return Telling("silent", "paid_nothing_owed")
    if news.kind is NewsKind.ORDER_REFUNDED:
        return Telling("silent", "money_went_back")
    if news.kind is NewsKind.ORDER_CHANGED and "payment_status" in news.detail:
        return Telling("silent", "payment_changed")
    return Telling("edit", "card_says_it")


def _tell_of_ticket(news: News, ticket: Ticket) -> Telling:
    if news.kind is NewsKind.TICKET_MODERATOR:
        return Telling("loud", "moderator_joined")
    if news.kind is NewsKind.TICKET_TEXT:
        return Telling("loud", "buyer_wrote")
    if news.kind is NewsKind.TICKET_NEW:
        if ticket.finished:
            return Telling("silent", "already_finished")
        return Telling("loud", "ticket_opened")
    return Telling("loud", "reopened") if news.calls else Telling("edit", "card_says_it")


def mode_shown_by(order: Order) -> Mode:
    """Return how this order shows its product to be delivered; empty when it does not."""
    if order.from_pool:
        return "pool"
    return "hand" if order.delivered > 0 else ""


def _receipt(order: Order) -> bool:
    return order.status == RECEIPT_CONFIRMED or order.receipt_confirmed_at is not None


def _moved(before: Order, after: Order, name: str) -> dict[str, Any]:
    return {name: [_plain(getattr(before, name)), _plain(getattr(after, name))]}


def _all_moved(before: Order, after: Order) -> dict[str, Any]:
    moved: dict[str, Any] = {}
    for name in ORDER_MATTERS:
        pair = _moved(before, after, name)
        if pair[name][0] != pair[name][1]:
            moved.update(pair)
    return moved


def _plain(value: Any) -> Any:
    """Return a value so that equal ones look equal: 88.01 and 88.010 are the same money."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if hasattr(value, "isoformat") else value


def _digest(matters: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(matters, sort_keys=True).encode()).hexdigest()
