"""What the doctor sees on the disk: the database, its key, and who may read what is secret."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.store import migrate
from bot.store.errors import StoreError
from bot.store.lock import holder_of
from bot.store.vault import peek

from .findings import Finding

_MB: Final = 1024 * 1024
_ROOM: Final = 200 * _MB
_CHECK_SECONDS: Final = 30.0
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def check_files(
    database: Path, key_file: Path, env_file: Path, bot_id: int | None = None
) -> Iterator[Finding]:
    """Yield what there is to say of the files, in the order in which a person would look.

    ``bot_id``: which bot the token is of, where there is one.
    """
    yield from _rights(env_file, ".env")
    yield from _rights(database, "DATABASE_URL")
    yield from _rights(key_file, "SECRETS_FILE")
    try:
        found = migrate.look(database, at_rest=migrate.is_at_rest(database))
    except StoreError as error:
        yield Finding(
            "database",
            "DATABASE_URL",
            "wrong",
            str(error).rstrip("."),
            "restore a backup, or name another file",
        )
        return
    yield from _key(key_file, found.mark)
    if found.version is None:
        yield Finding(
            "database",
            "DATABASE_URL",
            "note",
            f"there is no database at {database} yet: `run` makes it",
        )
    else:
        yield from _database(database, found.version)
        yield _lock(found.locked_at)
    if found.bots and bot_id is not None and bot_id not in found.bots:
        yield Finding(
            "database",
            "TELEGRAM_BOT_TOKEN",
            "wrong",
            f"is the token of another bot ({bot_id}) than the one that the database speaks "
            f"through ({min(found.bots)})",
            "put that one's back, or change to another bot with `supplier-bot setup`",
        )
    yield _room(database)


def _rights(file: Path, setting: str) -> Iterator[Finding]:
    try:
        mode = file.stat().st_mode
    except OSError:
        return  # what is not there is spoken of elsewhere
    if mode & _OTHERS:
        yield Finding("files", setting, "wrong", f"others may read {file}", f"chmod 600 {file}")
    else:
        yield Finding("files", setting, "ok", f"only you may read {file}")


def _key(key_file: Path, mark: bytes | None) -> Iterator[Finding]:
    try:
        vault = peek(key_file)
    except StoreError as error:
        yield Finding(
            "files",
            "SECRETS_FILE",
            "wrong",
            str(error).removeprefix("SECRETS_FILE: ").rstrip("."),
            "put back a copy of the right file",
        )
        return
    if mark is None:
        return
    if vault is None or vault.mark != mark:
        what = "is gone" if vault is None else "is not the one that the database was sealed with"
        yield Finding(
            "files",
            "SECRETS_FILE",
            "wrong",
            f"the key {key_file} {what}",
            "put back a copy of the right file",
        )
    else:
        yield Finding("files", "SECRETS_FILE", "ok", "the key opens the database")


def _database(database: Path, version: str) -> Iterator[Finding]:
    said = _integrity(database)
    holder = holder_of(database)
    running = f"; the bot is running (process {holder})" if holder else ""
    if said == "ok":
        newest = "" if version == migrate.HEAD else f", `run` brings it to {migrate.HEAD}"
        yield Finding(
            "database",
            "DATABASE_URL",
            "ok",
            f"{database} is whole, version {version}{newest}{running}",
        )
    elif said == "long":
        yield Finding(
            "database",
            "DATABASE_URL",
            "note",
            f"{database} is too large to be looked at whole, version {version}{running}",
        )
    else:
        yield Finding(
            "database",
            "DATABASE_URL",
            "wrong",
            f"{database} is damaged: {said}",
            "restore a backup",
        )


def _lock(locked_at: datetime | None) -> Finding:
    if locked_at is None:
        return Finding("database", "lock", "ok", "the shop is open")
    return Finding(
        "database",
        "lock",
        "wrong",
        f"the shop is locked since {locked_at:%Y-%m-%d %H:%M} UTC: nothing is sent to the "
        "marketplace, and nobody is told what is new",
        "`supplier-bot team` says who works in it; `supplier-bot unlock` opens it",
    )


def _integrity(database: Path) -> str:
    """Return "ok", "long" when there was no time for all of it, or SQLite's own words."""
    how = "mode=ro&immutable=1" if migrate.is_at_rest(database) else "mode=ro"
    until = time.monotonic() + _CHECK_SECONDS
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?{how}", uri=True)) as connection:
            connection.set_progress_handler(lambda: int(time.monotonic() > until), 100_000)
            row = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        return "long" if "interrupted" in str(error) else str(error)
    except (sqlite3.Error, OSError) as error:
        return str(error)
    return " ".join(str(row[0]).split())


def _room(database: Path) -> Finding:
    folder = database.parent
    free = shutil.disk_usage(folder).free
    size = database.stat().st_size if database.exists() else 0
    said = f"{free // _MB:,} MB are free in {folder}"
    if free < max(_ROOM, 2 * size):
        return Finding("database", "DATABASE_URL", "wrong", said, "make room on that disk")
    return Finding("database", "DATABASE_URL", "ok", said)
