"""What can go wrong with what is kept, each with a sentence for the person who runs the bot."""

# ruff: noqa: N818 - a name says what is the matter; "Error" behind it would say nothing more
from __future__ import annotations

import errno
import sqlite3


class StoreError(Exception):
    """The store cannot do what was asked; ``str()`` is a sentence for a person."""


class UnusableAddress(StoreError):
    """``DATABASE_URL`` names something that this version cannot keep its rows in."""


class StoreClosed(StoreError):
    """The store was closed before, or while waiting for, this transaction."""


class DatabaseInUse(StoreError):
    """Another supplier-bot holds this database."""


class DatabaseBusy(StoreError):
    """Another program held the database locked for longer than we wait."""


class DatabaseNewer(StoreError):
    """A newer supplier-bot wrote this database; it was left untouched."""


class DatabaseBroken(StoreError):
    """The file is damaged, or is not a database of supplier-bot."""


class MigrationFailed(StoreError):
    """The database could not be brought to this version; it is as it was."""


class DiskFull(StoreError):
    """There is no room for the database to grow."""


class ReadOnly(StoreError):
    """The database, its folder or this connection may not be written to."""


class SecretsMissing(StoreError):
    """The key file is gone, damaged, or is not the one this database was sealed with."""


class SecretsExposed(StoreError):
    """Others may read the key file, and that could not be changed."""


class AnotherBot(StoreError):
    """The database speaks through another bot than the one whose token there is."""


class BackupRefused(StoreError):
    """A backup cannot be made there, or cannot be used; nothing was changed."""


class SealBroken(StoreError):
    """Sealed bytes do not open with this key: damaged, or sealed with another one."""


_BY_CODE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_FULL: (DiskFull, "The disk is full: nothing can be stored until there is room."),
    sqlite3.SQLITE_READONLY: (ReadOnly, "The database may not be written to here."),
    sqlite3.SQLITE_BUSY: (DatabaseBusy, "Another program keeps the database locked."),
    sqlite3.SQLITE_CORRUPT: (DatabaseBroken, "The database file is damaged."),
    sqlite3.SQLITE_NOTADB: (DatabaseBroken, "The database file is not a SQLite database."),
    sqlite3.SQLITE_CANTOPEN: (DatabaseBroken, "The database file cannot be opened."),
    sqlite3.SQLITE_IOERR: (DatabaseBroken, "The disk did not read or write the database."),
}
_BY_ERRNO: dict[int, tuple[type[StoreError], str]] = {
    errno.ENOSPC: (DiskFull, "the disk is full"),
    errno.EDQUOT: (DiskFull, "the disk quota is used up"),
    errno.EROFS: (ReadOnly, "the disk is read-only"),
    errno.EACCES: (ReadOnly, "permission denied"),
    errno.EPERM: (ReadOnly, "permission denied"),
    errno.ENOENT: (UnusableAddress, "the folder does not exist"),
    errno.ENOTDIR: (UnusableAddress, "its folder is a file"),
    errno.EISDIR: (UnusableAddress, "it is a folder"),
}


def from_sqlite(error: BaseException) -> StoreError | None:
    """Give the error of our tree for SQLite's `error`, or None where it speaks of a statement."""
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    # The lower byte is the kind; the rest tells variants apart.
    found = _BY_CODE.get(code & 0xFF)
    return None if found is None else found[0](found[1])


def from_os(error: OSError, what: str) -> StoreError:
    """Give the error of our tree for an operating system's `error` about `what` (a path)."""
    kind, why = _BY_ERRNO.get(error.errno or 0, (StoreError, error.strerror or "unknown error"))
    return kind(f"{what} cannot be used: {why}.")
