"""The report: what was sold in a period, as a short text with the other periods below."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.model.exports import Export
from bot.model.facts import MenuFacts, Reader
from bot.model.outgoing import Button, Entity, Outgoing
from bot.model.periods import Days, Named, Period, pack, unpack
from bot.model.press import Press, Verb
from bot.model.report import ReportFacts

from .drawing import Keyboard, Pen, button, draw, marked, outgoing, say_word
from .exports import period_line
from .queue import start_queue

_PERIODS: Final[tuple[tuple[Named, ...], ...]] = (
    ("today", "yesterday", "week"),
    ("days", "month", "before"),
)


def report(facts: ReportFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the sales of a period; what the known orders do not cover is said."""
    return outgoing(_drawn("report", facts, reader, now), _keyboard(facts, reader.language))


def summary(facts: ReportFacts, waits: MenuFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return what was sold the day before, and what waits now."""
    language = reader.language
    orders = say_word("labels", "orders", language, waiting=waits.orders_waiting)
    tickets = say_word("labels", "tickets", language, waiting=waits.tickets_waiting)
    lists = (
        button(orders, Press(Verb.ORDERS, "waiting", "1")),
        button(tickets, Press(Verb.TICKETS, "waiting", "1")),
    )
    rest = (
        button(say_word("labels", "chart", language), Press(Verb.CHART, "week")),
        button(say_word("labels", "todays_sales", language), Press(Verb.REPORT, "today")),
    )
    return outgoing(
        _drawn("summary", facts, reader, now, waits=waits),
        (start_queue(waits.orders_waiting, reader), lists, rest),
    )


def _drawn(
    template: str, facts: ReportFacts, reader: Reader, now: datetime, **more: object
) -> tuple[str, tuple[Entity, ...]]:
    pen, language, sales = Pen(reader, now), reader.language, facts.sales
    since = facts.known_since
    return draw(
        template,
        language,
        facts=facts,
        sales=sales,
        pen=pen,
        name=_name(facts.period, language),
        last_day=facts.end - timedelta(microseconds=1),
        average=pen.money(sales.average),
        best=[(each, pen.money(each.revenue)) for each in sales.best],
        to_deliver=_lasted(facts.speed.to_deliver, language),
        to_answer=_lasted(facts.speed.to_answer, language),
        # A list that is read as a whole holds everything that there is.
        covered=facts.looked_at == "all" or (since is None and not facts.known),
        **more,
    )


def _name(period: Period, language: str) -> str:
    """Return what a period is called; days that somebody named have no name."""
    return "" if isinstance(period, Days) else say_word("labels", f"in_{period}", language)


def _keyboard(facts: ReportFacts, language: str) -> Keyboard:
    def choice(label: str, press: Press, *, chosen: bool) -> Button:
        return button(marked(label, chosen=chosen), press)

    rows = [
        tuple(
            choice(
                say_word("labels", f"period_{name}", language),
                Press(Verb.REPORT, name),
                chosen=name == facts.period,
            )
            for name in names
        )
        for names in _PERIODS
    ]
    everything = say_word("labels", "period_all", language)
    other = say_word("labels", "other_days", language)
    rows.append(
        (
            choice(everything, Press(Verb.REPORT, "all"), chosen=facts.period == "all"),
            choice(other, Press(Verb.REPORT_DAYS), chosen=isinstance(facts.period, Days)),
        )
    )
    if facts.sales.orders:
        chart = say_word("labels", "chart", language)
        export = say_word("labels", "export", language)
        rows.append(
            (
                button(chart, Press(Verb.CHART, pack(facts.period))),
                button(export, Press(Verb.EXPORT, Export("orders", facts.period).pack())),
            )
        )
    sources = button(say_word("labels", "sources", language), Press(Verb.SOURCES))
    return (*rows, (sources, button(say_word("labels", "menu", language), Press(Verb.MENU))))


def _lasted(span: timedelta | None, language: str) -> str:
    """Return how long something took, in the unit that people would name it in."""
    if span is None:
        return ""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return say_word("labels", "under_a_minute", language)
    if minutes < _TWO_HOURS:
        return say_word("labels", "minutes", language, count=minutes)
    hours = round(minutes / 60)
    if hours < _TWO_DAYS:
        return say_word("labels", "hours", language, count=hours)
    return say_word("labels", "days", language, count=round(hours / 24))


_TWO_HOURS: Final = 120  # minutes
_TWO_DAYS: Final = 48  # hours


def chart_caption(period: str, at: str, unit: str, reader: Reader, now: datetime) -> Outgoing:
    """Return what stands below the picture of a report, which was drawn at a moment."""
    then = datetime.fromisoformat(at)
    drawn = draw(
        "chart",
        reader.language,
        days=period_line(unpack(period) or "today", reader, then),
        at=Pen(reader, now).clock(then),
        unit=unit,
    )
    return outgoing(drawn)
