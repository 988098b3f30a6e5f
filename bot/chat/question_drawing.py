"""Draws what asks something of a person: the message of an intent, and a prompt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.model.facts import IntentFacts, PromptFacts, Reader
from bot.model.intent import DeliverPlan, RefundPlan, ReplacePlan, State
from bot.model.kept import goes_as_text, may_be_shown_again
from bot.model.languages import language_of_code
from bot.model.matching import best_first
from bot.model.order import Order
from bot.model.outgoing import Outgoing
from bot.model.pieces import Piece, joined, may_be_cut
from bot.model.replacing import Replacing
from bot.store import buyers, drafts, intents, orders, saved_texts, shapes, text_instead, tickets
from bot.store.database import Tx
from bot.views import intents as intent_views
from bot.views import talk
from bot.views.exports import period_prompt
from bot.views.safety import safety_prompt
from bot.views.saved_texts import saved_text_prompt

from . import batch_drawing, product_drawing, settings_drawing
from .history import deeds_of, name_of

_OFFERED = 8  # orders a page for which goods may be
_COMPARED = 200  # of the oldest that wait


async def intent_card(
    tx: Tx,
    shop_id: int,
    subject_id: str,
    reader: Reader,
    now: datetime,
    marketplace_url: str = "",
) -> Outgoing | None:
    """Return the message of an intent; None where there is no such intent."""
    intent = await intents.get(tx, int(subject_id))
    if intent is None:
        return None
    if intent.subject_kind == "product":
        return await product_drawing.intent(tx, intent, reader, now, marketplace_url)
    order = ticket = None
    if intent.subject_kind == "ticket":
        known_ticket = await tickets.by_id(tx, shop_id, intent.subject_id)
        ticket = None if known_ticket is None else known_ticket.ticket
        order_id = None if ticket is None else ticket.order_id
    else:
        order_id = intent.subject_id
    if order_id:
        known_order = await orders.by_id(tx, shop_id, order_id)
        order = None if known_order is None else known_order.order
    by = await name_of(tx, intent.confirmed_by)
    answered_by = ""
    if ticket is not None and intent.outcome.reason == "answered":
        texts = await tickets.texts(tx, shop_id, ticket.ticket_id)
        ours = [text.name for text in texts if text.author == "us"]
        answered_by = ours[-1] if ours else ""
    buyer_id = (order and order.buyer_id) or (ticket and ticket.buyer_id)
    buyer = await buyers.about(tx, shop_id, buyer_id) if buyer_id else None
    delivered_at = None
    if isinstance(intent.plan, ReplacePlan):
        deliveries = await deeds_of(tx, shop_id, "order", intent.subject_id, ("delivered",))
        delivered_at = deliveries[-1].at if deliveries else None
    asked_by = ""
    if isinstance(intent.plan, RefundPlan) and intent.plan.asks_owner:
        asked_by = await name_of(tx, intent.proposed_by)
    encloses = isinstance(intent.plan, DeliverPlan) and intent.state is State.PROPOSED
    texts_there = encloses and await saved_texts.exist(tx, shop_id)
    again = may_be_shown_again(intent) and await intents.followed(tx, intent)
    if goes_as_text(intent):
        again = await text_instead.stands(tx, intent)
    facts = IntentFacts(
        intent, order, ticket, by, answered_by, buyer, delivered_at, asked_by, texts_there, again
    )
    return intent_views.intent_card(facts, reader, now)


_TYPED_ALONE: dict[str, Callable[[drafts.Draft, Reader, datetime], Outgoing]] = {
    "days": lambda draft, reader, now: period_prompt(draft.id, draft.state, reader, now),
    "safety": lambda draft, reader, now: safety_prompt(
        draft.id, draft.kind, draft.state, reader, now
    ),
}


async def prompt(
    tx: Tx, shop_id: int, draft_id: str, reader: Reader, now: datetime
) -> Outgoing | None:
    """Return what a person is asked for, or what became of it."""
    draft, body = await drafts.with_body(tx, int(draft_id))
    if draft is None:
        return None
    if draft.subject_kind == "product":
        return await product_drawing.prompt(tx, shop_id, draft, body, reader, now)
    if draft.subject_kind == "import":
        return await product_drawing.source_prompt(tx, draft, reader, now)
    if draft.subject_kind == "products":
        return await batch_drawing.selection(tx, shop_id, draft, body, reader, now)
    if draft.subject_kind == "text":
        texts = await saved_texts.all_of(tx, shop_id)
        text_id, _, code = draft.subject_id.partition(".")
        language = language_of_code(code)
        before = next((one for one in texts if str(one.id) == text_id), None)
        return saved_text_prompt(draft.id, draft.state, before, language, reader, now)
    if draft.subject_kind == "settings":
        return await settings_drawing.prompt(tx, shop_id, draft, reader, now)
    if draft.subject_kind in _TYPED_ALONE:
        return _TYPED_ALONE[draft.subject_kind](draft, reader, now)
    order = ticket = buyer = None
    if draft.subject_kind == "buyer":
        buyer = await buyers.about(tx, shop_id, draft.subject_id)
    elif draft.subject_kind == "ticket":
        known_ticket = await tickets.by_id(tx, shop_id, draft.subject_id)
        ticket = None if known_ticket is None else known_ticket.ticket
    elif draft.subject_id:
        known_order = await orders.by_id(tx, shop_id, draft.subject_id)
        order = None if known_order is None else known_order.order
    pieces = tuple(Piece.model_validate(each) for each in (body or {}).get("pieces", ()))
    offered: tuple[Order, ...] = ()
    page = pages = 1
    if draft.kind == "goods" and draft.state == "open":
        fitting = await _fitting(tx, shop_id, pieces)
        pages = max(-(-len(fitting) // _OFFERED), 1)
        page = min(max(int((body or {}).get("page", 1)), 1), pages)
        offered = fitting[(page - 1) * _OFFERED : page * _OFFERED]
    facts = PromptFacts(
        draft_id=draft.id,
        kind=draft.kind,
        state=draft.state,
        order=order,
        ticket=ticket,
        buyer=buyer,
        offered=offered,
        page=page,
        pages=pages,
        pieces=max(len(pieces), 1),
        files=sum(bool(piece.file) for piece in pieces),
        may_be_cut=may_be_cut(pieces),
        replacing=Replacing.model_validate(body["replacing"])
        if body and "replacing" in body
        else None,
    )
    return talk.prompt(facts, reader, now)


async def _fitting(tx: Tx, shop_id: int, pieces: tuple[Piece, ...]) -> tuple[Order, ...]:
    """Return the orders that wait, the one first that the goods fit best."""
    rows, _ = await orders.page(tx, shop_id, "waiting", 1, _COMPARED)
    waiting = [row.order for row in rows]
    products = {one.product_id or one.product.product_id or "" for one in waiting}
    seen = await shapes.seen_of(tx, shop_id, products)
    return best_first(waiting, joined(pieces).get_secret_value(), seen)
