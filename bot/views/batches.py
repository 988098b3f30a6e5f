"""Several products at once: picking them, before and after, and how far a change of them came."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bot.model.batch import Count, Item, count, is_big, page_of
from bot.model.facts import Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.press import Press, Verb, short_id
from bot.model.product import ACTIVE
from bot.model.product_facts import BatchFacts, SelectionFacts

from .drawing import (
    LABEL_UNITS,
    Keyboard,
    Pen,
    button,
    draw,
    outgoing,
    say_number,
    say_word,
)
from .lists import pager
from .product_lists import product_label

_LEFT_OUT = 10


def selection(facts: SelectionFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the products to pick from, or the question what is to become of those picked."""
    pen = Pen(reader, now)
    drawn = draw("selection", reader.language, facts=facts, pen=pen, many=len(facts.chosen))
    if facts.state != "open":
        return outgoing(drawn)
    if facts.asks:
        return outgoing(drawn, ((_picked("back", "list", facts, reader),), _cancel(facts, reader)))
    return outgoing(drawn, _selection_keyboard(facts, pen, reader))


def _selection_keyboard(facts: SelectionFacts, pen: Pen, reader: Reader) -> Keyboard:
    rows: list[tuple[Button, ...]] = []
    for product in facts.rows:
        mark = "☑ " if product.product_id in facts.chosen else "☐ "
        label = mark + product_label(product, pen, reader.language, room=LABEL_UNITS - 2)
        press = Press(Verb.PICK, short_id(product.product_id), str(facts.draft_id))
        rows.append((button(label, press),))
    draft = str(facts.draft_id)
    rows.append(pager(facts.page, facts.pages, lambda at: Press(Verb.PICKED, draft, str(at))))
    word = say_word("labels", "pick_all", reader.language, count=facts.total)
    every = button(word, Press(Verb.PICKED, draft, "all"))
    rows.append((every, _picked("pick_none", "none", facts, reader)))
    acts = [
        _picked("product_pause", "pause", facts, reader),
        _picked("product_activate", "activate", facts, reader),
    ]
    if Act.MONEY in reader.acts:
        acts.append(_picked("product_price", "price", facts, reader))
    return (*rows, tuple(acts), _cancel(facts, reader))


def _picked(word: str, arg: str, facts: SelectionFacts, reader: Reader) -> Button:
    label = say_word("labels", word, reader.language)
    return button(label, Press(Verb.PICKED, str(facts.draft_id), arg))


def _cancel(facts: SelectionFacts, reader: Reader) -> tuple[Button, ...]:
    label = say_word("labels", "cancel", reader.language)
    return (button(label, Press(Verb.STOP, str(facts.draft_id))),)


def batch(facts: BatchFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return a change of several products: what it is to be, how it goes, and what became of it."""
    pen = Pen(reader, now)
    items, page, pages = page_of(facts.items, facts.page)
    counts = count(item.state for item in facts.items)
    left = facts.batch.left_out
    drawn = draw(
        "batch",
        reader.language,
        batch=facts.batch,
        counts=counts,
        by=facts.by,
        rows=[
            (item, _value(item.before, facts, pen), _value(item.after, facts, pen))
            for item in items
        ],
        big=sum(_is_big(item) for item in facts.items) if facts.batch.kind == "price" else 0,
        left=left[:_LEFT_OUT],
        hidden=len(left) - _LEFT_OUT,
        activates=bool(facts.items) and facts.items[0].after == ACTIVE,
        pen=pen,
    )
    turns = pager(page, pages, lambda at: _press(facts, f"p{at}"))
    return outgoing(drawn, (turns, *_batch_keyboard(facts, counts, reader)))


def _value(value: str, facts: BatchFacts, pen: Pen) -> str:
    if facts.batch.kind == "price":
        return pen.money(Decimal(value)) if value else "–"
    return value


def _is_big(item: Item) -> bool:
    return bool(item.before) and is_big(Decimal(item.before), Decimal(item.after))


def _batch_keyboard(facts: BatchFacts, counts: Count, reader: Reader) -> Keyboard:
    batch, language = facts.batch, reader.language
    needed = Act.MONEY if batch.kind == "price" else Act.CHANGE_STATUS
    if needed not in reader.acts:
        return ()
    if batch.state == "proposed":
        return ((_yes(facts, language), _word("no", "no", facts, language)),)
    if batch.state == "running":
        return ((_word("stop", "stop", facts, language),) if counts.waiting else (),)
    rows: list[tuple[Button, ...]] = []
    if batch.state == "stopped" and (counts.waiting or counts.refused):
        many = counts.waiting
        if many:
            label = say_word("labels", "go_on", language, many=say_number(many, language))
            rows.append((button(label, _press(facts, "on"), "primary"),))
    if batch.state in {"stopped", "done"} and counts.done and batch.undone_by is None:
        word = "open_shop" if batch.why == "pause_shop" else "undo"
        rows.append((_word(word, "undo", facts, language),))
    return tuple(rows)


def _yes(facts: BatchFacts, language: str) -> Button:
    many = len(facts.items)
    if facts.batch.kind == "price":
        word = "yes_prices"
    else:
        word = "yes_activate" if facts.items[0].after == ACTIVE else "yes_pause"
    return button(say_word("labels", word, language, count=many), _press(facts, "yes"), "primary")


def _word(word: str, arg: str, facts: BatchFacts, language: str) -> Button:
    return button(say_word("labels", word, language), _press(facts, arg))


def _press(facts: BatchFacts, arg: str) -> Press:
    return Press(Verb.BATCH, str(facts.batch.id), arg)
