"""The ticket card: what the buyer wrote, about which order, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.facts import Deed, Reader, TicketFacts
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.press import Press, Verb, short_id
from bot.model.thread import addition
from bot.model.ticket import CLOSED, IN_PROGRESS, OPEN, RESOLVED

from .buyers import buyer_buttons
from .drawing import Keyboard, Pen, button, draw, outgoing, say_word
from .figures import warranty_until
from .orders import order_button
from .words import QUOTE_UNITS, TITLE_UNITS, plain

_TEXTS = 4  # the last ones; together they leave room for the rest of the card
_EARLIER_UNITS = 300


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    at: datetime
    limit: int
    buyer: bool = True
    name: str = ""


def ticket_card(facts: TicketFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the card of a ticket as ``reader`` may see and use it."""
    order = facts.order
    start, counted_from = facts.delivered_at, "delivery"
    if start is None and order is not None:
        start, counted_from = order.placed_at, "order"
    days = order.product.warranty_period_days if order is not None else None
    delivery = _delivery(facts)
    may_reply = facts.live is None and Act.REPLY in reader.acts
    drawn = draw(
        "ticket",
        reader.language,
        facts=facts,
        pen=Pen(reader, now),
        texts=_texts(facts, now),
        delivery=delivery,
        deeds=[deed for deed in facts.deeds[-8:] if deed.deed != "delivered"],
        warranty_until=warranty_until(start, days),
        warranty_days=days,
        counted_from=counted_from,
        may_reply=may_reply,
    )
    return outgoing(drawn, _keyboard(facts, reader, may_reply=may_reply))


def reply_button(ticket_id: str, language: str, word: str = "reply") -> Button:
    """Return the button that asks for a reply's text."""
    label = say_word("labels", word, language)
    return button(label, Press(Verb.REPLY, short_id(ticket_id)), "primary")


def _delivery(facts: TicketFacts) -> Deed | None:
    """Return the last delivery; without a name where only its time is known."""
    for deed in reversed(facts.deeds):
        if deed.deed == "delivered":
            return deed
    return Deed("delivered", facts.delivered_at) if facts.delivered_at else None


def _texts(facts: TicketFacts, now: datetime) -> list[_Text]:
    ticket = facts.ticket
    if not facts.texts:
        # Title and text are both the buyer's own words, so both stand in the quote.
        title, words = plain(ticket.title), plain(ticket.description)
        whole = words if words.startswith(title) else f"{title}\n{words}"
        return [_Text(whole, ticket.created_at or now, QUOTE_UNITS)]
    shown: list[_Text] = []
    title = plain(ticket.title, TITLE_UNITS)
    last = _said(facts)[-_TEXTS:]
    for place, (author, name, text, at) in enumerate(last, start=1):
        limit = QUOTE_UNITS if place == len(last) else _EARLIER_UNITS
        words = plain(text, limit)
        if author == "buyer" and title:
            # The title is the buyer's own: it stands above the first of their words.
            words = words if words.startswith(title) else f"{title}\n{words}"
            title = ""
        shown.append(_Text(words, at, limit, author == "buyer", name))
    return shown


def _said(facts: TicketFacts) -> list[tuple[str, str, str, datetime]]:
    """Return what each one wrote: of a thread, what it added to the text before."""
    if not facts.thread:
        return list(facts.texts)
    before = ["", *(text for _, _, text, _ in facts.texts)]
    return [
        (author, name, addition(was, text), at)
        for was, (author, name, text, at) in zip(before, facts.texts, strict=False)
    ]


def _keyboard(facts: TicketFacts, reader: Reader, *, may_reply: bool) -> Keyboard:
    texts: tuple[Button, ...] = ()
    if _has_more_texts(facts):
        texts = (_on(facts, "texts", Verb.TEXTS, reader.language, "ticket"),)
    if facts.more and may_reply:
        return _more(facts, reader, texts)
    row: list[Button] = []
    order = facts.order
    delivered = order is not None and order.delivered > 0 and not order.refunded
    if may_reply and delivered and Act.DELIVER in reader.acts:
        row.append(_on(facts, "replace", Verb.REPLACE, reader.language, "ticket"))
    if may_reply:
        row.append(reply_button(facts.ticket.ticket_id, reader.language))
    if facts.order is not None:
        row.append(order_button(facts.order.order_id, facts.order.number, reader.language))
    elif facts.ticket.order_id:
        row.append(order_button(facts.ticket.order_id, "", reader.language))
    third = _on(facts, "dispute", Verb.DISPUTE, reader.language, "ticket")
    if not may_reply:
        return (tuple(row), texts, (third,))
    second = [_on(facts, "more", Verb.MORE, reader.language, "ticket")]
    if not facts.ticket.finished:
        second.insert(0, _on(facts, "resolve", Verb.RESOLVE, reader.language))
    if facts.saved_texts:
        second.insert(0, _on(facts, "saved_text", Verb.SAVED, reader.language))
    return (tuple(row), tuple(second), (third,))


def _has_more_texts(facts: TicketFacts) -> bool:
    """Say whether more was said than stands on the card."""
    if len(facts.texts) > _TEXTS:
        return True
    return any(
        len(text) > (QUOTE_UNITS if place == len(facts.texts) else _EARLIER_UNITS)
        for place, (_, _, text, _) in enumerate(facts.texts, start=1)
    )


def _more(facts: TicketFacts, reader: Reader, texts: tuple[Button, ...]) -> Keyboard:
    """Return the statuses that the ticket can be given now, what else it has, the way back."""
    language = reader.language
    words = (OPEN,) if facts.ticket.finished else (IN_PROGRESS, RESOLVED, CLOSED)
    changes = tuple(
        _on(facts, f"ticket_{word}", Verb.TICKET_STATUS, language, word)
        for word in words
        if word != facts.ticket.status
    )
    short = short_id(facts.ticket.ticket_id)
    remembered = buyer_buttons(facts.buyer, "ticket", short, reader)
    return (changes, texts, *remembered, (_on(facts, "back", Verb.BACK, language, "ticket"),))


def _on(facts: TicketFacts, word: str, verb: Verb, language: str, arg: str = "") -> Button:
    label = say_word("labels", word, language)
    return button(label, Press(verb, short_id(facts.ticket.ticket_id), arg))
