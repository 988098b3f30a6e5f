"""The commands that work, for the phone's own menu and for /help."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.model.person import Act

from .drawing import say_word

# In the order in which the menu shows them, with what a person must be allowed to.
_COMMANDS = (
    ("menu", Act.SEE),
    ("queue", Act.DELIVER),
    ("orders", Act.SEE),
    ("tickets", Act.SEE),
    ("order", Act.SEE),
    ("deliver", Act.DELIVER),
    ("refund", Act.REFUND),
    ("status", Act.CHANGE_STATUS),
    ("ticket", Act.SEE),
    ("newticket", Act.REPLY),
    ("templates", Act.REPLY),
    ("products", Act.SEE),
    ("product", Act.SEE),
    ("stock", Act.STOCK),
    ("newproduct", Act.MONEY),
    ("payments", Act.MONEY),
    ("balance", Act.MONEY),
    ("report", Act.MONEY),
    ("export", Act.MONEY),
    ("settings", Act.SEE),
    ("team", Act.MANAGE),
    ("audit", Act.MANAGE),
    ("lock", Act.SEE),
    ("health", Act.SEE),
    ("cancel", Act.SEE),
    ("help", Act.SEE),
    ("start", Act.SEE),
)


def commands(language: str, acts: AbstractSet[Act]) -> tuple[tuple[str, str], ...]:
    """Return (command, description) for everything that a person with ``acts`` may type."""
    return tuple(
        (command, say_word("commands", command, language))
        for command, act in _COMMANDS
        if act in acts
    )
