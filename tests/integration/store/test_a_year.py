"""A year of the shop, compressed: the file grows by what is kept of each order, and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, text

from bot.model.change import NewsKind
from bot.model.order import Order
from bot.store import orders as known_orders
from bot.store import people, pruning
from bot.store.database import Store, Tx
from bot.store.tables import (
    audit,
    cards,
    chats,
    events,
    inbox,
    intents,
    messages,
    notices,
    orders,
    ticket_texts,
    tickets,
    unit_hashes,
)
from bot.store.tables import people as people_table
from tests.support.ready import ready_store

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
A_DAY = 6  # orders; the shop of the promise has 200
PROMISED = 200
MIB = 1024 * 1024
# Kept for good: the order as it was last seen, and the keyed hash of each unit.
KEPT = {"orders", "unit_hashes"}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await ready_store(tmp_path)
    async with store.write() as tx:
        assert await people.the_shop(tx, BEGAN) == 1
        for chat in (1001, 1002):
            await tx.execute(insert(chats).values(chat_id=chat))
    yield store
    await store.close()


async def count(store: Store, table: Table) -> int:
    async with store.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


def order_of(number: int, at: datetime) -> Order:
    return Order.model_validate(
        {
            "order_id": f"{number:024x}",
            "order_no": f"TK{1_700_000_000_000 + number}",
            "status": "completed_order",
            "payment_status": "completed_payment",
            "quantity": 1,
            "total_amount": "12.50",
            "delivered_units": 1,
            "buyer_id": f"{number % 50:024x}",
            "created_at": at.isoformat(),
            "product": {"product_id": "p1", "title": "Netflix Premium 1 month", "price": "12.50"},
        }
    )


async def a_day(tx: Tx, at: datetime, first: int) -> None:
    """Write what a day leaves: orders, what was told of them, what people did about them."""
    numbers = range(first, first + A_DAY)
    for number in numbers:
        await known_orders.put(
            tx,
            1,
            order_of(number, at),
            fingerprint="f",
            revision=3,
            now=at,
            changed_at=at,
            looked_at=at,
        )
    shop: dict[str, Any] = {"shop_id": 1}
    about = {**shop, "subject_kind": "order"}
    many: dict[Table, list[dict[str, Any]]] = {table: [] for table in (events, messages, notices)}
    for number in numbers:
        order = {**about, "subject_id": f"{number:024x}"}
        for step in range(3):
            event = number * 3 + step + 1
            many[events].append(
                {"id": event, **order, "kind": f"k{step}", "revision": step, "seen_at": at}
            )
            for place, chat in enumerate((1001, 1002)):
                row = event * 2 + place
                told = {"chat_id": chat, "person_id": chat}
                many[messages].append(
                    {
                        "id": row,
                        **order,
                        **told,
                        "action": "send",
                        "view": "order",
                        "urgency": 1,
                        "state": "sent",
                        "not_before": at,
                        "created_at": at,
                        "sent_at": at,
                        "message_id": row,
                    }
                )
                many[notices].append(
                    {
                        **shop,
                        **told,
                        "event_id": event,
                        "loudness": "loud",
                        "state": "told",
                        "message_row": row,
                        "created_at": at,
                    }
                )
    for table, rows in many.items():
        await tx.execute(insert(table), rows)
    await tx.execute(
        insert(cards),
        [
            {
                **about,
                "subject_id": f"{number:024x}",
                "chat_id": chat,
                "message_id": number,
                "person_id": chat,
                "live": True,
                "shown": "d" * 64,
                "made_at": at,
            }
            for number in numbers
            for chat in (1001, 1002)
        ],
    )
    await tx.execute(
        insert(inbox),
        [
            {"bot_id": 1, "update_id": number * 4 + k, "received_at": at, "handled_at": at}
            for number in numbers
            for k in range(4)
        ],
    )
    await tx.execute(
        insert(intents),
        [
            {
                **about,
                "id": number + 1,
                "subject_id": f"{number:024x}",
                "kind": "deliver",
                "state": "done",
                "sealed": tx.vault.seal(b"x" * 200),
                "chat_id": 1001,
                "proposed_by": 1001,
                "created_at": at,
                "expires_at": at,
                "finished_at": at,
            }
            for number in numbers
        ],
    )
    await tx.execute(
        insert(unit_hashes),
        [
            {
                **shop,
                "hash": number.to_bytes(32, "big"),
                "order_id": f"{number:024x}",
                "state": "confirmed",
                "intent_id": number + 1,
                "seen_at": at,
            }
            for number in numbers
        ],
    )
    await tx.execute(
        insert(audit),
        [{**about, "subject_id": f"{n:024x}", "at": at, "deed": "delivered"} for n in numbers],
    )
    await tx.execute(
        insert(people_table), [{"person_id": 10**6 + n, "turned_away_at": at} for n in numbers]
    )


async def used(store: Store) -> int:
    """Return how many bytes of the file are in use."""
    async with store.read() as tx:
        (pages,) = (await tx.execute(text("pragma page_count"))).one()
        (free,) = (await tx.execute(text("pragma freelist_count"))).one()
        (size,) = (await tx.execute(text("pragma page_size"))).one()
    return int((pages - free) * size)


async def test_a_year_of_200_orders_a_day_stays_bounded(store: Store) -> None:
    # 400 days make even what is kept longest come and go; one day in fifteen stands for them.
    tables = (audit, cards, events, inbox, intents, messages, notices, orders, people_table)
    sizes: dict[int, dict[str, int]] = {}
    in_use: dict[int, int] = {}
    for day in range(0, 901, 15):
        at = BEGAN + day * DAY
        async with store.write() as tx:
            await a_day(tx, at, day * A_DAY)
        await pruning.prune(store, at)
        if day in {450, 900}:
            sizes[day] = {table.name: await count(store, table) for table in tables}
            in_use[day] = await used(store)
    for name in sizes[450].keys() - KEPT:
        assert sizes[900][name] <= sizes[450][name] * 1.05, name
    # What grows for good, per order; and what a year of the promised shop comes to.
    more = sizes[900]["orders"] - sizes[450]["orders"]
    each = (in_use[900] - in_use[450]) / more
    assert each < 2_500
    assert each * PROMISED * 365 < 175 * MIB


async def test_what_was_told_of_a_late_order_is_known_for_as_long_as_it_waits(store: Store) -> None:
    order = order_of(1, BEGAN).model_copy(update={"status": "pending_order", "delivered_units": 0})
    async with store.write() as tx:
        await known_orders.put(
            tx,
            1,
            order,
            fingerprint="f",
            revision=2,
            now=BEGAN,
            changed_at=BEGAN,
            looked_at=BEGAN,
        )
        await tx.execute(
            insert(events).values(
                shop_id=1,
                kind=NewsKind.ORDER_LATE.value,
                subject_kind="order",
                subject_id=order.order_id,
                revision=2,
                seen_at=BEGAN,
            )
        )
        await tx.execute(orders.update().values(waits=True))
    await pruning.prune(store, BEGAN + 300 * DAY)
    assert await count(store, events) == 1
    async with store.write() as tx:
        await tx.execute(orders.update().values(waits=False))
    await pruning.prune(store, BEGAN + 300 * DAY)
    assert await count(store, events) == 0


@pytest.mark.parametrize(("days", "left"), [(89, 2), (91, 0)])
async def test_what_is_for_a_chat_that_refuses_us_ends_after_three_months(
    store: Store, days: int, left: int
) -> None:
    async with store.write() as tx:
        await people.pause(tx, 1001, "blocked", BEGAN)
        for row, chat in ((1, 1001), (2, 1002)):
            await tx.execute(
                insert(messages).values(
                    id=row,
                    shop_id=1,
                    chat_id=chat,
                    person_id=chat,
                    action="send",
                    view="said",
                    urgency=1,
                    state="pending",
                    not_before=BEGAN,
                    created_at=BEGAN,
                )
            )
            await tx.execute(
                insert(events).values(
                    id=row,
                    shop_id=1,
                    kind="k",
                    subject_kind="order",
                    subject_id=str(row),
                    revision=1,
                    seen_at=BEGAN,
                )
            )
            await tx.execute(
                insert(notices).values(
                    shop_id=1,
                    event_id=row,
                    chat_id=chat,
                    person_id=chat,
                    loudness="loud",
                    state="pending",
                    created_at=BEGAN,
                )
            )
    await pruning.prune(store, BEGAN + days * DAY)
    # What is for a chat that can be told stays for ever.
    assert await count(store, messages) + await count(store, notices) == 2 + left


async def test_the_texts_of_a_finished_ticket_go_in_the_end_and_those_of_an_open_one_stay(
    store: Store,
) -> None:
    async with store.write() as tx:
        for ticket, finished in (("open", False), ("over", True)):
            await tx.execute(
                insert(tickets).values(
                    shop_id=1,
                    ticket_id=ticket,
                    short_id=ticket,
                    status="x",
                    admin_invited=False,
                    finished=finished,
                    sealed=b"x",
                    fingerprint="f",
                    revision=1,
                    first_seen_at=BEGAN,
                    changed_at=BEGAN,
                    looked_at=BEGAN,
                )
            )
            await tx.execute(
                insert(ticket_texts).values(
                    shop_id=1, ticket_id=ticket, author="buyer", sealed=b"x", seen_at=BEGAN
                )
            )
    await pruning.prune(store, BEGAN + 399 * DAY)
    assert await count(store, ticket_texts) == 2
    await pruning.prune(store, BEGAN + 401 * DAY)
    async with store.read() as tx:
        kept = (await tx.execute(select(ticket_texts.c.ticket_id))).scalars().all()
    assert kept == ["open"]
