"""The report: what was sold in a period, as a short text with the other periods below."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.model.facts import Reader
from bot.model.outgoing import Outgoing
from bot.model.press import Press, Verb
from bot.model.report import PERIODS, ReportFacts

from .drawing import Pen, button, draw, outgoing, say_word

_MARK: Final = "·"  # around the one that is shown


def report(facts: ReportFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the sales of a period; what the known orders do not cover is said."""
    pen, language, sales = Pen(reader, now), reader.language, facts.sales
    since = facts.known_since
    drawn = draw(
        "report",
        language,
        facts=facts,
        sales=sales,
        pen=pen,
        last_day=facts.end - timedelta(microseconds=1),
        average=pen.money(sales.average),
        best=[(each, pen.money(each.revenue)) for each in sales.best],
        # A list that is read as a whole holds everything that there is.
        covered=facts.looked_at == "all" or (since is None and not facts.known),
    )
    buttons = [
        button(
            f"{_MARK} {label} {_MARK}" if period == facts.period else label,
            Press(Verb.REPORT, period),
        )
        for period in PERIODS
        for label in [say_word("labels", f"period_{period}", language)]
    ]
    menu = button(say_word("labels", "menu", language), Press(Verb.MENU))
    return outgoing(drawn, (tuple(buttons[:2]), tuple(buttons[2:]), (menu,)))
