"""The languages the bot can speak, each by its own name. What one lacks is said in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ENGLISH: Final = "en"
# As the folders in bot/locales are called, in the order in which a person chooses.
NAMES: Final[Mapping[str, str]] = {
    ENGLISH: "English",
    "ru": "Русский",
    "zh": "中文",
    "es": "Español",
    "pt_BR": "Português",
    "vi": "Tiếng Việt",
}


def code_of(language: str) -> str:
    """Return a language as a button carries it: in small letters."""
    return language.lower()


def language_of_code(code: str) -> str:
    """Return the language that a button or a setting names, ``pt-br`` too; empty for none."""
    wanted = code.strip().replace("-", "_").lower()
    return next((name for name in NAMES if code_of(name) == wanted), "")
