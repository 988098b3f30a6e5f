"""Make a rendered text fit into one message: cut afterwards, in UTF-16 units, entities with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.model.outgoing import Entity

from .words import cut, units

MAX_UNITS = 4096  # Bot API: text, 1-4096 UTF-16 units after entities are parsed
MAX_ENTITIES = 100  # Bot API: more are dropped


def fit(
    text: str, entities: Iterable[Mapping[str, Any]], limit: int = MAX_UNITS
) -> tuple[str, tuple[Entity, ...]]:
    """Return ``text`` and ``entities`` so that Telegram takes them as they are."""
    start = len(text) - len(text.lstrip())
    shift = units(text[:start])
    text = cut(text.strip(), limit)
    end = units(text)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - shift, 0)
        last = min(entity["offset"] + entity["length"] - shift, end)
        if last > first:
            kept.append(
                Entity(
                    type=entity["type"],
                    offset=first,
                    length=last - first,
                    url=entity.get("url"),
                    language=entity.get("language"),
                )
            )
    kept.sort(key=lambda entity: (entity.offset, -entity.length))
    return text, tuple(kept[:MAX_ENTITIES])
