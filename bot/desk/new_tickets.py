"""Tickets that we open: how a supplier writes to a buyer. Held like a reply, opened once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import SecretStr

from bot.model.goods import looks_like_goods
from bot.model.intent import Intent, Kind, NewTicketPlan, Outcome
from bot.model.person import Act, Person
from bot.model.ticket import Ticket
from bot.store import audit
from bot.store import tickets as known_tickets
from bot.store.database import Tx
from bot.store.news import take_in_ticket
from bot.supplier.budget import Priority
from bot.supplier.errors import SupplierError

from .deed import Deed
from .orders import nobody_else, the_order
from .proposing import in_answer, text_for_buyer
from .shop import Shop, must

# How far the list of tickets is read for the one that we opened; it stands near its beginning or
# its end, whichever way it is sorted.
_PAGES = 5
MAX_TITLE = 120


async def hold(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    text: SecretStr,
    *,
    title: Callable[[str], str],
    chat_id: int,
    message_id: int,
    private: bool,
    now: datetime,
) -> Intent:
    """Hold the first text of a new ticket: it goes out five seconds after it is shown.

    Or it needs a tap, as a reply does.

    ``title`` makes what the buyer sees above it from the order's number. Raises NotPossible.
    """
    must(person, Act.REPLY)
    order = (await the_order(tx, shop, key)).order
    plain = text_for_buyer(text)
    await nobody_else(tx, shop, "order", order.order_id)
    known = await known_tickets.of_order(tx, shop.shop_id, order.order_id)
    needs_tap = not private or looks_like_goods(plain)
    return await in_answer(
        tx,
        shop,
        person,
        Kind.NEW_TICKET,
        ("order", order.order_id),
        NewTicketPlan(
            title=SecretStr(title(order.number)[:MAX_TITLE]),
            text=SecretStr(plain),
            known=tuple(one.ticket.ticket_id for one in known),
            needs_tap=needs_tap,
        ),
        chat_id=chat_id,
        message_id=message_id,
        now=now,
    )


def _plan(intent: Intent) -> NewTicketPlan:
    assert isinstance(intent.plan, NewTicketPlan)  # noqa: S101 - the kind says so
    return intent.plan


def is_ours(ticket: Ticket, intent: Intent) -> bool:
    """Say whether a ticket is the one that this intent was to open.

    Another ticket of the same order, with the same title, that was not there before.
    """
    plan = _plan(intent)
    return (
        ticket.order_id == intent.subject_id
        and ticket.ticket_id not in plan.known
        and " ".join(ticket.title.split()) == " ".join(plan.title.get_secret_value().split())
    )


class NewTicket(Deed):
    """Opens a ticket, and finds out what became of one."""

    act = Act.REPLY

    async def _opened(self, shop: Shop, intent: Intent) -> Ticket | None:
        began = shop.now()
        for page in range(1, _PAGES + 1):
            listed = await shop.marketplace.list_tickets(page=page, priority=Priority.PERSON)
            for ticket in listed.items:
                if is_ours(ticket, intent):
                    async with shop.store.write() as tx:
                        await take_in_ticket(
                            tx,
                            shop.shop_id,
                            ticket,
                            looked_at=began,
                            now=shop.now(),
                            done_by=intent.confirmed_by,
                        )
                    return ticket
            if not listed.items:
                break
        return None

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Nothing that may change meanwhile forbids a ticket."""
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Open the ticket."""
        plan = _plan(intent)
        made = await shop.marketplace.create_ticket(
            intent.subject_id,
            plan.title.get_secret_value(),
            plan.text.get_secret_value(),
            priority=Priority.PERSON,
        )
        return Outcome(reason="done", ticket_id=made.ticket_id or "")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """A new ticket of that order with that title."""
        ticket = await self._opened(shop, intent)
        return None if ticket is None else Outcome(reason="done", ticket_id=ticket.ticket_id)

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Write down that it was opened, never with what."""
        await audit.write(
            tx,
            shop_id=shop.shop_id,
            person_id=intent.confirmed_by,
            deed="ticket_opened",
            subject_kind="order",
            subject_id=intent.subject_id,
            now=now,
            detail={"ticket_id": outcome.ticket_id},
        )

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Take the new ticket in as ours, before a look finds it and takes it for news."""
        try:
            await self._opened(shop, intent)
        except SupplierError:
            shop.look_soon()
