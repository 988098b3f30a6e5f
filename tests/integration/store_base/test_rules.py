"""The rules that the database itself keeps, whatever the code above it does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Column, Insert, Table, func, insert, select
from sqlalchemy.exc import IntegrityError

from bot.store.database import Store
from bot.store.tables import (
    batch_items,
    batches,
    cards,
    events,
    intents,
    invitations,
    messages,
    payments,
    people,
    person_pins,
    shop_safety,
    shops,
    stock_batches,
    stock_lines,
    tries,
)
from bot.store.types import Instant

from .conftest import NOW


def intent(**values: Any) -> Insert:
    row: dict[str, Any] = {
        "shop_id": 1,
        "kind": "refund_order",
        "subject_kind": "order",
        "subject_id": "64f1",
        "state": "sending",
        "sealed": b"",
        "chat_id": 7,
        "proposed_by": 7,
        "created_at": NOW,
        "expires_at": NOW,
    }
    return insert(intents).values(row | values)


def card(**values: Any) -> Insert:
    row: dict[str, Any] = {
        "shop_id": 1,
        "chat_id": 7,
        "message_id": 100,
        "subject_kind": "order",
        "subject_id": "64f1",
        "person_id": 7,
        "live": True,
        "made_at": NOW,
    }
    return insert(cards).values(row | values)


def message(**values: Any) -> Insert:
    row: dict[str, Any] = {
        "shop_id": 1,
        "chat_id": 7,
        "action": "edit",
        "view": "card",
        "person_id": 7,
        "urgency": 3,
        "replaces": "card:7:100",
        "state": "pending",
        "not_before": NOW,
        "created_at": NOW,
    }
    return insert(messages).values(row | values)


def event(**values: Any) -> Insert:
    row: dict[str, Any] = {
        "shop_id": 1,
        "kind": "order_new",
        "subject_kind": "order",
        "subject_id": "64f1",
        "revision": 1,
        "seen_at": NOW,
    }
    return insert(events).values(row | values)


async def put(store: Store, *rows: Insert) -> None:
    async with store.write() as tx:
        await tx.execute(insert(shops).values(id=2, name="Other", created_at=NOW))
        for row in rows:
            await tx.execute(row)


REFUSED = {
    "the same, twice": (intent(), intent()),
    "of another kind": (intent(), intent(kind="update_delivered_info")),
    "while one is unknown": (intent(state="unknown"), intent()),
    "unknown while one is sent": (intent(), intent(state="unknown", kind="change_order_status")),
    "by another person": (intent(), intent(proposed_by=8, chat_id=8)),
    "a second live card": (card(), card(message_id=101)),
    "a second card of one message": (card(), card(live=False)),
    "a second waiting edit": (message(), message(action="delete", chat_id=8)),
    "a second event of one revision": (event(), event(seen_at=NOW.replace(hour=13))),
}

ALLOWED = {
    "another order": (intent(), intent(subject_id="64f2")),
    "a ticket of the same ID": (intent(), intent(subject_kind="ticket")),
    "another shop": (intent(), intent(shop_id=2)),
    "what is not live": (
        intent(),
        *(intent(state=state) for state in ("proposed", "done", "refused", "expired", "done")),
    ),
    "a card that is not live": (card(), card(message_id=101, live=False)),
    "cards in two chats": (card(), card(chat_id=8)),
    "cards of two orders": (card(), card(message_id=101, subject_id="64f2")),
    "an edit after one on its way": (message(state="sending"), message(state="sent"), message()),
    "messages that replace nothing": (message(replaces=None), message(replaces=None)),
    "the next revision": (event(), event(revision=2)),
    "another kind of event": (event(), event(kind="order_paid")),
    "an event of another shop": (event(), event(shop_id=2)),
}


@pytest.mark.parametrize("rows", REFUSED.values(), ids=REFUSED)
async def test_what_must_not_be_twice_is_refused(store: Store, rows: tuple[Insert, ...]) -> None:
    with pytest.raises(IntegrityError, match="UNIQUE"):
        await put(store, *rows)


@pytest.mark.parametrize("rows", ALLOWED.values(), ids=ALLOWED)
async def test_what_only_looks_alike_is_allowed(store: Store, rows: tuple[Insert, ...]) -> None:
    await put(store, *rows)


async def test_a_confirmation_cannot_win_against_a_live_one(store: Store) -> None:
    await put(store, intent(state="proposed"), intent(state="proposed", kind="deliver"))

    async def confirm(number: int) -> None:
        async with store.write() as tx:
            await tx.execute(intents.update().where(intents.c.id == number).values(state="sending"))

    await confirm(1)
    with pytest.raises(IntegrityError, match="UNIQUE"):
        await confirm(2)
    async with store.read() as tx:
        states = (await tx.execute(select(intents.c.state).order_by(intents.c.id))).scalars().all()
    assert states == ["sending", "proposed"]


def row(table: Table, **values: Any) -> Insert:
    """Insert something into every column that must hold something."""
    made: dict[str, Any] = {}
    for column in table.columns:
        if not column.nullable and column.server_default is None and not _is_counted(column):
            kind = datetime if isinstance(column.type, Instant) else column.type.python_type
            made[column.name] = {int: 1, str: "1", bytes: b"1", datetime: NOW, bool: False}[kind]
    return insert(table).values(made | values)


def _is_counted(column: Column[Any]) -> bool:
    return column.name == "id"


# By which of its columns a row is the only one of its table.
ONCE: dict[Table, tuple[str, ...]] = {
    shop_safety: ("shop_id",),
    tries: ("person_id", "what"),
    person_pins: ("shop_id", "person_id"),
    payments: ("shop_id", "payment_key"),
    stock_batches: ("intent_id",),
    stock_lines: ("intent_id", "place"),
    batch_items: ("batch_id", "place"),
}


async def test_what_is_there_once_by_shop_person_or_place_is_so_by_the_database(
    store: Store,
) -> None:
    await put(store, insert(people).values(person_id=1), row(batches), row(batches))
    for table, names in ONCE.items():
        async with store.write() as tx:
            await tx.execute(row(table))
        with pytest.raises(IntegrityError, match="UNIQUE"):
            async with store.write() as tx:
                await tx.execute(row(table))
        for name in names:
            other = {"person_id": 7}.get(name, 2)
            async with store.write() as tx:
                await tx.execute(row(table, **{name: str(other) if name in _WORDS else other}))
    # Nothing is a part of what is not there.
    for nowhere in (row(batch_items, batch_id=9), row(person_pins, person_id=9)):
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            async with store.write() as tx:
                await tx.execute(nowhere)


_WORDS = frozenset({"what", "payment_key"})


async def test_no_number_of_a_button_is_given_twice(store: Store) -> None:
    for table in (batches, invitations):
        async with store.write() as tx:
            await tx.execute(row(table))
            await tx.execute(table.delete())
            await tx.execute(row(table))
            assert (await tx.execute(select(table.c.id))).scalar_one() == 2


async def test_a_number_is_never_given_twice_even_after_its_row_is_gone(store: Store) -> None:
    await put(store, intent(), intent(subject_id="64f2"))
    async with store.write() as tx:
        await tx.execute(intents.delete())
        await tx.execute(intent())
    async with store.read() as tx:
        assert (await tx.execute(select(func.max(intents.c.id)))).scalar_one() == 3
