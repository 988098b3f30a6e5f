"""A burst of news as one message that names every number, with buttons to the lists."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import DigestFacts, Reader
from bot.model.outgoing import Outgoing
from bot.model.press import Press, Verb

from .drawing import Pen, button, draw, outgoing, say_word
from .queue import start_queue


def digest(facts: DigestFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return a burst of news: how many of each kind, their sum, every number."""
    pen = Pen(reader, now)
    drawn = draw("digest", reader.language, facts=facts, total=pen.money(facts.total), pen=pen)
    row = []  # lists stand below: a digest names what is new, and may grow
    if facts.new_orders or facts.changed_orders:
        label = say_word("labels", "orders", reader.language, waiting=facts.orders_waiting)
        row.append(button(label, Press(Verb.WAITING, "orders")))
    if facts.tickets:
        label = say_word("labels", "tickets", reader.language, waiting=facts.tickets_waiting)
        row.append(button(label, Press(Verb.WAITING, "tickets")))
    waiting = facts.orders_waiting if facts.new_orders or facts.changed_orders else 0
    return outgoing(drawn, (start_queue(waiting, reader), tuple(row)))
