"""Settings: what a person changes about how they are told, and what holds for the whole shop."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.model.change import Wish
from bot.model.languages import language_of_code
from bot.model.person import Act, Person
from bot.model.preferences import SettingsFacts, Side, Topic
from bot.model.summary import said_until
from bot.store import audit, low_stock, people, preferences
from bot.store.database import Tx

from . import drafts
from .errors import NotPossible
from .reading_anew import read_anew
from .shop import Shop, must
from .zones import hours_of, zone_of

# What is asked for by a prompt, since no button says it.
TYPED: Final = frozenset({"quiet_hours", "time_zone", "low_stock", "currency"})

_WISHES: Final[dict[str, Wish]] = {"usual": "", "loud": "loud", "silent": "silent", "off": "off"}
_REMIND_AFTER: Final = (5, 1440)  # minutes, at least and at most
_DIGEST_OVER: Final = (2, 20)
_GOODS_FOR: Final = (10, 3600)  # seconds
_LOW_STOCK: Final = (-1, 100_000)
# Of these, those that hold for the whole shop.
_SHOPS: Final = frozenset({"low_stock", "currency"})
# These change how every card reads.
_READ_BY: Final = frozenset({"language", "currency"})
_A_CURRENCY = re.compile(r"[A-Z]{3,5}")
_A_NUMBER = re.compile(r"\d{1,6}")
_AN_HOUR = re.compile(r"([01]\d|2[0-3])00")
_A_TIME = re.compile(r"(\d{4})-(\d{4})")


async def facts(
    tx: Tx, shop: Shop, person: Person, zone: str, side: Side = "main", changed: str = ""
) -> SettingsFacts:
    """Return what the settings card shows; ``zone``: the clock by which they read."""
    must(person, Act.SEE)
    return SettingsFacts(
        preferences=await preferences.of_person(tx, shop.shop_id, person.person_id),
        low_stock=await preferences.low_stock(tx, shop.shop_id),
        zone=zone,
        side=side,
        changed=changed,
    )


async def change(
    tx: Tx, shop: Shop, person: Person, name: str, value: str, *, zone: str, now: datetime
) -> None:
    """Set one thing as a button says it. Raises NotPossible where no button of ours says so.

    ``zone``: the clock by which they read.
    """
    must(person, Act.SEE)
    kind, _, which = name.partition(".")
    shop_id, who = shop.shop_id, person.person_id
    if kind == "push" and which in _TOPICS and value in _WISHES:
        await preferences.wants(tx, shop_id, who, Topic(which), _WISHES[value])
    elif kind == "quiet":
        await preferences.set_quiet(tx, shop_id, who, _hours(value), zone)
    elif kind == "reminders":
        after = None if value == "off" else timedelta(minutes=_number(value, _REMIND_AFTER))
        await preferences.set_reminders(tx, shop_id, who, after)
    elif kind == "summary":
        must(person, Act.MONEY)
        at = None if value == "off" else _hour(value)
        await preferences.set_summary(tx, shop_id, who, at, zone, now)
    elif kind == "digest":
        over = None if value == "off" else _number(value, _DIGEST_OVER)
        await preferences.set_digest(tx, shop_id, who, over)
    elif kind == "goods":
        lasts = timedelta(seconds=_number(value, _GOODS_FOR))
        await preferences.set_goods_for(tx, shop_id, who, lasts)
    elif kind == "stock":
        await _set_low_stock(tx, shop, person, -1 if value == "off" else _number(value), now)
    elif kind == "currency":
        await _set_currency(tx, shop, person, value, now)
    elif kind == "language" and language_of_code(value):
        await people.set_language(tx, who, language_of_code(value))
    else:
        raise NotPossible("gone")
    if kind in _READ_BY:
        await read_anew(tx, shop, person, now)
    if kind not in {"stock", "currency"}:  # these are written down where they are set
        await _written_down(tx, shop, person, name, value, now)
    tx.wake("minding")


async def _move_summary(tx: Tx, shop: Shop, person: Person, zone: ZoneInfo, now: datetime) -> None:
    for each in await preferences.summaries(tx, shop.shop_id):
        if each.person_id == person.person_id:
            until = said_until(each.at, each.zone, zone, each.said_at, now)
            await preferences.summary_said(tx, shop.shop_id, each.person_id, until)


async def _written_down(
    tx: Tx, shop: Shop, person: Person, name: str, value: str, now: datetime
) -> None:
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person.person_id,
        deed="setting_changed",
        subject_kind="person",
        subject_id=str(person.person_id),
        now=now,
        detail={"name": name, "value": value},
    )


_TOPICS: Final = frozenset(topic.value for topic in Topic)


def _hours(value: str) -> tuple[time, time] | None:
    if value == "off":
        return None
    match = _A_TIME.fullmatch(value)
    if match is None:
        raise NotPossible("gone")
    try:
        start, end = (time(int(each[:2]), int(each[2:])) for each in match.groups())
    except ValueError:
        raise NotPossible("gone") from None
    return start, end


def _hour(value: str) -> time:
    if not _AN_HOUR.fullmatch(value):
        raise NotPossible("gone")
    return time(int(value[:2]))


def _number(value: str, bounds: tuple[int, int] = _LOW_STOCK) -> int:
    if not _A_NUMBER.fullmatch(value) or not bounds[0] <= int(value) <= bounds[1]:
        raise NotPossible("gone")
    return int(value)


async def _set_low_stock(tx: Tx, shop: Shop, person: Person, at: int, now: datetime) -> None:
    must(person, Act.MANAGE)
    await preferences.set_low_stock(tx, shop.shop_id, at)
    await low_stock.look(tx, shop.shop_id, now, quiet=True)
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person.person_id,
        deed="low_stock_set",
        subject_kind="shop",
        subject_id=str(shop.shop_id),
        now=now,
        detail={"at": at},
    )


async def _set_currency(tx: Tx, shop: Shop, person: Person, text: str, now: datetime) -> None:
    must(person, Act.MANAGE)
    currency = text.strip().upper()
    if not _A_CURRENCY.fullmatch(currency):
        raise NotPossible("currency_not_read")
    await preferences.set_currency(tx, shop.shop_id, currency)
    await _written_down(tx, shop, person, "currency", currency, now)


async def ask(
    tx: Tx, shop: Shop, person: Person, kind: str, card_id: int, chat_id: int, now: datetime
) -> None:
    """Ask for what no button says; ``card_id``: the settings card that will show it.

    Raises NotPossible.
    """
    if kind not in TYPED:
        raise NotPossible("gone")
    must(person, Act.MANAGE if kind in _SHOPS else Act.SEE)
    await drafts.await_setting(tx, shop, person, kind, card_id, chat_id, now)


async def written(
    tx: Tx, shop: Shop, person: Person, kind: str, text: str, *, zone: str, now: datetime
) -> None:
    """Set what a prompt asked for. Raises NotPossible with what is right, by an example."""
    must(person, Act.SEE)
    if kind == "time_zone":
        zone = zone_of(text)
        await _move_summary(tx, shop, person, ZoneInfo(zone), now)
        await preferences.set_zone(tx, person.person_id, zone)
        await read_anew(tx, shop, person, now)
        await _written_down(tx, shop, person, "clock", zone, now)
    elif kind == "quiet_hours":
        hours = hours_of(text)
        await preferences.set_quiet(tx, shop.shop_id, person.person_id, hours, zone)
        start, end = hours
        await _written_down(tx, shop, person, "quiet", f"{start:%H:%M}-{end:%H:%M}", now)
    elif kind == "currency":
        await _set_currency(tx, shop, person, text, now)
        await read_anew(tx, shop, person, now)
    else:
        number = text.strip()
        if not _A_NUMBER.fullmatch(number) or int(number) > _LOW_STOCK[1]:
            raise NotPossible("low_stock_not_read")
        await _set_low_stock(tx, shop, person, int(number), now)
    tx.wake("minding")


async def anew(tx: Tx, shop: Shop, person: Person) -> Person:
    """Return a person as they are after a change."""
    return await people.member(tx, shop.shop_id, person.person_id) or person
