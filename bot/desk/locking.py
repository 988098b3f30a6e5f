"""The lock: nothing is written, and nothing shown, until the command line opens the shop again."""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog

from bot.model.intent import Outcome, State
from bot.model.product_plans import Progress, StockPlan
from bot.store import (
    audit,
    drafts,
    errands,
    intents,
    locking,
    outbox,
    people,
    safety,
    settling,
    team,
)
from bot.store.database import Tx
from bot.store.errors import StoreClosed, StoreError

from . import auditing, batches
from .confirming import DEEDS
from .shop import Shop

log = structlog.get_logger(__name__)

TRIES: Final = 5
WITHIN: Final = timedelta(hours=1)
# How long it takes at most until a lock or its end by the command line is noticed, in seconds.
_LOOK_SECONDS: Final = 2.0
# Without 0/O and 1/I/L: a code is typed from paper into somebody else's phone.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 12
_NO_LETTER = re.compile(r"[^0-9A-Z]")

# wrong: not the code; ignored: too many wrong ones, or there is no code.
Locked = Literal["locked", "wrong", "ignored"]


async def first_code(tx: Tx, shop_id: int, now: datetime) -> str | None:
    """Make the code that locks a shop, at its first start; None where it has one."""
    if await safety.code_of(tx, shop_id) is not None:
        return None
    return await new_code(tx, shop_id, now)


async def new_code(tx: Tx, shop_id: int, now: datetime) -> str:
    """Make a new code; the one before locks nothing any more."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    await safety.set_code(tx, shop_id, letters)
    await _write_down(tx, shop_id, "lock_code_made", None, now)
    return shown(letters)


def shown(letters: str) -> str:
    """Return a code as it is printed: in groups of four."""
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


async def by_code(tx: Tx, shop: Shop, person_id: int, given: str, now: datetime) -> Locked:
    """Lock the shop for the right code, whoever sends it; five wrong ones an hour, no more.

    How long it takes says nothing about the code.
    """
    tried = await safety.may_try(tx, person_id, "lock", now, most=TRIES, within=WITHIN)
    code = await safety.code_of(tx, shop.shop_id)
    plain = _NO_LETTER.sub("", given[:100].upper())
    right = hmac.compare_digest(tx.vault.code_hash(plain), tx.vault.code_hash(code or ""))
    if not tried or code is None:
        return "ignored"
    if not right:
        return "wrong"
    await lock(tx, shop, person_id, now)
    return "locked"


async def lock(tx: Tx, shop: Shop, by: int | None, now: datetime) -> bool:
    """Lock the shop, and empty its chats, in one transaction; say whether it was open."""
    if not await safety.lock(tx, shop.shop_id, by, now):
        return False
    await _write_down(tx, shop.shop_id, "locked", by, now)
    await _empty(tx, shop, now)
    return True


async def _write_down(tx: Tx, shop_id: int, deed: str, by: int | None, now: datetime) -> None:
    await audit.write(
        tx,
        shop_id=shop_id,
        person_id=by,
        deed=deed,
        subject_kind="shop",
        subject_id=str(shop_id),
        now=now,
    )


async def _empty(tx: Tx, shop: Shop, now: datetime) -> None:
    """End everything that is not sent off, and take out of the chats what they show."""
    shop_id = shop.shop_id
    for intent in await settling.unfinished(tx, shop_id):
        sent_off = intent.dispatched_at is not None
        if intent.state is State.PROPOSED or (intent.state is State.SENDING and not sent_off):
            outcome = Outcome(reason="locked")
            await intents.finish(tx, intent, State.EXPIRED, outcome, now)
            await auditing.not_done(tx, intent, State.EXPIRED, outcome, now)
            await batches.ended(tx, intent, State.EXPIRED, outcome, now)
            if intent.state is State.SENDING:
                await DEEDS[intent.kind].nothing(tx, shop, intent)
        elif isinstance(intent.plan, StockPlan):
            progress = (intent.progress or Progress()).model_copy(update={"stop": True})
            await settling.note(tx, intent, progress, now)
    await batches.give_up(tx, shop_id, now)
    await drafts.end_all(tx, shop_id, now)
    # Whoever had the phone may have made some.
    await team.end_all(tx, shop_id)
    await errands.drop_all(tx, shop_id)
    await locking.empty(tx, shop_id, now)
    for person in await people.members_of(tx, shop_id):
        await outbox.tell(
            tx,
            shop_id=shop_id,
            chat_id=person.person_id,
            person_id=person.person_id,
            view="locked",
            body={},
            now=now,
            replaces=f"locked:{person.person_id}",
        )
    await safety.set_emptied(tx, shop_id, emptied=True)


async def _fill(tx: Tx, shop: Shop, now: datetime) -> None:
    """Show everything again, and send what was held back."""
    await locking.fill(tx, shop.shop_id, now)
    for person in await people.members_of(tx, shop.shop_id):
        await outbox.tell(
            tx,
            shop_id=shop.shop_id,
            chat_id=person.person_id,
            person_id=person.person_id,
            view="note",
            body={"name": "unlocked", "values": {}},
            now=now,
        )
    await safety.set_emptied(tx, shop.shop_id, emptied=False)
    tx.wake("notices", "minding", "intents")


class LockKeeper:
    """Notices what the command line does to the lock, while the bot runs or before."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def run(self) -> None:
        """Look until cancelled. Raises StoreClosed when the store is closed under it."""
        while True:
            try:
                await self.consider()
            except StoreClosed:
                raise
            except StoreError as error:
                log.error("the lock cannot be looked after", reason=str(error))
            except Exception:
                # A fault of ours must not end the bot, nor what else locks the shop.
                log.exception("the lock cannot be looked after")
            await asyncio.sleep(_LOOK_SECONDS)

    async def consider(self) -> bool:
        """Let the chats show whether the shop is locked; say whether that changed anything."""
        shop = self._shop
        async with shop.store.read() as tx:
            lock = await safety.lock_of(tx, shop.shop_id)
            late = lock.locked_at is not None and await locking.left(tx, shop.shop_id, shop.now())
        if (lock.locked_at is None) is not lock.emptied and not late:
            return False
        async with shop.store.write() as tx:
            lock = await safety.lock_of(tx, shop.shop_id)
            if lock.locked_at is None and lock.emptied:
                log.warning("unlocked")
                await _fill(tx, shop, shop.now())
            elif lock.locked_at is not None and not lock.emptied:
                log.warning("locked")
                await _empty(tx, shop, shop.now())
            elif lock.locked_at is not None:
                # What was on its way when it was locked.
                await locking.sweep(tx, shop.shop_id, shop.now())
        return True
