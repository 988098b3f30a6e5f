"""One process per database: a lock the operating system takes back when the process dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from .errors import DatabaseInUse, from_os
from .private import create

# In a line of /proc/locks: which file is locked, behind the process that has it.
_WHERE: Final = 5


class DatabaseLock:
    """Held from `take` to `release`, or to the end of the process, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, database: Path) -> DatabaseLock:
        """Lock `database` by the file ``<database>.lock``, without waiting.

        Raises DatabaseInUse when another process (or another store of this one) holds it.
        """
        path = database.with_name(database.name + ".lock")
        try:
            descriptor = create(path, os.O_RDWR)
        except OSError as error:
            raise from_os(error, str(path)) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            who = f" (process {holder})" if holder.isdigit() else ""
            raise DatabaseInUse(
                f"Another supplier-bot{who} is already running on the database {database}."
            ) from None
        except OSError as error:
            os.close(descriptor)
            raise from_os(error, str(path)) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Let the database go; again is harmless.

        The file stays: removing it would let two processes hold two files of one name.
        """
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def holder_of(database: Path) -> int | None:
    """Return the process that has `database` locked; None where none has, or nobody can say.

    The lock itself is not tried: for that moment, a bot that starts would find it taken.
    """
    try:
        wanted = database.with_name(database.name + ".lock").stat()
        held = Path("/proc/locks").read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return None
    device = f"{os.major(wanted.st_dev):02x}:{os.minor(wanted.st_dev):02x}:{wanted.st_ino}"
    for line in held.splitlines():
        words = line.split()
        if len(words) > _WHERE and words[1] == "FLOCK" and words[_WHERE] == device:
            return int(words[_WHERE - 1])
    return None
