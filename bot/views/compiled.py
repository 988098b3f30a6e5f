"""Compiled templates, kept beside them as Python keeps its modules: ``__pycache__``.

Compiled anew they cost every start a second of work, and the process megabytes of what the compiler
leaves behind. Where the folder may not be written to, they are compiled each time.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

# What of an environment its compiled templates depend on, besides their source.
_OPTIONS: Final = ("autoescape", "trim_blocks", "lstrip_blocks", "optimized", "is_async")


class Compiled(BytecodeCache):
    """One file a template; one that is out of date, damaged or another Python's is made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """Return where a template's code is kept, filled if it is there."""
        options = [repr(getattr(environment, each)) for each in _OPTIONS]
        options += sorted(environment.extensions)
        key = hashlib.sha256("\n".join([name, *options]).encode()).hexdigest()[:16]
        bucket = Bucket(environment, f"{name}.{key}", self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket; one whose file is no use stays empty."""
        with suppress(OSError), self._path(bucket).open("rb") as kept:
            try:
                bucket.load_bytecode(kept)
            except (EOFError, ValueError, TypeError):
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a bucket's code, whole or not at all."""
        with suppress(OSError):
            keep(self._path(bucket), bucket.bytecode_to_string())

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.jinja"


def keep(path: Path, content: bytes) -> None:
    """Write a file, and its folder, whole or not at all. Raises OSError."""
    path.parent.mkdir(exist_ok=True)
    made, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(made, "wb") as file:
            os.fchmod(made, 0o644)  # whoever may read the sources may read this
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
