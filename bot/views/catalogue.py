"""A language's sentences, compiled once and kept beside their file: ``__pycache__``.

Read from the .po they cost 40 ms each time, and the process what Babel needs for it.
"""

from __future__ import annotations

import gettext
import hashlib
import io
from contextlib import suppress
from pathlib import Path
from typing import Final

from .compiled import keep

_SEAL: Final = 32  # bytes of a SHA-256


def catalogue(path: Path) -> gettext.GNUTranslations:
    """Return the translations of a .po file. Where nothing can be kept, it is read each time.

    Raises OSError when it cannot be read.
    """
    source = path.read_bytes()
    folder = path.parent / "__pycache__"
    mark = hashlib.sha256(source).hexdigest()[:16]
    kept = folder / f"{path.stem}.{mark}.mo"
    with suppress(OSError):
        content = kept.read_bytes()
        seal, compiled = content[:_SEAL], content[_SEAL:]
        if hashlib.sha256(compiled).digest() == seal:
            return gettext.GNUTranslations(io.BytesIO(compiled))
    compiled = _compile(source)
    with suppress(OSError):
        keep(kept, hashlib.sha256(compiled).digest() + compiled)
        for other in folder.glob(f"{path.stem}.*.mo"):
            if other != kept:
                other.unlink(missing_ok=True)
    return gettext.GNUTranslations(io.BytesIO(compiled))


def _compile(source: bytes) -> bytes:
    # Babel takes time to import, and what is compiled already needs none of it.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source)))
    return compiled.getvalue()
