"""The message of one intent: a delivery's preview, a reply that is held, and what became of it."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import IntentFacts, Reader
from bot.model.goods import looks_like_goods, mask
from bot.model.intent import (
    DeliverPlan,
    Intent,
    NewTicketPlan,
    RefundPlan,
    ReplacePlan,
    ReplyPlan,
    State,
)
from bot.model.kept import kept_until, may_be_kept, may_be_shown_again
from bot.model.outgoing import Button, Outgoing, Style
from bot.model.person import Act
from bot.model.pieces import may_be_cut
from bot.model.press import Press, Verb
from bot.model.saved_text import holds_variables
from bot.model.splits import lines_each
from bot.model.ticket import RESOLVED

from .drawing import Keyboard, Pen, button, draw, outgoing, say_word
from .orders import (
    deliver_button,
    order_button,
    refund_question,
    replace_button,
    ticket_button,
    yes_or_no,
)
from .replacing import replacement
from .tickets import reply_button

_SHOWN = 20  # units and warnings in a preview, so that entities and lines stay within a message

_TAKES_NOTHING = frozenset({"refunded", "unpaid", "complete", "nothing_owed", "moved"})
_JUDGED = 500  # characters of a reply; a longer line is no unit of goods


def intent_card(facts: IntentFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the message of an intent in its present state, with the choices it leaves."""
    plan = facts.intent.plan
    pen = Pen(reader, now)
    if isinstance(plan, ReplacePlan):
        return replacement(facts, plan, reader, pen)
    if isinstance(plan, DeliverPlan):
        return _delivery(facts, plan, reader, pen)
    if isinstance(plan, ReplyPlan | NewTicketPlan):
        return _reply(facts, plan, reader, pen)
    if isinstance(plan, RefundPlan):
        return _refund(facts, plan, reader, pen)
    return _change(facts, reader, pen)


def _delivery(facts: IntentFacts, plan: DeliverPlan, reader: Reader, pen: Pen) -> Outgoing:
    intent, order = facts.intent, facts.order
    outcome = intent.outcome
    delivered = outcome.delivered if outcome.delivered is not None else 0
    owed = outcome.owed
    if order is not None:
        total = order.units if outcome.delivered is not None else 0
    else:
        total = delivered + (owed or 0)
    first = plan.units[0].get_secret_value() if len(plan.units) == 1 else ""
    known, doubtful = sorted(plan.known.items()), sorted(plan.doubtful.items())
    pooled = sorted(plan.pooled.items())
    drawn = draw(
        "delivery",
        reader.language,
        intent=intent,
        order=order,
        buyer=facts.buyer,
        by=facts.by,
        pen=pen,
        number=pen.code(order.number) if order is not None else "",
        delivered=delivered,
        total=max(total, delivered),
        left=owed if owed is not None else max(total - delivered, 0),
        lines=first.count("\n") + 1,
        lines_each=lines_each(plan.units),
        masked=[mask(unit) for unit in plan.units[:_SHOWN]],
        hidden=len(plan.units) - _SHOWN,
        known=known[:_SHOWN],
        known_hidden=len(known) - _SHOWN,
        doubtful=doubtful[:_SHOWN],
        doubtful_hidden=len(doubtful) - _SHOWN,
        pooled=pooled[:_SHOWN],
        pooled_hidden=len(pooled) - _SHOWN,
        unlike=[place + 1 for place in plan.unlike],
        words="" if plan.words is None else plan.words.get_secret_value(),
        unfilled=plan.words is not None and holds_variables(plan.words.get_secret_value()),
        altered=any(piece.altered for piece in plan.pieces),
        warnings=delivery_warnings(facts, plan),
        pieces=len(plan.pieces),
        files=sum(bool(piece.file) for piece in plan.pieces),
        may_be_cut=may_be_cut(plan.pieces),
        again=order is None or order.waits_for_us(),
        offered=_offers_again(facts, reader),
    )
    return outgoing(drawn, _delivery_keyboard(facts, plan, reader))


def delivery_warnings(facts: IntentFacts, plan: DeliverPlan) -> list[str]:
    """Return what is odd about delivering ``plan`` now, the gravest first."""
    order, count = facts.order, len(plan.units)
    if order is not None and order.refunded:
        return ["refunded"]
    found = []
    if order is not None and not order.paid:
        found.append("unpaid")
    owed = plan.owed if order is None else order.owed
    if owed == 0:
        found.append("complete" if order is not None and order.finished else "nothing_owed")
    elif order is not None and order.delivered != plan.delivered:
        found.append("moved")
    elif count and count < plan.owed:
        found.append("fewer")
    elif count > plan.owed:
        found.append("more")
    return found


def _delivery_keyboard(facts: IntentFacts, plan: DeliverPlan, reader: Reader) -> Keyboard:
    intent, order, language = facts.intent, facts.order, reader.language
    if intent.state is State.PROPOSED:
        if Act.DELIVER not in reader.acts:
            return ()
        cancel = _decline(intent, "cancel", language)
        send = _send(facts, plan, language)
        if send is not None:
            split = (_split(intent, plan, language),) if plan.ways > 1 else ()
            return ((send,), (*split, cancel), _enclose(facts, plan, reader))
        if order is not None and "moved" in delivery_warnings(facts, plan):
            return ((deliver_button(order, language), cancel),)
        if order is not None and order.owed == 0 and order.replaceable:
            return ((replace_button(order, language),), (cancel,))
        return ((cancel,),)
    if intent.state in {State.SENDING, State.UNKNOWN} or order is None:
        return ()
    row = [order_button(order.order_id, order.number, language)]
    tries_again = intent.state in {State.REFUSED, State.EXPIRED}
    if tries_again and order.waits_for_us() and Act.DELIVER in reader.acts:
        row.insert(0, deliver_button(order, language))
    again: tuple[Button, ...] = ()
    if _offers_again(facts, reader):
        label = say_word("labels", "to_the_preview", language)
        again = (button(label, Press(Verb.GOODS_AGAIN, str(intent.id)), "primary"),)
    return (again, tuple(row))


def _offers_again(facts: IntentFacts, reader: Reader) -> bool:
    """Say whether goods that were not sent can be previewed once more."""
    if facts.order is None or not facts.order.waits_for_us() or Act.DELIVER not in reader.acts:
        return False
    return may_be_shown_again(facts.intent) and not facts.followed


def _send(facts: IntentFacts, plan: DeliverPlan, language: str) -> Button | None:
    """Return the honest choice: all, the first ones that are owed, or a part of what is owed."""
    count, owed = len(plan.units), plan.owed
    warnings = delivery_warnings(facts, plan)
    if count == 0 or _TAKES_NOTHING.intersection(warnings):
        return None
    style: Style = "danger" if plan.known or plan.doubtful or plan.pooled else "primary"
    if "more" in warnings:
        send, label = owed, say_word("labels", "send_first", language, count=owed)
    elif "fewer" in warnings:
        send = count
        label = say_word("labels", "send_part", language, count=count, left=owed - count)
    else:
        send, label = count, say_word("labels", "send", language, count=count)
    # A button of an earlier preview must not send what that one did not show.
    choice = f"{send}.{plan.version}" if plan.version else str(send)
    return button(label, Press(Verb.CONFIRM, str(facts.intent.id), choice), style)


def _split(intent: Intent, plan: DeliverPlan, language: str) -> Button:
    version = str(plan.version) if plan.version else ""
    label = say_word("labels", "split", language)
    return button(label, Press(Verb.SPLIT, str(intent.id), version))


def _enclose(facts: IntentFacts, plan: DeliverPlan, reader: Reader) -> tuple[Button, ...]:
    if not facts.saved_texts or Act.REPLY not in reader.acts:
        return ()
    press = Press(Verb.TEXTS_FOR, str(facts.intent.id), str(plan.version))
    return (button(say_word("labels", "saved_text", reader.language), press),)


def _reply(
    facts: IntentFacts, plan: ReplyPlan | NewTicketPlan, reader: Reader, pen: Pen
) -> Outgoing:
    intent, order, ticket = facts.intent, facts.order, facts.ticket
    text = plan.text.get_secret_value()
    drawn = draw(
        "reply",
        reader.language,
        intent=intent,
        buyer=facts.buyer,
        by=facts.by,
        pen=pen,
        text=text,
        opens=isinstance(plan, NewTicketPlan),
        resolves=isinstance(plan, ReplyPlan) and plan.status == RESOLVED,
        number=pen.short(order.number) if order is not None else "",
        title=pen.line(order.title, 40) if order is not None else "",
        ticket_number=pen.short(ticket.number) if ticket is not None else "",
        goods_like=plan.needs_tap and looks_like_goods(text[:_JUDGED]),
        finished=ticket is not None and ticket.finished,
        needs_tap=plan.needs_tap,
        answered_by=facts.answered_by,
        stale=isinstance(plan, ReplyPlan) and plan.stale,
        kept=kept_until(intent) is not None,
        keepable=may_be_kept(intent),
        pieces=len(plan.pieces),
        may_be_cut=may_be_cut(plan.pieces),
    )
    return outgoing(drawn, _reply_keyboard(facts, plan, reader))


def _reply_keyboard(
    facts: IntentFacts, plan: ReplyPlan | NewTicketPlan, reader: Reader
) -> Keyboard:
    intent, ticket, language = facts.intent, facts.ticket, reader.language
    if intent.state is State.PROPOSED:
        if Act.REPLY not in reader.acts:
            return ()
        if kept_until(intent) is not None:
            return ((_decline(intent, "discard", language),),)
        press = Press(Verb.CONFIRM, str(intent.id))
        send = button(say_word("labels", "send_now", language), press, "primary")
        way_out = "cancel" if plan.needs_tap else "undo"
        choice = (send, _decline(intent, way_out, language))
        if intent.outcome.reason == "ticket_there":
            return (choice, (ticket_button(intent.outcome.ticket_id, "", language),))
        return (choice,)
    asks = intent.state is State.UNKNOWN and intent.outcome.reason == "not_shown"
    if intent.state in {State.SENDING, State.UNKNOWN} and not asks:
        return ()
    if may_be_kept(intent):
        return _unsent(facts, reader)
    if isinstance(plan, NewTicketPlan):
        return _new_ticket_row(facts, language)
    ticket_id = ticket.ticket_id if ticket is not None else intent.subject_id
    row: list[Button] = []
    if intent.state is not State.DONE and Act.REPLY in reader.acts:
        row.append(reply_button(ticket_id, language, "reply_again"))
    number = ticket.number if ticket is not None else ""
    row.append(ticket_button(ticket_id, number, language))
    return (tuple(row),)


def _unsent(facts: IntentFacts, reader: Reader) -> Keyboard:
    """Return what can become of a reply that the marketplace was not there for."""
    if Act.REPLY not in reader.acts:
        return ()
    intent, language = facts.intent, reader.language
    keep = Press(Verb.KEEP, str(intent.id))
    discard = Press(Verb.DISCARD, str(intent.id))
    return (
        (button(say_word("labels", "keep", language), keep, "primary"),),
        (button(say_word("labels", "discard", language), discard),),
    )


def _new_ticket_row(facts: IntentFacts, language: str) -> Keyboard:
    """Return what leads on from a ticket of ours: the ticket itself, or its order."""
    if facts.intent.outcome.ticket_id:
        return ((ticket_button(facts.intent.outcome.ticket_id, "", language),),)
    order = facts.order
    number = order.number if order is not None else ""
    return ((order_button(facts.intent.subject_id, number, language),),)


def _change(facts: IntentFacts, reader: Reader, pen: Pen) -> Outgoing:
    """Return the message of a change of status; the card that it was asked on says it too."""
    intent, language = facts.intent, reader.language
    subject = facts.ticket if intent.subject_kind == "ticket" else facts.order
    number = "" if subject is None else subject.number
    drawn = draw(
        "change",
        language,
        intent=intent,
        by=facts.by,
        pen=pen,
        number=pen.code(number),
        status=getattr(intent.plan, "status", ""),
        owed=getattr(intent.plan, "owed", 0),
    )
    if intent.state is State.PROPOSED:
        asks = Act.CHANGE_STATUS in reader.acts
        yes = say_word("labels", "yes_complete", language)
        return outgoing(drawn, yes_or_no(intent, yes, language) if asks else ())
    opens = ticket_button if intent.subject_kind == "ticket" else order_button
    return outgoing(drawn, ((opens(intent.subject_id, number, language),),))


def _refund(facts: IntentFacts, plan: RefundPlan, reader: Reader, pen: Pen) -> Outgoing:
    intent, order = facts.intent, facts.order
    amount = pen.money(plan.amount)
    number = pen.code(order.number) if order is not None else ""
    drawn = draw(
        "refund",
        reader.language,
        intent=intent,
        by=facts.by,
        pen=pen,
        amount=amount,
        number=number,
        asked_by=facts.asked_by,
    )
    if intent.state is State.PROPOSED and Act.REFUND in reader.acts:
        return outgoing(drawn, refund_question(intent, amount, reader))
    if order is None or intent.state in {State.PROPOSED, State.SENDING, State.UNKNOWN}:
        return outgoing(drawn)
    row = (order_button(order.order_id, order.number, reader.language),)
    return outgoing(drawn, (row,))


def _decline(intent: Intent, word: str, language: str) -> Button:
    return button(say_word("labels", word, language), Press(Verb.DECLINE, str(intent.id)))
