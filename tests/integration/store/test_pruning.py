"""Old rows go; nothing that waits does, nor what it points to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from bot.store import people, pruning
from bot.store.database import Store
from bot.store.tables import (
    batch_items,
    batches,
    cards,
    drafts,
    events,
    inbox,
    intents,
    messages,
    notices,
    stock_lines,
    unit_hashes,
)
from tests.support.ready import ready_store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await ready_store(tmp_path)
    async with store.write() as tx:
        assert await people.the_shop(tx, NOW) == 1
    yield store
    await store.close()


async def put(store: Store, table: Table, **values: Any) -> None:
    async with store.write() as tx:
        await tx.execute(table.insert().values(**values))


async def left(store: Store, table: Table) -> int:
    async with store.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


def update(update_id: int, **values: Any) -> dict[str, Any]:
    return {"bot_id": 1, "update_id": update_id, "received_at": NOW, **values}


def message(row: int, state: str, days: int) -> dict[str, Any]:
    return {
        "id": row,
        "shop_id": 1,
        "chat_id": 5,
        "action": "send",
        "view": "said",
        "person_id": 5,
        "urgency": 0,
        "state": state,
        "not_before": NOW,
        "created_at": NOW - timedelta(days=days),
        "sent_at": NOW - timedelta(days=days) if state in {"sent", "aside"} else None,
    }


async def test_handled_updates_are_forgotten_after_two_days(store: Store) -> None:
    await put(store, inbox, **update(1, handled_at=NOW - timedelta(hours=49)))
    await put(store, inbox, **update(2, handled_at=NOW - timedelta(hours=47)))
    await put(store, inbox, **update(3, sealed=b"x"))
    await put(store, inbox, **update(4, aside_at=NOW - timedelta(days=29)))
    assert await pruning.prune(store, NOW) == 1
    assert await left(store, inbox) == 3


@pytest.mark.parametrize(
    ("state", "days", "stays"),
    [
        ("pending", 400, True),
        ("sending", 400, True),
        ("sent", 6, True),
        ("sent", 8, False),
        ("aside", 29, True),
        ("aside", 31, False),
    ],
)
async def test_a_message_goes_by_its_state_and_age(
    store: Store, state: str, days: int, stays: bool
) -> None:
    await put(store, messages, **message(1, state, days))
    await pruning.prune(store, NOW)
    assert await left(store, messages) == int(stays)


async def test_a_notice_that_was_not_told_keeps_its_event_for_ever(store: Store) -> None:
    old = NOW - timedelta(days=400)
    event = {"shop_id": 1, "kind": "order_new", "subject_kind": "order", "revision": 1}
    notice = {"shop_id": 1, "chat_id": 5, "person_id": 5, "loudness": "loud", "created_at": old}
    await put(store, messages, **message(7, "sending", 400))
    for row, state in ((1, "pending"), (2, "told"), (3, "told")):
        await put(store, events, id=row, subject_id=str(row), seen_at=old, **event)
        waiting = 7 if row == 3 else None
        await put(store, notices, event_id=row, state=state, message_row=waiting, **notice)
    await pruning.prune(store, NOW)
    async with store.read() as tx:
        kept = set((await tx.execute(select(events.c.id))).scalars())
    # 2 was told long ago; 1 was never told, and the message of 3 is on its way.
    assert kept == {1, 3}
    assert await left(store, notices) == 2


async def test_an_ended_intent_goes_and_its_units_are_still_recognised(store: Store) -> None:
    old = NOW - timedelta(days=400)
    intent = {
        "shop_id": 1,
        "kind": "deliver",
        "subject_kind": "order",
        "sealed": b"x",
        "chat_id": 5,
        "proposed_by": 5,
        "created_at": old,
        "expires_at": old,
    }
    for row, state in ((1, "done"), (2, "unknown"), (3, "proposed"), (4, "refused")):
        ended = old if state in {"done", "refused"} else None
        await put(
            store, intents, id=row, state=state, subject_id=str(row), finished_at=ended, **intent
        )
        await put(
            store,
            unit_hashes,
            shop_id=1,
            hash=bytes([row]),
            order_id="o",
            state="confirmed",
            intent_id=row,
            seen_at=old,
        )
    card = {"shop_id": 1, "subject_kind": "order", "subject_id": "4", "person_id": 5, "live": True}
    await put(store, cards, chat_id=5, message_id=9, intent_id=4, made_at=NOW, **card)
    await pruning.prune(store, NOW)
    async with store.read() as tx:
        kept = set((await tx.execute(select(intents.c.id))).scalars())
    assert kept == {2, 3, 4}
    assert await left(store, unit_hashes) == 4


async def test_the_lines_of_a_large_preview_that_nobody_confirmed_go_soon(store: Store) -> None:
    intent = {"shop_id": 1, "kind": "add_stock", "subject_kind": "product", "sealed": b"x"}
    intent |= {"chat_id": 5, "proposed_by": 5, "created_at": NOW, "expires_at": NOW}
    days = {1: 3, 2: 1, 3: 3, 4: 3, 5: 0}
    for row, ago in days.items():
        ended = NOW - timedelta(days=ago)
        state = {4: "refused", 5: "proposed"}.get(row, "expired")
        values = {"id": row, "subject_id": str(row), "state": state}
        values["finished_at"] = None if state == "proposed" else ended
        await put(store, intents, **intent, **values, confirmed_at=ended if row in {3, 4} else None)
        await put(store, stock_lines, intent_id=row, place=0, shop_id=1, sealed=b"x")
    await pruning.prune(store, NOW)
    async with store.read() as tx:
        kept = set((await tx.execute(select(stock_lines.c.intent_id))).scalars())
    assert kept == {2, 3, 4, 5}


async def test_a_pause_of_the_shop_is_kept_until_it_is_taken_back(store: Store) -> None:
    old = NOW - timedelta(days=400)
    batch = {"shop_id": 1, "kind": "status", "chat_id": 5, "proposed_by": 5}
    batch |= {"created_at": old, "expires_at": old}
    item = {"shop_id": 1, "place": 0, "product_id": "p", "before": "active", "after": "inactive"}
    rows: list[tuple[str, str, int | None]] = [
        ("pause_shop", "done", None),
        ("pause_shop", "done", 9),
        ("pause_shop", "declined", None),
        ("selected", "done", None),
    ]
    for row, (why, state, undone_by) in enumerate(rows, start=1):
        await put(store, batches, id=row, why=why, state=state, undone_by=undone_by, **batch)
        await put(store, batch_items, batch_id=row, state="done", **item)
    await pruning.prune(store, NOW)
    async with store.read() as tx:
        assert list((await tx.execute(select(batches.c.id))).scalars()) == [1]
        assert list((await tx.execute(select(batch_items.c.batch_id))).scalars()) == [1]


async def test_many_rows_go_in_several_transactions(store: Store) -> None:
    async with store.write() as tx:
        gone = NOW - timedelta(days=3)
        rows = [update(i, handled_at=gone) for i in range(1, 1202)]
        await tx.execute(inbox.insert(), rows)
    await put(
        store,
        drafts,
        chat_id=1,
        person_id=1,
        shop_id=1,
        kind="reply",
        state="expired",
        created_at=NOW,
        expires_at=NOW - pruning.CARD_FOR - timedelta(seconds=1),
    )
    assert await pruning.prune(store, NOW) == 1202
    assert await left(store, inbox) == 0
