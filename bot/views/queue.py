"""The queue: an order that waits, where it stands in the line, and the way to the next one."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import QueueFacts, Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Act
from bot.model.press import Press, Verb, short_id

from .drawing import Keyboard, Pen, button, draw, joined, outgoing, say_word
from .orders import order_button, order_card


def queue_card(facts: QueueFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return the queue's message: the order that it stands at, or that it is done."""
    order = None if facts.order is None else facts.order.order
    head = draw(
        "queue",
        reader.language,
        facts=facts,
        order=order,
        asks=facts.draft_id is not None,
        pen=Pen(reader, now),
    )
    if facts.order is None:
        return outgoing(head, _at_the_end(facts, reader))
    card = order_card(facts.order, reader, now)
    return outgoing(joined(head, (card.text, card.entities)), _keyboard(facts, reader.language))


def start_queue(waiting: int, reader: Reader) -> tuple[Button, ...]:
    """Return the button that begins to work through what waits; none where nothing does."""
    if not waiting or Act.DELIVER not in reader.acts:
        return ()
    label = say_word("labels", "start_queue", reader.language)
    return (button(label, Press(Verb.QUEUE), "primary"),)


def _keyboard(facts: QueueFacts, language: str) -> Keyboard:
    assert facts.order is not None  # noqa: S101 - the caller looked
    order = facts.order.order
    if facts.draft_id is not None:
        cancel = Press(Verb.STOP, str(facts.draft_id))
        return ((button(say_word("labels", "cancel", language), cancel),),)
    here, queue_id = short_id(order.order_id), str(facts.queue_id)
    rows: list[tuple[str, Press]] = []
    if facts.place > 1:
        rows.append(("back", Press(Verb.QUEUE_BACK, here, queue_id)))
    waits = order.waits_for_us()
    rows.append(("skip" if waits else "next", Press(Verb.QUEUE_NEXT, here, queue_id)))
    ways = tuple(button(say_word("labels", word, language), press) for word, press in rows)
    opens = (order_button(order.order_id, order.number, language),)
    if not waits or facts.order.live is not None:
        return (ways, opens)
    deliver = Press(Verb.QUEUE_DELIVER, here, queue_id)
    return (
        (button(say_word("labels", "deliver", language), deliver, "primary"),),
        ways,
        opens,
    )


def _at_the_end(facts: QueueFacts, reader: Reader) -> Keyboard:
    language = reader.language
    rows: Keyboard = (start_queue(facts.waiting, reader),)
    if facts.waiting and facts.total:
        back = Press(Verb.QUEUE_BACK, "", str(facts.queue_id))
        rows = (*rows, (button(say_word("labels", "back", language), back),))
    return (*rows, (button(say_word("labels", "menu", language), Press(Verb.MENU)),))
