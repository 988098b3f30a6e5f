"""Goods that came without an order, or for one on which nothing is owed."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import PromptFacts, Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.press import Press, Verb

from .drawing import Keyboard, Pen, button, draw, outgoing, say_word
from .lists import item_buttons, pager
from .orders import replace_button


def goods_prompt(facts: PromptFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the question what goods are for; ``facts.order``: on which nothing is owed."""
    pen, order, language = Pen(reader, now), facts.order, reader.language
    replaces = order is not None and order.replaceable
    drawn = draw(
        "pasted",
        language,
        facts=facts,
        pen=pen,
        number="" if order is None else order.number,
        title="" if order is None else order.title,
        replaces=replaces,
    )
    rows: list[tuple[Button, ...]] = []
    if order is not None and replaces:
        rows.append((replace_button(order, language),))
    rows += [(each,) for each in item_buttons(facts.offered, pen, Verb.GOODS_FOR)]
    draft = str(facts.draft_id)
    rows.append(pager(facts.page, facts.pages, lambda at: Press(Verb.GOODS_PAGE, draft, str(at))))
    if Act.STOCK in reader.acts:
        rows.append((_on("add_to_stock", Verb.ADD_TO_STOCK, draft, language),))
    rows.append((_on("discard", Verb.STOP, draft, language),))
    keyboard: Keyboard = tuple(rows)
    return outgoing(drawn, keyboard)


def _on(word: str, verb: Verb, subject: str, language: str) -> Button:
    return button(say_word("labels", word, language), Press(verb, subject))
