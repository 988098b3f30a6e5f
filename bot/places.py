"""Whether files that are to be kept may stand where the settings say."""

from __future__ import annotations

import os
from pathlib import Path


class WrongPlace(ValueError):  # noqa: N818 - it says what is so
    """A path at which a file of ours cannot be; ``str()`` says why."""


def check_place(path: Path, *, written: bool) -> None:
    """Raise WrongPlace unless a file can be kept at ``path``.

    ``written``: it is written again and again; otherwise one that is there needs only be readable.
    """
    try:
        path = path.resolve()
        if path.is_dir():
            raise WrongPlace(f"{path} is a folder")
        folder = path.parent
        if not folder.is_dir():
            raise WrongPlace(f"the folder {folder} does not exist")
        there = path.exists()
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or "it leads nowhere"
        raise WrongPlace(f"{path} cannot be used: {why}") from None
    if (written or not there) and not os.access(folder, os.W_OK | os.X_OK):
        raise WrongPlace(f"the folder {folder} may not be written to")
    if there and not os.access(path, os.R_OK | (os.W_OK if written else 0)):
        raise WrongPlace(f"{path} may not be {'written to' if written else 'read'}")


def check_apart(path: Path, database: Path) -> None:
    """Raise WrongPlace when ``path`` is the database, or one of the files SQLite keeps beside."""
    database = database.resolve()
    beside = {database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal")}
    if path.resolve() in {*beside, database.with_name(database.name + ".lock")}:
        raise WrongPlace(f"{path} is a file of the database itself")
