"""Delivered goods as a message: in spoilers, with buttons that copy a unit, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import SecretStr

from bot.model.facts import GoodsFacts, Reader
from bot.model.outgoing import Button, Entity, Outgoing
from bot.model.pieces import length
from bot.model.press import Press, Verb, short_id
from bot.model.stock_source import StockBatch

from .drawing import Pen, button, draw, in_rows, say_word
from .lists import pager

COPIED_UNITS: Final = 256  # Bot API: copy_text holds no more
_PAGE_UNITS: Final = 3000  # of UTF-16; the rest of a message is for what stands around them
_PAGE_ROWS: Final = 6
_A_ROW: Final = 3


def goods_message(facts: GoodsFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return one page of an order's goods, exactly as they are."""
    pages = _pages(facts.units)
    here = min(max(facts.page, 1), len(pages))
    pen, language = Pen(reader, now), reader.language
    text, entities = draw(
        "goods",
        language,
        pen=pen,
        number=pen.code(facts.number),
        count=len(facts.units),
        seconds=facts.seconds,
        cut=any(part for _, _, part in pages[here - 1]),
        origins=_origins(facts, {place for place, _, _ in pages[here - 1]}),
    )
    marks = list(entities)
    copies: list[Button] = []
    for place, words, _ in pages[here - 1]:
        head = f"\n{place}. "
        marks.append(
            Entity(type="spoiler", offset=length(text) + length(head), length=length(words))
        )
        text += head + words
        unit = facts.units[place - 1].get_secret_value()
        if words == unit and len(unit) <= COPIED_UNITS:
            label = say_word("labels", "copy", language, place=place)
            copies.append(Button(label=label, copies=unit))
    rows = [*in_rows(copies, _A_ROW)]
    key = short_id(facts.order_id)
    rows.append(pager(here, len(pages), lambda page: Press(Verb.SHOW_GOODS, key, str(page))))
    press = Press(Verb.HIDE_GOODS, key)
    rows.append((button(say_word("labels", "hide", language), press),))
    keyboard = tuple(row for row in rows if row)
    return Outgoing(text=text, entities=tuple(marks), keyboard=keyboard)


def _origins(facts: GoodsFacts, places: set[int]) -> list[tuple[int, StockBatch]]:
    return [(place, batch) for place, batch in sorted(facts.origins.items()) if place in places]


def _pages(units: Sequence[SecretStr]) -> list[list[tuple[int, str, bool]]]:
    """Share units out to pages: (place, from 1; text; whether it is a part of a longer unit)."""
    pages: list[list[tuple[int, str, bool]]] = [[]]
    room = _PAGE_UNITS
    for place, unit in enumerate(units, start=1):
        parts = _parts(unit.get_secret_value())
        for part in parts:
            if pages[-1] and (length(part) > room or len(pages[-1]) >= _PAGE_ROWS):
                pages.append([])
                room = _PAGE_UNITS
            pages[-1].append((place, part, len(parts) > 1))
            room -= length(part)
    return pages


def _parts(text: str) -> list[str]:
    """Cut a unit that no message holds; half of that bound in characters fits in any case."""
    if length(text) <= _PAGE_UNITS:
        return [text]
    size = _PAGE_UNITS // 2
    return [text[at : at + size] for at in range(0, len(text), size)]
