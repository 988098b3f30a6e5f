"""Translations: English stands in the templates; others are read from ``bot/locales``."""

from __future__ import annotations

import functools
import gettext
import io
import re
from pathlib import Path

LOCALES = Path(__file__).parent.parent / "locales"
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


@functools.cache
def translations(language: str, locales: Path = LOCALES) -> gettext.NullTranslations:
    """Return the translations for ``language``; none at all where nobody translated it."""
    for name in _names(language):
        path = locales / name / "LC_MESSAGES" / "messages.po"
        if path.is_file():
            return _compiled(path)
    return gettext.NullTranslations()


@functools.lru_cache(maxsize=256)  # what apps call their language has no end
def known(language: str, locales: Path = LOCALES) -> str:
    """Return the language that is spoken to who asks for ``language``: ``ru`` for ``ru-RU``."""
    for name in _names(language):
        if (locales / name / "LC_MESSAGES" / "messages.po").is_file():
            return name
    return "en"


def _names(language: str) -> tuple[str, ...]:
    base, _, region = language.replace("-", "_").partition("_")
    names = (f"{base.lower()}_{region.upper()}", base.lower())
    # What a person's app calls its language becomes part of a path: nothing else may be in it.
    return tuple(name for name in names if _LANGUAGE.fullmatch(name) and not name.startswith("en"))


def _compiled(path: Path) -> gettext.NullTranslations:
    # Babel takes time to import, and English needs none of it.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
