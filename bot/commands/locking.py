"""``supplier-bot lock`` and ``unlock``: they work while the bot runs, and while it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.desk import locking
from bot.env_file import one_setting, read_env_file
from bot.model.person import Role
from bot.store import audit, passcodes, people, safety, team
from bot.store import locking as emptying
from bot.store.beside import open_beside
from bot.store.database import Tx
from bot.store.errors import SecretsExposed, SecretsMissing, StoreError, UnusableAddress

from .said import NotDoneError, complain, say

_USUAL = "sqlite+aiosqlite:///supplier-bot.db"
_SETTINGS_AT_FAULT = (UnusableAddress, SecretsMissing, SecretsExposed)

Work = Callable[[Tx, int, datetime], Awaitable[str]]


def run(work: Work) -> int:
    """Do one thing to the database, and print what came of it; return the exit status."""
    url = one_setting("DATABASE_URL", Path(".env")) or _USUAL
    secrets_file = one_setting("SECRETS_FILE", Path(".env"))
    try:
        say(asyncio.run(_run(work, url, Path(secrets_file) if secrets_file else None)))
    except NotDoneError as error:
        complain(str(error))
        return error.status
    except StoreError as error:
        # A broken line elsewhere in it stops no lock; here it may be why.
        for problem in read_env_file(Path(".env"))[1]:
            complain(problem)
        complain(str(error))
        return 2 if isinstance(error, _SETTINGS_AT_FAULT) else 1
    return 0


async def _run(work: Work, url: str, secrets_file: Path | None) -> str:
    async with open_beside(url, secrets_file) as store, store.write() as tx:
        now = datetime.now(UTC)
        return await work(tx, await people.the_shop(tx, now), now)


async def lock(tx: Tx, shop_id: int, now: datetime) -> str:
    """Lock the shop; the bot empties its chats within seconds, or when it is started."""
    if not await safety.lock(tx, shop_id, None, now):
        return "It is locked already. supplier-bot unlock opens it."
    await _write_down(tx, shop_id, "locked", now)
    return (
        "Locked: nothing is sent to the marketplace any more. The bot empties its chats within "
        "seconds, or as soon as it is started. supplier-bot unlock opens it."
    )


async def unlock(tx: Tx, shop_id: int, now: datetime) -> str:
    """Open the shop; the bot shows everything again within seconds."""
    if not await safety.unlock(tx, shop_id):
        return "It is not locked."
    await _write_down(tx, shop_id, "unlocked", now)
    return (
        "Open again. Was a phone or an account lost? supplier-bot team says who works in the "
        "shop, and supplier-bot lock --new-code makes a new code."
    )


async def show_code(tx: Tx, shop_id: int, now: datetime) -> str:
    """Return the code that locks the shop from any Telegram account."""
    code = await safety.code_of(tx, shop_id)
    shown = await locking.new_code(tx, shop_id, now) if code is None else locking.shown(code)
    return f"Lock code: {shown}"


async def new_code(tx: Tx, shop_id: int, now: datetime) -> str:
    """Make another code; the one before locks nothing any more."""
    return f"Lock code: {await locking.new_code(tx, shop_id, now)}"


async def forget_pins(tx: Tx, shop_id: int, now: datetime) -> str:
    """Take away every PIN: somebody forgot theirs."""
    forgotten = await passcodes.forget(tx, shop_id, None)
    if forgotten:
        await _write_down(tx, shop_id, "pin_removed", now)
    return f"PINs taken away: {forgotten}."


async def list_team(tx: Tx, shop_id: int, _now: datetime) -> str:
    """Return everyone in the shop, a line each."""
    members = await team.all_of(tx, shop_id)
    lines = [
        f"{one.person_id}  {one.role.value:8}  since {one.since:%Y-%m-%d %H:%M} UTC  "
        f"{'(OWNER_IDS)  ' if one.listed else ''}{_on_a_line(one.name)}"
        for one in members
    ]
    return "\n".join(lines) if lines else "Nobody works in this shop yet."


def _on_a_line(name: str) -> str:
    """Return what somebody calls themselves: it stands last, and looks like no other line."""
    return " ".join(name.split())


def remove_from_team(person_id: int) -> Work:
    """Return what sends somebody away, also while the shop is locked, also the last owner."""

    async def work(tx: Tx, shop_id: int, now: datetime) -> str:
        members = {one.person_id: one for one in await team.all_of(tx, shop_id)}
        who = members.pop(person_id, None)
        if who is None:
            raise NotDoneError(f"{person_id} does not work in this shop; nothing was changed.")
        if who.listed:
            raise NotDoneError(
                f"{person_id} is an owner by OWNER_IDS: take the number out there, and start the "
                "bot again. Nothing was changed."
            )
        await people.leave(tx, shop_id, person_id)
        await team.end_of(tx, shop_id, person_id)
        await emptying.take_away(tx, shop_id, person_id, now)
        await _write_down(tx, shop_id, "removed", now, ("person", str(person_id)))
        if any(one.role is Role.OWNER for one in members.values()):
            return f"Removed: {_on_a_line(who.name)} ({person_id})."
        return (
            f"Removed: {_on_a_line(who.name)} ({person_id}). Nobody owns the shop now: start the "
            "bot again, and it prints a pairing code."
        )

    return work


async def _write_down(
    tx: Tx, shop_id: int, deed: str, now: datetime, about: tuple[str, str] | None = None
) -> None:
    kind, key = about or ("shop", str(shop_id))
    await audit.write(
        tx,
        shop_id=shop_id,
        person_id=None,
        deed=deed,
        subject_kind=kind,
        subject_id=key,
        now=now,
    )
