"""Any word of an order or a ticket finds it, without a command."""

from __future__ import annotations

from bot.desk import orders, replies
from bot.model import search
from bot.model.order import Order

from . import lists
from .turn import Turn

_SHORTEST = 3  # letters: a shorter word stands in everything


async def by_words(turn: Turn, text: str) -> bool:
    """Open what holds these words, or list it; say whether anything does.

    A single order or ticket opens its card. More than a button can carry on is no search.
    """
    words = search.fitting(text)
    if words != " ".join(text.split()) or max(map(len, words.split()), default=0) < _SHORTEST:
        return False
    found = await orders.order_page(turn.tx, turn.shop, turn.member, "all", 1, words)
    if found.total > 1:
        await lists.show_orders(turn, words)
        return True
    if found.total == 0:
        found = await orders.ticket_page(turn.tx, turn.shop, turn.member, "all", 1, words)
        if found.total > 1:
            await lists.show_tickets(turn, words)
            return True
    for thing in found.rows:
        if isinstance(thing, Order):
            opened, key = orders.open_card, thing.order_id
        else:
            opened, key = replies.open_card, thing.ticket_id
        await opened(
            turn.tx,
            turn.shop,
            turn.member,
            key,
            chat_id=turn.chat_id,
            reply_to=turn.own_message_id,
            now=turn.now,
        )
    return found.total > 0
