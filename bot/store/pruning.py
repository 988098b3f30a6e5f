"""What may be forgotten, and when: never anything that is pending, nor what it points to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, delete, exists, select, update

from bot.model.change import NewsKind
from bot.model.intent import State

from .database import Store, Tx
from .tables import (
    audit,
    batch_items,
    batches,
    cards,
    chats,
    drafts,
    events,
    inbox,
    intents,
    members,
    messages,
    notices,
    orders,
    people,
    preferences,
    queues,
    stock_lines,
    subscriptions,
    ticket_texts,
    tickets,
    tries,
    unit_hashes,
)

TOMBSTONE_FOR: Final = timedelta(hours=48)  # Telegram keeps unfetched updates for 24 hours
ASIDE_FOR: Final = timedelta(days=30)  # what was put aside can be looked at for a month
TOLD_FOR: Final = timedelta(days=30)
SENT_FOR: Final = timedelta(days=7)
CARD_FOR: Final = timedelta(days=90)  # a card that old is no longer edited
INTENT_FOR: Final = timedelta(days=120)  # longer than any card that may show it
PAUSED_FOR: Final = timedelta(days=90)  # then what is for a chat that refuses us ends, too
STRANGER_FOR: Final = timedelta(days=7)  # longer than the day in which they are told once
TEXTS_FOR: Final = timedelta(days=400)  # of a finished ticket; its last text stays with it
AUDIT_FOR: Final = timedelta(days=400)
_AT_ONCE: Final = 500

_ENDED = (State.DONE.value, State.REFUSED.value, State.EXPIRED.value)


def _rules(now: datetime) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """Return (table, what may go), in an order in which nothing points to what goes."""
    waits = select(messages.c.id).where(messages.c.state.in_(("pending", "sending")))
    # Nobody has been there for so long that only what waits now can still be of use.
    left = select(chats.c.chat_id).where(chats.c.paused_at < now - PAUSED_FOR)
    late_still = exists().where(
        orders.c.shop_id == events.c.shop_id,
        orders.c.order_id == events.c.subject_id,
        orders.c.revision == events.c.revision,
        orders.c.waits.is_(True),
    )
    # What a pause of the whole shop took off sale is brought back however long that lasts.
    over = (batches.c.created_at < now - INTENT_FOR) & (
        (batches.c.why != "pause_shop")
        | batches.c.undone_by.is_not(None)
        | batches.c.state.in_(("proposed", "declined", "expired"))
    )
    return (
        (inbox, inbox.c.handled_at < now - TOMBSTONE_FOR),
        (inbox, inbox.c.aside_at < now - ASIDE_FOR),
        # One that ended holds nothing; its prompt is understood for as long as any card.
        (drafts, drafts.c.expires_at < now - CARD_FOR),
        (
            notices,
            (notices.c.state != "pending")
            & (notices.c.created_at < now - TOLD_FOR)
            & (notices.c.message_row.is_(None) | notices.c.message_row.not_in(waits)),
        ),
        (notices, (notices.c.created_at < now - PAUSED_FOR) & notices.c.chat_id.in_(left)),
        (
            events,
            (events.c.seen_at < now - TOLD_FOR)
            & ~exists().where(notices.c.event_id == events.c.id)
            # That an order is late is said once, for as long as it is.
            & ((events.c.kind != NewsKind.ORDER_LATE.value) | ~late_still),
        ),
        (
            messages,
            (messages.c.state == "pending")
            & (messages.c.created_at < now - PAUSED_FOR)
            & messages.c.chat_id.in_(left)
            & ~exists().where(notices.c.message_row == messages.c.id),
        ),
        (
            messages,
            (messages.c.state == "sent")
            & (messages.c.sent_at < now - SENT_FOR)
            & ~exists().where(notices.c.message_row == messages.c.id),
        ),
        (
            messages,
            (messages.c.state == "aside")
            & (messages.c.sent_at < now - ASIDE_FOR)
            & ~exists().where(notices.c.message_row == messages.c.id),
        ),
        (cards, cards.c.made_at < now - CARD_FOR),
        (queues, queues.c.moved_at < now - CARD_FOR),
        (
            intents,
            intents.c.state.in_(_ENDED)
            & (intents.c.finished_at < now - INTENT_FOR)
            & ~exists().where(cards.c.intent_id == intents.c.id),
        ),
        (batch_items, batch_items.c.batch_id.in_(select(batches.c.id).where(over))),
        (batches, over & ~exists().where(batch_items.c.batch_id == batches.c.id)),
        (
            stock_lines,
            ~exists().where(
                (intents.c.id == stock_lines.c.intent_id)
                # Of a preview that nobody confirmed, nothing is left to go on with.
                & (
                    (intents.c.state != State.EXPIRED.value)
                    | intents.c.confirmed_at.is_not(None)
                    | (intents.c.finished_at >= now - TOMBSTONE_FOR)
                )
            ),
        ),
        (audit, audit.c.at < now - AUDIT_FOR),
        (
            ticket_texts,
            (ticket_texts.c.seen_at < now - TEXTS_FOR)
            & exists().where(
                tickets.c.shop_id == ticket_texts.c.shop_id,
                tickets.c.ticket_id == ticket_texts.c.ticket_id,
                tickets.c.finished.is_(True),
            ),
        ),
        (tries, tries.c.since < now - STRANGER_FOR),
        (
            people,
            (people.c.turned_away_at < now - STRANGER_FOR)
            & ~exists().where(members.c.person_id == people.c.person_id)
            & ~exists().where(subscriptions.c.person_id == people.c.person_id)
            & ~exists().where(preferences.c.person_id == people.c.person_id),
        ),
    )


async def prune(store: Store, now: datetime) -> int:
    """Forget what nobody can need any more, a few hundred rows a transaction; return how many."""
    gone = 0
    for table, rule in _rules(now):
        while True:
            async with store.write() as tx:
                some = await _prune(tx, table, rule)
            gone += some
            if some < _AT_ONCE:
                break
    return gone


async def _prune(tx: Tx, table: Table, rule: ColumnElement[bool]) -> int:
    keys = list(table.primary_key.columns)
    rows = (await tx.execute(select(*keys).where(rule).limit(_AT_ONCE))).all()
    if table is intents and rows:
        # The hash of a unit outlives the intent that delivered it: it must be recognised for good.
        ended = [row.id for row in rows]
        await tx.execute(
            update(unit_hashes).where(unit_hashes.c.intent_id.in_(ended)).values(intent_id=None)
        )
    if len(keys) == 1 and rows:
        await tx.execute(delete(table).where(keys[0].in_([row[0] for row in rows])))
    else:
        for row in rows:
            match = [key == value for key, value in zip(keys, row, strict=True)]
            await tx.execute(delete(table).where(*match))
    return len(rows)
