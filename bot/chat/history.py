"""What was done to an order or a ticket, by whom and when, as far as it was seen."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.model.change import NEW_FOR, NewsKind
from bot.model.facts import Deed
from bot.store import audit, events, people
from bot.store.database import Tx

# What the audit calls a deed, and what a card does.
_DEEDS: dict[str, Literal["delivered", "refunded", "replied", "status", "replaced"]] = {
    "delivered": "delivered",
    "refunded": "refunded",
    "replied": "replied",
    "replaced": "replaced",
    "status_changed": "status",
    "ticket_status_changed": "status",
}


async def deeds_of(
    tx: Tx, shop_id: int, subject_kind: str, subject_id: str, deeds: tuple[str, ...]
) -> tuple[Deed, ...]:
    """Return what was done, the oldest first."""
    entries = await audit.of(tx, shop_id, subject_kind, subject_id, deeds)
    names = await people.names(tx, {e.person_id for e in entries if e.person_id is not None})
    drawn = []
    units = 0
    for entry in entries:
        # Each delivery says how far the order had come with it: 1 of 2, then 2 of 2.
        detail = entry.detail or {}
        units = int(detail.get("delivered", units + int(detail.get("units", 0))))
        who = names.get(entry.person_id or 0)
        status = str(detail.get("status", ""))
        if entry.deed == "replaced":
            drawn.append(Deed("replaced", entry.at, who, int(detail.get("place", 1))))
            continue
        drawn.append(Deed(_DEEDS[entry.deed], entry.at, who, units, status))
    if subject_kind == "order":
        drawn += await _done_elsewhere(tx, shop_id, subject_id, deeds)
    return tuple(sorted(drawn, key=lambda deed: deed.at))


async def _done_elsewhere(
    tx: Tx, shop_id: int, order_id: str, deeds: tuple[str, ...]
) -> list[Deed]:
    """Return what was done on the marketplace itself, as far as it was seen happening."""
    kinds = (NewsKind.ORDER_DELIVERED, NewsKind.ORDER_REFUNDED)
    drawn = []
    for each in await events.seen_of(tx, shop_id, "order", order_id, kinds):
        if each.done_by is not None:
            continue
        if each.kind == NewsKind.ORDER_REFUNDED and "refunded" in deeds:
            drawn.append(Deed("refunded", each.seen_at))
        counts = (each.detail or {}).get("delivered")
        if counts and counts[1] > counts[0] and "delivered" in deeds:
            drawn.append(Deed("delivered", each.seen_at, None, int(counts[1])))
    return drawn


async def is_news(tx: Tx, shop_id: int, kind: NewsKind, subject_id: str, now: datetime) -> bool:
    """Say whether something came a short while ago; what was there before us is no news."""
    subject = "order" if kind is NewsKind.ORDER_NEW else "ticket"
    seen = await events.seen_of(tx, shop_id, subject, subject_id, (kind,))
    return any(now - each.seen_at <= NEW_FOR for each in seen)


async def name_of(tx: Tx, person_id: int | None) -> str:
    """Return a person's name; empty where there is none."""
    if person_id is None:
        return ""
    return (await people.names(tx, {person_id})).get(person_id, "")
