"""What each person wants to be told, and how; and who is told of news."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, and_, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.model.change import Wish
from bot.model.preferences import LOW_STOCK, Preferences, QuietHours, Topic

from .database import Tx
from .prepared import prepared
from .tables import members, people, person_settings, preferences, shop_settings, subscriptions

_AN_HOUR = 60  # minutes
_TOPICS = frozenset(topic.value for topic in Topic)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told of news in a chat; ``wish``: of this kind of push."""

    chat_id: int
    person_id: int
    wish: Wish
    quiet: QuietHours | None


async def recipients(tx: Tx, shop_id: int, topic: Topic | None) -> tuple[Recipient, ...]:
    """Return the members who are told of news, the first to be told in each chat first."""
    rows = await tx.execute(*_recipients(shop_id, "" if topic is None else topic.value))
    return tuple(
        Recipient(row.chat_id, row.person_id, _wish(row.loudness), _quiet(row))
        for row in rows.all()
    )


@prepared
def _recipients(shop_id: int, topic: str) -> Select[Any]:
    return (
        select(
            subscriptions.c.chat_id,
            subscriptions.c.person_id,
            preferences.c.loudness,
            person_settings.c.quiet_from,
            person_settings.c.quiet_until,
            people.c.time_zone,
        )
        .join(
            members,
            and_(
                members.c.shop_id == subscriptions.c.shop_id,
                members.c.person_id == subscriptions.c.person_id,
            ),
        )
        .join(people, people.c.person_id == subscriptions.c.person_id)
        .outerjoin(
            preferences,
            and_(
                preferences.c.shop_id == subscriptions.c.shop_id,
                preferences.c.person_id == subscriptions.c.person_id,
                preferences.c.kind == topic,
            ),
        )
        .outerjoin(
            person_settings,
            and_(
                person_settings.c.shop_id == subscriptions.c.shop_id,
                person_settings.c.person_id == subscriptions.c.person_id,
            ),
        )
        .where(subscriptions.c.shop_id == shop_id)
        .order_by(subscriptions.c.since, subscriptions.c.person_id)
    )


def _wish(word: str | None) -> Wish:
    match word:
        case "loud" | "silent" | "off":
            return word
        case _:
            return ""


def _quiet(row: Row[Any]) -> QuietHours | None:
    if row.quiet_from is None or row.quiet_until is None:
        return None
    zone = ZoneInfo(row.time_zone or "UTC")
    return QuietHours(_time(row.quiet_from), _time(row.quiet_until), zone)


def _time(minutes: int) -> time:
    return time(*divmod(minutes, _AN_HOUR))


async def of_people(tx: Tx, shop_id: int, person_ids: Iterable[int]) -> dict[int, Preferences]:
    """Return what these people want, by person; of whom nothing is known, nothing is returned."""
    ids = tuple(set(person_ids))
    if not ids:
        return {}
    kinds = (await tx.execute(*_wishes(shop_id, ids))).all()
    wishes: dict[int, dict[Topic, Wish]] = {}
    for row in kinds:
        if row.kind in _TOPICS:
            wishes.setdefault(row.person_id, {})[Topic(row.kind)] = _wish(row.loudness)
    rows = await tx.execute(*_settings(shop_id, ids))
    return {row.who: _preferences(row, wishes.get(row.who, {})) for row in rows.all()}


@prepared
def _wishes(shop_id: int, ids: Collection[int]) -> Select[Any]:
    return select(preferences.c.person_id, preferences.c.kind, preferences.c.loudness).where(
        preferences.c.shop_id == shop_id, preferences.c.person_id.in_(ids)
    )


@prepared
def _settings(shop_id: int, ids: Collection[int]) -> Select[Any]:
    return (
        select(people.c.person_id.label("who"), people.c.time_zone, person_settings)
        .outerjoin(
            person_settings,
            and_(
                person_settings.c.person_id == people.c.person_id,
                person_settings.c.shop_id == shop_id,
            ),
        )
        .where(people.c.person_id.in_(ids))
    )


def _preferences(row: Row[Any], wishes: dict[Topic, Wish]) -> Preferences:
    usual = Preferences(wishes=wishes, quiet=_quiet(row))
    over = usual.digest_over if row.digest_over is None else row.digest_over or None
    return Preferences(
        wishes=wishes,
        quiet=usual.quiet,
        reminds=row.reminds is not False,
        remind_after=usual.remind_after
        if row.remind_after is None
        else timedelta(minutes=row.remind_after),
        digest_over=over,
        goods_for=usual.goods_for
        if row.goods_seconds is None
        else timedelta(seconds=row.goods_seconds),
        summary_at=None if row.summary_at is None else _time(row.summary_at),
    )


async def of_person(tx: Tx, shop_id: int, person_id: int) -> Preferences:
    """Return what one person wants."""
    return (await of_people(tx, shop_id, (person_id,))).get(person_id, Preferences())


async def wants(tx: Tx, shop_id: int, person_id: int, topic: Topic, wish: Wish) -> None:
    """Keep how loudly a person wants a kind of push; empty: as usual."""
    mine = (
        preferences.c.shop_id == shop_id,
        preferences.c.person_id == person_id,
        preferences.c.kind == topic.value,
    )
    await tx.execute(delete(preferences).where(*mine))
    if wish:
        await tx.execute(
            preferences.insert().values(
                shop_id=shop_id, person_id=person_id, kind=topic.value, loudness=wish
            )
        )


async def set_quiet(
    tx: Tx, shop_id: int, person_id: int, hours: tuple[time, time] | None, zone: str
) -> None:
    """Keep a person's quiet hours; None: none. ``zone``: the clock they are read by from now on."""
    start, end = hours or (None, None)
    await _set(tx, shop_id, person_id, quiet_from=_minutes(start), quiet_until=_minutes(end))
    if hours is not None:
        await set_zone(tx, person_id, zone)


def _minutes(at: time | None) -> int | None:
    return None if at is None else at.hour * _AN_HOUR + at.minute


async def set_zone(tx: Tx, person_id: int, zone: str) -> None:
    """Keep by which clock a person reads; ``zone`` is one of the time zone database."""
    await tx.execute(people.update().where(people.c.person_id == person_id).values(time_zone=zone))


async def set_reminders(tx: Tx, shop_id: int, person_id: int, after: timedelta | None) -> None:
    """Keep after how long a person is reminded; None: never."""
    if after is None:
        await _set(tx, shop_id, person_id, reminds=False)
    else:
        minutes = int(after.total_seconds()) // 60
        await _set(tx, shop_id, person_id, reminds=True, remind_after=minutes)


async def set_digest(tx: Tx, shop_id: int, person_id: int, over: int | None) -> None:
    """Keep how many news at once become one message; None: however many, never."""
    await _set(tx, shop_id, person_id, digest_over=over or 0)


async def set_summary(
    tx: Tx, shop_id: int, person_id: int, at: time | None, zone: str, now: datetime
) -> None:
    """Keep when a person wants the summary; None: never. ``zone``: the clock of that hour.

    An hour that is over today is meant from tomorrow on.
    """
    await _set(tx, shop_id, person_id, summary_at=_minutes(at), summary_said_at=now)
    if at is not None:
        await set_zone(tx, person_id, zone)


async def summary_said(tx: Tx, shop_id: int, person_id: int, at: datetime | None) -> None:
    """Note when a person's summary went on its way, or until when it counts as said."""
    await _set(tx, shop_id, person_id, summary_said_at=at)


@dataclass(frozen=True, slots=True)
class WantedSummary:
    """Who wants the summary when, and when it was said the last time."""

    person_id: int
    at: time
    zone: ZoneInfo
    said_at: datetime | None


async def summaries(tx: Tx, shop_id: int) -> tuple[WantedSummary, ...]:
    """Return everyone who wants a summary."""
    statement = (
        select(
            person_settings.c.person_id,
            person_settings.c.summary_at,
            person_settings.c.summary_said_at,
            people.c.time_zone,
        )
        .join(people, people.c.person_id == person_settings.c.person_id)
        .where(person_settings.c.shop_id == shop_id, person_settings.c.summary_at.is_not(None))
        .order_by(person_settings.c.person_id)
    )
    return tuple(
        WantedSummary(
            row.person_id,
            _time(row.summary_at),
            ZoneInfo(row.time_zone or "UTC"),
            row.summary_said_at,
        )
        for row in (await tx.execute(statement)).all()
    )


async def set_goods_for(tx: Tx, shop_id: int, person_id: int, lasts: timedelta) -> None:
    """Keep how long goods that are shown stay in the chat."""
    await _set(tx, shop_id, person_id, goods_seconds=int(lasts.total_seconds()))


async def _set(tx: Tx, shop_id: int, person_id: int, **values: object) -> None:
    adding = insert(person_settings).values(shop_id=shop_id, person_id=person_id, **values)
    await tx.execute(
        adding.on_conflict_do_update(index_elements=["shop_id", "person_id"], set_=values)
    )


# --- of the whole shop ---------------------------------------------------------------------------


async def low_stock(tx: Tx, shop_id: int) -> int:
    """Return at or below how many a stock is low, of products that have no bound of their own.

    0: only when nothing is left; below that: never.
    """
    found = (await tx.execute(*_low_stock(shop_id))).scalar()
    return LOW_STOCK if found is None else int(found)


@prepared
def _low_stock(shop_id: int) -> Select[Any]:
    return select(shop_settings.c.low_stock).where(shop_settings.c.shop_id == shop_id)


async def set_currency(tx: Tx, shop_id: int, currency: str) -> None:
    """Keep the currency of a shop's amounts."""
    adding = insert(shop_settings).values(shop_id=shop_id, low_stock=LOW_STOCK, currency=currency)
    await tx.execute(
        adding.on_conflict_do_update(index_elements=["shop_id"], set_={"currency": currency})
    )


async def set_low_stock(tx: Tx, shop_id: int, at: int) -> None:
    """Keep at or below how many a stock is low."""
    adding = insert(shop_settings).values(shop_id=shop_id, low_stock=at)
    await tx.execute(
        adding.on_conflict_do_update(index_elements=["shop_id"], set_={"low_stock": at})
    )
