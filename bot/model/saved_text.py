"""Texts that a shop keeps to answer buyers with, and the variables in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from .languages import code_of
from .order import Order

# What stands in braces for something of the order or the ticket.
VARIABLES: Final = ("order_no", "product", "quantity", "buyer", "date")
_IN_BRACES = re.compile(r"\{([^{}\n]{1,40})\}")


@dataclass(frozen=True, slots=True)
class SavedText:
    """One text; it may hold anything: its repr hides it. ``versions``: by language."""

    id: int
    text: str = field(repr=False)
    versions: Mapping[str, str] = field(default_factory=dict, repr=False)

    def version(self, language: str) -> str:
        """Return the text in a language; where there is no such version, as it was written."""
        return self.versions.get(language) or self.text

    def key(self, language: str) -> str:
        """Return how a button names the version that is used for a language."""
        return f"{self.id}.{code_of(language)}" if language in self.versions else str(self.id)

    def with_version(self, language: str, text: str) -> SavedText:
        """Return it with another text: in a language, or (no language) as it is written first."""
        if not language:
            return replace(self, text=text)
        return replace(self, versions={**self.versions, language: text})

    def without(self, language: str) -> SavedText:
        """Return it without a version."""
        left = {name: text for name, text in self.versions.items() if name != language}
        return replace(self, versions=left)


def unknown_in(text: str) -> tuple[str, ...]:
    """Return what stands in braces and is no variable, each once, in its order."""
    found = (match[1] for match in _IN_BRACES.finditer(text))
    return tuple(dict.fromkeys(name for name in found if _name(name) not in VARIABLES))


def holds_variables(text: str) -> bool:
    """Say whether anything in braces is left in a text, filled in or not."""
    return _IN_BRACES.search(text) is not None


def _name(written: str) -> str:
    return written.strip().lower()


def filled(text: str, values: Mapping[str, str]) -> tuple[str, bool]:
    """Return a text with its variables filled in, and whether all of them could be.

    What could not stays as it is written. What a value holds is never taken for a variable.
    """
    whole = True

    def value(match: re.Match[str]) -> str:
        nonlocal whole
        found = values.get(_name(match[1]), "")
        whole = whole and bool(found)
        return found or match[0]

    return _IN_BRACES.sub(value, text), whole


def values_of(
    buyer_id: str | None, order: Order | None, now: datetime, zone: ZoneInfo
) -> dict[str, str]:
    """Return what the variables are for a buyer and an order; empty where it is not known.

    The date is today's by the clock of ``zone``, as 2026-11-23.
    """
    return {
        "order_no": "" if order is None else order.number,
        "product": "" if order is None else order.title,
        "quantity": "" if order is None else str(order.units),
        "buyer": buyer_id or "",
        "date": now.astimezone(zone).date().isoformat(),
    }
