"""The dispute file: a timeline to copy, or as a .txt file where it is long or wanted so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from bot.model.dispute import DisputeFacts, Entry
from bot.model.facts import Reader
from bot.model.outgoing import Outgoing
from bot.model.press import Press, Verb, short_id

from .drawing import Pen, button, draw, outgoing, say_word
from .words import bare_line, clean, readable, units

# UTF-16 units that a message holds beside its head.
_FITS: Final = 3300
_LONGEST: Final = 200_000
_A_TEXT: Final = 4000  # of one text in a ticket
_PLACES: Final = "  "


def dispute(
    facts: DisputeFacts, reader: Reader, now: datetime, *, as_file: bool = False
) -> Outgoing:
    """Return the timeline; times are UTC, so that they mean the same to everybody."""
    text = _written(facts, reader, now)
    fits = units(text) <= _FITS
    drawn = draw(
        "dispute",
        reader.language,
        pen=Pen(reader, now),
        facts=facts,
        text=text if fits and not as_file else "",
    )
    if not fits or as_file:
        said = outgoing(drawn)
        name = f"{bare_line(facts.number, 40)}.txt".replace("/", "_")
        return said.model_copy(update={"file_name": name, "file_text": text[:_LONGEST]})
    label = say_word("labels", "as_file", reader.language)
    press = Press(Verb.DISPUTE, short_id(facts.subject_id), f"{facts.kind}.file")
    return outgoing(drawn, ((button(label, press),),))


def _written(facts: DisputeFacts, reader: Reader, now: datetime) -> str:
    order, language, pen = facts.order, reader.language, Pen(reader, now)

    def say(word: str, **values: object) -> str:
        return say_word("dispute", word, language, **values)

    lines = []
    if order is not None:
        lines.append(say("order", number=bare_line(order.number, 60), title=bare_line(order.title)))
        lines.append(
            say(
                "figures",
                units=order.units,
                delivered=order.delivered,
                amount=pen.money(order.total_amount),
                method=bare_line(order.payment_method, 40),
            )
        )
        if order.buyer_id:
            lines.append(say("buyer", buyer=bare_line(order.buyer_id, 60)))
    else:
        lines.append(say("ticket_alone", number=bare_line(facts.number, 60)))
    lines += [say("written", at=_time(now)), ""]
    for entry in facts.entries:
        lines.append(f"{_time(entry.at)}{_PLACES}{_what(entry, pen, language)}")
        lines += [f"{_PLACES}| {line}" for line in clean(entry.text).split("\n") if entry.text]
    return "\n".join(lines)


def plain(text: str) -> str:
    """Return a text of a ticket as lines without HTML."""
    return readable(text, _A_TEXT)


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _what(entry: Entry, pen: Pen, language: str) -> str:
    return say_word(
        "dispute",
        entry.what,
        language,
        who=bare_line(entry.who, 40),
        number=bare_line(entry.number, 60),
        units=entry.units,
        status=bare_line(entry.status, 40),
        amount=pen.money(entry.amount),
    )
