"""Saved texts: the list, one of them, and which is to answer a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model.facts import Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.press import Press, Verb, short_id
from bot.model.saved_text import VARIABLES, SavedText
from bot.model.ticket import Ticket

from .drawing import Keyboard, Pen, button, draw, outgoing, say_word
from .words import quotable

_LABEL = 60


def saved_text_list(
    texts: Sequence[SavedText], reader: Reader, now: datetime, deleted: SavedText | None = None
) -> Outgoing:
    """Return every saved text, a button each; ``deleted``: the one that was there until now."""
    pen = Pen(reader, now)
    drawn = draw(
        "saved_texts",
        reader.language,
        pen=pen,
        total=len(texts),
        deleted="" if deleted is None else deleted.text,
        variables=_variables(),
    )
    rows = [(button(_label(one), Press(Verb.SAVED_TEXT, str(one.id))),) for one in texts]
    last = (
        _go("text_new", Press(Verb.TEXT_EDIT), reader.language),
        _go("menu", Press(Verb.MENU), reader.language),
    )
    return outgoing(drawn, (*rows, last))


def _label(text: SavedText) -> str:
    return quotable(text.text, _LABEL) or "–"


def _go(word: str, press: Press, language: str) -> Button:
    return button(say_word("labels", word, language), press)


def _variables() -> str:
    return " ".join(f"{{{name}}}" for name in VARIABLES)


def saved_text(text: SavedText, place: int, total: int, reader: Reader, now: datetime) -> Outgoing:
    """Return one saved text whole; ``place``, from 1, among ``total``. What is odd is said."""
    drawn = draw(
        "saved_text",
        reader.language,
        pen=Pen(reader, now),
        text=text.text,
        place=place,
        total=total,
        unknown=text.unknown,
        variables=_variables(),
    )
    key, language = str(text.id), reader.language
    order: list[Button] = []
    if place > 1:
        order.append(_go("text_up", Press(Verb.TEXT_MOVE, key, "up"), language))
    if place < total:
        order.append(_go("text_down", Press(Verb.TEXT_MOVE, key, "down"), language))
    keyboard: Keyboard = (
        (
            _go("text_edit", Press(Verb.TEXT_EDIT, key), language),
            _go("text_delete", Press(Verb.TEXT_DELETE, key), language),
        ),
        tuple(order),
        (_go("back", Press(Verb.SAVED_TEXTS), language),),
    )
    return outgoing(drawn, keyboard)


def which_saved_text(
    texts: Sequence[SavedText], ticket: Ticket, reader: Reader, now: datetime
) -> Outgoing:
    """Return the question which text is to answer a ticket."""
    pen = Pen(reader, now)
    drawn = draw("which_saved_text", reader.language, pen=pen, number=pen.code(ticket.number))
    key = short_id(ticket.ticket_id)
    return outgoing(
        drawn,
        tuple((button(_label(one), Press(Verb.TEXT_USE, key, str(one.id))),) for one in texts),
    )


def saved_text_prompt(
    draft_id: int, state: str, before: SavedText | None, reader: Reader, now: datetime
) -> Outgoing:
    """Return what is asked for, or what became of it; ``before``: the text that is to change."""
    drawn = draw(
        "saved_text_prompt",
        reader.language,
        pen=Pen(reader, now),
        state=state,
        before="" if before is None else before.text,
        variables=_variables(),
    )
    if state != "open":
        return outgoing(drawn)
    return outgoing(drawn, ((_go("cancel", Press(Verb.STOP, str(draft_id)), reader.language),),))
