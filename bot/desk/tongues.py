"""In which language a buyer writes, as far as their texts tell."""

from __future__ import annotations

from typing import Final

from bot.model.ticket import Ticket
from bot.model.tongue import language_of
from bot.store import tickets
from bot.store.database import Tx

from .shop import Shop

_LOOKED_AT: Final = 3  # of a buyer's texts, the newest


async def of_ticket(tx: Tx, shop: Shop, ticket: Ticket) -> str:
    """Return the language in which a ticket's buyer writes; empty where that is not clear."""
    seen = await tickets.texts(tx, shop.shop_id, ticket.ticket_id)
    theirs = [text.text for text in reversed(seen) if text.author == "buyer"]
    for words in (*theirs[:_LOOKED_AT], ticket.description, ticket.title):
        if language := language_of(words):
            return language
    return ""


async def of_order(tx: Tx, shop: Shop, order_id: str) -> str:
    """Return the language in which an order's buyer writes in its tickets; empty: not clear."""
    for known in await tickets.of_order(tx, shop.shop_id, order_id):
        if language := await of_ticket(tx, shop, known.ticket):
            return language
    return ""
