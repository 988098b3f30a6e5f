"""Draws what is about a product when it is sent: its card, its intents, its prompts; payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from bot.model.facts import PaymentsFacts, Reader
from bot.model.goods import mask
from bot.model.intent import Intent, State
from bot.model.new_product import NewForm
from bot.model.outgoing import Outgoing
from bot.model.payment import Payment
from bot.model.pictures import address_of
from bot.model.product_facts import (
    ProductDeed,
    ProductFacts,
    ProductIntentFacts,
    ProductPromptFacts,
)
from bot.model.product_plans import PIECE, Progress, StockPlan
from bot.store import audit, cards, intents, people, preferences, products, stock
from bot.store.database import Tx
from bot.store.drafts import Draft
from bot.views import product_intents as intent_views
from bot.views import products as product_views
from bot.views.lists import with_way_back

# What the audit calls a deed, and what a card does.
_DEEDS: dict[str, Literal["changed", "status", "stock", "created", "deleted"]] = {
    "product_changed": "changed",
    "product_status_changed": "status",
    "stock_added": "stock",
    "product_created": "created",
    "product_deleted": "deleted",
}
_ENDED = frozenset({State.REFUSED, State.EXPIRED})


async def card(
    tx: Tx,
    shop_id: int,
    product_id: str,
    shown: cards.Card | None,
    reader: Reader,
    now: datetime,
    marketplace_url: str = "",
) -> Outgoing | None:
    """Return a product's card; ``shown`` is the message that it stands in already."""
    known = await products.by_id(tx, shop_id, product_id)
    if known is None:
        return None
    asked = None
    if shown is not None and shown.intent_id is not None:
        asked = await intents.get(tx, shown.intent_id)
    live = await intents.live_of(tx, shop_id, "product", product_id)
    facts = ProductFacts(
        product=known.product,
        listed=known.listed,
        gone_at=known.gone_at,
        looked_at=known.looked_at,
        waiting=await products.waiting_orders(tx, shop_id, product_id),
        deeds=await _deeds(tx, shop_id, product_id),
        live=live,
        live_by=await _name(tx, None if live is None else live.confirmed_by),
        confirming=asked if asked is not None and asked.state is State.PROPOSED else None,
        ended=asked if asked is not None and asked.state in _ENDED else None,
        more=shown is not None and shown.face == "more",
        low_at=await preferences.low_stock(tx, shop_id) if known.low_at is None else known.low_at,
        own_bound=known.low_at is not None,
        stands=known.stands,
        picture=_picture(known.product.images, marketplace_url),
    )
    if shown is not None and not shown.live:
        # It has a newer copy further down: what it says, without buttons or what is under way.
        drawn = product_views.product_card(replace(facts, live=None), reader, now)
        drawn = drawn.model_copy(update={"keyboard": ()})
    else:
        drawn = product_views.product_card(facts, reader, now)
    return drawn if shown is None else with_way_back(drawn, shown.back, reader.language)


async def _deeds(tx: Tx, shop_id: int, product_id: str) -> tuple[ProductDeed, ...]:
    entries = await audit.of(tx, shop_id, "product", product_id, tuple(_DEEDS))
    names = await people.names(tx, {e.person_id for e in entries if e.person_id is not None})
    drawn = []
    for entry in entries:
        detail = entry.detail or {}
        drawn.append(
            ProductDeed(
                _DEEDS[entry.deed],
                entry.at,
                names.get(entry.person_id or 0, ""),
                field=str(detail.get("field", "")),
                status=str(detail.get("status", "")),
                lines=int(detail.get("lines", 0)),
            )
        )
    return tuple(drawn)


def _picture(images: Sequence[str], marketplace_url: str) -> str:
    return address_of(marketplace_url, images[0]) if images else ""


async def intent(
    tx: Tx, about: Intent, reader: Reader, now: datetime, marketplace_url: str = ""
) -> Outgoing:
    """Return the message of an intent of a product."""
    images = getattr(about.plan, "images", ())
    facts = ProductIntentFacts(
        about,
        await _name(tx, about.confirmed_by),
        _picture(images, marketplace_url),
        await stock.said(tx, about.id),
        await _ends(tx, about),
    )
    return intent_views.product_intent_card(facts, reader, now)


async def _ends(tx: Tx, about: Intent) -> tuple[str, str]:
    """Return the first and the last line of a large import's call that is in doubt, masked."""
    plan = about.plan
    if about.state is not State.UNKNOWN or not isinstance(plan, StockPlan) or not plan.apart:
        return "", ""
    at = (about.progress or Progress()).at
    lines = (await stock.piece(tx, about.id, at // PIECE))[: plan.apart - at]
    return (mask(lines[0]), mask(lines[-1])) if lines else ("", "")


async def prompt(
    tx: Tx, shop_id: int, draft: Draft, body: Any, reader: Reader, now: datetime
) -> Outgoing:
    """Return what a person is asked for about a product."""
    known = await products.by_id(tx, shop_id, draft.subject_id)
    product = None if known is None else known.product
    category = ""
    if draft.kind == "new_product":
        paths = dict(await products.categories(tx, shop_id))
        category = paths.get(draft.subject_id, draft.subject_id)
    seen = await products.categories(tx, shop_id) if draft.kind == "category" else ()
    held = body if isinstance(body, dict) else {}
    form = None
    if draft.kind == "new_product" and isinstance(body, dict):
        form = NewForm.model_validate(held.get("form", {}))
    page = int(held.get("page", 1))
    facts = ProductPromptFacts(
        draft.id, draft.kind, draft.state, product, category, form, seen, page
    )
    return product_views.product_prompt(facts, reader, now)


async def source_prompt(tx: Tx, draft: Draft, reader: Reader, now: datetime) -> Outgoing:
    """Return the question where the accounts of an import come from, or what became of it."""
    about = await intents.get(tx, int(draft.subject_id))
    title = "" if about is None else str(getattr(about.plan, "title", ""))
    return product_views.source_prompt(draft.id, draft.state, title, reader, now)


async def _name(tx: Tx, person_id: int | None) -> str:
    if person_id is None:
        return ""
    return (await people.names(tx, {person_id})).get(person_id, "")


def payments_told(body: Any) -> PaymentsFacts:
    """Return the payments that an errand brought."""
    return PaymentsFacts(
        rows=tuple(Payment.model_validate(each) for each in body["rows"]),
        page=int(body["page"]),
        pages=body.get("pages"),
        total=body.get("total"),
        more=bool(body.get("more")),
        order_id=str(body.get("order_id", "")),
        number=str(body.get("number", "")),
        words=str(body.get("words", "")),
        looked_at=body.get("looked_at", "all"),
        known=int(body.get("known", 0)),
        at=datetime.fromisoformat(body["at"]),
    )
