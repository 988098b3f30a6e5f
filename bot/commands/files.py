"""Writing a file as a whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from .said import NotDoneError


def write_whole(file: Path, text: str, *, mode: int) -> None:
    """Put a text in place of a file in one step, with the rights ``mode``.

    Raises NotDoneError when that cannot be done; the file is then as it was.
    """
    place = file.resolve()
    fresh = ""
    try:
        # What root changes for somebody stays theirs, or their bot could not read it any more.
        whose = (place if place.exists() else place.parent).stat()
        descriptor, fresh = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            os.fchmod(handle.fileno(), mode)
            if os.geteuid() == 0:
                os.fchown(handle.fileno(), whose.st_uid, whose.st_gid)
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        Path(fresh).replace(place)
    except OSError as error:
        if fresh:
            with contextlib.suppress(OSError):
                Path(fresh).unlink()
        raise NotDoneError(
            f"{file} cannot be written: {error.strerror or 'unknown reason'}."
        ) from None
