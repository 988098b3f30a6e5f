"""Where accounts came from and what they cost: said of an import, and told of a unit later on."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bot.model.goods import looks_like_goods
from bot.model.intent import Intent, State
from bot.model.person import Act, Person
from bot.model.product_plans import Progress, StockPlan
from bot.model.sources import SINCE, by_source, packed
from bot.model.stock_source import MAX_SOURCE, read_source
from bot.store import drafts as kept
from bot.store import errands, intents, sources
from bot.store import stock as known_stock
from bot.store.database import Tx

from .drafts import show_prompt
from .errors import NotPossible
from .shop import Shop, must

KIND = "stock_source"
SOLD: Final = "sources"


async def _import(tx: Tx, shop: Shop, intent_id: str) -> Intent:
    """Return an import that added something. Raises NotPossible."""
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id or not isinstance(intent.plan, StockPlan):
        raise NotPossible("gone")
    if intent.state is State.PROPOSED or not (intent.progress or Progress()).at:
        raise NotPossible("gone")
    return intent


async def ask(
    tx: Tx, shop: Shop, person: Person, intent_id: str, chat_id: int, now: datetime
) -> None:
    """Ask for the source and the cost of an import. Raises NotPossible."""
    must(person, Act.STOCK)
    intent = await _import(tx, shop, intent_id)
    draft = await kept.open_(
        tx,
        shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        kind=KIND,
        subject_kind="import",
        subject_id=str(intent.id),
        body={},
        now=now,
    )
    await show_prompt(tx, shop, person, str(draft.id), chat_id, now)


async def say(tx: Tx, shop: Shop, person: Person, intent_id: str, text: str, now: datetime) -> None:
    """Take the source and the cost of an import. Raises NotPossible."""
    must(person, Act.STOCK)
    intent = await _import(tx, shop, intent_id)
    read = read_source(text)
    if read is None:
        raise NotPossible("source_not_read", limit=str(MAX_SOURCE))
    source, cost = read
    if looks_like_goods(source):
        # Meant for another prompt: a source is kept in the clear.
        raise NotPossible("goods_not_searched")
    progress = intent.progress or Progress()
    await known_stock.say_source(
        tx,
        shop.shop_id,
        intent.id,
        product_id=intent.subject_id,
        source=source,
        cost=cost,
        lines=progress.added,
        added_at=intent.finished_at or now,
        person_id=person.person_id,
        now=now,
    )
    await intents.touch(tx, intent, now)


async def ask_sold(tx: Tx, shop: Shop, person: Person, chat_id: int, now: datetime) -> None:
    """Have it counted what became of the accounts of each source. Raises NotPossible.

    It is counted outside the lanes: of a hundred thousand lines that takes its time.
    """
    must(person, Act.MONEY)
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind=SOLD,
        chat_id=chat_id,
        person_id=person.person_id,
        body={},
        now=now,
    )


async def of_sold(shop: Shop) -> tuple[str, Any]:
    """Count what became of the accounts of each source lately, in a reader's snapshot."""
    async with shop.store.read() as tx:
        found = await sources.sold(tx, shop.shop_id, shop.now() - SINCE)
    return SOLD, packed(by_source(found))
