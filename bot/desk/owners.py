"""A question that only an owner answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.model.intent import Intent
from bot.model.person import Person, Role
from bot.model.urgency import INTERACTIVE
from bot.store import outbox
from bot.store.database import Tx

from .shop import Shop


def among(members: Iterable[Person]) -> tuple[Person, ...]:
    """Return the owners among a shop's members."""
    return tuple(each for each in members if each.role is Role.OWNER)


async def ask(
    tx: Tx,
    shop: Shop,
    owners: Iterable[Person],
    intent: Intent,
    now: datetime,
    *,
    urgency: int = INTERACTIVE,
) -> None:
    """Show an intent's question to each of these in their own chat: the first press answers it."""
    for owner in owners:
        await outbox.show(
            tx,
            shop_id=shop.shop_id,
            chat_id=owner.person_id,
            person_id=owner.person_id,
            subject_kind="intent",
            subject_id=str(intent.id),
            urgency=urgency,
            now=now,
        )
