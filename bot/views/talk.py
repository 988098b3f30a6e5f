"""The conversation: what is asked for, menu, help, balance and health."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.model.facts import (
    BalanceFacts,
    ListFacts,
    MenuFacts,
    OrderFacts,
    PromptFacts,
    Reader,
    RestoredFacts,
)
from bot.model.health_facts import HealthFacts
from bot.model.order import Order
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.press import Press, Verb
from bot.model.ticket import Ticket
from bot.model.tongue import language_of

from .buyers import note_prompt
from .commands import commands
from .drawing import Pen, button, draw, draw_sentence, outgoing, say_word
from .languages import spoken_to
from .lists import item_buttons, pager
from .orders import order_button, status_buttons
from .pasted import goods_prompt
from .queue import start_queue
from .replacing import unit_buttons
from .sentences import Sentence, say

_CHOICES = 8
_ASKS = {
    "deliver": Sentence.DELIVER_PROMPT,
    "reply": Sentence.REPLY_PROMPT,
    "resolve": Sentence.RESOLVE_PROMPT,
    "new_ticket": Sentence.NEW_TICKET_PROMPT,
}


def prompt(facts: PromptFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return what a person is asked for, or what became of it."""
    if facts.kind == "note":
        return note_prompt(facts, reader, now)
    order, ticket = facts.order, facts.ticket
    number = ticket.number if ticket is not None else order.number if order is not None else ""
    title = order.title if order is not None else ""
    owes_nothing = facts.kind == "deliver" and order is not None and order.owed == 0
    if facts.state != "open" or owes_nothing:
        over = owes_nothing and facts.state in {"open", "replaced", "expired"}
        state = "nothing_owed" if over else facts.state
        ended = {"kind": facts.kind, "state": state, "number": number, "title": title}
        return say(Sentence.PROMPT_ENDED, reader, now=now, **ended)
    if facts.kind == "goods":
        return goods_prompt(facts, reader, now)
    values: dict[str, object] = {"number": number, "title": title, "draft_id": facts.draft_id}
    if facts.kind == "replace":
        return _replacing(facts, values, reader, now)
    if facts.kind == "deliver" and order is not None:
        values["owed"] = order.owed
    return say(_ASKS[facts.kind], reader, now=now, **values)


def _replacing(
    facts: PromptFacts, values: dict[str, object], reader: Reader, now: datetime
) -> Outgoing:
    """Return what a replacement waits for: the units, which of them, or the new one."""
    replacing = facts.replacing
    if replacing is None or replacing.masks is None:
        return say(Sentence.REPLACE_READING, reader, now=now, **values)
    count, place = len(replacing.masks), replacing.place
    if not place:
        asks = say(Sentence.REPLACE_WHICH, reader, now=now, count=count, **values)
        buttons = (*unit_buttons(facts, reader.language), *asks.keyboard)
        return asks.model_copy(update={"keyboard": buttons})
    values |= {"place": place, "count": count, "masked": replacing.masks[place - 1]}
    values["origin"] = replacing.origin
    return say(Sentence.REPLACE_PROMPT, reader, now=now, **values)


def replacement_text(number: str, buyers: str, reader: Reader) -> str:
    """Return what a buyer reads in the ticket whose order got a new unit.

    ``buyers``: the language that the buyer writes; where it is not known, ours is taken.
    """
    language = spoken_to(buyers, reader.language)
    return say_word("labels", "replacement_text", language, number=number)


def replacement_words(unit: str, buyers: str, reader: Reader) -> str:
    """Return what a buyer reads who gets a new unit in the ticket itself; ``buyers``: as above."""
    language = spoken_to(buyers, reader.language)
    return say_word("labels", "replacement_words", language) + "\n" + unit


def which_number(things: Iterable[Order | Ticket], reader: Reader, now: datetime) -> Outgoing:
    """Return the orders and tickets of several numbers, a button each."""
    drawn = draw_sentence(Sentence.WHICH_NUMBER, reader.language, pen=Pen(reader, now))
    buttons = item_buttons(tuple(things)[:_CHOICES], Pen(reader, now), numbered=True)
    return outgoing(drawn, tuple((each,) for each in buttons))


def menu(facts: MenuFacts, reader: Reader) -> Outgoing:
    """Return what waits, and buttons to it."""
    return _menu(facts, reader, welcome=False)


def welcome(facts: MenuFacts, reader: Reader) -> Outgoing:
    """Return the first message after pairing: how it works, and the menu."""
    return _menu(facts, reader, welcome=True)


def first_look(
    facts: MenuFacts, reader: Reader, now: datetime, restored: RestoredFacts | None = None
) -> Outgoing:
    """Return the one message that says what waits once the first look is stored."""
    facts = replace(facts, watching=True)
    return _menu(facts, reader, welcome=False, restored=restored, pen=Pen(reader, now))


def help_text(reader: Reader) -> Outgoing:
    """Return the commands that work for the reader, and how to deliver, refund and answer."""
    drawn = draw(
        "help",
        reader.language,
        commands=commands(reader.language, reader.acts),
        delivers=Act.DELIVER in reader.acts,
        stocks=Act.STOCK in reader.acts,
        refunds=Act.REFUND in reader.acts,
        replies=Act.REPLY in reader.acts,
    )
    return outgoing(drawn, ((_go("menu", Verb.MENU, reader.language),),))


def balance(facts: BalanceFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the balances and when the marketplace told them."""
    drawn = draw("balance", reader.language, facts=facts, pen=Pen(reader, now))
    return outgoing(drawn, ((_go("menu", Verb.MENU, reader.language),),))


def health(facts: HealthFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return how the bot is doing, a line each."""
    drawn = draw(
        "health",
        reader.language,
        facts=facts,
        pen=Pen(reader, now),
        now=now,
        sweep_minutes=math.ceil(facts.sweep_minutes or 0),
    )
    return outgoing(drawn, ((_go("menu", Verb.MENU, reader.language),),))


def _menu(
    facts: MenuFacts,
    reader: Reader,
    *,
    welcome: bool,
    restored: RestoredFacts | None = None,
    pen: Pen | None = None,
) -> Outgoing:
    language = reader.language
    drawn = draw(
        "menu",
        language,
        welcome=welcome,
        delivers=Act.DELIVER in reader.acts,
        restored=restored,
        pen=pen,
        facts=facts,
        orders=facts.orders_waiting,
        tickets=facts.tickets_waiting,
    )
    orders = say_word("labels", "orders", language, waiting=facts.orders_waiting)
    tickets = say_word("labels", "tickets", language, waiting=facts.tickets_waiting)
    first = (
        button(orders, Press(Verb.ORDERS, "waiting", "1")),
        button(tickets, Press(Verb.TICKETS, "waiting", "1")),
    )
    second = [_go("health", Verb.HEALTH, language), _go("help", Verb.HELP, language)]
    if Act.MONEY in reader.acts:
        second.insert(0, _go("balance", Verb.BALANCE, language))
    third = [_go("settings", Verb.SETTINGS, language)]
    if Act.MONEY in reader.acts:
        third.insert(0, _go("todays_sales", Verb.REPORT, language))
    rows = (start_queue(facts.orders_waiting, reader), first, tuple(second), tuple(third))
    return outgoing(drawn, rows)


def which_order(facts: ListFacts, what: str, verb: Verb, reader: Reader, now: datetime) -> Outgoing:
    """Return the question which order is meant, a page of them.

    ``verb`` is what the answer does, ``what`` what the pager's buttons call it.
    """
    pen = Pen(reader, now)
    rows = tuple((each,) for each in item_buttons(facts.rows, pen, verb))
    name = Sentence.WHICH_ORDER if rows else Sentence.NO_ORDER_FOR_THIS
    drawn = draw_sentence(name, reader.language, pen=pen)
    turns = pager(facts.page, facts.pages, lambda at: Press(Verb.WHICH_ORDER, what, str(at)))
    return outgoing(drawn, (*rows, turns))


def which_status(order: Order, reader: Reader, now: datetime) -> Outgoing:
    """Return the question which status an order is to be given."""
    drawn = draw_sentence(
        Sentence.WHICH_STATUS,
        reader.language,
        pen=Pen(reader, now),
        number=order.number,
        status=order.status,
        owed=order.owed,
    )
    back = order_button(order.order_id, order.number, reader.language)
    return outgoing(drawn, (status_buttons(OrderFacts(order, new=False), reader), (back,)))


def new_ticket_title(number: str, text: str, reader: Reader) -> str:
    """Return what a buyer reads above a ticket with ``text`` that we open on their order.

    It is in the language of that text, where this is clear, else in the reader's.
    """
    language = spoken_to(language_of(text), reader.language)
    return say_word("labels", "new_ticket_title", language, number=number)


def _go(word: str, verb: Verb, language: str) -> Button:
    return button(say_word("labels", word, language), Press(verb))
