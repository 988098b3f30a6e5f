"""A replacement carried out: the new unit is appended, then the buyer told, the ticket resolved."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr

from bot.model.goods import rows_of, shows_all
from bot.model.intent import Intent, Kind, Outcome, ReplacePlan, ReplyPlan
from bot.model.order import COMPLETED
from bot.model.person import Act
from bot.model.replacing import Replacing
from bot.model.ticket import RESOLVED
from bot.store import audit, intents, orders
from bot.store import people as known_people
from bot.store import tickets as known_tickets
from bot.store.database import Tx
from bot.supplier.budget import Priority

from . import replies
from .delivery import HoldsUnits
from .orders import became, read_anew
from .proposing import in_answer
from .shop import Shop


class Replace(HoldsUnits):
    """Appends the new unit, and finds out what became of it; then the buyer is told."""

    act = Act.DELIVER

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where the order's units are no longer those that were picked from."""
        plan = intent.planned(ReplacePlan)
        order = await read_anew(shop, intent.subject_id)
        reason = "refunded" if order.refunded else "unpaid" if not order.paid else ""
        rows = rows_of(order.delivered_info) or ()
        there = sum(bool(row.strip()) for row in rows)
        moved = there != len(plan.replacing.masks or ())
        if not reason and (moved or order.delivered != plan.replacing.delivered):
            reason = "moved"
        if not reason:
            return None
        return Outcome(reason=reason, delivered=order.delivered, owed=order.owed)

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Append the unit: what was delivered before stays as it is."""
        delivered = await shop.marketplace.update_delivered_info(
            intent.subject_id, intent.planned(ReplacePlan).units, priority=Priority.PERSON
        )
        return Outcome(
            reason="done",
            units=1,
            delivered=delivered.delivered_units,
            completed=bool(delivered.order_completed),
        )

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The unit is there; where the marketplace does not show it, a count proves nothing."""
        order, plan = await read_anew(shop, intent.subject_id), intent.planned(ReplacePlan)
        if order.delivered_info is None and order.delivered > plan.replacing.delivered:
            return Outcome(reason="unclear", delivered=order.delivered, checking=True)
        if not shows_all(order.delivered_info, plan.units):
            return None
        return Outcome(
            reason="done",
            units=1,
            delivered=order.delivered,
            completed=order.status == COMPLETED,
        )

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Confirm the unit's hash, write it down, and have the buyer told: all of it together."""
        plan = intent.planned(ReplacePlan)
        await self.confirmed(tx, shop, intent, plan.units, now)
        known = await orders.by_id(tx, shop.shop_id, intent.subject_id)
        if known is not None and outcome.delivered is not None:
            more = max(outcome.delivered - plan.replacing.delivered, 0)
            await became(
                tx,
                shop,
                intent.subject_id,
                now,
                intent.confirmed_by,
                delivered_units=outcome.delivered,
                remaining_to_deliver=max(known.order.owed - more, 0),
                **({"status": COMPLETED} if outcome.completed else {}),
            )
        await audit.came_of(
            tx,
            intent,
            deed="replaced",
            now=now,
            detail={"place": plan.replacing.place, "of": len(plan.replacing.masks or ())},
        )
        if plan.replacing.ticket_id:
            await _tell_buyer(tx, shop, intent, plan.replacing, now)


async def _tell_buyer(
    tx: Tx, shop: Shop, intent: Intent, replacing: Replacing, now: datetime
) -> None:
    """Send the buyer's text, which resolves the ticket: an intent of its own, confirmed already.

    Where the ticket's text is another than was shown, it needs a tap.
    """
    known = await known_tickets.by_id(tx, shop.shop_id, replacing.ticket_id)
    by = intent.confirmed_by or intent.proposed_by
    person = await known_people.member(tx, shop.shop_id, by)
    if known is None or person is None or not person.may(Act.REPLY):
        return
    ticket = known.ticket
    stale = replies.digest(ticket) != replacing.seen
    reply = await in_answer(
        tx,
        shop,
        person,
        Kind.REPLY,
        ("ticket", ticket.ticket_id),
        ReplyPlan(
            text=replacing.tell,
            seen=replies.digest(ticket),
            earlier=SecretStr(ticket.description),
            needs_tap=stale,
            stale=stale,
            status="" if ticket.finished else RESOLVED,
        ),
        chat_id=intent.chat_id,
        message_id=None,
        now=now,
    )
    if not stale:
        # While another reply is under way it stays a proposal, which the executor sees to.
        await intents.confirm(tx, reply, by, now)
