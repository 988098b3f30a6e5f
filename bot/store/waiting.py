"""What waits for a person: orders to deliver by hand, and tickets that nobody has answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from bot.model.change import NewsKind
from bot.model.intent import State
from bot.model.reminder import Waiting

from .database import Tx
from .tables import drafts, events, intents, orders, products, ticket_texts, tickets

_LIVE = (State.SENDING.value, State.UNKNOWN.value)


async def all_of(tx: Tx, shop_id: int, now: datetime) -> tuple[Waiting, ...]:
    """Return everything that waits for a person, the oldest first.

    An order that the pool delivers waits for nobody until it was said to be late.
    """
    found = [*await _orders(tx, shop_id, now), *await _tickets(tx, shop_id, now)]
    return tuple(sorted(found, key=lambda each: (each.since, each.id)))


async def _orders(tx: Tx, shop_id: int, now: datetime) -> list[Waiting]:
    late = exists().where(
        events.c.shop_id == orders.c.shop_id,
        events.c.kind == NewsKind.ORDER_LATE.value,
        events.c.subject_id == orders.c.order_id,
        events.c.revision == orders.c.revision,
    )
    statement = (
        select(
            orders.c.order_id,
            orders.c.placed_at,
            orders.c.first_seen_at,
            orders.c.changed_at,
            _in_hand("order", orders.c.order_id, now).label("in_hand"),
        )
        .outerjoin(
            products,
            and_(
                products.c.shop_id == orders.c.shop_id,
                products.c.product_id == orders.c.product_id,
            ),
        )
        .where(
            orders.c.shop_id == shop_id,
            orders.c.waits.is_(True),
            or_(func.coalesce(products.c.delivery_mode, "") != "pool", late),
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
            in_hand=bool(row.in_hand),
        )
        for row in (await tx.execute(statement)).all()
    ]


async def _tickets(tx: Tx, shop_id: int, now: datetime) -> list[Waiting]:
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
            _in_hand("ticket", tickets.c.ticket_id, now).label("in_hand"),
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
        found.append(
            Waiting("ticket", row.ticket_id, since, known_since=wrote_at, in_hand=bool(row.in_hand))
        )
    return found


def _in_hand(kind: str, subject_id: ColumnElement[str], now: datetime) -> ColumnElement[bool]:
    """Say whether somebody is asked, or was just told to do, something about a subject."""
    deed = exists().where(
        intents.c.subject_kind == kind,
        intents.c.subject_id == subject_id,
        or_(
            intents.c.state.in_(_LIVE),
            and_(intents.c.state == State.PROPOSED.value, intents.c.expires_at > now),
        ),
    )
    asked = exists().where(
        drafts.c.subject_kind == kind,
        drafts.c.subject_id == subject_id,
        drafts.c.state == "open",
        drafts.c.expires_at > now,
    )
    return or_(deed, asked)
