"""Who is who: owners by setting, pairing by code, strangers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog

from bot.model.person import Person, Role
from bot.store import audit, chats, locking, outbox, people, positions, team
from bot.store.database import Tx

from .shop import Shop

log = structlog.get_logger(__name__)

CODE_LASTS: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
# Without 0/O and 1/I/L: a code is typed from a screen into a phone.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

# wrong: not the code; closed: no code works any more; none: the shop has its owner.
Paired = Literal["paired", "wrong", "closed", "none"]


async def welcome_owners(tx: Tx, shop_id: int, owner_ids: Sequence[int], now: datetime) -> None:
    """Make everyone in OWNER_IDS an owner who is told from the first start, and nobody else.

    Who was one by OWNER_IDS alone, and is not in it any more, is a stranger from now on.
    """
    for person_id in await people.unlisted(tx, shop_id, owner_ids):
        await people.leave(tx, shop_id, person_id)
        await locking.take_away(tx, shop_id, person_id, now)
        await team.end_of(tx, shop_id, person_id)
        await _write_down(tx, shop_id, person_id, "unlisted", now)
    for person_id in owner_ids:
        if await people.join(tx, shop_id, person_id, Role.OWNER, now, listed=True):
            await people.end_pairing(tx, shop_id)
            await _write_down(tx, shop_id, person_id, "listed", now)


async def _write_down(tx: Tx, shop_id: int, person_id: int, deed: str, now: datetime) -> None:
    await audit.write(
        tx,
        shop_id=shop_id,
        person_id=person_id,
        deed=deed,
        subject_kind="person",
        subject_id=str(person_id),
        now=now,
    )


async def pasted_a_secret(tx: Tx, shop: Shop, person: Person, now: datetime) -> None:
    """Write down that somebody pasted a key or a token into a chat."""
    await _write_down(tx, shop.shop_id, person.person_id, "key_pasted", now)


async def new_code(tx: Tx, shop_id: int, now: datetime) -> str | None:
    """Make a pairing code; None once the shop has an owner."""
    if await people.has_owner(tx, shop_id):
        return None
    code = "".join(secrets.choice(_LETTERS) for _ in range(8))
    await people.set_pairing(tx, shop_id, tx.vault.code_hash(code), now + CODE_LASTS, CODE_TRIES)
    return code


async def pair(tx: Tx, shop: Shop, person_id: int, code: str, now: datetime) -> Paired:
    """Make a person the owner for the right code, in time, within five tries."""
    if await people.has_owner(tx, shop.shop_id):
        return "none"
    pairing = await people.pairing(tx, shop.shop_id)
    if pairing is None:
        return "closed"
    code_hash, expires_at, tries_left = pairing
    if expires_at <= now or tries_left <= 0:
        return "closed"
    if not secrets.compare_digest(code_hash, tx.vault.code_hash(code.strip().upper())):
        await people.pairing_failed(tx, shop.shop_id)
        if tries_left == 1:
            log.warning("pairing code used up by wrong tries: start the bot again for a new one")
        return "wrong"
    await people.join(tx, shop.shop_id, person_id, Role.OWNER, now)
    await people.end_pairing(tx, shop.shop_id)
    await _write_down(tx, shop.shop_id, person_id, "paired", now)
    return "paired"


async def recognise(
    tx: Tx, shop: Shop, person_id: int, name: str, language: str, now: datetime
) -> Person | None:
    """Return who wrote; None for a stranger, of whom nothing is kept."""
    person = await people.member(tx, shop.shop_id, person_id)
    if person is None:
        return None
    if person.name != name or (language and not person.language):
        await people.seen(tx, person_id, name, language, now)
        person = await people.member(tx, shop.shop_id, person_id)
    return person


async def turn_away(tx: Tx, person_id: int, now: datetime) -> bool:
    """Say whether a stranger is to be told that this bot is not for them: once a day."""
    return await people.turn_away(tx, person_id, now)


async def greets(tx: Tx, chat_id: int) -> bool:
    """Say whether the first message, which says what waits here, is still on its way to a chat."""
    return await outbox.awaits(tx, chat_id, "first_look")


async def was_told(tx: Tx, shop: Shop, chat_id: int) -> None:
    """Note that a chat was just told what waits here: the first message would say the same."""
    await positions.greet(tx, shop.shop_id, chat_id)


async def is_back(tx: Tx, chat_id: int) -> bool:
    """Note that a chat can be told again; say whether it was paused."""
    return await people.resume(tx, chat_id)


async def is_gone(
    tx: Tx, shop: Shop, chat_id: int, by: int | None, reason: str, now: datetime
) -> None:
    """Note that a chat refuses us, as ``by`` has decided; what is for it waits.

    Of a chat that is told of nothing, and that no member of ours closed, nothing is kept.
    """
    person_id = await chats.told_there(tx, shop.shop_id, chat_id)
    if person_id is not None:
        await chats.pause_and_tell(tx, shop.shop_id, chat_id, person_id, reason, now)
    elif by is not None and await people.member(tx, shop.shop_id, by) is not None:
        await people.pause(tx, chat_id, reason, now)
