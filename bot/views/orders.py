"""The order card: what it is, what state it is in, what can be done now."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import OrderFacts, Reader
from bot.model.intent import Intent, Kind, RefundPlan, State
from bot.model.order import COMPLETED, PROGRESS, RECEIPT_CONFIRMED, RUNNING, UNPAID, Order
from bot.model.outgoing import Button, Outgoing, Style
from bot.model.person import Act
from bot.model.press import Press, Verb, short_id

from .buyers import buyer_buttons, remembers
from .drawing import Keyboard, Pen, button, draw, in_rows, outgoing, say_word
from .words import short_number

_A_ROW = 3


def order_card(facts: OrderFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the card of an order as ``reader`` may see and use it."""
    pen = Pen(reader, now)
    question = _question(facts, reader)
    days = facts.order.product.warranty_period_days
    drawn = draw(
        "order",
        reader.language,
        facts=facts,
        pen=pen,
        outlook=outlook(facts, reader),
        asks_mode=_asks_mode(facts, reader),
        question=question,
        waits_for_owner=asks_owner(question),
        refund_amount=_refund_amount(question, facts.order, pen),
        warranty_days=days if days and days > 0 else 0,
    )
    return outgoing(drawn, _keyboard(facts, reader, pen, question))


def outlook(facts: OrderFacts, reader: Reader) -> str:
    """Return which sentence says what happens without the reader, or why nothing does."""
    order = facts.order
    if order.refunded:
        return "refunded"
    if order.status == RECEIPT_CONFIRMED:
        return "confirmed"
    if not order.paid:
        return "unpaid" if order.payment_status in {UNPAID, ""} else "not_known_paid"
    if order.owed == 0:
        return "nothing_owed"
    if order.finished:
        return "finished_short"
    if facts.pool_late:
        return "pool_late"
    if facts.delivery_mode:
        return facts.delivery_mode
    return "reply" if Act.DELIVER in reader.acts else ""


def yes_or_no(
    intent: Intent, yes: str, language: str, style: Style = "primary", arg: str = ""
) -> Keyboard:
    """Return the two buttons of a question; ``arg``: what a yes says more."""
    return (
        (
            button(yes, Press(Verb.CONFIRM, str(intent.id), arg), style),
            button(say_word("labels", "no", language), Press(Verb.DECLINE, str(intent.id))),
        ),
    )


def asks_owner(intent: Intent | None) -> bool:
    """Say whether a refund waits for an owner."""
    plan = None if intent is None else intent.plan
    return isinstance(plan, RefundPlan) and plan.asks_owner


def refund_question(intent: Intent, amount: str, reader: Reader) -> Keyboard:
    """Return the buttons of a refund's question; who may not answer it can take it back."""
    language = reader.language
    if asks_owner(intent) and Act.MANAGE not in reader.acts:
        no = say_word("labels", "no", language)
        return ((button(no, Press(Verb.DECLINE, str(intent.id))),),)
    yes = say_word("labels", "yes_refund", language, amount=amount)
    return yes_or_no(intent, yes, language, "danger")


def ticket_button(identity: str, number: str, language: str) -> Button:
    """Return the button that opens a ticket."""
    label = say_word("labels", "ticket", language, number=short_number(number))
    return button(label, Press(Verb.TICKET, short_id(identity)))


def order_button(identity: str, number: str, language: str) -> Button:
    """Return the button that opens an order's card."""
    label = say_word("labels", "order", language, number=short_number(number))
    return button(label, Press(Verb.ORDER, short_id(identity)))


def product_button(product_id: str, language: str) -> Button:
    """Return the button that opens a product's card."""
    label = say_word("labels", "product", language)
    return button(label, Press(Verb.PRODUCT, short_id(product_id)))


def deliver_button(order: Order, language: str) -> Button:
    """Return the button that asks for an order's goods."""
    label = say_word("labels", "deliver", language)
    return button(label, Press(Verb.DELIVER, short_id(order.order_id)), "primary")


def replace_button(order: Order, language: str) -> Button:
    """Return the button that asks which unit of an order is to be replaced."""
    return _on(order, "replace", Verb.REPLACE, language, "order")


def _question(facts: OrderFacts, reader: Reader) -> Intent | None:
    asked = facts.confirming
    if (
        asked is None
        or asked.state is not State.PROPOSED
        or facts.live is not None
        or facts.order.refunded
    ):
        return None
    needed = {Kind.REFUND: Act.REFUND, Kind.STATUS: Act.CHANGE_STATUS}.get(asked.kind)
    return asked if needed in reader.acts else None


def _refund_amount(question: Intent | None, order: Order, pen: Pen) -> str:
    if question is not None and isinstance(question.plan, RefundPlan) and question.plan.amount:
        return pen.money(question.plan.amount)
    return pen.money(order.total_amount)


def _keyboard(facts: OrderFacts, reader: Reader, pen: Pen, question: Intent | None) -> Keyboard:
    order, language = facts.order, reader.language
    if question is not None and question.kind is Kind.STATUS:
        return yes_or_no(question, say_word("labels", "yes_complete", language), language)
    if question is not None:
        return refund_question(question, _refund_amount(question, order, pen), reader)
    if facts.more:
        return more_buttons(facts, reader)
    first: list[Button] = []
    quiet = facts.live is None
    if quiet and order.waits_for_us() and Act.DELIVER in reader.acts:
        first.append(deliver_button(order, language))
    if facts.tickets:
        # The newest that is not finished is the one to talk in.
        ticket = next((one for one in facts.tickets if not one.finished), facts.tickets[0])
        first.append(ticket_button(ticket.ticket_id, ticket.number, language))
    if quiet and Act.REPLY in reader.acts and all(one.finished for one in facts.tickets):
        first.append(_on(order, "write", Verb.WRITE, language))
    second: list[Button] = []
    if quiet and order.paid and not order.refunded and Act.REFUND in reader.acts:
        label = say_word("labels", "refund", language, amount=pen.money(order.total_amount))
        press = Press(Verb.REFUND, short_id(order.order_id))
        second.append(button(label, press, "danger"))
    third = [_dispute_button(order, language)] if _has_a_story(facts) else []
    if _has_more(facts, reader):
        third.append(_on(order, "more", Verb.MORE, language, "order"))
    return (tuple(first), tuple(second), _modes(facts, reader), tuple(third))


def _has_a_story(facts: OrderFacts) -> bool:
    """Say whether more happened than that somebody bought: what happened is one tap away then."""
    return facts.order.delivered > 0 or facts.order.refunded or bool(facts.tickets)


def _dispute_button(order: Order, language: str) -> Button:
    return _on(order, "dispute", Verb.DISPUTE, language, "order")


def _asks_mode(facts: OrderFacts, reader: Reader) -> bool:
    return (
        facts.asks_mode
        and not facts.delivery_mode
        and facts.live is None
        and facts.order.waits_for_us()
        and Act.DELIVER in reader.acts
    )


def _modes(facts: OrderFacts, reader: Reader) -> tuple[Button, ...]:
    """Return the answers to who delivers this product; none where that is known."""
    if not _asks_mode(facts, reader):
        return ()
    return tuple(
        _on(facts.order, f"mode_{mode}", Verb.MODE, reader.language, mode)
        for mode in ("hand", "pool")
    )


def settable(facts: OrderFacts, reader: Reader) -> tuple[str, ...]:
    """Return the words of the statuses that this order can be given now, by this reader."""
    order = facts.order
    if facts.live is not None or not order.paid or order.refunded:
        return ()
    if Act.CHANGE_STATUS not in reader.acts:
        return ()
    here = PROGRESS.get(order.status, -1)
    return tuple(
        word
        for word, status in (("running", RUNNING), ("completed", COMPLETED))
        if PROGRESS[status] > here
    )


def status_buttons(facts: OrderFacts, reader: Reader) -> tuple[Button, ...]:
    """Return a button for each status that this order can be given now, by this reader."""
    return tuple(
        _on(facts.order, f"mark_{word}", Verb.STATUS, reader.language, word)
        for word in settable(facts, reader)
    )


def more_buttons(facts: OrderFacts, reader: Reader) -> Keyboard:
    """Return the buttons that are needed seldom, and the way back."""
    order, language = facts.order, reader.language
    leads = [_on(order, "show_goods", Verb.SHOW_GOODS, language)] if _shows(facts, reader) else []
    if leads and facts.live is None and order.replaceable:
        leads.append(replace_button(order, language))
    if facts.tickets:
        leads.append(_on(order, "texts", Verb.TEXTS, language, "order"))
    if facts.product_id:
        leads.append(product_button(facts.product_id, language))
    if order.paid and Act.MONEY in reader.acts:
        leads.append(_on(order, "payments", Verb.PAYMENTS_OF, language))
    if not _has_a_story(facts):
        leads.append(_dispute_button(order, language))
    back = _on(order, "back", Verb.BACK, language, "order")
    remembered = buyer_buttons(facts.buyer, "order", short_id(order.order_id), reader)
    return (status_buttons(facts, reader), *in_rows(leads, _A_ROW), *remembered, (back,))


def _shows(facts: OrderFacts, reader: Reader) -> bool:
    """Say whether there may be delivered goods to show, and this reader may see them."""
    return facts.order.delivered > 0 and Act.DELIVER in reader.acts


def _has_more(facts: OrderFacts, reader: Reader) -> bool:
    return (
        bool(settable(facts, reader))
        or _shows(facts, reader)
        or bool(facts.tickets)
        or bool(facts.product_id)
        or remembers(facts.buyer, reader)
    )


def _on(order: Order, word: str, verb: Verb, language: str, arg: str = "") -> Button:
    label = say_word("labels", word, language)
    return button(label, Press(verb, short_id(order.order_id), arg))
