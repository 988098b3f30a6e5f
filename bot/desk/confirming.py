"""Confirmations: the first press wins, whoever pressed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.model.intent import (
    AnyPlan,
    DeliverPlan,
    Intent,
    Kind,
    Outcome,
    ReplacePlan,
    State,
    units_sent,
)
from bot.model.person import Person
from bot.model.product_plans import Answer, NewProductPlan, PicturesPlan, Progress, StockPlan
from bot.store import batches, cards, intents, orders, settling, tickets, units
from bot.store import stock as known_stock
from bot.store.database import Tx

from . import safety, stock
from .deed import Deed
from .delivery import Deliver, chosen
from .errors import NotPossible
from .new_products import NewProduct
from .new_tickets import NewTicket
from .orders import nobody_else
from .pictures import ProductPictures
from .pictures import chosen as chosen_pictures
from .product_changes import DeleteProduct, ProductEdit, ProductStatus
from .refunds import Refund
from .replacement import Replace
from .replies import Reply
from .shop import Shop, must
from .statuses import Status
from .ticket_status import TicketStatus

DEEDS: dict[Kind, Deed] = {
    Kind.DELIVER: Deliver(),
    Kind.REFUND: Refund(),
    Kind.REPLY: Reply(),
    Kind.STATUS: Status(),
    Kind.TICKET_STATUS: TicketStatus(),
    Kind.NEW_TICKET: NewTicket(),
    Kind.PRODUCT_EDIT: ProductEdit(),
    Kind.PRODUCT_STATUS: ProductStatus(),
    Kind.PRODUCT_PICTURES: ProductPictures(),
    Kind.DELETE_PRODUCT: DeleteProduct(),
    Kind.ADD_STOCK: stock.AddStock(),
    Kind.NEW_PRODUCT: NewProduct(),
    Kind.REPLACE: Replace(),
}


ANSWERS: dict[str, Answer] = {"there": "there", "again": "again", "stop": "stop"}


async def _the_intent(tx: Tx, shop: Shop, person: Person, intent_id: str) -> Intent:
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id:
        raise NotPossible("gone")
    must(person, DEEDS[intent.kind].act)
    return intent


async def confirm(
    tx: Tx, shop: Shop, person: Person, intent_id: str, choice: str, now: datetime
) -> None:
    """Confirm a proposal. Raises NotPossible where another press was first, or it expired."""
    intent = await _the_intent(tx, shop, person, intent_id)
    plan = intent.plan
    if intent.state is State.PROPOSED and intent.kind is Kind.REFUND and intent.expires_at > now:
        await safety.pin_first(tx, shop, person, now)
        if await safety.ask_an_owner(tx, shop, person, intent, now):
            raise NotPossible("owner_asked")
    if intent.state is State.PROPOSED:
        plan = await _as_chosen(tx, shop, intent, choice, now)
    result = await intents.confirm(tx, intent, person.person_id, now, plan)
    if result == "expired":
        await intents.finish(tx, intent, State.EXPIRED, Outcome(reason="expired"), now)
    if result == "taken":
        # The message it stands in is drawn again: it shows what the first press made of it.
        await intents.touch(tx, intent, now)
    if result == "busy":
        await nobody_else(tx, shop, intent.subject_kind, intent.subject_id, intent.kind.value)
    if result != "won":
        raise NotPossible("expired" if result == "expired" else "taken")
    reserved = units_sent(plan)
    if reserved:
        await units.mark(
            tx, shop.shop_id, intent.subject_id, reserved, units.RESERVED, intent.id, now
        )


async def _as_chosen(tx: Tx, shop: Shop, intent: Intent, choice: str, now: datetime) -> AnyPlan:
    """Return the plan as the pressed button offered it. Raises NotPossible where it no longer is.

    Its message is drawn again then: it shows what is there now.
    """
    plan = intent.plan
    try:
        if isinstance(plan, DeliverPlan):
            plan = chosen(plan, choice)
        elif isinstance(plan, StockPlan):
            plan = await stock.chosen(tx, shop, intent, choice, now)
        elif isinstance(plan, PicturesPlan | NewProductPlan):
            plan = chosen_pictures(plan, choice)
        elif isinstance(plan, ReplacePlan) and (choice or "0") != str(plan.version):
            raise NotPossible("preview_changed")  # noqa: TRY301 - as the others
    except NotPossible:
        await intents.touch(tx, intent, now)
        raise
    if isinstance(plan, DeliverPlan | ReplacePlan):
        # Another preview with the same unit may have been confirmed meanwhile.
        elsewhere = await units.in_doubt(tx, shop.shop_id, intent.subject_id, units_sent(plan))
        if elsewhere is not None:
            raise NotPossible("unit_in_doubt", number=elsewhere)
        await _warned(tx, shop, intent, plan, now)
    return plan


async def _warned(
    tx: Tx, shop: Shop, intent: Intent, plan: DeliverPlan | ReplacePlan, now: datetime
) -> None:
    """Raise NotPossible where a unit went to another order since the preview said that none did.

    The preview is drawn again with the warning, and the next press knows what it does.
    """
    known = await units.known(tx, shop.shop_id, intent.subject_id, plan.units)
    doubtful = await units.doubtful(tx, shop.shop_id, intent.subject_id, plan.units)
    went = {**doubtful, **known}
    pooled = await known_stock.known(tx, shop.shop_id, plan.units)
    if pooled.keys() - plan.pooled.keys() and intent.expires_at > now:
        moved: dict[str, Any] = {"pooled": pooled, "version": plan.version + 1}
        moved |= {"send": 0} if isinstance(plan, DeliverPlan) else {}
        await intents.replan(tx, intent, plan.model_copy(update=moved), now, fires_at=None)
        raise NotPossible("line_went_elsewhere")
    new = known.keys() - plan.known.keys() or went.keys() - {*plan.known, *plan.doubtful}
    if not new or intent.expires_at <= now:
        return
    changed = {"known": known, "doubtful": doubtful, "version": plan.version + 1}
    changed |= {"send": 0} if isinstance(plan, DeliverPlan) else {}
    again = plan.model_copy(update=changed)
    await intents.replan(tx, intent, again, now, fires_at=None)
    raise NotPossible("unit_went_elsewhere", number=went[min(new)])


async def take_all_back(
    tx: Tx, shop: Shop, person: Person, chat_id: int, now: datetime
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Take back everything that a person proposed in a chat.

    Return what was taken back, and what is under way already, by ``kind`` and ``number``.
    """
    taken = []
    for intent in await intents.proposed_by(tx, chat_id, person.person_id):
        await _take_back(tx, intent, now)
        taken.append(await _named(tx, shop, intent))
    for batch in await batches.proposed_by(tx, shop.shop_id, chat_id, person.person_id):
        await batches.move(tx, batch, ("proposed",), now, state="declined", finished_at=now)
        number = str(len(await batches.items_of(tx, batch.id)))
        taken.append({"kind": "batch", "number": number})
    under_way = await intents.under_way_by(tx, chat_id, person.person_id)
    return taken, [await _named(tx, shop, intent) for intent in under_way]


async def answer(
    tx: Tx, shop: Shop, person: Person, intent_id: str, word: str, now: datetime
) -> None:
    """Take what a person says became of a call that no look can tell of. Raises NotPossible.

    ``word``: there, again or stop, and behind a dot the call that was asked about.
    """
    intent = await _the_intent(tx, shop, person, intent_id)
    word, _, call = word.partition(".")
    said = ANSWERS.get(word) if call == intent.call else None
    progress = intent.progress or Progress()
    if intent.state is not State.UNKNOWN or not intent.outcome.asks or said is None:
        await intents.touch(tx, intent, now)
        raise NotPossible("gone")
    if progress.answer:
        raise NotPossible("taken")
    await settling.answered(tx, intent, progress.model_copy(update={"answer": said}), now)


async def halt(tx: Tx, shop: Shop, person: Person, intent_id: str, now: datetime) -> None:
    """Send nothing more of an import than what is on its way. Raises NotPossible."""
    intent = await _the_intent(tx, shop, person, intent_id)
    if intent.state is not State.SENDING or not isinstance(intent.plan, StockPlan):
        await intents.touch(tx, intent, now)
        raise NotPossible("gone")
    progress = (intent.progress or Progress()).model_copy(update={"stop": True})
    await settling.note(tx, intent, progress, now)


async def _named(tx: Tx, shop: Shop, intent: Intent) -> dict[str, str]:
    number = ""
    if intent.subject_kind == "product":
        return {"kind": intent.kind.value, "number": getattr(intent.plan, "title", "")}
    if intent.subject_kind == "ticket":
        ticket = await tickets.by_id(tx, shop.shop_id, intent.subject_id)
        number = "" if ticket is None else ticket.ticket.number
    else:
        order = await orders.by_id(tx, shop.shop_id, intent.subject_id)
        number = "" if order is None else order.order.number
    return {"kind": intent.kind.value, "number": number or intent.subject_id}


async def _take_back(tx: Tx, intent: Intent, now: datetime) -> None:
    for card in await cards.faces_of(tx, intent.id):
        await cards.face(tx, card.chat_id, card.message_id, None, now)
    await intents.finish(tx, intent, State.EXPIRED, Outcome(reason="declined"), now)


async def decline(tx: Tx, shop: Shop, person: Person, intent_id: str, now: datetime) -> None:
    """Take a proposal back. Raises NotPossible when it went out already."""
    intent = await _the_intent(tx, shop, person, intent_id)
    if intent.state is not State.PROPOSED:
        await intents.touch(tx, intent, now)
        raise NotPossible("taken" if intent.state in {State.SENDING, State.UNKNOWN} else "gone")
    await _take_back(tx, intent, now)
    await safety.declined(tx, shop, person, intent, now)
