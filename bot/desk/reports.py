"""Reports: what was sold, from the orders that are known; as a text, and as a picture of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.model.facts import Reader
from bot.model.outgoing import Attached
from bot.model.periods import Days, Period, days_of, pack, span, unpack
from bot.model.person import Act, Person
from bot.model.report import ReportFacts, bars_of, packed
from bot.store import errands, orders, positions, sales
from bot.store.database import Tx
from bot.store.errands import Errand

from . import apart
from .attaching import Sending, new_file
from .ending import Ending
from .errors import NotPossible
from .shop import Shop, must

KIND: Final = "report"
CHART: Final = "chart"
SUMMARY: Final = "summary"
_CHART_SECONDS: Final = 40.0


async def ask(
    tx: Tx,
    shop: Shop,
    person: Person,
    period: Period,
    reader: Reader,
    *,
    kind: str = KIND,
    chat_id: int,
    edit: int | None = None,
    now: datetime,
) -> None:
    """Have a report made, or (``kind``) its chart: it is counted outside the lanes.

    ``edit``: the message that it is shown in; without one, a new one. Raises NotPossible.
    """
    must(person, Act.MONEY)
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind=kind,
        chat_id=chat_id,
        person_id=person.person_id,
        body={
            "period": pack(period),
            "zone": reader.time_zone.key,
            "language": reader.language,
            "currency": reader.currency,
        },
        edit_message_id=edit,
        now=now,
    )


async def make(shop: Shop, errand: Errand) -> tuple[str, Any]:
    """Count what was asked for, in a reader's snapshot."""
    period, zone = _asked(errand)
    async with shop.store.read() as tx:
        facts = await report(tx, shop.shop_id, period, zone, shop.now())
    return "report", packed(facts)


async def summarise(shop: Shop, errand: Errand) -> tuple[str, Any]:
    """Count what was sold the day before; what waits is looked at when it is sent."""
    _, body = await make(shop, errand)
    return SUMMARY, body


def _asked(errand: Errand) -> tuple[Period, ZoneInfo]:
    return unpack(str(errand.body["period"])) or "today", ZoneInfo(str(errand.body["zone"]))


async def report(
    tx: Tx, shop_id: int, period: Period, zone: ZoneInfo, now: datetime
) -> ReportFacts:
    """Return the sales of a period, by the clock of ``zone``."""
    start, end = span(period, now, zone)
    return ReportFacts(
        period=period,
        start=start,
        end=end,
        sales=await sales.between(tx, shop_id, start, end),
        speed=await sales.speed(tx, shop_id, start, end),
        looked_at=await positions.progress(tx, shop_id, "orders"),
        known=await orders.count(tx, shop_id),
        known_since=await sales.known_since(tx, shop_id),
        total=await positions.total(tx, shop_id, "orders"),
    )


async def draw_chart(shop: Shop, errand: Errand) -> Ending:
    """Have a chart drawn; it is on its way once the errand ends. Raises NotPossible, StoreError."""
    period, zone = _asked(errand)
    now = shop.now()
    days = days_of(period, now.astimezone(zone).date())
    async with shop.store.read() as tx:
        since = await sales.known_since(tx, shop.shop_id)
        first = None if since is None else since.astimezone(zone).date()
        if first is not None and days.first < first >= days.last:
            # Of a longer time one day alone is known: it is that day's picture.
            period = days = Days(days.last, days.last)
        unit, begin, end = bars_of(days, first, zone)
        bars = await sales.bars(tx, shop.shop_id, begin, end)
    if not any(bar.orders for bar in bars):
        raise NotPossible("nothing_to_draw")
    async with new_file(shop, "png", otherwise="chart_failed") as path:
        job = {
            "file": str(path),
            "language": errand.body["language"],
            "currency": errand.body["currency"],
            "unit": unit,
            "bars": [
                {**asdict(bar), "since": bar.since.astimezone(zone).isoformat()} for bar in bars
            ],
        }
        await apart.run(
            "bot.views.chart",
            json.dumps(job).encode(),
            seconds=_CHART_SECONDS,
            surroundings={"MPLCONFIGDIR": str(shop.store.spool.folder / "matplotlib")},
        )
    file = Attached(
        file=path.name,
        name=f"sales-{days.first}-{days.last}.png",
        note="chart",
        values={"period": pack(period), "at": now.astimezone(UTC).isoformat(), "unit": unit},
        picture=True,
        errand=CHART,
        body=dict(errand.body),
    )
    return Sending(shop, errand, file)
