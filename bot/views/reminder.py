"""The reminder: what waits for a person, since when, and the way to it."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import Reader, ReminderFacts
from bot.model.outgoing import Button, Outgoing
from bot.model.press import Press, Verb

from .drawing import Pen, button, draw, outgoing, say_word
from .queue import start_queue


def reminder(facts: ReminderFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return what waits; once nothing does, that alone."""
    waits, language = facts.waits, reader.language
    snoozed = facts.snoozed_until
    if snoozed is not None and snoozed <= now:
        snoozed = None
    drawn = draw("reminder", language, waits=waits, snoozed_until=snoozed, pen=Pen(reader, now))
    to_them: list[Button] = list(start_queue(waits.orders, reader))
    if waits.orders:
        label = say_word("labels", "orders", language, waiting=waits.orders)
        to_them.append(button(label, Press(Verb.WAITING, "orders")))
    if waits.tickets:
        label = say_word("labels", "tickets", language, waiting=waits.tickets)
        to_them.append(button(label, Press(Verb.WAITING, "tickets")))
    later: list[Button] = []
    if not waits.empty and snoozed is None:
        later = [
            button(say_word("labels", f"snooze_{until}", language), Press(Verb.SNOOZE, until))
            for until in ("hour", "morning")
        ]
    return outgoing(drawn, (tuple(to_them), tuple(later)))
