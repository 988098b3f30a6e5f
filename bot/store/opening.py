"""From an address and a key file to an open database: locked, checked, migrated."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from . import migrate
from .database import Store
from .errors import SecretsMissing, UnusableAddress
from .lock import DatabaseLock
from .unbroken import unbroken
from .vault import Vault, load, load_or_make


async def open_store(url: str, secrets_file: Path | None) -> Store:
    """Lock, check, migrate and open the database at `url`; make the key at first.

    `secrets_file` None means ``<database>.key`` beside it. Raises StoreError, with a sentence
    for the person who starts the bot; the database is then as it was.
    """
    path = database_path(url)
    secrets = secrets_file or path.with_name(path.name + ".key")
    # Threads cannot be cancelled: cut in the middle, one would keep the lock.
    store, interrupted = await unbroken(_open(path, secrets))
    if interrupted is not None:
        await store.close()
        raise interrupted
    return store


async def _open(path: Path, secrets: Path) -> Store:
    lock = await asyncio.to_thread(DatabaseLock.take, path)
    try:
        store = Store(path, await asyncio.to_thread(_prepare, path, secrets), lock)
    except BaseException:
        lock.release()
        raise
    try:
        async with store.read(), store.write():
            pass
    except BaseException:
        await store.close()
        raise
    return store


def database_path(url: str) -> Path:
    """Give the file that `url` names. Raises UnusableAddress, without repeating `url`.

    A relative path is one of the current directory.
    """
    want = "DATABASE_URL should be like sqlite+aiosqlite:///supplier-bot.db"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise UnusableAddress(f"{want}.") from None
    if parsed.drivername not in {"sqlite", "sqlite+aiosqlite"}:
        raise UnusableAddress(f"{want}: only SQLite is supported, not {parsed.drivername!r}.")
    name = parsed.database or ""
    if parsed.host or parsed.query or name.startswith("file:"):
        raise UnusableAddress(f"{want}: a path alone, three slashes, no options.")
    if not name or name == ":memory:":
        raise UnusableAddress(f"{want}: a file, since what is kept must survive.")
    path = Path(name).resolve()
    if path.is_dir():
        raise UnusableAddress(f"DATABASE_URL: {path} is a folder.")
    return path


def _prepare(path: Path, secrets: Path) -> Vault:
    """Everything before the first connection of the loop; blocking, in a thread."""
    found = migrate.look(path)
    if found.mark is None:
        vault = load_or_make(secrets)
    else:
        known = load(secrets)
        if known is None:
            raise SecretsMissing(
                f"SECRETS_FILE: the key {secrets} is gone, and {path} holds what only it opens. "
                "Put the file back, or move the database away to begin anew."
            )
        if known.mark != found.mark:
            raise SecretsMissing(
                f"SECRETS_FILE: {secrets} is not the key that {path} was sealed with."
            )
        vault = known
    if found.version != migrate.HEAD:
        migrate.bring_up(path, found.version)
    if found.mark is None:
        migrate.remember_mark(path, vault.mark)
    return vault
