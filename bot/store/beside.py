"""The database for a command that is typed while the bot may be running on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from . import migrate
from .database import Store
from .errors import DatabaseBroken, SecretsMissing
from .lock import DatabaseLock
from .opening import database_path
from .vault import Vault, load, load_or_make


class _Shared(DatabaseLock):
    """Nobody's lock: SQLite itself lets one write after the other."""

    def __init__(self) -> None:
        super().__init__(-1)
        self._descriptor = None


@asynccontextmanager
async def open_beside(url: str, secrets_file: Path | None) -> AsyncIterator[Store]:
    """Open a database as it is, whoever runs on it; nothing is migrated.

    One that was restored without its key gets the key that the bot's next start would give it.

    Raises StoreError where there is none, or not one of this version.
    """
    path = database_path(url)
    secrets = secrets_file or path.with_name(path.name + ".key")
    vault = await asyncio.to_thread(_vault, path, secrets)
    store = Store(path, vault, _Shared())
    try:
        yield store
    finally:
        await store.close()


def _vault(path: Path, secrets: Path) -> Vault:
    found = migrate.look(path)
    if found.version is None:
        raise DatabaseBroken(f"DATABASE_URL: {path} holds no shop yet. Start the bot once.")
    if found.version != migrate.HEAD:
        raise DatabaseBroken(
            f"DATABASE_URL: {path} is of an older version. Start this supplier-bot once: it brings "
            "the database up to date."
        )
    if found.mark is None:
        return _first_key(path, secrets)
    vault = load(secrets)
    if vault is None or vault.mark != found.mark:
        raise SecretsMissing(f"SECRETS_FILE: {secrets} is not the key that {path} was sealed with.")
    return vault


def _first_key(path: Path, secrets: Path) -> Vault:
    """Begin with the key at ``secrets``, or a new one, as the bot's start does: nothing is sealed.

    Raises DatabaseInUse where a bot begins in that very moment.
    """
    lock = DatabaseLock.take(path)
    try:
        vault = load_or_make(secrets)
        if migrate.look(path).mark is None:
            migrate.remember_mark(path, vault.mark)
    finally:
        lock.release()
    return vault
