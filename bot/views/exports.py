"""The card of /export, the question for other days, and what stands below a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from bot.model.exports import FORMATS, WHATS, Export
from bot.model.facts import Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.periods import Days, Named, Period, days_of, read
from bot.model.press import Press, Verb

from .drawing import Pen, button, draw, marked, months, outgoing, say_word

_PERIODS: Final[tuple[tuple[Named, ...], ...]] = (
    ("today", "yesterday", "week"),
    ("days", "month", "before"),
)


def export_card(export: Export, reader: Reader, now: datetime) -> Outgoing:
    """Return what will be in the file, and buttons for each other choice."""
    language = reader.language
    drawn = draw(
        "export",
        language,
        what=say_word("labels", f"export_{export.what}", language),
        days=period_line(export.period, reader, now),
        zone=reader.time_zone.key,
        what_key=export.what,
    )
    whats = [
        _choice(
            say_word("labels", f"export_{what}", language),
            Press(Verb.EXPORT, Export(what, export.period).pack()),
            chosen=what == export.what,
        )
        for what in WHATS
    ]
    rows = [
        tuple(
            _choice(
                say_word("labels", f"period_{name}", language),
                Press(Verb.EXPORT, Export(export.what, name).pack()),
                chosen=name == export.period,
            )
            for name in names
        )
        for names in _PERIODS
    ]
    others = (
        _choice(
            say_word("labels", "period_all", language),
            Press(Verb.EXPORT, Export(export.what, "all").pack()),
            chosen=export.period == "all",
        ),
        _choice(
            say_word("labels", "other_days", language),
            Press(Verb.EXPORT_DAYS, export.what),
            chosen=isinstance(export.period, Days),
        ),
    )
    send = tuple(
        button(
            say_word("labels", f"send_{each}", language),
            Press(Verb.EXPORT, export.pack(), each),
            "primary",
        )
        for each in FORMATS
    )
    menu = button(say_word("labels", "menu", language), Press(Verb.MENU))
    return outgoing(drawn, (tuple(whats[:2]), tuple(whats[2:]), *rows, others, send, (menu,)))


def _choice(label: str, press: Press, *, chosen: bool) -> Button:
    return button(marked(label, chosen=chosen), press)


def period_line(period: Period, reader: Reader, now: datetime) -> str:
    """Return ``1 Nov – 23 Nov``, or one day; of everything, the word for that."""
    if period == "all":
        return say_word("labels", "period_all", reader.language)
    pen = Pen(reader, now)
    days = days_of(period, now.astimezone(reader.time_zone).date())
    first, last = (pen.day(_noon(day, reader)) for day in (days.first, days.last))
    return first if first == last else f"{first} – {last}"


def _noon(day: date, reader: Reader) -> datetime:
    return datetime.combine(day, time(12), reader.time_zone)


def caption(
    what: str, rows: int, first: str, last: str, zone: str, reader: Reader, now: datetime
) -> Outgoing:
    """Return what stands below a file; ``first`` and ``last`` are days, or nothing for all."""
    days = Days(date.fromisoformat(first), date.fromisoformat(last)) if first else None
    drawn = draw(
        "export_made",
        reader.language,
        what=say_word("labels", f"export_{what}", reader.language),
        rows=rows,
        days=period_line(days or "all", reader, now),
        zone=zone,
    )
    return outgoing(drawn)


def period_prompt(draft_id: int, state: str, reader: Reader, now: datetime) -> Outgoing:
    """Return the question for days that no button says, or what became of it."""
    today = now.astimezone(reader.time_zone).date()
    before = days_of("before", today)
    asked = Days(before.first, before.first + timedelta(days=14))
    pen = Pen(reader, now)
    example = f"{pen.day(_noon(asked.first, reader))} - {pen.day(_noon(asked.last, reader))}"
    if read(example, today, months(reader.language)) != asked:
        example = f"{asked.first} - {asked.last}"  # what is shown as right must be
    drawn = draw(
        "period_prompt",
        reader.language,
        state=state,
        example=example,
        month=before.first.strftime("%Y-%m"),
    )
    if state != "open":
        return outgoing(drawn)
    cancel = say_word("labels", "cancel", reader.language)
    return outgoing(drawn, ((button(cancel, Press(Verb.STOP, str(draft_id))),),))
