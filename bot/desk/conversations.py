"""Everything that was said in a ticket, or in all tickets of an order, as it was seen."""

from __future__ import annotations

from bot.model.facts import TextsFacts, TicketText
from bot.model.person import Act, Person
from bot.model.thread import addition
from bot.model.ticket import Ticket
from bot.store import positions
from bot.store import tickets as known_tickets
from bot.store.database import Tx

from .orders import the_order
from .replies import the_ticket
from .shop import Shop, must


async def all_texts(
    tx: Tx, shop: Shop, person: Person, kind: str, key: str, page: int
) -> TextsFacts:
    """Return what was said, the oldest first. ``kind``: order or ticket. Raises NotPossible."""
    must(person, Act.SEE)
    if kind == "order":
        order = (await the_order(tx, shop, key)).order
        found = await known_tickets.of_order(tx, shop.shop_id, order.order_id)
        subject_id, number = order.order_id, order.number
        tickets = [each.ticket for each in found]
    else:
        ticket = (await the_ticket(tx, shop, key)).ticket
        subject_id, number, tickets = ticket.ticket_id, ticket.number, [ticket]
    habit = shop.ticket_reply
    if habit == "auto":
        habit = await positions.ticket_reply(tx, shop.shop_id)
    said: list[TicketText] = []
    for each in tickets:
        said += await _said(tx, shop, each, thread=habit == "thread")
    in_order = tuple(sorted(said, key=lambda text: text.at))
    return TextsFacts("order" if kind == "order" else "ticket", subject_id, number, in_order, page)


async def _said(tx: Tx, shop: Shop, ticket: Ticket, *, thread: bool) -> list[TicketText]:
    """Return what each one wrote; of a thread, what it added to the text before."""
    seen = await known_tickets.texts(tx, shop.shop_id, ticket.ticket_id)
    said: list[TicketText] = []
    before = ""
    for text in seen:
        words = addition(before, text.text) if thread else text.text
        if not said and ticket.title and not words.startswith(ticket.title):
            # The title is the buyer's own: it stands above the first of their words.
            words = f"{ticket.title}\n{words}"
        said.append(
            TicketText(ticket.number, words, text.seen_at, text.author == "buyer", text.name)
        )
        before = text.text
    return said
