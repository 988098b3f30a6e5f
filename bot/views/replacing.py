"""A replacement: its prompt's buttons, its preview, and what became of it."""

from __future__ import annotations

from bot.model.facts import IntentFacts, PromptFacts, Reader
from bot.model.goods import mask
from bot.model.intent import ReplacePlan, State
from bot.model.kept import goes_as_text
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.pieces import may_be_cut
from bot.model.press import Press, Verb

from .drawing import Keyboard, Pen, button, draw, in_rows, outgoing, say_word
from .figures import warranty_until
from .orders import order_button, ticket_button
from .words import bare_line

_PICKS = 60  # buttons; further units are picked by their number
_A_ROW = 2


def replacement(facts: IntentFacts, plan: ReplacePlan, reader: Reader, pen: Pen) -> Outgoing:
    """Return the message of a replacement in its present state."""
    intent, order, replacing = facts.intent, facts.order, plan.replacing
    start, counted_from = facts.delivered_at, "delivery"
    if start is None and order is not None:
        start, counted_from = order.placed_at, "order"
    days = order.product.warranty_period_days if order is not None else None
    until = warranty_until(start, days)
    masks = replacing.masks or ()
    drawn = draw(
        "replace",
        reader.language,
        intent=intent,
        order=order,
        by=facts.by,
        pen=pen,
        number=pen.code(order.number) if order is not None else "",
        place=replacing.place,
        of=len(masks),
        broken=masks[replacing.place - 1] if 0 < replacing.place <= len(masks) else "•••",
        origin=replacing.origin,
        new=mask(plan.unit),
        lines=plan.unit.get_secret_value().count("\n") + 1,
        tells=bool(replacing.ticket_id),
        tell=replacing.tell.get_secret_value(),
        until=until,
        outside=until is not None and pen.now > until,
        counted_from=counted_from,
        days=days or 0,
        owed=order.owed if order is not None else 0,
        known=sorted(plan.known.values()),
        pooled=sorted(plan.pooled.values()),
        doubtful=sorted(plan.doubtful.values()),
        altered=any(piece.altered for piece in plan.pieces),
        pieces=len(plan.pieces),
        files=sum(bool(piece.file) for piece in plan.pieces),
        may_be_cut=may_be_cut(plan.pieces),
        as_text=_goes_as_text(facts, reader),
    )
    return outgoing(drawn, _keyboard(facts, plan, reader))


def _goes_as_text(facts: IntentFacts, reader: Reader) -> bool:
    """Say whether the unit can go as a text, and no such text stands below."""
    offers = goes_as_text(facts.intent) and not facts.followed
    return offers and Act.DELIVER in reader.acts and Act.REPLY in reader.acts


def _keyboard(facts: IntentFacts, plan: ReplacePlan, reader: Reader) -> Keyboard:
    intent, order, language = facts.intent, facts.order, reader.language
    if intent.state is State.PROPOSED:
        if Act.DELIVER not in reader.acts:
            return ()
        replacing = plan.replacing
        tells = bool(replacing.ticket_id)
        name = "yes_replace_tell" if tells else "yes_replace"
        count = len(replacing.masks or ())
        label = say_word("labels", name, language, place=replacing.place, of=count)
        choice = str(plan.version) if plan.version else ""
        odd = bool(plan.known or plan.doubtful or plan.pooled)
        press = Press(Verb.CONFIRM, str(intent.id), choice)
        yes = button(label, press, "danger" if odd else "primary")
        no = Press(Verb.DECLINE, str(intent.id))
        return ((yes,), (button(say_word("labels", "cancel", language), no),))
    if intent.state in {State.SENDING, State.UNKNOWN}:
        return ()
    first: list[Button] = []
    if _goes_as_text(facts, reader):
        press = Press(Verb.REPLACE_TEXT, str(intent.id))
        first.append(button(say_word("labels", "as_text", language), press, "primary"))
    second: list[Button] = []
    if plan.replacing.ticket_id:
        second.append(ticket_button(plan.replacing.ticket_id, "", language))
    if order is not None:
        second.append(order_button(order.order_id, order.number, language))
    return (tuple(first), tuple(second))


def unit_buttons(facts: PromptFacts, language: str) -> Keyboard:
    """Return a button for each unit that may be the broken one, masked."""
    masks = () if facts.replacing is None else facts.replacing.masks or ()
    picks = [
        button(
            say_word("labels", "unit", language, place=place, masked=bare_line(masked, 20)),
            Press(Verb.REPLACE_UNIT, str(facts.draft_id), str(place)),
        )
        for place, masked in enumerate(masks[:_PICKS], start=1)
    ]
    return in_rows(picks, _A_ROW)
