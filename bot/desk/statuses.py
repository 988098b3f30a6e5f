"""The status of an order, set by hand: everything that the API allows but the refund."""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Intent, Kind, Outcome, StatusPlan
from bot.model.order import COMPLETED, PENDING, PROGRESS, RUNNING, Order
from bot.model.person import Act, Person
from bot.store import audit
from bot.store.database import Tx

from .deed import Deed
from .errors import NotPossible
from .orders import became, nobody_else, read_anew, read_anew_if_possible, the_order
from .proposing import in_a_card
from .shop import Shop, must

# The words that buttons and /status carry.
WORDS = {"pending": PENDING, "running": RUNNING, "completed": COMPLETED}
_FORWARD = (RUNNING, COMPLETED)


def is_past(order: Order, status: str) -> bool:
    """Say whether an order is further along: a later status is never overwritten.

    A status that nobody knows is not compared.
    """
    return PROGRESS.get(order.status, -1) > PROGRESS.get(status, 99)


async def ask(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    word: str,
    *,
    chat_id: int,
    card_id: int | None,
    now: datetime,
) -> None:
    """Change an order's status at once, or ask first where units are owed on it.

    Completing an order on which units are owed is the one change that asks. What comes of it
    stands on the card ``card_id``, or in a message of its own. Raises NotPossible.
    """
    must(person, Act.CHANGE_STATUS)
    order = (await the_order(tx, shop, key)).order
    status = WORDS.get(word)
    if status is None:
        raise NotPossible("gone")
    _may_change(order)
    if order.status == status or is_past(order, status):
        raise NotPossible("status_there", number=order.number)
    await nobody_else(tx, shop, "order", order.order_id)
    owed = order.owed if status == COMPLETED else 0
    await in_a_card(
        tx,
        shop,
        person,
        Kind.STATUS,
        ("order", order.order_id),
        StatusPlan(status=status, owed=owed),
        chat_id=chat_id,
        card_id=card_id,
        now=now,
        at_once=owed == 0,
    )


async def changeable(tx: Tx, shop: Shop, person: Person, key: str) -> Order:
    """Return an order that can be given another status now. Raises NotPossible."""
    must(person, Act.CHANGE_STATUS)
    order = (await the_order(tx, shop, key)).order
    _may_change(order)
    if all(order.status == status or is_past(order, status) for status in _FORWARD):
        raise NotPossible("no_status_left", number=order.number)
    await nobody_else(tx, shop, "order", order.order_id, wanted=Kind.STATUS.value)
    return order


def _may_change(order: Order) -> None:
    if order.refunded:
        raise NotPossible("order_refunded", number=order.number)
    if not order.paid:
        raise NotPossible("order_unpaid", number=order.number)


class Status(Deed):
    """Carries a change of status out, and finds out what became of one."""

    act = Act.CHANGE_STATUS

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where the order is that far already, or further, or other units are owed."""
        plan = intent.planned(StatusPlan)
        order = await read_anew(shop, intent.subject_id)
        if order.refunded:
            return Outcome(reason="refunded")
        if order.status == plan.status or is_past(order, plan.status):
            return Outcome(reason="status_there")
        if plan.status == COMPLETED and order.owed != plan.owed:
            return Outcome(reason="moved", delivered=order.delivered, owed=order.owed)
        return None

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Set the status."""
        status = intent.planned(StatusPlan).status
        await shop.marketplace.change_order_status(intent.subject_id, status)
        return Outcome(reason="done")

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The order has the status, or a later one."""
        order, status = await read_anew(shop, intent.subject_id), intent.planned(StatusPlan).status
        there = order.status == status or is_past(order, status)
        return Outcome(reason="done") if there else None

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Write down that it was done. A later status that a look showed stays."""
        plan = intent.planned(StatusPlan)
        order = (await the_order(tx, shop, intent.subject_id)).order
        if not is_past(order, plan.status):
            by = intent.confirmed_by
            await became(tx, shop, intent.subject_id, now, by, status=plan.status)
        await audit.came_of(
            tx, intent, deed="status_changed", now=now, detail={"status": plan.status}
        )

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Read the order as it is now."""
        await read_anew_if_possible(shop, intent.subject_id)
