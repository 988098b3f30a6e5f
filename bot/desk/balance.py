"""The balance, as the marketplace tells it, and what the known orders say about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.model.periods import span
from bot.model.person import Act, Person
from bot.store import errands, positions, sales
from bot.store.database import Tx
from bot.store.errands import Errand
from bot.supplier.budget import Priority

from .shop import Shop, must


async def ask(
    tx: Tx,
    shop: Shop,
    person: Person,
    *,
    zone: ZoneInfo,
    chat_id: int,
    reply_to: int | None,
    now: datetime,
) -> None:
    """Have the balance asked for; yesterday is that of ``zone``. Raises NotPossible."""
    must(person, Act.MONEY)
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind="balance",
        chat_id=chat_id,
        person_id=person.person_id,
        body={"zone": zone.key},
        reply_to=reply_to,
        now=now,
    )


async def read_balance(shop: Shop, errand: Errand) -> tuple[str, Any]:
    """Ask for it. Raises SupplierError."""
    balance = await shop.marketplace.get_balance(priority=Priority.PERSON)
    now = shop.now()
    since, _ = span("yesterday", now, ZoneInfo(str(errand.body.get("zone", "UTC"))))
    async with shop.store.read() as tx:
        sold = await sales.sold_since(tx, shop.shop_id, since)
        confirmed = await sales.confirmed_since(tx, shop.shop_id, since)
        waiting, unbooked = await sales.unconfirmed(tx, shop.shop_id)
        looked_at = await positions.progress(tx, shop.shop_id, "orders")
    told = balance.model_dump(mode="json", include={"balance", "user_balance", "supplier_balance"})
    return "balance", {
        "balance": told,
        "at": now.isoformat(),
        "sold": sold.packed(),
        "confirmed": confirmed.packed(),
        "waiting": waiting.packed(),
        "unbooked": unbooked.packed(),
        "looked_at": looked_at,
    }
