"""Picking several products: which are picked is a draft, and survives a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model import price_table
from bot.model.batch import MAX_ITEMS, Change, read_change
from bot.model.person import Act, Person
from bot.model.product import ACTIVE, PAUSED
from bot.model.selection import Selection, read
from bot.model.shelf import Shelf
from bot.store import drafts
from bot.store import products as known_products
from bot.store.database import Tx

from . import batch_proposals
from .errors import NotPossible
from .products import the_product
from .shop import Shop, must

KIND = "selection"


async def begin(
    tx: Tx, shop: Shop, person: Person, shelf: Shelf, page: int, chat_id: int, now: datetime
) -> str:
    """Begin to pick products of a shelf; return the draft. Raises NotPossible."""
    must(person, Act.CHANGE_STATUS)
    draft = await drafts.open_(
        tx,
        shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        kind=KIND,
        subject_kind="products",
        subject_id="",
        body=Selection(shelf, page).body(),
        now=now,
    )
    return str(draft.id)


async def _open(
    tx: Tx, chat_id: int, person: Person, draft_id: str | None, now: datetime
) -> tuple[drafts.Draft, Selection]:
    found = await drafts.current(tx, chat_id, person.person_id, now)
    if found is None or found[0].kind != KIND or draft_id not in {None, str(found[0].id)}:
        raise NotPossible("draft_expired")
    return found[0], read(found[1])


async def pick(
    tx: Tx, shop: Shop, person: Person, draft_id: str, key: str, chat_id: int, now: datetime
) -> None:
    """Pick a product, or let it go again. Raises NotPossible."""
    draft, selection = await _open(tx, chat_id, person, draft_id, now)
    product_id = (await the_product(tx, shop, key)).product.product_id
    chosen = tuple(each for each in selection.chosen if each != product_id)
    if chosen == selection.chosen:
        chosen = (*chosen, product_id)
    await _keep(tx, draft, selection, now, chosen=chosen)


async def act(
    tx: Tx,
    shop: Shop,
    person: Person,
    draft_id: str,
    word: str,
    *,
    chat_id: int,
    now: datetime,
) -> None:
    """Do what a button says: all, none, price, list, pause, activate or a page's number."""
    draft, selection = await _open(tx, chat_id, person, draft_id, now)
    match word:
        case "all":
            rows, total = await known_products.page(tx, shop.shop_id, selection.shelf, 1, MAX_ITEMS)
            if total > MAX_ITEMS:
                raise NotPossible("too_many_picked", limit=str(MAX_ITEMS))
            shown = {row.product.product_id: None for row in rows}
            chosen = tuple({**dict.fromkeys(selection.chosen), **shown})
            await _keep(tx, draft, selection, now, chosen=chosen)
        case "none":
            await _keep(tx, draft, selection, now, chosen=())
        case "price" | "list":
            must(person, Act.MONEY)
            await _keep(tx, draft, selection, now, asks="price" if word == "price" else "")
        case "pause" | "activate":
            status = PAUSED if word == "pause" else ACTIVE
            await batch_proposals.propose_status(
                tx, shop, person, selection.chosen, status, chat_id=chat_id, now=now
            )
            await drafts.end_one(tx, draft.id, "used", now)
        case page if page.isdecimal():
            await _keep(tx, draft, selection, now, page=int(page))


async def written(
    tx: Tx,
    shop: Shop,
    person: Person,
    text: str,
    *,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Take what was written about what is picked: how its prices change. Raises NotPossible."""
    await _prices(tx, shop, person, read_change(text), chat_id, message_id, now)


async def file_came(
    tx: Tx,
    shop: Shop,
    person: Person,
    text: str,
    *,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Take a file that holds a price for each product. Raises NotPossible."""
    await _prices(tx, shop, person, price_table.read_file(text), chat_id, message_id, now)


async def _prices(
    tx: Tx,
    shop: Shop,
    person: Person,
    change: Change | None,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    _, selection = await _open(tx, chat_id, person, None, now)
    await batch_proposals.propose_prices(
        tx,
        shop,
        person,
        selection.chosen,
        change,
        chat_id=chat_id,
        message_id=message_id,
        now=now,
    )


async def _keep(
    tx: Tx, draft: drafts.Draft, selection: Selection, now: datetime, **changes: Any
) -> None:
    await drafts.keep(tx, draft, replace(selection, **changes).body(), now)
