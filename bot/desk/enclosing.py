"""A saved text in a delivery: it stands below the last unit, inside it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.model.intent import DeliverPlan
from bot.model.person import Act, Person
from bot.model.saved_text import SavedText, filled, values_of
from bot.store import intents, orders
from bot.store.database import Tx

from . import saved_texts, tongues
from .delivery import open_preview
from .shop import Shop, must


async def offered(
    tx: Tx, shop: Shop, person: Person, intent_id: str, version: str, now: datetime
) -> tuple[DeliverPlan, tuple[SavedText, ...], str]:
    """Return a preview's plan, the texts it can hold, and its buyer's language.

    Raises NotPossible where the preview is not as it was shown in this version.
    """
    intent, plan = await open_preview(tx, shop, person, intent_id, version, now)
    texts = await saved_texts.all_of(tx, shop, person)
    return plan, texts, await tongues.of_order(tx, shop, intent.subject_id)


async def enclose(
    tx: Tx,
    shop: Shop,
    person: Person,
    intent_id: str,
    version: str,
    key: str,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> None:
    """Put a text into a preview, or (``key`` is none) take it out; it is drawn again.

    Its earlier buttons send nothing. What is sent stays as many units as it was. Raises
    NotPossible.
    """
    must(person, Act.REPLY)
    intent, plan = await open_preview(tx, shop, person, intent_id, version, now)
    words = None
    if key != "none":
        chosen = await saved_texts.the_text(tx, shop, person, key)
        known = await orders.by_id(tx, shop.shop_id, intent.subject_id)
        order = None if known is None else known.order
        values = values_of(None if order is None else order.buyer_id, order, now, zone)
        text, _ = filled(chosen.version(saved_texts.parted(key)[1]), values)
        words = SecretStr(text)
    again = plan.model_copy(update={"words": words, "version": plan.version + 1})
    await intents.replan(tx, intent, again, now, fires_at=None)
