"""Draws several products at once: those that are picked, and what becomes of a change of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.model.facts import Reader
from bot.model.outgoing import Outgoing
from bot.model.product_facts import BatchFacts, SelectionFacts
from bot.model.selection import PAGE, read
from bot.store import batches, products
from bot.store.cards import Card
from bot.store.database import Tx
from bot.store.drafts import Draft
from bot.views import batches as views

from .history import name_of


async def selection(
    tx: Tx, shop_id: int, draft: Draft, body: Any, reader: Reader, now: datetime
) -> Outgoing:
    """Return the products of a shelf, and which of them are picked."""
    if draft.state != "open":
        return views.selection(SelectionFacts(draft.id, draft.state), reader, now)
    picked = read(body)
    rows, total = await products.page(tx, shop_id, picked.shelf, picked.page, PAGE)
    pages = max(1, -(-total // PAGE))
    page = min(max(picked.page, 1), pages)
    if page != picked.page:
        rows, total = await products.page(tx, shop_id, picked.shelf, page, PAGE)
    facts = SelectionFacts(
        draft_id=draft.id,
        state=draft.state,
        rows=tuple(row.product for row in rows),
        shelf=picked.shelf,
        page=page,
        pages=pages,
        total=total,
        chosen=frozenset(picked.chosen),
        asks=picked.asks,
    )
    return views.selection(facts, reader, now)


async def draw_batch(
    tx: Tx, batch_id: str, shown: Card | None, reader: Reader, now: datetime
) -> Outgoing | None:
    """Return the message of a batch, at the page that it stands at."""
    batch = await batches.get(tx, int(batch_id))
    if batch is None:
        return None
    face = "" if shown is None else shown.face.removeprefix("p")
    facts = BatchFacts(
        batch,
        await batches.items_of(tx, batch.id),
        int(face) if face.isdecimal() else 1,
        await name_of(tx, batch.confirmed_by),
    )
    return views.batch(facts, reader, now)
