"""The one way in for what a look at the marketplace showed: state, events and notices together.

Whoever read an order or a ticket, the poller or a use case, gives it to :func:`take_in_order` or
:func:`take_in_ticket` within the transaction in which it matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.model.change import (
    Mode,
    News,
    NewsKind,
    completed_by,
    delivered_now,
    fingerprint,
    how_to_tell,
    mode_shown_by,
    news_of_order,
    news_of_ticket,
    ticket_completed_by,
)
from bot.model.explaining import explains
from bot.model.intent import SubjectKind
from bot.model.opening import is_ours
from bot.model.order import Order
from bot.model.preferences import topic_of
from bot.model.ticket import Ticket

from . import cards, intents, modes, orders, positions, preferences, tickets, units
from .database import Tx
from .events import Told, event, notify

# For how long after its answer a change is still understood as the effect of an act of ours.
OURS_FOR = timedelta(minutes=1)

How = Literal["new", "changed", "same", "stale"]
# Who of us did what happened; what is not in it, somebody else did.
Whose = dict[NewsKind, int | None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking in a look did. ``revision``: the local one that is now stored."""

    how: How
    revision: int
    news: tuple[News, ...] = ()


async def take_in_order(
    tx: Tx,
    shop_id: int,
    order: Order,
    *,
    looked_at: datetime,
    now: datetime,
    quiet: bool = False,
    done_by: int | None = None,
) -> Taken:
    """Store an order as a look showed it that began at ``looked_at``; tell who wants to know.

    ``quiet``: an order that was not known is history, and no news. ``done_by``: the person whose
    act alone makes ``order`` differ from what is known; they are not told of it. In what was
    read, each thing that happened is judged by itself: others may have acted at the same time.
    A look that began before the last one is thrown away, so that what we did ourselves is not
    undone by an older answer. Without ``quiet``, what the first walk has not reached yet is
    still known as history by its date.
    """
    before = await orders.by_id(tx, shop_id, order.order_id)
    if before is not None and _stale(before.looked_at, looked_at, now):
        return Taken("stale", before.revision)
    await units.recognise(tx, shop_id, order, now)
    if before is None and not quiet:
        quiet = await positions.is_history(tx, shop_id, "orders", order.placed_at)
    after = order if before is None else completed_by(before.order, order)
    known = None if before is None else before.order
    news = news_of_order(known, after)
    whose: Whose = dict.fromkeys((each.kind for each in news), done_by)
    if before is not None and done_by is None:
        whose = await _ours(tx, shop_id, "order", before.order, after, news, now)
    revision = 1 if before is None else before.revision + bool(news)
    changed_at = before.changed_at if before is not None and not news else now
    await orders.put(
        tx,
        shop_id,
        after,
        fingerprint=fingerprint(after),
        revision=revision,
        now=now,
        changed_at=changed_at,
        looked_at=looked_at,
        delivered_at=now if delivered_now(known, after, quiet=quiet) else None,
    )
    if before is not None and not news:
        return Taken("same", revision)
    await _learn(tx, shop_id, before, after, now, history=quiet and before is None)
    await cards.touch_tickets(tx, shop_id, after.order_id, now)
    if before is None and quiet:
        return Taken("new", revision)
    calls = any(each.calls for each in news)
    product_id = after.product_id or after.product.product_id
    mode = (await modes.of_product(tx, shop_id, product_id)).mode if calls else ""
    await _tell(tx, shop_id, "order", after, news, revision, now, mode=mode, whose=whose)
    return Taken("new" if before is None else "changed", revision, news)


async def _learn(
    tx: Tx,
    shop_id: int,
    before: orders.KnownOrder | None,
    after: Order,
    now: datetime,
    *,
    history: bool,
) -> None:
    """Learn from a look how the order's product is delivered, and how long that took."""
    shown = mode_shown_by(after)
    if not shown:
        return
    waited_since = None
    if (
        before is not None
        and before.order.waits_for_us()
        and after.delivered > before.order.delivered
    ):
        waited_since = before.changed_at
    await modes.learn(
        tx, shop_id, after, shown, now, waited_since=waited_since, overrule=not history
    )


async def take_in_ticket(
    tx: Tx,
    shop_id: int,
    ticket: Ticket,
    *,
    looked_at: datetime,
    now: datetime,
    quiet: bool = False,
    done_by: int | None = None,
) -> Taken:
    """Store a ticket as a look showed it; as :func:`take_in_order`. Every new text is kept.

    ``done_by``: the person who opened it, or set its status.
    """
    before = await tickets.by_id(tx, shop_id, ticket.ticket_id)
    if before is not None and _stale(before.looked_at, looked_at, now):
        return Taken("stale", before.revision)
    if before is None and not quiet:
        quiet = await positions.is_history(tx, shop_id, "tickets", ticket.created_at)
    after = ticket if before is None else ticket_completed_by(before.ticket, ticket)
    news = news_of_ticket(None if before is None else before.ticket, after)
    whose: Whose = {}
    if before is not None:
        whose = await _ours(tx, shop_id, "ticket", before.ticket, after, news, now)
    elif done_by is None:
        done_by = await _opened_by(tx, shop_id, after, now)
    if done_by is not None:
        # Never a moderator, nor a text that somebody wrote meanwhile.
        whose |= dict.fromkeys((NewsKind.TICKET_NEW, NewsKind.TICKET_STATUS), done_by)
    revision = 1 if before is None else before.revision + bool(news)
    changed_at = before.changed_at if before is not None and not news else now
    await tickets.put(
        tx,
        shop_id,
        after,
        fingerprint=fingerprint(after),
        revision=revision,
        now=now,
        changed_at=changed_at,
        looked_at=looked_at,
    )
    wrote = done_by if before is None else whose.get(NewsKind.TICKET_TEXT)
    if after.description and (before is None or before.ticket.description != after.description):
        await tickets.add_text(
            tx,
            shop_id,
            after.ticket_id,
            after.description,
            author="buyer" if wrote is None else "us",
            person_id=wrote,
            now=now,
        )
    if before is not None and not news:
        return Taken("same", revision)
    if before is None and after.order_id:
        # The order's card offers its ticket instead of opening one.
        await cards.touch(tx, shop_id, "order", after.order_id, now)
    if before is None and quiet:
        return Taken("new", revision)
    await _tell(tx, shop_id, "ticket", after, news, revision, now, whose=whose)
    return Taken("new" if before is None else "changed", revision, news)


async def _opened_by(tx: Tx, shop_id: int, ticket: Ticket, now: datetime) -> int | None:
    """Return who of us opened a ticket that a look shows before the call's answer is stored."""
    if not ticket.order_id:
        return None
    sent = await intents.lately_sent(tx, shop_id, "order", ticket.order_id, now - OURS_FOR)
    return sent.confirmed_by if sent is not None and is_ours(ticket, sent) else None


async def _ours(
    tx: Tx,
    shop_id: int,
    subject_kind: SubjectKind,
    before: Order | Ticket,
    after: Order | Ticket,
    news: Iterable[News],
    now: datetime,
) -> Whose:
    """Return who of us did each of these things, where an act that went out explains it.

    The poller may see what a call of ours did before that call is answered, or just after.
    """
    if not news:
        return {}
    subject_id = after.order_id if isinstance(after, Order) else after.ticket_id
    sent = await intents.lately_sent(tx, shop_id, subject_kind, subject_id or "", now - OURS_FOR)
    if sent is None:
        return {}
    return {each.kind: sent.confirmed_by for each in news if explains(sent, each, before, after)}


async def tell_late(tx: Tx, shop_id: int, now: datetime) -> int:
    """Announce, once each, the orders that the pool has not delivered in time; return how many."""
    told = 0
    for known in await modes.late(tx, shop_id, now):
        added = await _tell(
            tx,
            shop_id,
            "order",
            known.order,
            (News(NewsKind.ORDER_LATE, calls=True),),
            known.revision,
            now,
            mode="pool",
        )
        told += added
    return told


def _stale(known_at: datetime, looked_at: datetime, now: datetime) -> bool:
    # A clock that was set back must not make every look stale until it has caught up.
    return looked_at < known_at <= now


async def _tell(
    tx: Tx,
    shop_id: int,
    subject_kind: str,
    thing: Order | Ticket,
    news: Iterable[News],
    revision: int,
    now: datetime,
    *,
    mode: Mode = "",
    whose: Whose | None = None,
) -> int:
    """Write events and notices and have the cards redrawn; return how many events were new."""
    subject_id = thing.order_id if isinstance(thing, Order) else thing.ticket_id
    added = 0
    for each in news:
        done_by = (whose or {}).get(each.kind)
        event_id = await event(
            tx, shop_id, subject_kind, subject_id, each, revision, now, done_by=done_by
        )
        if event_id is None:
            continue
        added += 1
        if done_by is not None and how_to_tell(each, thing, mode=mode).loudness != "silent":
            continue  # an act of ours that the card shows calls nobody
        told: Told = {}
        for one in await preferences.recipients(tx, shop_id, topic_of(each.kind)):
            quiet = one.quiet is not None and one.quiet.covers(now)
            telling = how_to_tell(each, thing, mode=mode, wish=one.wish, quiet_hours=quiet)
            if one.person_id != done_by and telling.loudness != "off":
                told.setdefault(one.chat_id, (one.person_id, telling.loudness))
        await notify(tx, shop_id, event_id, told, now)
    if added and revision > 1:  # nobody has a card of what was not known
        await cards.touch(tx, shop_id, subject_kind, subject_id, now)
    return added
