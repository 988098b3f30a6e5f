"""Refunds: always in full, one confirmation, once."""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Intent, Kind, Outcome, RefundPlan
from bot.model.order import REFUNDED
from bot.model.person import Act, Person
from bot.store import audit
from bot.store.database import Tx

from .deed import Deed
from .errors import NotPossible
from .orders import became, nobody_else, read_anew, read_anew_if_possible, the_order
from .proposing import in_a_card
from .shop import Shop, must


async def ask(
    tx: Tx, shop: Shop, person: Person, key: str, *, chat_id: int, card_id: int, now: datetime
) -> None:
    """Put the question "refund all?" into the buttons of a card. Raises NotPossible."""
    must(person, Act.REFUND)
    order = (await the_order(tx, shop, key)).order
    if order.refunded:
        raise NotPossible("order_refunded", number=order.number)
    if not order.paid:
        raise NotPossible("order_unpaid", number=order.number)
    await nobody_else(tx, shop, "order", order.order_id, wanted="refund")
    await in_a_card(
        tx,
        shop,
        person,
        Kind.REFUND,
        ("order", order.order_id),
        RefundPlan(amount=order.total_amount, delivered=order.delivered),
        chat_id=chat_id,
        card_id=card_id,
        now=now,
        at_once=False,
    )


class Refund(Deed):
    """Carries a confirmed refund out, and finds out what became of one."""

    act = Act.REFUND

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where the money went back already, or units moved since the question."""
        plan = intent.planned(RefundPlan)
        order = await read_anew(shop, intent.subject_id)
        if order.refunded:
            return Outcome(reason="refunded")
        if not order.paid:
            return Outcome(reason="unpaid")
        if order.delivered != plan.delivered or order.total_amount != plan.amount:
            return Outcome(reason="moved", delivered=order.delivered, owed=order.owed)
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Refund the order."""
        refunded = await shop.marketplace.refund_order(intent.subject_id)
        return Outcome(reason="done", refund_no=refunded.refund_no)

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """A refunded order shows it; the refund's number is lost."""
        order = await read_anew(shop, intent.subject_id)
        return Outcome(reason="done") if order.refunded else None

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Write down that it was done."""
        amount = intent.planned(RefundPlan).amount
        await became(tx, shop, intent.subject_id, now, intent.confirmed_by, status=REFUNDED)
        await audit.came_of(
            tx,
            intent,
            deed="refunded",
            now=now,
            detail={"amount": str(amount), "refund_no": outcome.refund_no},
        )

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Read the order as it is now."""
        await read_anew_if_possible(shop, intent.subject_id)
