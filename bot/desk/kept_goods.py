"""Goods that came without a word of what they are for: into the pool of the product they are for.

Few of them are previewed at once. Many are read as a large file is, outside the lanes, whichever
way they came: while they are read they stay where they are kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.model.person import Act, Person
from bot.store import drafts as known_drafts
from bot.store import errands, people
from bot.store.database import Tx
from bot.store.errands import Errand

from . import drafts, large_imports, stock
from .ending import Ending
from .errors import NotPossible
from .products import the_product
from .shop import Shop, must

KIND: Final = "kept_goods"


async def to_stock(
    tx: Tx,
    shop: Shop,
    person: Person,
    draft: drafts.Draft,
    key: str,
    *,
    chat_id: int,
    now: datetime,
) -> None:
    """Preview kept goods for a product's pool, or have them read for that. Raises NotPossible."""
    must(person, Act.STOCK)
    if not large_imports.are_many(draft.pieces):
        await stock.preview(tx, shop, person, key, draft.pieces, chat_id=chat_id, now=now)
        await drafts.used(tx, draft, now)
        return
    known = await the_product(tx, shop, key)
    if known.gone_at is not None:
        raise NotPossible("product_gone", title=known.product.title)
    await _have_read(tx, shop, person, draft.id, known.product.product_id, chat_id, now)


async def _have_read(
    tx: Tx,
    shop: Shop,
    person: Person,
    draft_id: int,
    product_id: str,
    chat_id: int,
    now: datetime,
) -> None:
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind=KIND,
        chat_id=chat_id,
        person_id=person.person_id,
        body={"draft_id": draft_id, "product_id": product_id},
        now=now,
    )


async def read(shop: Shop, errand: Errand) -> Ending:
    """Read kept goods that are many; return what is to be done with them. Raises NotPossible."""
    draft_id, product_id = int(errand.body["draft_id"]), str(errand.body["product_id"])
    async with shop.store.read() as tx:
        draft = await drafts.of_prompt(tx, str(draft_id))
        then = await known_drafts.get(tx, draft_id)
    if draft is None or not draft.open or then is None:
        return _nothing
    found = await large_imports.read(shop, draft.pieces)
    pieces = large_imports.emptied(draft.pieces)

    async def ending(tx: Tx) -> None:
        person = await people.member(tx, shop.shop_id, errand.person_id)
        current = await known_drafts.get(tx, draft_id)
        if person is None or current is None or current.state != "open":
            return  # pressed twice, or discarded meanwhile: its prompt says which
        chat_id, now = errand.chat_id, shop.now()
        if current.expires_at != then.expires_at:
            # One more of them came, or one was edited: what was read is not what is kept now.
            await _have_read(tx, shop, person, draft_id, product_id, chat_id, now)
            return
        await large_imports.preview(
            tx, shop, person, product_id, pieces, found, chat_id=chat_id, now=now
        )
        await known_drafts.end_one(tx, draft_id, "used", now)

    return ending


async def _nothing(tx: Tx) -> None:
    """What was kept is not there any more, and its prompt says why."""
