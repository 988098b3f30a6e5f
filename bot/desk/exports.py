"""Exports: a file of what is known, written by a process of its own and sent to one person."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.model.exports import FORMATS, MOST_BYTES, Export, Format, unpack_export
from bot.model.outgoing import Attached
from bot.model.periods import Days, days_of, span
from bot.model.person import Act, Person
from bot.store import errands
from bot.store.database import Tx
from bot.store.errands import Errand

from . import apart
from .attaching import Sending, new_file
from .ending import Ending
from .errors import NotPossible
from .export_file import Job, Written
from .shop import Shop, must

KIND: Final = "export"
# A hundred thousand rows take half a minute of a slow machine.
_SECONDS: Final = 300.0


def may_export(person: Person) -> None:
    """Raise NotPossible unless this person may have files of what is sold."""
    must(person, Act.MONEY)


async def ask(
    tx: Tx,
    shop: Shop,
    person: Person,
    export: Export,
    format_: str,
    *,
    zone: ZoneInfo,
    chat_id: int,
    private: bool,
    now: datetime,
) -> None:
    """Have a file written and sent. Raises NotPossible."""
    must(person, Act.MONEY)
    if not private:
        raise NotPossible("export_private")
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind=KIND,
        chat_id=chat_id,
        person_id=person.person_id,
        body={"export": export.pack(), "format": format_, "zone": zone.key},
        now=now,
    )


async def make(shop: Shop, errand: Errand) -> Ending:
    """Write the file; it is on its way once the errand ends. Raises NotPossible, StoreError."""
    export, zone = unpack_export(str(errand.body["export"])), ZoneInfo(str(errand.body["zone"]))
    format_: Format = next(each for each in FORMATS if each == errand.body["format"])
    start, end = span(export.period, shop.now(), zone)
    everything = export.period == "all"
    async with new_file(shop, format_, otherwise="export_failed") as path:
        job = Job(
            database=str(shop.store.path),
            shop_id=shop.shop_id,
            what=export.what,
            start=None if everything else start.isoformat(),
            end=None if everything else end.isoformat(),
            format=format_,
            zone=zone.key,
            file=str(path),
        )
        told = await apart.run("bot.desk.export_file", job.packed(), seconds=_SECONDS)
        written = Written(**json.loads(told))
        _must_fit(written)
    days = days_of(export.period, shop.now().astimezone(zone).date())
    file = Attached(
        file=path.name,
        name=f"{export.what}-{_named(export, days)}.{format_}",
        note="export_made",
        values={
            "what": export.what,
            "rows": written.rows,
            "first": "" if everything else days.first.isoformat(),
            "last": days.last.isoformat(),
            "zone": zone.key,
        },
        errand=KIND,
        body=dict(errand.body),
    )

    return Sending(shop, errand, file)


def _named(export: Export, days: Days) -> str:
    if export.period == "all":
        return f"until-{days.last}"
    return str(days.first) if days.first == days.last else f"{days.first}-to-{days.last}"


def _must_fit(written: Written) -> None:
    if written.cut:
        raise NotPossible("export_too_many_rows")
    if written.size > MOST_BYTES:
        raise NotPossible("export_too_large")
    if not written.rows:
        raise NotPossible("export_empty")
