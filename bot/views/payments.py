"""Payments: a page of the list, a button each, or what was paid for one order."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import PaymentsFacts, Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.payment import Payment
from bot.model.press import Press, Verb, short_id
from bot.model.search import pack

from .drawing import Keyboard, Pen, button, draw, outgoing, say_word
from .orders import order_button
from .words import bare_line, short_identity, short_number

_ROWS = 50
_SEPARATOR = " · "
_STATUSES = frozenset({"completed_payment", "pending_payment"})


def payments(facts: PaymentsFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return a page of payments, or those of one order."""
    pen = Pen(reader, now)
    drawn = draw(
        "payments",
        reader.language,
        facts=facts,
        pen=pen,
        lines=[_label(payment, pen, reader.language) for payment in facts.rows[:_ROWS]],
    )
    if facts.order_id:
        return outgoing(drawn, ((order_button(facts.order_id, facts.number, reader.language),),))
    return outgoing(drawn, (*_rows(facts, pen, reader), _pager(facts)))


def _rows(facts: PaymentsFacts, pen: Pen, reader: Reader) -> Keyboard:
    return tuple(
        (
            button(
                _label(payment, pen, reader.language), Press(Verb.ORDER, short_id(payment.order_id))
            ),
        )
        for payment in facts.rows[:_ROWS]
        if payment.order_id
    )


def _pager(facts: PaymentsFacts) -> tuple[Button, ...]:
    """Return where the list is; its own number brings it back from a card in its place."""
    here, of = facts.page, pack(facts.words) if facts.words else "all"
    last = "…" if facts.pages is None and facts.more else str(max(facts.pages or here, here))

    def turn(label: str, page: int) -> Button:
        return button(label, Press(Verb.PAYMENTS, of, str(page)))

    row = [turn(f"{here}/{last}", here)]
    if here > 1:
        row.insert(0, turn("‹", here - 1))
    if facts.more:
        row.append(turn("›", here + 1))
    return tuple(row)


def _label(payment: Payment, pen: Pen, language: str) -> str:
    if payment.status in _STATUSES:
        status = say_word("labels", payment.status, language)
    else:
        status = bare_line(payment.status, 20)
    at = payment.paid_at or payment.created_at
    parts = (
        pen.money(payment.amount),
        status,
        "" if at is None else pen.clock(at),
        bare_line(payment.payment_method, 16),
        short_number(payment.payment_no),
    )
    label = _SEPARATOR.join(part for part in parts if part)
    return label or short_identity(payment.order_id or "") or "—"
