"""The database for a command that is typed while the bot may be running on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from . import migrate
from .database import Store, database_path
from .errors import DatabaseBroken, SecretsMissing
from .lock import DatabaseLock
from .vault import Vault, load


class _Shared(DatabaseLock):
    """Nobody's lock: SQLite itself lets one write after the other."""

    def __init__(self) -> None:
        super().__init__(-1)
        self._descriptor = None


@asynccontextmanager
async def open_beside(url: str, secrets_file: Path | None) -> AsyncIterator[Store]:
    """Open a database as it is, whoever runs on it; nothing is made and nothing migrated.

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
    if found.version is None or found.mark is None:
        raise DatabaseBroken(f"DATABASE_URL: {path} holds no shop yet. Start the bot once.")
    if found.version != migrate.HEAD:
        raise DatabaseBroken(
            f"DATABASE_URL: {path} is of an older version. Start this supplier-bot once: it brings "
            "the database up to date."
        )
    vault = load(secrets)
    if vault is None or vault.mark != found.mark:
        raise SecretsMissing(f"SECRETS_FILE: {secrets} is not the key that {path} was sealed with.")
    return vault
