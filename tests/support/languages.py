"""Languages that only a test speaks."""

from __future__ import annotations

from bot.views import drawing, languages


def forget() -> None:
    """Forget what was read of the languages, so that another folder of them counts."""
    languages.known.cache_clear()
    languages.translations.cache_clear()
    drawing._read.cache_clear()
