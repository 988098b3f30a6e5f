"""Saved texts: the list, one of them, and which is to answer a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.model.facts import Reader
from bot.model.intent import DeliverPlan
from bot.model.languages import NAMES, code_of
from bot.model.outgoing import Button, Outgoing
from bot.model.press import Press, Verb, short_id
from bot.model.saved_text import VARIABLES, SavedText, unknown_in
from bot.model.ticket import Ticket

from .drawing import Keyboard, Pen, button, draw, in_rows, marked, outgoing, say_word
from .words import quotable

_LABEL = 60
LANGUAGES: Final = "languages"  # the side of a text on which they are chosen


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


def _label(text: SavedText, language: str = "") -> str:
    return quotable(text.version(language), _LABEL) or "–"


def _go(word: str, press: Press, language: str) -> Button:
    return button(say_word("labels", word, language), press)


def _variables() -> str:
    return " ".join(f"{{{name}}}" for name in VARIABLES)


def saved_text(
    text: SavedText, place: int, total: int, reader: Reader, now: datetime, side: str = ""
) -> Outgoing:
    """Return one saved text whole; ``place``, from 1, among ``total``. What is odd is said.

    ``side``: a language, for the version in it, or "languages", to choose one.
    """
    words = text.version(side)
    drawn = draw(
        "saved_text",
        reader.language,
        pen=Pen(reader, now),
        text=words,
        place=place,
        total=total,
        unknown=unknown_in(words),
        variables=_variables(),
        side=side,
        version=NAMES.get(side, ""),
        versions=[name for code, name in NAMES.items() if code in text.versions],
    )
    if side:
        return outgoing(drawn, _versions(text, side, reader.language))
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
        (_go("text_languages", Press(Verb.SAVED_TEXT, key, LANGUAGES), language),),
        (_go("back", Press(Verb.SAVED_TEXTS), language),),
    )
    return outgoing(drawn, keyboard)


def _versions(text: SavedText, side: str, language: str) -> Keyboard:
    """Return a button for each language: what is there is opened, what is not is asked for."""
    key = str(text.id)
    if side != LANGUAGES:
        return (
            (
                _go("text_edit", Press(Verb.TEXT_EDIT, key, code_of(side)), language),
                _go("text_delete", Press(Verb.TEXT_DELETE, key, code_of(side)), language),
            ),
            (_go("back", Press(Verb.SAVED_TEXT, key, LANGUAGES), language),),
        )
    named = [
        button(marked(name), Press(Verb.SAVED_TEXT, key, code_of(each)))
        if each in text.versions
        else button(name, Press(Verb.TEXT_EDIT, key, code_of(each)))
        for each, name in NAMES.items()
    ]
    return (*in_rows(named, 2), (_go("back", Press(Verb.SAVED_TEXT, key), language),))


def which_saved_text(
    texts: Sequence[SavedText], ticket: Ticket, buyers: str, reader: Reader, now: datetime
) -> Outgoing:
    """Return the question which text is to answer a ticket; ``buyers``: the buyer's language."""
    pen = Pen(reader, now)
    drawn = draw(
        "which_saved_text",
        reader.language,
        number=pen.code(ticket.number),
        version=NAMES[buyers] if any(buyers in one.versions for one in texts) else "",
    )
    key = short_id(ticket.ticket_id)
    return outgoing(
        drawn,
        tuple(
            (button(_label(one, buyers), Press(Verb.TEXT_USE, key, one.key(buyers))),)
            for one in texts
        ),
    )


def which_enclosed(
    intent_id: str, plan: DeliverPlan, texts: Sequence[SavedText], buyers: str, reader: Reader
) -> Outgoing:
    """Return the question which text is to stand in a delivery; ``buyers``: their language."""
    drawn = draw(
        "which_enclosed",
        reader.language,
        version=NAMES[buyers] if any(buyers in one.versions for one in texts) else "",
    )
    subject = f"{intent_id}.{plan.version}"
    rows = [
        (button(_label(one, buyers), Press(Verb.TEXT_INTO, subject, one.key(buyers))),)
        for one in texts
    ]
    if plan.words is not None:
        rows.append((_go("text_none", Press(Verb.TEXT_INTO, subject, "none"), reader.language),))
    return outgoing(drawn, tuple(rows))


def saved_text_prompt(
    draft_id: int,
    state: str,
    before: SavedText | None,
    language: str,
    reader: Reader,
    now: datetime,
) -> Outgoing:
    """Return what is asked for, or what became of it; ``before``: the text that is to change.

    ``language``: of the version that is asked for; empty: the text as it is written first.
    """
    drawn = draw(
        "saved_text_prompt",
        reader.language,
        pen=Pen(reader, now),
        state=state,
        before="" if before is None else before.version(language),
        version=NAMES.get(language, ""),
        there=before is not None and (not language or language in before.versions),
        variables=_variables(),
    )
    if state != "open":
        return outgoing(drawn)
    return outgoing(drawn, ((_go("cancel", Press(Verb.STOP, str(draft_id)), reader.language),),))
