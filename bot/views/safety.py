"""The safety side of the settings: the refund limit, one's own PIN, and what is typed for them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from bot.model.facts import Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.press import Press, Verb
from bot.model.safety import SafetyFacts

from .drawing import Pen, button, draw, marked, outgoing, say_word

_LIMITS: Final = ("0", "50", "100", "250")


def safety_card(facts: SafetyFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return what holds, with the buttons that change it."""
    pen, language = Pen(reader, now), reader.language
    owner = Act.MANAGE in reader.acts
    drawn = draw(
        "safety",
        language,
        facts=facts,
        pen=pen,
        limit="" if facts.limit is None else pen.money(facts.limit),
        owner=owner,
    )
    rows: list[tuple[Button, ...]] = []
    if owner:
        rows += _limits(facts, reader, pen)
    if Act.REFUND in reader.acts or Act.DELIVER in reader.acts:
        word = "pin_another" if facts.pin else "pin_new"
        pins = [button(say_word("labels", word, language), Press(Verb.SAFETY, "pin", "ask"))]
        if facts.pin:
            remove = say_word("labels", "pin_remove", language)
            pins.append(button(remove, Press(Verb.SAFETY, "pin", "off")))
        rows.append(tuple(pins))
    rows.append((button(say_word("labels", "back", language), Press(Verb.SETTINGS, "main")),))
    return outgoing(drawn, tuple(rows))


def _limits(facts: SafetyFacts, reader: Reader, pen: Pen) -> list[tuple[Button, ...]]:
    language = reader.language
    here = "off" if facts.limit is None else format(facts.limit, "f")
    choices = [(each, pen.money(Decimal(each))) for each in _LIMITS]
    choices.append(("off", say_word("labels", "limit_none", language)))
    buttons = [
        button(
            marked(label, chosen=value == here),
            Press(Verb.SAFETY, "limit", value),
        )
        for value, label in choices
    ]
    typed = button(say_word("labels", "limit_other", language), Press(Verb.SAFETY, "limit", "ask"))
    return [tuple(buttons[:3]), (*buttons[3:], typed)]


def safety_prompt(draft_id: int, kind: str, state: str, reader: Reader, now: datetime) -> Outgoing:
    """Return what is to be typed, or what became of it; never what was typed."""
    drawn = draw("safety_prompt", reader.language, kind=kind, state=state, pen=Pen(reader, now))
    if state != "open":
        return outgoing(drawn)
    cancel = say_word("labels", "cancel", reader.language)
    return outgoing(drawn, ((button(cancel, Press(Verb.STOP, str(draft_id))),),))
