"""Batches: changes of several products that were confirmed together, an intent each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, insert, select, update

from bot.model.batch import Batch, BatchKind, Item, Why
from bot.model.intent import EXPIRES_AFTER
from bot.model.urgency import INTERACTIVE

from . import cards
from .database import Tx
from .tables import batch_items, batches

_MAX_ID = 2**63 - 1  # SQLite's own


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        shop_id=row.shop_id,
        kind=row.kind,
        why=row.why,
        state=row.state,
        reason=row.reason,
        chat_id=row.chat_id,
        proposed_by=row.proposed_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        confirmed_by=row.confirmed_by,
        finished_at=row.finished_at,
        undoes=row.undoes,
        undone_by=row.undone_by,
        left_out=tuple((str(words), str(why)) for words, why in row.left_out or ()),
    )


def _item(row: Row[Any]) -> Item:
    return Item(**{name: getattr(row, name) for name in Item.__slots__})


async def propose(
    tx: Tx,
    shop_id: int,
    *,
    kind: BatchKind,
    why: Why,
    items: Sequence[Item],
    left_out: Sequence[tuple[str, str]],
    chat_id: int,
    person_id: int,
    now: datetime,
    undoes: int | None = None,
) -> Batch:
    """Write down what someone wants; nothing happens before it is confirmed."""
    made = await tx.execute(
        batches.insert()
        .values(
            shop_id=shop_id,
            kind=kind,
            why=why,
            state="proposed",
            chat_id=chat_id,
            proposed_by=person_id,
            created_at=now,
            expires_at=now + EXPIRES_AFTER,
            undoes=undoes,
            left_out=[list(each) for each in left_out],
        )
        .returning(batches)
    )
    batch = _batch(made.one())
    rows = [
        {
            "batch_id": batch.id,
            "shop_id": shop_id,
            **{name: getattr(item, name) for name in Item.__slots__},
        }
        for item in items
    ]
    for row in rows:
        await tx.execute(insert(batch_items).values(**row))
    return batch


async def get(tx: Tx, batch_id: int) -> Batch | None:
    """Return one batch; a number that no row can have is of none."""
    if not 0 < batch_id <= _MAX_ID:
        return None
    row = (await tx.execute(select(batches).where(batches.c.id == batch_id))).first()
    return None if row is None else _batch(row)


async def items_of(tx: Tx, batch_id: int) -> tuple[Item, ...]:
    """Return what is in a batch, in its order."""
    statement = (
        select(batch_items).where(batch_items.c.batch_id == batch_id).order_by(batch_items.c.place)
    )
    return tuple(_item(row) for row in (await tx.execute(statement)).all())


async def of_intent(tx: Tx, intent_id: int) -> tuple[Batch, Item] | None:
    """Return the batch of which an intent is an item."""
    statement = select(batch_items).where(batch_items.c.intent_id == intent_id)
    row = (await tx.execute(statement)).first()
    batch = None if row is None else await get(tx, row.batch_id)
    return None if row is None or batch is None else (batch, _item(row))


async def proposed_by(tx: Tx, shop_id: int, chat_id: int, person_id: int) -> tuple[Batch, ...]:
    """Return what a person proposed in a chat and nobody confirmed yet."""
    statement = select(batches).where(
        batches.c.shop_id == shop_id,
        batches.c.state == "proposed",
        batches.c.chat_id == chat_id,
        batches.c.proposed_by == person_id,
    )
    return tuple(_batch(row) for row in (await tx.execute(statement)).all())


async def running(tx: Tx, shop_id: int) -> tuple[Batch, ...]:
    """Return the batches that are under way."""
    statement = select(batches).where(batches.c.shop_id == shop_id, batches.c.state == "running")
    return tuple(_batch(row) for row in (await tx.execute(statement)).all())


async def unsettled(tx: Tx, shop_id: int) -> tuple[Batch, ...]:
    """Return the batches that are under way, or of which something was when they stopped."""
    under_way = exists().where(
        batch_items.c.batch_id == batches.c.id, batch_items.c.state.in_(("sending", "unknown"))
    )
    statement = select(batches).where(
        batches.c.shop_id == shop_id,
        (batches.c.state == "running") | ((batches.c.state == "stopped") & under_way),
    )
    return tuple(_batch(row) for row in (await tx.execute(statement)).all())


async def proposed(tx: Tx, shop_id: int) -> tuple[Batch, ...]:
    """Return the batches that nobody confirmed yet."""
    statement = select(batches).where(batches.c.shop_id == shop_id, batches.c.state == "proposed")
    return tuple(_batch(row) for row in (await tx.execute(statement)).all())


async def paused_shop(tx: Tx, shop_id: int) -> Batch | None:
    """Return the oldest pause of the whole shop that was not taken back."""
    statement = (
        select(batches)
        .where(
            batches.c.shop_id == shop_id,
            batches.c.why == "pause_shop",
            batches.c.state.in_(("running", "stopped", "done")),
            batches.c.undone_by.is_(None),
        )
        .order_by(batches.c.id)
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    return None if row is None else _batch(row)


async def move(tx: Tx, batch: Batch, states: tuple[str, ...], now: datetime, **values: Any) -> bool:
    """Move a batch on, if it is still in one of these states; say whether it was."""
    moved = await tx.execute(
        update(batches)
        .where(batches.c.id == batch.id, batches.c.state.in_(states))
        .values(**values)
    )
    if moved.rowcount:
        await touch(tx, batch, now)
    return bool(moved.rowcount)


async def set_undone(tx: Tx, batch_id: int, undone_by: int | None, now: datetime) -> None:
    """Note which batch took the changes of another one back; None: some of them stand."""
    await tx.execute(update(batches).where(batches.c.id == batch_id).values(undone_by=undone_by))
    batch = await get(tx, batch_id)
    if batch is not None:
        await touch(tx, batch, now)


async def set_item(tx: Tx, batch: Batch, place: int, **values: Any) -> None:
    """Record how far one item came."""
    await tx.execute(
        update(batch_items)
        .where(batch_items.c.batch_id == batch.id, batch_items.c.place == place)
        .values(**values)
    )


async def touch(tx: Tx, batch: Batch, now: datetime) -> None:
    """Have a batch's message drawn again."""
    await cards.touch(tx, batch.shop_id, "batch", str(batch.id), now, INTERACTIVE)
