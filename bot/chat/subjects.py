"""What a message of ours is about: from its row, or from the buttons it carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telegram import InlineKeyboardMarkup, MaybeInaccessibleMessage, Message

from bot.model.press import Press, Verb, unpack
from bot.store import cards, intents, orders, products, queues, tickets
from bot.store.cards import Card
from bot.store.database import Tx
from bot.views.lists import way_back

_ORDER_VERBS = frozenset(
    {Verb.DELIVER, Verb.REFUND, Verb.STATUS, Verb.WRITE, Verb.SHOW_GOODS, Verb.HIDE_GOODS}
)
_ABOUT = {"order": Verb.WRITE, "ticket": Verb.REPLY}
_TICKET_VERBS = frozenset({Verb.REPLY, Verb.TICKET_STATUS, Verb.RESOLVE})
_PRODUCT_VERBS = frozenset(
    {Verb.PRODUCT_STATUS, Verb.PRODUCT_EDIT, Verb.PRODUCT_DELETE, Verb.STOCK, Verb.PICTURES}
)
_IMPORT_VERBS = frozenset({Verb.HALT, Verb.ANSWER, Verb.REST})
_INTENT_VERBS = _IMPORT_VERBS | {
    Verb.CONFIRM,
    Verb.DECLINE,
    Verb.KEEP,
    Verb.DISCARD,
    Verb.SPLIT,
    Verb.GOODS_AGAIN,
}
# Their question stands in the card of what they are about.
_IN_CARDS = frozenset({"refund", "delete_product"})
_ASKING_VERBS = _INTENT_VERBS | {Verb.STOP}
_QUEUE_VERBS = frozenset({Verb.QUEUE_NEXT, Verb.QUEUE_BACK, Verb.QUEUE_DELIVER})


@dataclass(frozen=True, slots=True)
class Subject:
    """An order, a ticket, a product, an intent, a prompt's draft, or a queue at its end."""

    kind: str
    id: str
    # When the message was sent; empty where a newer one shows its subject, or nobody knows.
    shown_at: datetime | None = None


async def subject_of(tx: Tx, shop_id: int, message: MaybeInaccessibleMessage) -> Subject | None:
    """Return what one of our messages is about; a queue's is about the order that it stands at.

    A message that we have no row for (killed before it was stored) is understood from its
    buttons.
    """
    subject = await _shown_in(tx, shop_id, message)
    if subject is not None and subject.kind == "queue":
        queue = await queues.get(tx, int(subject.id))
        if queue is not None and queue.line.at:
            return Subject("order", queue.line.at, subject.shown_at)
    return subject


async def _shown_in(tx: Tx, shop_id: int, message: MaybeInaccessibleMessage) -> Subject | None:
    card = await cards.at(tx, message.chat.id, message.message_id)
    if card is not None:
        made_at = await cards.made_at(tx, message.chat.id, message.message_id)
        return Subject(card.subject_kind, card.subject_id, made_at if card.live else None)
    # A preview may offer what an order's card does: what is asked there says what it is.
    for press in sorted(_presses(message), key=lambda press: press.verb not in _ASKING_VERBS):
        found = await _subject(tx, shop_id, press)
        if found is not None:
            return found
    return None


async def adopt(
    tx: Tx, shop_id: int, message: MaybeInaccessibleMessage, person_id: int, now: datetime
) -> None:
    """Give a message of ours the row that it should have, and let it show what is true now."""
    if await cards.at(tx, message.chat.id, message.message_id) is not None:
        return
    subject = await _shown_in(tx, shop_id, message)
    if subject is None:
        return
    card = _new_card(message, shop_id, subject, person_id)
    await cards.shown(tx, card, now)
    # What happened while it had no row was shown by other copies alone.
    await cards.redraw(tx, card, now)


def _new_card(
    message: MaybeInaccessibleMessage,
    shop_id: int,
    subject: Subject,
    person_id: int,
    back: str = "",
) -> Card:
    return Card(
        chat_id=message.chat.id,
        message_id=message.message_id,
        shop_id=shop_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        person_id=person_id,
        intent_id=None,
        live=True,
        shown="",
        back=back,
    )


async def open_in_list(
    tx: Tx,
    shop_id: int,
    message: MaybeInaccessibleMessage,
    subject: Subject,
    person_id: int,
    now: datetime,
) -> bool:
    """Let the list that was pressed become the card of one of its items; say whether it was one.

    The card has the way back to the same page and filter.
    """
    back = way_back(_buttons(message))
    if back is None or await cards.at(tx, message.chat.id, message.message_id) is not None:
        return False
    card = _new_card(message, shop_id, subject, person_id, back.pack())
    await cards.open_in(tx, card, now)
    return True


async def leave(tx: Tx, message: MaybeInaccessibleMessage, now: datetime) -> None:
    """Something else is shown in this message from here on: if it was a card, it is none."""
    await cards.close(tx, message.chat.id, message.message_id, now)


async def turn_card(tx: Tx, message: MaybeInaccessibleMessage, side: str, now: datetime) -> None:
    """Show another set of a live card's buttons; one that has a newer copy is left alone."""
    card = await cards.at(tx, message.chat.id, message.message_id)
    if card is not None and card.live:
        await cards.turn(tx, card.chat_id, card.message_id, side, now)


async def shows_product(tx: Tx, message: MaybeInaccessibleMessage) -> bool:
    """Say whether a message is the live card of a product."""
    card = await cards.at(tx, message.chat.id, message.message_id)
    return card is not None and card.live and card.subject_kind == "product"


async def shows_order(tx: Tx, message: MaybeInaccessibleMessage) -> bool:
    """Say whether a message is the live card of an order: a question can stand in its buttons."""
    card = await cards.at(tx, message.chat.id, message.message_id)
    return card is not None and card.live and card.subject_kind == "order"


def _presses(message: MaybeInaccessibleMessage) -> tuple[Press, ...]:
    return tuple(press for _, press in _buttons(message))


def _buttons(message: MaybeInaccessibleMessage) -> tuple[tuple[str, Press], ...]:
    markup = message.reply_markup if isinstance(message, Message) else None
    if not isinstance(markup, InlineKeyboardMarkup):
        return ()
    return tuple(
        (button.text, press)
        for row in markup.inline_keyboard
        for button in row
        if isinstance(button.callback_data, str)
        and (press := unpack(button.callback_data)) is not None
    )


async def _subject(tx: Tx, shop_id: int, press: Press) -> Subject | None:
    if press.verb in _ORDER_VERBS:
        order = await orders.get_order(tx, shop_id, press.subject)
        return None if order is None else Subject("order", order.order.order_id)
    if press.verb in _TICKET_VERBS:
        ticket = await tickets.get_ticket(tx, shop_id, press.subject)
        return None if ticket is None else Subject("ticket", ticket.ticket.ticket_id)
    if press.verb is Verb.TEXTS:
        about, _, page = press.arg.partition(".")
        # Without a page it stands on the card itself, and says nothing that the others do not.
        verb = _ABOUT.get(about) if page else None
        return None if verb is None else await _subject(tx, shop_id, Press(verb, press.subject))
    if press.verb in _QUEUE_VERBS and press.arg.isdecimal():
        return Subject("queue", press.arg)
    if press.verb in _PRODUCT_VERBS:
        product = await products.get_product(tx, shop_id, press.subject)
        return None if product is None else Subject("product", product.product.product_id)
    if (
        press.verb in {Verb.STOP, Verb.REPLACE_UNIT, Verb.PICKED, Verb.NEW_STEP}
        and press.subject.isdecimal()
    ):
        return Subject("draft", press.subject)
    if press.verb is Verb.BATCH and press.subject.isdecimal():
        return Subject("batch", press.subject)
    if press.verb in _INTENT_VERBS and press.subject.isdecimal():
        intent = await intents.get(tx, int(press.subject))
        if intent is None:
            return None
        kind, subject_id = ("intent", str(intent.id))
        if intent.kind in _IN_CARDS:
            kind, subject_id = intent.subject_kind, intent.subject_id
        return Subject(kind, subject_id)
    return None
