"""Stocks that are low or sold out: how each product stands, and who is told, once a crossing."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, case, func, select, update

from bot.model.change import News, NewsKind, Telling, as_wanted
from bot.model.preferences import topic_of
from bot.model.product import ACTIVE

from . import cards, preferences
from .database import Tx
from .events import Told, event, notify
from .tables import products

Stands = Literal["", "ok", "low", "out"]
_WORSE: Final = {
    ("ok", "low"): NewsKind.STOCK_LOW,
    ("ok", "out"): NewsKind.STOCK_OUT,
    ("low", "out"): NewsKind.STOCK_OUT,
}


def _on_sale(shop_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        products.c.shop_id == shop_id,
        products.c.listed_at.is_not(None),
        products.c.gone_at.is_(None),
        products.c.status == ACTIVE,
        products.c.stock.is_not(None),
    )


def _low(shop_id: int) -> tuple[ColumnElement[bool], ...]:
    return (*_on_sale(shop_id), products.c.stock_state.in_(("low", "out")))


async def look(tx: Tx, shop_id: int, now: datetime, *, quiet: bool = False) -> int:
    """Note how every product on sale stands, and tell of those that came down; return how many.

    The first look at a product tells nothing, nor does a ``quiet`` one: its bound moved, and not
    its stock.
    """
    bound = func.coalesce(products.c.low_at, await preferences.low_stock(tx, shop_id))
    stands = case(
        (bound < 0, "ok"),
        (products.c.stock <= 0, "out"),
        (products.c.stock <= bound, "low"),
        else_="ok",
    )
    statement = select(
        products.c.product_id,
        products.c.revision,
        products.c.stock,
        products.c.stock_state,
        stands.label("stands"),
    ).where(*_on_sale(shop_id), products.c.stock_state != stands)
    told = 0
    for row in (await tx.execute(statement)).all():
        await tx.execute(
            update(products)
            .where(products.c.shop_id == shop_id, products.c.product_id == row.product_id)
            .values(stock_state=row.stands)
        )
        await cards.touch(tx, shop_id, "product", row.product_id, now)
        kind = None if quiet else _WORSE.get((row.stock_state, row.stands))
        if kind is not None:
            told += await _tell(tx, shop_id, row.product_id, row.revision, kind, row.stock, now)
    return told


async def _tell(
    tx: Tx,
    shop_id: int,
    product_id: str,
    revision: int,
    kind: NewsKind,
    stock: int,
    now: datetime,
) -> bool:
    """Write the event and its notices; say whether it is new."""
    news = News(kind, {"stock": stock})
    event_id = await event(tx, shop_id, "product", product_id, news, revision, now, done_by=None)
    if event_id is None:
        return False
    told: Told = {}
    for one in await preferences.recipients(tx, shop_id, topic_of(kind)):
        quiet = one.quiet is not None and one.quiet.covers(now)
        # Nobody waits for it: without a sound, unless that is wanted.
        usual = Telling("hushed", "few_left")
        telling = as_wanted(usual, wish=one.wish, quiet_hours=quiet)
        if telling.loudness != "off":
            told.setdefault(one.chat_id, (one.person_id, telling.loudness))
    await notify(tx, shop_id, event_id, told, now)
    return True


async def count(tx: Tx, shop_id: int) -> int:
    """Return how many products on sale are low or sold out."""
    statement = select(func.count()).select_from(products).where(*_low(shop_id))
    return int((await tx.execute(statement)).scalar_one())


async def set_bound(tx: Tx, shop_id: int, product_id: str, at: int | None, now: datetime) -> None:
    """Keep at or below how many a product's stock is low; None: as the shop's settings say."""
    await tx.execute(
        update(products)
        .where(products.c.shop_id == shop_id, products.c.product_id == product_id)
        .values(low_at=at)
    )
    await look(tx, shop_id, now, quiet=True)
    await cards.touch(tx, shop_id, "product", product_id, now)
