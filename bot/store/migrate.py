"""Bring the file to this version: look at it, copy it, change it in one transaction.

Plain blocking SQLite: it runs in a thread, before anything else has the file open. Alembic
takes long to import, so it is imported only when there is something to do.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.memory import undecorated

from .errors import DatabaseBroken, DatabaseNewer, MigrationFailed, StoreError, from_os, from_sqlite
from .private import create
from .vault import sync_folder

_log = logging.getLogger(__name__)

# Every version there was, oldest first.
VERSIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
)
HEAD = VERSIONS[-1]

SCRIPTS = Path(__file__).parent / "migrations"
COPIES_KEPT = 3

_BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: its version (None: nothing yet) and the mark of its key.

    ``locked_at``: since when its shop is locked; None while it is open. ``bots``: the IDs of
    Telegram's bots that it speaks through, normally one; none before the first start.
    """

    version: str | None
    mark: bytes | None
    locked_at: datetime | None = None
    bots: frozenset[int] = frozenset()


def is_at_rest(path: Path) -> bool:
    """Say whether nothing is written to `path`, and nothing waits beside it to be written."""
    log = path.with_name(f"{path.name}-wal")
    try:
        return log.stat().st_size == 0
    except OSError:
        return True


def look(path: Path, *, at_rest: bool = False) -> Found:
    """Say what `path` holds, without changing it.

    `at_rest`: nobody has it open; then SQLite leaves no files of its own beside it, either.

    Raises DatabaseNewer, DatabaseBroken when it is something else, or StoreError.
    """
    try:
        if not path.exists() or path.stat().st_size == 0:
            return Found(None, None)
    except OSError as error:
        raise from_os(error, str(path)) from error
    with _told(path), closing(_open(path, "ro&immutable=1" if at_rest else "ro")) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema").fetchall()
        }
        if not tables:
            return Found(None, None)
        rows = (
            connection.execute("SELECT version_num FROM alembic_version").fetchall()
            if "alembic_version" in tables
            else []
        )
        if len(rows) != 1:
            raise DatabaseBroken(
                f"{path} is a database of another program. Name another file in DATABASE_URL."
            )
        version = str(rows[0][0])
        if version not in VERSIONS:
            raise DatabaseNewer(
                f"{path} was written by a newer supplier-bot (its version is {version}, this one "
                f"knows {HEAD}). Install the newer one; nothing was changed."
            )
        mark = (
            connection.execute("SELECT mark FROM vault_marks").fetchone()
            if "vault_marks" in tables
            else None
        )
        locked = (
            connection.execute("SELECT max(locked_at) FROM shop_safety").fetchone()[0]
            if "shop_safety" in tables
            else None
        )
        bots = (
            connection.execute("SELECT bot_id FROM offsets").fetchall()
            if "offsets" in tables
            else []
        )
    try:
        locked_at = None if locked is None else datetime.fromisoformat(locked)
    except (TypeError, ValueError):
        raise DatabaseBroken(f"{path}: The database file is damaged.") from None
    return Found(
        version,
        None if mark is None else bytes(mark[0]),
        locked_at,
        frozenset(int(bot_id) for (bot_id,) in bots),
    )


def bring_up(path: Path, version: str | None) -> None:
    """Migrate `path` from `version` (None: a new file) to the newest.

    An existing one is copied first, beside it. Raises MigrationFailed (or another StoreError);
    the database is then as it was.
    """
    if version is None:
        _make_private(path)
    else:
        copy(path, datetime.now(UTC))
    _told_of_migration(path)


def _told_of_migration(path: Path) -> None:
    try:
        _migrate(path)
    except StoreError:
        raise
    except Exception as error:
        known = from_sqlite(getattr(error, "orig", None) or error)
        why = str(known) if known is not None else f"{type(error).__name__}."
        raise MigrationFailed(
            f"{path} could not be brought to this version; it is as it was. {why}"
        ) from error


def bring_up_copy(path: Path) -> None:
    """Migrate a copy of a database, which nothing is lost with, to the newest version.

    Raises as `look` and `bring_up`; the copy is to be thrown away then.
    """
    if look(path).version != HEAD:
        _told_of_migration(path)


def remember_mark(path: Path, mark: bytes) -> None:
    """Write down which key `path` is sealed with."""
    with _told(path), closing(_open(path, "rw")) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("INSERT INTO vault_marks (id, mark) VALUES (1, ?)", (mark,))


def copy(path: Path, now: datetime) -> Path:
    """Copy `path` to ``<path>.before-<version>.<stamp>`` (mode 600); keep the latest copies.

    Raises StoreError when there is no room for it: without a copy nothing is migrated.
    """
    stamp = now.strftime("%Y%m%dT%H%M%S%fZ")
    target = path.with_name(f"{path.name}.before-{HEAD}.{stamp}")
    _make_private(target)
    try:
        with _told(path):
            with closing(_open(path, "rw")) as connection:
                connection.execute("VACUUM INTO ?", (str(target),))
            with target.open("rb") as made:
                os.fsync(made.fileno())
            sync_folder(path.parent)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    copies = sorted(path.parent.glob(f"{_literal(path.name)}.before-*"), key=lambda one: one.suffix)
    for old in copies[:-COPIES_KEPT]:
        old.unlink(missing_ok=True)
    _log.info("the database was copied to %s before its migration", target)
    return target


def _literal(name: str) -> str:
    """`name` for a glob, with its special characters taken as they are."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _migrate(path: Path) -> None:
    with undecorated():
        from alembic import command  # noqa: PLC0415 - see above
        from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import URL, create_engine, event  # noqa: PLC0415
    from sqlalchemy.engine import Connection  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS},
    )

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.connect() as connection:
            # These cannot be set within a transaction. Foreign keys stay off, so that a
            # table can be rebuilt; they are checked before the commit instead.
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA synchronous=FULL")
            raw.execute("PRAGMA secure_delete=ON")
            with connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise MigrationFailed(
                        f"{path} could not be brought to this version; it is as it was. "
                        "A row would have lost what it belongs to."
                    )
    finally:
        engine.dispose()


def _make_private(path: Path) -> None:
    try:
        os.close(create(path, os.O_WRONLY))
    except OSError as error:
        raise from_os(error, str(path)) from error


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=_BUSY_SECONDS
    )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the system into ours."""
    try:
        yield
    except OSError as error:
        raise from_os(error, str(path)) from error
    except UnicodeDecodeError as error:  # what SQLite cannot read of it, in SQLite's own words
        raise DatabaseBroken(f"{path}: The database file is damaged.") from error
    except sqlite3.Error as error:
        ours = from_sqlite(error)
        if ours is not None:
            raise type(ours)(f"{path}: {ours}") from error
        raise DatabaseBroken(f"{path} is not a database of supplier-bot.") from error
