"""A backup: one file, whole while the bot goes on, without goods and without the key.

It is a database of the same shape, emptied of what was under way (:mod:`bot.store.emptying`), with
one table more that says when it was made and what all of its rows add up to. Texts that people
wrote stay in it, sealed: the key that opens them is kept apart.

Plain blocking SQLite, like :mod:`bot.store.migrate`.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from . import migrate, private
from .emptying import Ended, empty, stamp
from .errors import BackupRefused, DatabaseBroken, from_os, from_sqlite
from .vault import sync_folder

TABLE: Final = "backup_about"
_UNTOLD: Final = {"sqlite_sequence", "sqlite_stat1", TABLE}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds, for the person who decides about it."""

    orders: int
    tickets: int
    people: int
    saved_texts: int
    notes: int  # on buyers
    changed_at: datetime | None  # when it last saw something new


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself. A plain copy of a database says nothing: ``made_at`` None."""

    contents: Contents
    version: str  # of its tables
    made_at: datetime | None = None
    ended: Ended = field(default_factory=Ended)


def back_up(database: Path, target: Path, now: datetime) -> About:
    """Write a backup of ``database`` to the new file ``target`` (mode 600).

    The bot may run meanwhile: one snapshot is read. Raises BackupRefused where ``target`` cannot
    be made, or another StoreError; nothing is left behind then.
    """
    if not database.exists() or migrate.look(database).version is None:
        raise BackupRefused(f"There is no database at {database} to make a backup of.")
    with fresh_file(target) as made:
        copy_of(database, made)
        migrate.bring_up_copy(made)
        with opened(made) as connection:
            # One file alone, that can be read where nothing may be written.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN")
            ended = empty(connection, now)
            mend(connection)
            contents = contents_of(connection)
            _describe(connection, ended, now)
            connection.execute("COMMIT")
            # What was deleted must not stand between the rows either.
            connection.execute("VACUUM")
    return About(contents, migrate.HEAD, now, ended)


def look_at(file: Path) -> About:
    """Read what a backup says of itself, and whether it is whole; it is not changed.

    A copy of a database that is nobody's now will do as well. Raises BackupRefused with the reason
    why it cannot be used.
    """
    if not file.is_file():
        raise BackupRefused(f"{file} is not there." if not file.exists() else f"{file} is no file.")
    if not os.access(file, os.R_OK):
        raise BackupRefused(f"{file} may not be read.")
    if file.with_name(file.name + "-wal").exists():
        raise BackupRefused(
            f"{file} is a database that is in use, or was not ended well. "
            "Make a backup of it with `supplier-bot backup`."
        )
    try:
        found = migrate.look(file)
        if found.version is None:
            raise BackupRefused(f"{file} is empty.")
        with opened(file, "ro") as connection:
            about = _read(connection, found.version)
    except DatabaseBroken as broken:
        raise BackupRefused(f"{file} is no backup of supplier-bot, or is damaged.") from broken
    if about is None:
        raise BackupRefused(f"{file} is damaged: it is not as it was when it was made.")
    return about


def _read(connection: sqlite3.Connection, version: str) -> About | None:
    """Return what a file says of itself; None when it is not whole."""
    if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
        return None
    contents = contents_of(connection)
    if not _has(connection, TABLE):
        return About(contents, version)
    rows = connection.execute(f"SELECT body FROM {TABLE}").fetchall()  # noqa: S608 - our own name
    try:
        body: dict[str, Any] = json.loads(rows[0][0])
        ended = Ended(
            tuple((kind, of, name) for kind, of, name in body["under_way"]),
            int(body["open_questions"]),
        )
        made_at = datetime.fromisoformat(body["made_at"]).astimezone(UTC)
        whole = body["digest"] == _digest(connection)
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    return About(contents, version, made_at, ended) if whole else None


def contents_of(connection: sqlite3.Connection) -> Contents:
    """Count what a database of any version holds."""

    def count(table: str, rule: str = "1") -> int:
        if not _has(connection, table):
            return 0
        query = f"SELECT count(*) FROM {table} WHERE {rule}"  # noqa: S608 - our own words
        return int(connection.execute(query).fetchone()[0])

    (changed,) = connection.execute(
        "SELECT max(at) FROM (SELECT max(changed_at) AS at FROM orders "
        "UNION ALL SELECT max(changed_at) FROM tickets UNION ALL SELECT max(at) FROM audit)"
    ).fetchone()
    return Contents(
        orders=count("orders"),
        tickets=count("tickets"),
        people=count("members"),
        saved_texts=count("saved_texts"),
        notes=count("buyers", "sealed IS NOT NULL"),
        changed_at=None if changed is None else datetime.fromisoformat(changed),
    )


def _describe(connection: sqlite3.Connection, ended: Ended, now: datetime) -> None:
    connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
    connection.execute(f"CREATE TABLE {TABLE} (body TEXT NOT NULL)")
    body = {
        "made_at": stamp(now),
        "under_way": ended.under_way,
        "open_questions": ended.open_questions,
        "digest": _digest(connection),
    }
    connection.execute(f"INSERT INTO {TABLE} VALUES (?)", (json.dumps(body),))  # noqa: S608


def _digest(connection: sqlite3.Connection) -> str:
    """Return what all rows add up to: SQLite notices a broken page, not a changed digit."""
    whole = hashlib.sha256()
    for name in _tables(connection):
        if name in _UNTOLD:
            continue
        whole.update(name.encode())
        for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):  # noqa: S608
            whole.update(repr(row).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [name for (name,) in rows.fetchall()]


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return table in _tables(connection)


def mend(connection: sqlite3.Connection) -> None:
    """Let nothing point to what is no longer there: emptied where it may be, else taken out."""
    while found := connection.execute("PRAGMA foreign_key_check").fetchall():
        for table, row, _, key in found:
            keys = connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()
            column = next(each[3] for each in keys if each[0] == key)
            columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
            required = next(each[3] for each in columns if each[1] == column)
            act = (
                f'DELETE FROM "{table}"'  # noqa: S608 - names of our own tables
                if required
                else f'UPDATE "{table}" SET "{column}" = NULL'  # noqa: S608
            )
            connection.execute(f"{act} WHERE rowid = ?", (row,))


# --- files --------------------------------------------------------------------------------------


@contextmanager
def opened(path: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """Open a file of ours that nobody else uses. What SQLite raises becomes a StoreError."""
    try:
        with closing(
            sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None)
        ) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            yield connection
    except UnicodeDecodeError as error:  # SQLite quotes what it cannot read
        raise DatabaseBroken(f"{path}: The database file is damaged.") from error
    except sqlite3.Error as error:
        ours = from_sqlite(error)
        raise DatabaseBroken(f"{path}: {ours or 'it cannot be read.'}") from error


def copy_of(database: Path, target: Path) -> None:
    """Copy one snapshot of ``database``, whoever writes to it, into the empty file ``target``."""
    try:
        with closing(
            sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, isolation_level=None)
        ) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        ours = from_sqlite(error)
        kind = DatabaseBroken if ours is None else type(ours)
        raise kind(f"{database} could not be copied to {target.parent}: {ours or error}") from error


@contextmanager
def fresh_file(target: Path) -> Iterator[Path]:
    """Give a file to write; when that went well, it is ``target``, else nothing is left of it.

    Raises BackupRefused where something is at ``target`` already, or nothing can be made there.
    """
    made = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        # The name is taken at once: two backups cannot both think that it is free.
        _make(target)
    except FileExistsError:
        raise BackupRefused(f"{target} is there already; nothing is written over it.") from None
    except OSError as error:
        raise BackupRefused(str(from_os(error, str(target)))) from None
    try:
        try:
            _make(made)
            yield made
            with made.open("rb") as file:
                os.fsync(file.fileno())
            made.replace(target)
            sync_folder(target.parent)
        except OSError as error:
            raise BackupRefused(str(from_os(error, str(target)))) from error
    except BaseException:
        for left in (made, made.with_name(made.name + "-journal"), target):
            with suppress(OSError):
                left.unlink(missing_ok=True)
        raise


def _make(path: Path) -> None:
    os.close(private.create(path, os.O_WRONLY | os.O_EXCL))
