"""Looks through every byte that a bot wrote for what must be in none of its files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_ACCOUNT = re.compile(r"[^\s:|@]+@[^\s:|@]+\.[a-z]+[:|]\S+")
_LONG_ENOUGH = 8  # characters: less is found in anything


def goods_of(state: Any, texts: Iterable[str]) -> set[str]:
    """Return the goods that were delivered as the marketplace has them, and that people pasted."""
    found = {row for order in state["orders"] for row in order["delivered_rows"]}
    for text in texts:
        found.update(_ACCOUNT.findall(text))
    return {
        goods
        for goods in found
        # A word alone may stand in a title; what opens something has more than letters.
        if len(goods) >= _LONG_ENOUGH and re.search(r"[^\w\s]", goods) and not goods.isspace()
    }


def leaked(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Return which of these stand in which file of a bot's folder; its backups are files, too."""
    wanted = [(secret, secret.encode()) for secret in secrets if secret]
    found: list[str] = []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith(".env"):  # a person's own settings
            content = file.read_bytes()
            found += [f"{secret!r} in {file.name}" for secret, raw in wanted if raw in content]
    return found
