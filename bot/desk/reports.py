"""Reports: what was sold, from the orders that are known."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model.person import Act, Person
from bot.model.report import Period, ReportFacts, span
from bot.store import orders, positions, sales
from bot.store.database import Tx

from .shop import Shop, must


async def report(
    tx: Tx, shop: Shop, person: Person, period: Period, zone: ZoneInfo, now: datetime
) -> ReportFacts:
    """Return the sales of a period, by the clock of ``zone``. Raises NotPossible."""
    must(person, Act.MONEY)
    start, end = span(period, now, zone)
    return ReportFacts(
        period=period,
        start=start,
        end=end,
        sales=await sales.between(tx, shop.shop_id, start, end),
        looked_at=await positions.progress(tx, shop.shop_id, "orders"),
        known=await orders.count(tx, shop.shop_id),
        known_since=await sales.known_since(tx, shop.shop_id),
    )
