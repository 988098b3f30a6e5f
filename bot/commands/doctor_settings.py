"""Settings for who looks at each of them: what cannot be used has a stand-in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from bot.settings import Settings
from bot.settings_reading import WrongSettings, given_outside, load_settings, problems_of

_NAMES: Final = frozenset(name.upper() for name in Settings.model_fields)
_STAND_INS: Final = {
    "TELEGRAM_BOT_TOKEN": "100:" + "x" * 35,
    "SUPPLIER_API_URL": "http://stand-in.invalid",
    "SUPPLIER_API_KEY": "stand-in",
    "SUPPLIER_COOKIE": "csrftoken=stand-in",
    "DATABASE_URL": f"sqlite+aiosqlite:///{Path(tempfile.gettempdir()) / 'stand-in.db'}",
}


def load_what_can_be() -> tuple[Settings, frozenset[str], list[str]]:
    """Return settings, the names of those that are stand-ins only, and what is wrong with them.

    For who looks at each of them: whatever depends on a stand-in cannot be looked at.
    """
    try:
        return load_settings(), frozenset(), []
    except WrongSettings as wrong:
        problems = wrong.problems
    names = _names_of(problems)
    while True:
        given, _ = given_outside()
        for name in names:
            given[name.lower()] = _STAND_INS.get(name, Settings.model_fields[name.lower()].default)
        try:
            return Settings(**given), names, problems
        except ValidationError as error:
            # Settings that need each other: the others of that kind are left out, too.
            found = [line for each in error.errors(include_url=False) for line in problems_of(each)]
            families = tuple(f"{name.partition('_')[0]}_" for name in _names_of(found))
            more = {name for name in _NAMES if name.startswith(families)}
            if not more - names:
                raise
            names |= more


def _names_of(problems: list[str]) -> frozenset[str]:
    return frozenset(line.partition(":")[0] for line in problems) & _NAMES
