"""Files of ours: readable by their owner alone, who is the owner of their folder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def create(path: Path, flags: int) -> int:
    """Open a file that is to be there (mode 600 where it is made now); return its descriptor.

    Raises OSError, also where the name is a link.
    """
    # Python opens it close-on-exec, so that no child process keeps it held. The owner of the
    # folder may have put a link there: root would give them what it leads to.
    flags |= os.O_CREAT | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags | os.O_EXCL, 0o600)
    except FileExistsError:
        if flags & os.O_EXCL:
            raise
        return os.open(path, flags, 0o600)  # whose it is, it stays
    leave(descriptor, path.parent)
    return descriptor


def leave(made: int | Path, folder: Path) -> None:
    """Leave what root made to the owner of the folder: their bot could not use it otherwise."""
    if os.geteuid() == 0:
        with suppress(OSError):  # a root that may not
            whose = folder.stat()
            if isinstance(made, int):
                os.fchown(made, whose.st_uid, whose.st_gid)
            else:
                os.lchown(made, whose.st_uid, whose.st_gid)
