"""What is remembered of a buyer: the buttons behind More, and the prompt for a note."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import Buyer, PromptFacts, Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.press import Press, Verb

from .drawing import Keyboard, Pen, button, draw, outgoing, say_word


def remembers(buyer: Buyer | None, reader: Reader) -> bool:
    """Say whether this reader may mark this buyer, and note something on them."""
    return buyer is not None and Act.REPLY in reader.acts


def buyer_buttons(buyer: Buyer | None, kind: str, short: str, reader: Reader) -> Keyboard:
    """Return the marks that the buyer does not have, and the way to a note.

    ``kind`` and ``short``: the order or the ticket on whose card they stand.
    """
    if buyer is None or not remembers(buyer, reader):
        return ()
    language = reader.language
    marks = tuple(
        _on(f"buyer_{given}", Verb.BUYER_MARK, short, f"{kind}.{given}", language)
        for given in ("watch", "star", "none")
        if given != (buyer.mark or "none")
    )
    word = "buyer_note_change" if buyer.note else "buyer_note"
    return (marks, (_on(word, Verb.BUYER_NOTE, short, kind, language),))


def note_prompt(facts: PromptFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return what asks for a note on a buyer, or what became of it."""
    drawn = draw("note", reader.language, facts=facts, pen=Pen(reader, now))
    if facts.state != "open":
        return outgoing(drawn)
    language, draft = reader.language, str(facts.draft_id)
    row: list[Button] = []
    if facts.buyer is not None and facts.buyer.note:
        row.append(_on("buyer_note_remove", Verb.BUYER_NOTE, draft, "remove", language))
    row.append(button(say_word("labels", "cancel", language), Press(Verb.STOP, draft)))
    return outgoing(drawn, (tuple(row),))


def _on(word: str, verb: Verb, subject: str, arg: str, language: str) -> Button:
    return button(say_word("labels", word, language), Press(verb, subject, arg))
