"""Who works in the shop: invitations, roles, and who leaves."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from bot.model.person import Act, Person, Role
from bot.model.team import INVITATION_FOR, Member, TeamFacts, kept
from bot.store import audit, locking, outbox, people, safety, team
from bot.store.database import Tx

from .errors import NotPossible
from .shop import Shop, must

# Without 0/O and 1/I/L: it may be typed.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 12
_TRIES: Final = 5
_WITHIN: Final = timedelta(hours=1)
_OPEN_AT_ONCE: Final = 10
_MAX_ID: Final = 2**63 - 1


async def facts(tx: Tx, shop: Shop, person: Person, now: datetime, chosen: str = "") -> TeamFacts:
    """Return everyone, or with ``chosen`` one of them. Raises NotPossible."""
    must(person, Act.MANAGE)
    members = await team.all_of(tx, shop.shop_id)
    return TeamFacts(
        members=members,
        invitations=await team.open_invitations(tx, shop.shop_id, now),
        me=person.person_id,
        chosen=_one(members, chosen) if chosen else None,
    )


def _one(members: tuple[Member, ...], key: str) -> Member:
    found = next((one for one in members if str(one.person_id) == key), None)
    if found is None:
        raise NotPossible("gone")
    return found


def role_named(word: str) -> Role:
    """Return the role that a button names. Raises NotPossible."""
    try:
        return Role(word)
    except ValueError:
        raise NotPossible("gone") from None


async def invite(
    tx: Tx, shop: Shop, person: Person, role: Role, bot_name: str, now: datetime
) -> TeamFacts:
    """Make an invitation that works once, for a day. Raises NotPossible."""
    must(person, Act.MANAGE)
    if len(await team.open_invitations(tx, shop.shop_id, now)) >= _OPEN_AT_ONCE:
        raise NotPossible("too_many_invitations", limit=str(_OPEN_AT_ONCE))
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    until = now + INVITATION_FOR
    hashed = tx.vault.code_hash(code)
    await team.invite(tx, shop.shop_id, hashed, role, person.person_id, now, until)
    await _write_down(tx, shop, person.person_id, "invited", "", now, role)
    shown = await facts(tx, shop, person, now)
    return TeamFacts(shown.members, shown.invitations, shown.me, None, code, role, until, bot_name)


async def take_back(tx: Tx, shop: Shop, person: Person, key: str, now: datetime) -> None:
    """End an invitation that nobody used. Raises NotPossible."""
    must(person, Act.MANAGE)
    number = int(key) if key.isdecimal() else 0
    if not 0 < number <= _MAX_ID or not await team.take_back(tx, shop.shop_id, number):
        raise NotPossible("gone")
    await _write_down(tx, shop, person.person_id, "invitation_ended", "", now)


async def accept(tx: Tx, shop: Shop, person_id: int, code: str, now: datetime) -> Role | None:
    """Let a stranger join by an invitation's code; None where it is none, or many were tried."""
    if not await safety.may_try(tx, person_id, "invitation", now, most=_TRIES, within=_WITHIN):
        return None
    if (await safety.lock_of(tx, shop.shop_id)).locked_at is not None:
        return None
    hashed = tx.vault.code_hash(code.strip().upper()[:100])
    role = await team.take(tx, shop.shop_id, hashed, now)
    if role is None:
        return None
    await people.join(tx, shop.shop_id, person_id, role, now)
    await _write_down(tx, shop, person_id, "joined", str(person_id), now, role)
    return role


async def tell_of(tx: Tx, shop: Shop, joined: Person, now: datetime) -> None:
    """Tell the owners who joined."""
    for owner in await people.members_of(tx, shop.shop_id):
        if owner.role is not Role.OWNER or owner.person_id == joined.person_id:
            continue
        await outbox.tell(
            tx,
            shop_id=shop.shop_id,
            chat_id=owner.person_id,
            person_id=owner.person_id,
            view="note",
            body={
                "name": "somebody_joined",
                "values": {"who": joined.name or str(joined.person_id), "role": joined.role.value},
            },
            now=now,
        )


async def change_role(
    tx: Tx, shop: Shop, person: Person, key: str, role: Role, now: datetime
) -> None:
    """Give somebody another role. Raises NotPossible for the last owner, or one by OWNER_IDS."""
    who = await _changeable(tx, shop, person, key)
    if who.role is role:
        return
    await team.set_role(tx, shop.shop_id, who.person_id, role)
    if role is not Role.OWNER:
        await team.end_of(tx, shop.shop_id, who.person_id)
    await _write_down(tx, shop, person.person_id, "role_changed", key, now, role)
    await _fill_menu(tx, shop, who.person_id, now)
    await outbox.tell(
        tx,
        shop_id=shop.shop_id,
        chat_id=who.person_id,
        person_id=who.person_id,
        view="note",
        body={"name": "role_is_now", "values": {"role": role.value}},
        now=now,
    )


async def remove(tx: Tx, shop: Shop, person: Person, key: str, now: datetime) -> None:
    """Send somebody away. Raises NotPossible for the last owner, or one by OWNER_IDS."""
    who = await _changeable(tx, shop, person, key)
    await people.leave(tx, shop.shop_id, who.person_id)
    await locking.take_away(tx, shop.shop_id, who.person_id, now)
    await team.end_of(tx, shop.shop_id, who.person_id)
    await _write_down(tx, shop, person.person_id, "removed", key, now)
    await _fill_menu(tx, shop, who.person_id, now)


async def _changeable(tx: Tx, shop: Shop, person: Person, key: str) -> Member:
    must(person, Act.MANAGE)
    members = await team.all_of(tx, shop.shop_id)
    who = _one(members, key)
    reason = kept(members, who)
    if reason == "last_owner":
        raise NotPossible("last_owner")
    if reason == "listed_owner":
        raise NotPossible("listed_owner")
    return who


async def _fill_menu(tx: Tx, shop: Shop, person_id: int, now: datetime) -> None:
    """Let the phone's own menu of a person hold what they may now; nothing, who is a stranger."""
    await outbox.act(
        tx,
        shop_id=shop.shop_id,
        chat_id=person_id,
        person_id=person_id,
        action="commands",
        message_id=0,
        now=now,
    )


async def _write_down(
    tx: Tx,
    shop: Shop,
    person_id: int,
    deed: str,
    about: str,
    now: datetime,
    role: Role | None = None,
) -> None:
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person_id,
        deed=deed,
        subject_kind="person",
        subject_id=about,
        now=now,
        detail=None if role is None else {"role": role.value},
    )
