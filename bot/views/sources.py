"""Sources of accounts: what was sold of each, what it cost, and how often something was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.facts import Reader
from bot.model.outgoing import Outgoing
from bot.model.press import Press, Verb
from bot.model.sources import SINCE, Source

from .drawing import Pen, button, draw, outgoing, say_word

_SHOWN = 15


def sources(found: Sequence[Source], reader: Reader, now: datetime) -> Outgoing:
    """Return the sources of what was sold lately, the one with the most units first."""
    drawn = draw(
        "sources",
        reader.language,
        sources=found[:_SHOWN],
        hidden=len(found) - _SHOWN,
        days=SINCE.days,
        pen=Pen(reader, now),
    )
    menu = button(say_word("labels", "menu", reader.language), Press(Verb.MENU))
    return outgoing(drawn, ((menu,),))
