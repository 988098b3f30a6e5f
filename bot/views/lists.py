"""Lists of orders and tickets: a button per item, filters, a pager that says where it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.model.facts import ListFacts, Reader
from bot.model.order import Order
from bot.model.outgoing import Button, Outgoing
from bot.model.press import Press, Verb, short_id, unpack
from bot.model.search import pack
from bot.model.ticket import Ticket

from .drawing import LABEL_UNITS, Keyboard, Pen, button, draw, in_rows, outgoing, say_word
from .words import bare_line, plain, short_number, units

ORDER_FILTERS = ("waiting", "all", "pending", "running", "completed", "refunded")
TICKET_FILTERS = ("waiting", "all", "open", "in_progress", "resolved", "closed")

_A_ROW = 3
_CHOICES = 20  # short ones, of which most shops have fewer: no page to turn
_ROWS = 50  # Bot API: a hundred buttons at most; filters and pager need theirs
_READ = 2000  # characters of a text that a label of a few words is made from
MARK = "•"  # around the filter that is shown, by which the way back to a list is found
_A_PAGE = re.compile(r"\d+/(?:\d+|…)")
_SEPARATOR = " · "
_LISTS = frozenset({Verb.ORDERS, Verb.TICKETS, Verb.PRODUCTS, Verb.PAYMENTS})


def order_list(facts: ListFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return a page of orders."""
    return _list("orders", Verb.ORDERS, ORDER_FILTERS, facts, reader, now)


def ticket_list(facts: ListFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return a page of tickets."""
    return _list("tickets", Verb.TICKETS, TICKET_FILTERS, facts, reader, now)


def item_buttons(
    items: Sequence[Order | Ticket], pen: Pen, verb: Verb | None = None, *, numbered: bool = False
) -> list[Button]:
    """Return a button for each order or ticket; ``verb`` where it is not to be opened.

    Those that would look alike, or all when ``numbered``, say the end of their number.
    """
    labels = [_label(item, pen) for item in items]
    return [
        button(
            _label(item, pen, numbered=True) if numbered or labels.count(label) > 1 else label,
            _press(item, verb),
        )
        for item, label in zip(items, labels, strict=True)
    ]


def _press(item: Order | Ticket, verb: Verb | None) -> Press:
    if isinstance(item, Ticket):
        return Press(verb or Verb.TICKET, short_id(item.ticket_id))
    return Press(verb or Verb.ORDER, short_id(item.order_id))


def _label(item: Order | Ticket, pen: Pen, *, numbered: bool = False) -> str:
    if isinstance(item, Ticket):
        return _ticket_label(item, pen)
    return _order_label(item, pen, numbered=numbered)


def _order_label(order: Order, pen: Pen, *, numbered: bool) -> str:
    times = f" ×{order.units}"
    ends = [pen.money(order.total_amount)]
    if order.placed_at is not None:
        ends.append(pen.clock(order.placed_at))
    if numbered:
        ends.append(f"…{bare_line(order.number)[-4:]}")
    end = times + "".join(_SEPARATOR + part for part in ends if part)
    title = bare_line(order.title, max(LABEL_UNITS - units(end), 8)) or short_number(order.number)
    return title + end


def _ticket_label(ticket: Ticket, pen: Pen) -> str:
    # The number comes first and the buyer's words stand in quotes: a title must not pass for ours.
    start = ("⚠️ " if ticket.admin_invited else "") + (
        short_number(ticket.number) or short_number(ticket.ticket_id)
    )
    end = _SEPARATOR + pen.clock(ticket.created_at) if ticket.created_at is not None else ""
    room = LABEL_UNITS - units(start) - units(end) - len(_SEPARATOR) - 2
    text = plain(ticket.title[:_READ]) or plain(ticket.description[:_READ])
    said = pen.quoted(text, max(min(room, 32), 8))
    return start + (f"{_SEPARATOR}{said}" if said else "") + end


def _list(
    kind: str, verb: Verb, filters: tuple[str, ...], facts: ListFacts, reader: Reader, now: datetime
) -> Outgoing:
    pen = Pen(reader, now)
    drawn = draw(
        "list",
        reader.language,
        kind=kind,
        chosen=facts.chosen,
        total=facts.total,
        looked_at=facts.looked_at,
        words=facts.words,
        pen=pen,
    )
    rows = item_buttons(facts.rows[:_ROWS], pen)
    keyboard = list_keyboard(verb, filters, facts, rows, reader.language)
    if facts.words:
        # The same words may stand in the others: they are a tap away.
        word, other = ("tickets", Verb.TICKETS) if kind == "orders" else ("orders", Verb.ORDERS)
        label = say_word("labels", f"{word}_too", reader.language)
        keyboard = (*keyboard, (button(label, Press(other, pack(facts.words), "1")),))
    return outgoing(drawn, keyboard)


def list_keyboard(
    verb: Verb,
    filters: tuple[str, ...],
    facts: ListFacts,
    rows: Sequence[Button],
    language: str,
    *,
    a_row: int = _A_ROW,
) -> Keyboard:
    """Return the buttons of a list: its items, its pager, its filters, ``a_row`` of them a row."""
    chosen = facts.chosen if facts.chosen in filters else "all"
    keyboard: list[tuple[Button, ...]] = [(each,) for each in rows]
    keyboard.append(_pager(verb, pack(facts.words) if facts.words else chosen, facts))
    marked = "" if facts.words else chosen
    here = str(_here(facts))
    choices = [
        _marked(verb, name, here, language)
        if name == marked
        else button(_filter(name, language), Press(verb, name, "1"))
        for name in filters
    ]
    keyboard += in_rows(choices, a_row)
    return tuple(keyboard)


def way_back(message: Iterable[tuple[str, Press]]) -> Press | None:
    """Return the press that brings a list back, from its buttons' labels and presses.

    That is the filter that is marked or, where words were searched for, the pager's own number.
    None where it is no list.
    """
    for label, press in message:
        if press.verb in _LISTS and (label.startswith(MARK) or _A_PAGE.fullmatch(label)):
            return press
    return None


def with_way_back(card: Outgoing, back: str, language: str) -> Outgoing:
    """Return a card that stands in a list's place, with the button that brings the list back.

    While it asks, or shows its other buttons, it has a way back of its own.
    """
    press = unpack(back)
    presses = [unpack(each.data) for row in card.keyboard for each in row]
    if press is None or any(p is not None and _leads_back(p) for p in presses):
        return card
    row = (button(say_word("labels", "back", language), press),)
    return card.model_copy(update={"keyboard": (*card.keyboard, row)})


def _leads_back(press: Press) -> bool:
    """Say whether a button is a way back of its own, or asks."""
    picks = press.verb is Verb.PICKED and press.arg == "list"
    return picks or press.verb in {Verb.CONFIRM, Verb.BACK}


def _marked(verb: Verb, name: str, here: str, language: str) -> Button:
    label = f"{MARK} {_filter(name, language)} {MARK}"
    return button(label, Press(verb, name, here))


def _filter(name: str, language: str) -> str:
    return say_word("labels", f"filter_{name}", language)


def _here(facts: ListFacts) -> int:
    return min(max(facts.page, 1), facts.pages)


def _pager(verb: Verb, chosen: str, facts: ListFacts) -> tuple[Button, ...]:
    here = _here(facts)
    own = Press(verb, chosen, str(here)) if facts.words else None
    return pager(here, facts.pages, lambda page: Press(verb, chosen, str(page)), own)


def in_pages(
    rows: Sequence[tuple[Button, ...]], page: int, turn: Callable[[int], Press]
) -> Keyboard:
    """Return one page of rows of buttons, from 1, and the pager below it.

    A page that is not there is the nearest one that is.
    """
    pages = max(1, -(-len(rows) // _CHOICES))
    here = min(max(page, 1), pages)
    turned = pager(here, pages, turn)
    # A row without buttons is none that Telegram knows.
    return (*rows[(here - 1) * _CHOICES : here * _CHOICES], *((turned,) if turned else ()))


def pager(
    here: int, pages: int, turn: Callable[[int], Press], own: Press | None = None
) -> tuple[Button, ...]:
    """Return the row that says where a list is, like ‹ 2/5 ›; none for a single page.

    ``turn`` makes what an arrow carries of the page it leads to. ``own``: what the number itself
    carries, which then stands there for a single page, too.
    """
    if pages <= 1 and own is None:
        return ()
    row = [button(f"{here}/{pages}", own or Press(Verb.NOTHING))]
    if here > 1:
        row.insert(0, button("‹", turn(here - 1)))
    if here < pages:
        row.append(button("›", turn(here + 1)))
    return tuple(row)
