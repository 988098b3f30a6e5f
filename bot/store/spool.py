"""Files on their way to Telegram: beside the database, private, and gone once they were sent.

None of them is needed: whoever finds one missing has it made again.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from .errors import from_os
from .private import create, leave

# What nobody sent for so long will not be sent any more.
_KEPT_SECONDS: Final = 48 * 3600.0
_NAME = re.compile(r"[0-9a-f]{16}\.[a-z]{1,5}")


class Spool:
    """The folder of these files. Everything here blocks: a few calls that touch no content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self, ending: str) -> Path:
        """Make an empty file that only we may read. Raises StoreError."""
        try:
            with suppress(FileExistsError):
                self.folder.mkdir(mode=0o700)
                leave(self.folder, self.folder.parent)
            path = self.folder / f"{secrets.token_hex(8)}.{ending}"
            os.close(create(path, os.O_WRONLY | os.O_EXCL))
        except OSError as error:
            raise from_os(error, str(self.folder)) from error
        return path

    def path(self, name: str) -> Path:
        """Return where a file of ours lies, or lay. Raises ValueError for any other name."""
        if not _NAME.fullmatch(name):
            raise ValueError("not the name of a file of ours")
        return self.folder / name

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone already is gone."""
        try:
            self.path(name).unlink(missing_ok=True)
        except OSError as error:
            raise from_os(error, str(self.folder)) from error

    def tidy(self, *, older_than: float = _KEPT_SECONDS) -> int:
        """Remove what was not written to for so many seconds; return how many."""
        gone = 0
        before = time.time() - older_than
        try:
            found = list(self.folder.iterdir()) if self.folder.is_dir() else []
            for path in found:
                if path.is_file() and path.stat().st_mtime <= before:
                    path.unlink(missing_ok=True)
                    gone += 1
        except OSError as error:
            raise from_os(error, str(self.folder)) from error
        return gone
