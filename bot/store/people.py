"""The shop, its people, the chats where they are told, and the pairing code."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Select, Update, case, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.person import Person, Role

from .database import Tx
from .plans import kept
from .prepared import prepared
from .tables import (
    chats,
    members,
    pairings,
    people,
    person_pins,
    shop_safety,
    shop_settings,
    shops,
    subscriptions,
)

STRANGER_AGAIN = timedelta(days=1)

_THE_SHOP: Final = kept(select(shops.c.id).order_by(shops.c.id).limit(1))
_PERSON: Final = kept(insert(people).on_conflict_do_nothing(index_elements=["person_id"]))
_MEMBER: Final = kept(
    insert(members).on_conflict_do_nothing(index_elements=["shop_id", "person_id"])
)
_CHAT: Final = kept(insert(chats).on_conflict_do_nothing(index_elements=["chat_id"]))
_SUBSCRIBES: Final = kept(
    insert(subscriptions).on_conflict_do_nothing(index_elements=["shop_id", "chat_id", "person_id"])
)
_PAUSED: Final = kept(select(chats.c.chat_id).where(chats.c.paused_at.is_not(None)))


async def the_shop(tx: Tx, now: datetime) -> int:
    """Return the one shop's ID; it is made at the first start."""
    found = (await tx.execute(_THE_SHOP)).scalar()
    if found is not None:
        return int(found)
    made = await tx.execute(
        shops.insert().values(name="shop", created_at=now).returning(shops.c.id)
    )
    return int(made.scalar_one())


async def member(tx: Tx, shop_id: int, person_id: int) -> Person | None:
    """Return a person of the shop; None for a stranger."""
    row = (await tx.execute(*_member(shop_id, person_id))).first()
    return None if row is None else _person(row)


@prepared
def _member(shop_id: int, person_id: int) -> Select[Any]:
    return _members(shop_id).where(people.c.person_id == person_id)


def _members(shop_id: int) -> Select[Any]:
    return (
        select(people, members.c.role, shop_safety.c.locked_at, shop_settings.c.currency)
        .join(members, members.c.person_id == people.c.person_id)
        .outerjoin(shop_safety, shop_safety.c.shop_id == members.c.shop_id)
        .outerjoin(shop_settings, shop_settings.c.shop_id == members.c.shop_id)
        .where(members.c.shop_id == shop_id)
    )


def _person(row: Row[Any]) -> Person:
    return Person(
        person_id=row.person_id,
        name=row.name,
        role=Role(row.role),
        language=row.language,
        time_zone=row.time_zone,
        currency=row.currency or "",
        locked_since=row.locked_at,
    )


async def names(tx: Tx, person_ids: set[int]) -> dict[int, str]:
    """Return the names of these people."""
    if not person_ids:
        return {}
    rows = await tx.execute(*_names(list(person_ids)))
    return {row.person_id: row.name for row in rows}


@prepared
def _names(person_ids: Collection[int]) -> Select[Any]:
    return select(people.c.person_id, people.c.name).where(people.c.person_id.in_(person_ids))


async def members_of(tx: Tx, shop_id: int) -> tuple[Person, ...]:
    """Return everyone in the shop."""
    rows = await tx.execute(_members(shop_id).order_by(people.c.person_id))
    return tuple(_person(row) for row in rows.all())


async def has_owner(tx: Tx, shop_id: int) -> bool:
    """Say whether anybody owns the shop already."""
    statement = select(func.count()).where(
        members.c.shop_id == shop_id, members.c.role == Role.OWNER.value
    )
    return bool((await tx.execute(statement)).scalar())


async def seen(tx: Tx, person_id: int, name: str, language: str, now: datetime) -> None:
    """Remember what Telegram says of a person: their name, and at first their app's language."""
    language = language[:16]
    adding = insert(people).values(person_id=person_id, name=name, language=language, seen_at=now)
    guessed = case((people.c.language == "", language), else_=people.c.language)
    await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"name": name, "language": guessed, "seen_at": now},
        )
    )


async def set_language(tx: Tx, person_id: int, language: str) -> None:
    """Keep in which language a person reads."""
    mine = people.c.person_id == person_id
    await tx.execute(people.update().where(mine).values(language=language))


async def join(
    tx: Tx, shop_id: int, person_id: int, role: Role, now: datetime, *, listed: bool = False
) -> bool:
    """Make a person a member, told in their private chat; say whether they were not one before.

    ``listed``: by OWNER_IDS, and only for as long as they stand there.
    """
    them = {"shop_id": shop_id, "person_id": person_id, "since": now}
    await tx.execute(_PERSON, {"person_id": person_id})
    added = await tx.execute(_MEMBER, {**them, "role": role.value, "listed": listed})
    # A private chat's ID is the person's ID.
    await tx.execute(_CHAT, {"chat_id": person_id})
    await tx.execute(_SUBSCRIBES, {**them, "chat_id": person_id})
    return bool(added.rowcount)


async def unlisted(tx: Tx, shop_id: int, owner_ids: Sequence[int]) -> tuple[int, ...]:
    """Return the members who were made owners by OWNER_IDS and stand there no longer."""
    statement = select(members.c.person_id).where(
        members.c.shop_id == shop_id,
        members.c.listed.is_(True),
        members.c.person_id.not_in(owner_ids),
    )
    return tuple((await tx.execute(statement)).scalars())


async def leave(tx: Tx, shop_id: int, person_id: int) -> None:
    """End a membership: nothing is told any more, and nothing may be done."""
    for table in (members, subscriptions, person_pins):
        await tx.execute(
            delete(table).where(table.c.shop_id == shop_id, table.c.person_id == person_id)
        )


async def subscribers(tx: Tx, shop_id: int) -> tuple[tuple[int, int], ...]:
    """Return (chat, person) of everyone who is told of news."""
    rows = await tx.execute(*_subscribers(shop_id))
    return tuple((row.chat_id, row.person_id) for row in rows.all())


@prepared
def _subscribers(shop_id: int) -> Select[Any]:
    return select(subscriptions.c.chat_id, subscriptions.c.person_id).where(
        subscriptions.c.shop_id == shop_id
    )


async def turn_away(tx: Tx, person_id: int, now: datetime) -> bool:
    """Say whether a stranger is to be answered: one sentence a day and nothing more."""
    adding = insert(people).values(person_id=person_id, turned_away_at=now)
    told = await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"turned_away_at": now},
            where=people.c.turned_away_at.is_(None)
            | (people.c.turned_away_at <= now - STRANGER_AGAIN),
        )
    )
    return bool(told.rowcount)


# --- chats -------------------------------------------------------------------------------


async def pause(tx: Tx, chat_id: int, reason: str, now: datetime) -> bool:
    """Hold back everything for a chat that refuses us; say whether it was not paused before."""
    await tx.execute(
        insert(chats).values(chat_id=chat_id).on_conflict_do_nothing(index_elements=["chat_id"])
    )
    paused = await tx.execute(
        update(chats)
        .where(chats.c.chat_id == chat_id, chats.c.paused_at.is_(None))
        .values(paused_at=now, paused_reason=reason)
    )
    return bool(paused.rowcount)


async def resume(tx: Tx, chat_id: int) -> bool:
    """Let a chat be told again; what waited follows. Say whether it was paused."""
    resumed = await tx.execute(*_resume(chat_id))
    if resumed.rowcount:
        tx.wake("messages", "notices")
    return bool(resumed.rowcount)


@prepared
def _resume(chat_id: int) -> Update:
    return (
        update(chats)
        .where(chats.c.chat_id == chat_id, chats.c.paused_at.is_not(None))
        .values(paused_at=None, paused_reason="")
    )


async def paused_chats(tx: Tx) -> frozenset[int]:
    """Return the chats that refuse us."""
    return frozenset((await tx.execute(_PAUSED)).scalars())


# --- pairing -----------------------------------------------------------------------------


async def set_pairing(
    tx: Tx, shop_id: int, code_hash: bytes, expires_at: datetime, tries: int
) -> None:
    """Keep the hash of a new pairing code; an older code stops working."""
    adding = insert(pairings).values(
        shop_id=shop_id, code_hash=code_hash, expires_at=expires_at, tries_left=tries
    )
    await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["shop_id"],
            set_={"code_hash": code_hash, "expires_at": expires_at, "tries_left": tries},
        )
    )


async def pairing(tx: Tx, shop_id: int) -> tuple[bytes, datetime, int] | None:
    """Return (hash, end, tries left) of the pairing code."""
    row = (await tx.execute(select(pairings).where(pairings.c.shop_id == shop_id))).first()
    return None if row is None else (row.code_hash, row.expires_at, row.tries_left)


async def pairing_failed(tx: Tx, shop_id: int) -> None:
    """Count a wrong code."""
    await tx.execute(
        update(pairings)
        .where(pairings.c.shop_id == shop_id)
        .values(tries_left=pairings.c.tries_left - 1)
    )


async def end_pairing(tx: Tx, shop_id: int) -> None:
    """Let no code work any more."""
    await tx.execute(pairings.delete().where(pairings.c.shop_id == shop_id))
