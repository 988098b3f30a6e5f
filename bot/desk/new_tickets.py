"""Tickets that we open: how a supplier writes to a buyer. Held like a reply, opened once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from bot.model.goods import looks_like_goods
from bot.model.intent import Intent, Kind, NewTicketPlan, Outcome
from bot.model.opening import is_another, is_ours
from bot.model.person import Act, Person
from bot.model.ticket import Ticket
from bot.store import audit, intents
from bot.store import tickets as known_tickets
from bot.store.database import Tx
from bot.store.news import take_in_ticket
from bot.supplier.budget import Priority
from bot.supplier.errors import SupplierError

from .deed import Deed
from .orders import nobody_else, read_anew, the_order
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
    careful: bool = False,
) -> Intent:
    """Hold the first text of a new ticket: it goes out five seconds after it is shown.

    Or it needs a tap, as a reply does, and where the caller is ``careful``.

    ``title`` makes what the buyer sees above it from the order's number. Raises NotPossible.
    """
    must(person, Act.REPLY)
    order = (await the_order(tx, shop, key)).order
    plain = text_for_buyer(text)
    await nobody_else(tx, shop, "order", order.order_id)
    known = await known_tickets.of_order(tx, shop.shop_id, order.order_id)
    needs_tap = careful or not private or looks_like_goods(plain)
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


async def _search(
    shop: Shop, wanted: Callable[[Ticket], bool], done_by: int | None
) -> Ticket | None:
    """Return the first ticket of the list that is wanted, and take it in; None for none."""
    began = shop.now()
    for page in range(1, _PAGES + 1):
        listed = await shop.marketplace.list_tickets(page=page, priority=Priority.PERSON)
        for ticket in listed.items:
            if wanted(ticket):
                async with shop.store.write() as tx:
                    await take_in_ticket(
                        tx,
                        shop.shop_id,
                        ticket,
                        looked_at=began,
                        now=shop.now(),
                        done_by=done_by,
                    )
                return ticket
        if not listed.items:
            break
    return None


class NewTicket(Deed):
    """Opens a ticket, and finds out what became of one."""

    act = Act.REPLY

    async def _opened(self, shop: Shop, intent: Intent) -> Ticket | None:
        """Return the ticket that this intent opened, and take it in as ours."""
        return await _search(shop, lambda ticket: is_ours(ticket, intent), intent.confirmed_by)

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Read the order: while the marketplace is away, a ticket surely is not opened.

        Stop what was kept where the order got another ticket meanwhile: a person looks first.
        """
        plan = intent.planned(NewTicketPlan)
        await read_anew(shop, intent.subject_id)
        if plan.kept_until is None:
            return None
        other = await _search(shop, lambda ticket: is_another(ticket, intent), None)
        if other is None:
            return None
        outcome = Outcome(reason="ticket_there", ticket_id=other.ticket_id)
        changed: dict[str, Any] = {"needs_tap": True, "kept_until": None}
        again = plan.model_copy(update=changed | {"known": (*plan.known, other.ticket_id)})
        async with shop.store.write() as tx:
            await intents.ask_again(tx, intent, again, outcome, shop.now())
        return outcome

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Open the ticket."""
        plan = intent.planned(NewTicketPlan)
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
        await audit.came_of(
            tx, intent, deed="ticket_opened", now=now, detail={"ticket_id": outcome.ticket_id}
        )

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Take the new ticket in as ours, before a look finds it and takes it for news."""
        try:
            await self._opened(shop, intent)
        except SupplierError:
            shop.look_soon()
