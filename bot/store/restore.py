"""A backup put in the place of the database: prepared beside it, then swapped in one step."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from . import migrate, vault
from .backup import TABLE, About, Contents, contents_of, look_at, mend, opened
from .emptying import Ended, empty, stamp
from .errors import BackupRefused, StoreError, from_os
from .lock import DatabaseLock
from .positions import GREETED, RESTORED
from .private import create

_BESIDE: Final = ("-wal", "-shm", "-journal")
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Keyed by what the lost key hid: nothing can be recognised by them any more.
_KEYED: Final = ("unit_hashes", "stock_hashes", "person_pins")


@dataclass(frozen=True, slots=True)
class Replaced:
    """What is there now, before it is replaced; ``contents`` None: it cannot be read.

    ``opens``: whether the key file at hand opens what is sealed in it.
    """

    path: Path
    contents: Contents | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a restore will do, for the person who decides about it.

    ``opens``: whether the key file at hand opens what is sealed in it.
    """

    file: Path
    database: Path
    about: About
    replaces: Replaced | None
    opens: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What a restore did: where the earlier database is kept now, and what had been under way."""

    kept: Path | None
    ended: Ended


class Restore:
    """One restore, from the look at the backup on; the database is locked until its end."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def carry_out(self, now: datetime) -> Done:
        """Put the backup in the database's place. Raises StoreError; nothing is changed then."""
        plan = self.plan
        made = plan.database.with_name(f".{plan.database.name}.{secrets.token_hex(4)}")
        try:
            try:
                _private_copy(plan.file, made)
                migrate.bring_up_copy(made)
                ended = self._prepare(made, now)
                with made.open("rb") as file:
                    os.fsync(file.fileno())
                return Done(_swap(made, plan.database, now), ended)
            except OSError as error:
                raise from_os(error, str(error.filename or plan.database)) from error
        finally:
            for end in ("", *_BESIDE):
                with suppress(OSError):
                    made.with_name(made.name + end).unlink(missing_ok=True)

    def _prepare(self, made: Path, now: datetime) -> Ended:
        about = self.plan.about
        with opened(made) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN")
            found = empty(connection, now)
            ended = Ended(
                (*about.ended.under_way, *found.under_way),
                about.ended.open_questions + found.open_questions,
            )
            if not self.plan.opens:
                ended = Ended((*ended.under_way, *_live(connection)), ended.open_questions)
                _forget_sealed(connection)
            numbers: dict[str, int] = {}
            if self.plan.replaces is not None and self.plan.replaces.contents is not None:
                with suppress(StoreError):  # damaged after all: that may be why
                    numbers = _numbers_of(self.plan.replaces)
                    _keep_inbox(connection, self.plan.replaces)
            mend(connection)
            connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
            _number_on(connection, now, numbers)
            _look_afresh(connection, about, ended, now)
            connection.execute("COMMIT")
            connection.execute("VACUUM")
        return ended


@contextmanager
def restoring(file: Path, database: Path, key_file: Path) -> Iterator[Restore]:
    """Lock the database, look at both, and say what a restore would do.

    Raises DatabaseInUse while a bot runs on it, BackupRefused or another StoreError where the
    backup cannot be used. Nothing is changed before `Restore.carry_out`.
    """
    try:
        same = file.exists() and database.exists() and file.samefile(database)
    except OSError as error:
        raise from_os(error, str(file)) from error
    if same:
        raise BackupRefused(f"{file} is the database itself.")
    about = look_at(file)
    key = vault.load(key_file)
    lock = DatabaseLock.take(database)
    try:
        mark = None if key is None else key.mark
        opens = mark is not None and mark == migrate.look(file).mark
        yield Restore(Plan(file, database, about, _what_is_there(database, mark), opens))
    finally:
        lock.release()


def _what_is_there(database: Path, mark: bytes | None) -> Replaced | None:
    if not any(database.with_name(database.name + end).exists() for end in ("", *_BESIDE)):
        return None
    try:
        found = migrate.look(database)
        if found.version is None:
            return Replaced(database)
        with opened(database) as connection:
            opens = mark is not None and mark == found.mark
            return Replaced(database, contents_of(connection), opens)
    except StoreError:
        return Replaced(database)  # damaged: that may be why


def _private_copy(file: Path, made: Path) -> None:
    descriptor = create(made, os.O_WRONLY | os.O_EXCL)
    with os.fdopen(descriptor, "wb") as target, file.open("rb") as source:
        shutil.copyfileobj(source, target)


# --- what becomes of the rows -------------------------------------------------------------------


def _keep_inbox(connection: sqlite3.Connection, replaces: Replaced) -> None:
    """Take over what the database that is replaced knows of updates.

    What it handled after the backup, Telegram may send again if it was not told of it any more;
    what it had fetched and not handled, nobody would send again.
    """
    here = {row[1] for row in connection.execute("PRAGMA table_info(inbox)")}
    with opened(replaces.path) as there:
        names = [row[1] for row in there.execute("PRAGMA table_info(inbox)") if row[1] in here]
        columns = ", ".join(names)
        rows = there.execute(f"SELECT {columns} FROM inbox").fetchall()  # noqa: S608
    connection.execute("DELETE FROM inbox")
    places = ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT INTO inbox ({columns}) VALUES ({places})",  # noqa: S608 - our own columns
        rows,
    )
    if not replaces.opens:
        connection.execute(
            "UPDATE inbox SET sealed = NULL, handled_at = COALESCE(handled_at, received_at)"
        )


def _live(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return connection.execute("SELECT kind, subject_kind, subject_id FROM intents").fetchall()


def _forget_sealed(connection: sqlite3.Connection) -> None:
    """Take out what no key at hand opens. The next start begins with the key that is there.

    Tickets are sealed as a whole: they are looked at as at the first start. So is what was under
    way: nobody can tell any more what it was.
    """
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in tables:
        for column in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
            if not column[1].startswith("sealed"):
                continue
            if column[3]:
                connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own tables
            else:
                connection.execute(f'UPDATE "{table}" SET "{column[1]}" = NULL')  # noqa: S608
    for table in _KEYED:
        connection.execute(f'DELETE FROM "{table}"')  # noqa: S608
    connection.execute("DELETE FROM vault_marks")
    connection.execute("DELETE FROM cards WHERE subject_kind IN ('ticket', 'intent')")
    connection.execute("DELETE FROM positions WHERE feed = 'tickets' OR feed LIKE 'tickets.%'")


def _numbers_of(replaces: Replaced) -> dict[str, int]:
    """Return the last number that each table of the database gave that is replaced."""
    with opened(replaces.path) as there:
        return dict(there.execute("SELECT name, seq FROM sqlite_sequence").fetchall())


def _number_on(connection: sqlite3.Connection, now: datetime, numbers: dict[str, int]) -> None:
    """Let no new row have a number that one had after the backup was made.

    Buttons in people's chats carry such numbers: an old "Yes" must never mean something new. No
    bot makes a row a second for years, so that the time itself is beyond all of them; where a
    clock was set back, what is replaced knows how far they had come (``numbers``, by table).
    """
    beyond = int(now.timestamp())
    counted = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    ).fetchall()
    for (table,) in counted:
        row = connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)
        ).fetchone()
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
            (table, max(beyond, row[0] if row else 0, numbers.get(table, 0))),
        )


def _look_afresh(connection: sqlite3.Connection, about: About, ended: Ended, now: datetime) -> None:
    """Have the next start look at what is open, and sweep from the front, before it says a word."""
    for table in ("orders", "tickets"):
        connection.execute(
            f"UPDATE {table} SET looked_at = ? WHERE finished = 0",  # noqa: S608 - our own tables
            (stamp(_LONG_AGO),),
        )
    connection.execute("DELETE FROM positions WHERE feed = ? OR feed LIKE '%.sweep'", (GREETED,))
    body = {
        "at": stamp(now),
        "made_at": None if about.made_at is None else stamp(about.made_at),
        "under_way": ended.under_way,
        "open_questions": ended.open_questions,
    }
    for (shop_id,) in connection.execute("SELECT id FROM shops").fetchall():
        connection.execute(
            "INSERT OR REPLACE INTO positions (shop_id, feed, body) VALUES (?, ?, ?)",
            (shop_id, RESTORED, json.dumps(body)),
        )


# --- the swap -----------------------------------------------------------------------------------


def _swap(made: Path, database: Path, now: datetime) -> Path | None:
    """Put ``made`` in the database's place, in one step; return where that one is kept.

    A death at any moment leaves one of the two there, whole.
    """
    kept = database.with_name(f"{database.name}.replaced-{now:%Y%m%dT%H%M%S%fZ}")
    _fold_in(database)
    for end in _BESIDE:
        beside = database.with_name(database.name + end)
        if beside.exists():  # of a damaged one: it belongs to it
            beside.replace(kept.with_name(kept.name + end))
    there = database.exists()
    if there:
        try:
            os.link(database, kept)
        except FileExistsError:
            raise BackupRefused(f"{kept} is there already; nothing was changed.") from None
        except OSError:  # a file system without links
            _private_copy(database, kept)
    made.replace(database)
    vault.sync_folder(database.parent)
    return kept if there else None


def _fold_in(database: Path) -> None:
    """Write the write-ahead log of the earlier database into it, so that it is one file."""
    if not database.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(database, isolation_level=None)) as there:
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        there.execute("PRAGMA journal_mode=DELETE")
