"""What waits for a person: orders to deliver by hand, and tickets that nobody has answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, or_, select, text

from bot.model.intent import State
from bot.model.reminder import Waiting

from .database import Tx
from .modes import of_its_product, said_to_be_late
from .tables import drafts, intents, orders, products, ticket_texts, tickets


async def all_of(tx: Tx, shop_id: int, now: datetime) -> tuple[Waiting, ...]:
    """Return everything that waits for a person, the oldest first.

    An order that the pool delivers waits for nobody until it was said to be late.
    """
    found = [*await _orders(tx, shop_id), *await _tickets(tx, shop_id)]
    in_hand = await _in_hand(tx, shop_id, now) if found else frozenset()
    found = [replace(one, in_hand=(one.kind, one.id) in in_hand) for one in found]
    return tuple(sorted(found, key=lambda each: (each.since, each.id)))


async def _orders(tx: Tx, shop_id: int) -> list[Waiting]:
    statement = (
        select(
            orders.c.order_id,
            orders.c.placed_at,
            orders.c.first_seen_at,
            orders.c.changed_at,
        )
        .outerjoin(products, of_its_product())
        .where(
            orders.c.shop_id == shop_id,
            orders.c.waits.is_(True),
            or_(func.coalesce(products.c.delivery_mode, "") != "pool", said_to_be_late()),
        )
    )
    return [
        Waiting(
            "order",
            row.order_id,
            # It waited already when we first saw it: since when, its date tells.
            since=min(row.placed_at or row.changed_at, row.changed_at)
            if row.changed_at == row.first_seen_at
            else row.changed_at,
            known_since=row.changed_at,
        )
        for row in (await tx.execute(statement)).all()
    ]


async def _tickets(tx: Tx, shop_id: int) -> list[Waiting]:
    newest = (
        select(ticket_texts.c.ticket_id, func.max(ticket_texts.c.id).label("id"))
        .where(ticket_texts.c.shop_id == shop_id)
        .where(
            ticket_texts.c.ticket_id.in_(
                select(tickets.c.ticket_id).where(
                    tickets.c.shop_id == shop_id, tickets.c.finished.is_(False)
                )
            )
        )
        .group_by(ticket_texts.c.ticket_id)
        .subquery()
    )
    statement = (
        select(
            tickets.c.ticket_id,
            tickets.c.placed_at,
            tickets.c.first_seen_at,
            ticket_texts.c.author,
            ticket_texts.c.seen_at,
        )
        .outerjoin(newest, newest.c.ticket_id == tickets.c.ticket_id)
        .outerjoin(ticket_texts, ticket_texts.c.id == newest.c.id)
        .where(tickets.c.shop_id == shop_id, tickets.c.finished.is_(False))
    )
    found = []
    for row in (await tx.execute(statement)).all():
        if row.author == "us":
            continue
        wrote_at = row.seen_at or row.first_seen_at
        since = wrote_at
        if wrote_at == row.first_seen_at and row.placed_at is not None:
            since = min(row.placed_at, wrote_at)
        found.append(Waiting("ticket", row.ticket_id, since, known_since=wrote_at))
    return found


async def _in_hand(tx: Tx, shop_id: int, now: datetime) -> frozenset[tuple[str, str]]:
    """Return the kind and ID of everything that somebody is asked, or was just told to do.

    The words of the two states are those of the partial indexes: a handful of rows is read.
    """
    deeds = select(intents.c.subject_kind, intents.c.subject_id).where(
        intents.c.shop_id == shop_id,
        text("state IN ('proposed', 'sending', 'unknown')"),
        or_(intents.c.state != State.PROPOSED.value, intents.c.expires_at > now),
    )
    asked = select(drafts.c.subject_kind, drafts.c.subject_id).where(
        drafts.c.shop_id == shop_id, text("state = 'open'"), drafts.c.expires_at > now
    )
    rows = [*(await tx.execute(deeds)).all(), *(await tx.execute(asked)).all()]
    return frozenset((row.subject_kind, row.subject_id) for row in rows)
