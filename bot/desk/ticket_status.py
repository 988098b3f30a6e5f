"""The status of a ticket, set by hand: resolved, closed, open again."""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Intent, Kind, Outcome, TicketStatusPlan
from bot.model.person import Act, Person
from bot.model.ticket import CLOSED, IN_PROGRESS, OPEN, RESOLVED
from bot.store import audit
from bot.store import tickets as known_tickets
from bot.store.database import Tx
from bot.store.news import take_in_ticket
from bot.supplier.errors import SupplierError

from .deed import Deed
from .errors import NotPossible
from .orders import nobody_else
from .proposing import in_a_card
from .replies import read_ticket, the_ticket
from .shop import Shop, must

WORDS = frozenset({OPEN, IN_PROGRESS, RESOLVED, CLOSED})


async def change(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    word: str,
    *,
    chat_id: int,
    card_id: int,
    now: datetime,
) -> None:
    """Change a ticket's status at once; what comes of it stands on the card ``card_id``.

    It can be changed back, so nothing is asked. Raises NotPossible.
    """
    must(person, Act.REPLY)
    ticket = (await the_ticket(tx, shop, key)).ticket
    if word not in WORDS:
        raise NotPossible("gone")
    if ticket.status == word:
        raise NotPossible("ticket_status_there", number=ticket.number)
    await nobody_else(tx, shop, "ticket", ticket.ticket_id)
    await in_a_card(
        tx,
        shop,
        person,
        Kind.TICKET_STATUS,
        ("ticket", ticket.ticket_id),
        TicketStatusPlan(status=word),
        chat_id=chat_id,
        card_id=card_id,
        now=now,
        at_once=True,
    )


class TicketStatus(Deed):
    """Carries a change of a ticket's status out, and finds out what became of one."""

    act = Act.REPLY

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where the ticket has the status already."""
        ticket = await read_ticket(shop, intent.subject_id)
        if ticket.status == intent.planned(TicketStatusPlan).status:
            return Outcome(reason="status_there")
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Set the status, and nothing else: a text in this call would be a reply."""
        status = intent.planned(TicketStatusPlan).status
        await shop.marketplace.update_ticket(intent.subject_id, status=status)
        return Outcome(reason="done")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The ticket has the status."""
        ticket = await read_ticket(shop, intent.subject_id)
        there = ticket.status == intent.planned(TicketStatusPlan).status
        return Outcome(reason="done") if there else None

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Take in what is now true, and write down that it was done."""
        status = intent.planned(TicketStatusPlan).status
        known = await known_tickets.by_id(tx, shop.shop_id, intent.subject_id)
        if known is not None:
            await take_in_ticket(
                tx,
                shop.shop_id,
                known.ticket.model_copy(update={"status": status}),
                looked_at=now,
                now=now,
                done_by=intent.confirmed_by,
            )
        await audit.came_of(
            tx,
            intent,
            deed="ticket_status_changed",
            now=now,
            detail={"status": status},
        )

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Read the ticket as it is now."""
        try:
            await read_ticket(shop, intent.subject_id)
        except SupplierError:
            shop.look_soon()
