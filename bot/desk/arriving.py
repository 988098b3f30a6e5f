"""Goods that come for an order: previewed, or asked about where nothing is owed on it."""

from __future__ import annotations

from datetime import datetime

from bot.model.person import Person
from bot.model.pieces import Piece
from bot.store.database import Tx

from . import delivery, drafts
from .errors import NotPossible
from .orders import the_order
from .reading import Ahead
from .shop import Shop


async def goods_for(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    pieces: tuple[Piece, ...],
    *,
    chat_id: int,
    now: datetime,
    ahead: Ahead | None = None,
) -> None:
    """Preview goods for an order. Raises NotPossible.

    Where nothing is owed on it, it may be the wrong card, or they replace a unit: a person says
    which, and pastes nothing twice.
    """
    try:
        await delivery.preview(tx, shop, person, key, pieces, chat_id=chat_id, now=now, ahead=ahead)
    except NotPossible as stop:
        if stop.reason != "not_owed":
            raise
        order = (await the_order(tx, shop, key)).order
        await drafts.keep_goods(
            tx, shop, person, pieces, order_id=order.order_id, chat_id=chat_id, now=now
        )
