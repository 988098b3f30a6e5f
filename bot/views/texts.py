"""All texts of a ticket, or of an order's tickets, in pages: nothing that was seen is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.model.facts import Reader, TextsFacts, TicketText
from bot.model.outgoing import Outgoing
from bot.model.press import Press, Verb, short_id

from .drawing import Pen, draw, outgoing
from .lists import pager
from .words import plain

# Characters: what nothing can be tapped in is up to twice as long, and an emoji counts double.
_PART: Final = 800
_PAGE: Final = 900
_PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class _Part:
    said: TicketText
    words: str
    goes_on: bool = False  # what stands on the page before


def texts(facts: TextsFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return one page of everything that was said, the oldest first; page 0 is the last one."""
    pages = _pages(facts)
    here = min(facts.page, len(pages)) if facts.page > 0 else len(pages)
    pen = Pen(reader, now)
    several = len({said.number for said in facts.texts}) > 1
    drawn = draw(
        "texts",
        reader.language,
        facts=facts,
        pen=pen,
        parts=pages[here - 1],
        several=several,
    )
    key = short_id(facts.subject_id)

    def turn(page: int) -> Press:
        return Press(Verb.TEXTS, key, f"{facts.kind}.{page}")

    return outgoing(drawn, (pager(here, len(pages), turn, turn(here)),))


def _pages(facts: TextsFacts) -> list[list[_Part]]:
    pages: list[list[_Part]] = [[]]
    room = _PAGE
    for said in facts.texts:
        for part in _parts(said):
            if pages[-1] and (len(part.words) > room or len(pages[-1]) >= _PARTS):
                pages.append([])
                room = _PAGE
            pages[-1].append(part)
            room -= len(part.words)
    return pages


def _parts(said: TicketText) -> Iterator[_Part]:
    """Cut a text that no message holds, between two words where there are any."""
    words = plain(said.text, len(said.text) * 2 + 1)
    goes_on = False
    while len(words) > _PART:
        end = max(words.rfind(" ", _PART // 2, _PART), words.rfind("\n", _PART // 2, _PART))
        end = end if end > 0 else _PART
        yield _Part(said, words[:end].strip(), goes_on)
        words, goes_on = words[end:].strip(), True
    yield _Part(said, words, goes_on)
