from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from bot.store import errors
from bot.store.errors import UnusableAddress, from_os, from_sqlite
from bot.store.opening import database_path


@pytest.mark.parametrize("scheme", ["sqlite+aiosqlite", "sqlite"])
def test_a_path_is_taken_relative_or_absolute(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = tmp_path.resolve()
    assert database_path(f"{scheme}:///shop.db") == here / "shop.db"
    assert database_path(f"{scheme}:///data/my shop.db") == here / "data" / "my shop.db"
    assert database_path(f"{scheme}:///{tmp_path}/shop.db") == here / "shop.db"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql+asyncpg://me:hunter2@db/shop", "only SQLite"),
        ("sqlite+pysqlite:///shop.db", "only SQLite"),
        ("mysql://me:hunter2@db/shop", "only SQLite"),
        ("sqlite+aiosqlite://", "a file"),
        ("sqlite+aiosqlite:///", "a file"),
        ("sqlite+aiosqlite:///:memory:", "a file"),
        ("sqlite+aiosqlite:///file:shop?mode=memory&uri=true", "a path alone"),
        ("sqlite+aiosqlite:///shop.db?mode=ro", "a path alone"),
        ("sqlite+aiosqlite://shop.db", "a path alone"),
        ("shop.db", "should be like"),
        ("", "should be like"),
        ("sqlite+aiosqlite:///.", "is a folder"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(url: str, why: str) -> None:
    with pytest.raises(UnusableAddress, match=why) as told:
        database_path(url)
    assert str(told.value).startswith("DATABASE_URL")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, errors.DiskFull),
        (sqlite3.SQLITE_READONLY, errors.ReadOnly),
        (sqlite3.SQLITE_READONLY_DBMOVED, errors.ReadOnly),
        (sqlite3.SQLITE_BUSY, errors.DatabaseBusy),
        (sqlite3.SQLITE_CORRUPT, errors.DatabaseBroken),
        (sqlite3.SQLITE_IOERR_WRITE, errors.DatabaseBroken),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, None),
        (None, None),
    ],
)
def test_what_sqlite_says_becomes_an_error_of_ours(
    code: int | None, kind: type[errors.StoreError] | None
) -> None:
    error = sqlite3.OperationalError("...")
    if code is not None:
        error.sqlite_errorcode = code
    ours = from_sqlite(error)
    assert (None if ours is None else type(ours)) is kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.DiskFull),
        (errno.EROFS, errors.ReadOnly),
        (errno.EACCES, errors.ReadOnly),
        (errno.ENOENT, UnusableAddress),
        (errno.EMFILE, errors.StoreError),
    ],
)
def test_what_the_system_says_becomes_an_error_of_ours(
    number: int, kind: type[errors.StoreError]
) -> None:
    ours = from_os(OSError(number, "words of the system"), "shop.db")
    assert type(ours) is kind
    assert str(ours).startswith("shop.db cannot be used: ")
