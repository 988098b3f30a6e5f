"""What people write: a reply to a card, a number, goods, or the answer to a prompt."""

from __future__ import annotations

from telegram import Message, Update

from bot.chat.subjects import Subject, subject_of
from bot.desk import drafts, orders, pieces
from bot.desk.errors import NotPossible
from bot.model.goods import looks_like_goods
from bot.model.new_product import STOCK_STEP
from bot.model.numbers import Number, may_be_id, numbers_among_words, only_number
from bot.model.order import Order
from bot.model.press import unpack
from bot.model.ticket import Ticket
from bot.views import talk

from . import answers, finding, products, safety
from .turn import Turn, TurnContext

_NUMBERS = 8  # of one message
_FIRST_STOCK = "first_stock_not_read"  # a number or accounts: it says both


async def written(update: Update, context: TurnContext) -> None:
    """Understand a text. Goods are never searched for, and never sent anywhere unasked."""
    turn = context.turn
    message = update.message
    if message is None or message.text is None:
        return
    text = message.text
    asked, carries_out = await safety.written(turn, message, text)
    if asked:
        await _carry_out(turn, carries_out)
        return
    number = only_number(text)
    if number is not None:
        await _open(turn, number.kind, number.text)
        return
    if await _answers_a_card(turn, message, text):
        return
    if await _goes_on(turn, message, text):
        return
    if not turn.private:
        return  # in a group, only replies to us are meant for us
    if await _names_a_thing(turn, text) or await _answers_a_prompt(turn, message, text):
        return
    numbers = numbers_among_words(text)
    if numbers:
        await _open_all(turn, numbers)
    elif looks_like_goods(text):
        await _goods(turn, message, text)
    elif not await finding.by_words(turn, text):
        await turn.say("not_understood")


async def _carry_out(turn: Turn, packed: str) -> None:
    """Do what was pressed before a PIN was asked for."""
    from .presses import act  # noqa: PLC0415 - buttons lead to what is written, too

    press = unpack(packed)
    if press is not None:
        await act(turn, press)


async def _names_a_thing(turn: Turn, text: str) -> bool:
    """Open the card of an ID of the marketplace's own, where it is one that we know."""
    identity = may_be_id(text)
    if not identity:
        return False
    if not await orders.known_things(turn.tx, turn.shop, turn.member, "id", identity):
        return False
    await _open(turn, "id", identity)
    return True


async def _open_all(turn: Turn, numbers: tuple[Number, ...]) -> None:
    """Open the one number's card, or offer those of several; what is not known is looked for."""
    known: list[Order | Ticket] = []
    for number in numbers[:_NUMBERS]:
        things = await orders.known_things(
            turn.tx, turn.shop, turn.member, number.kind, number.text
        )
        known += things
        if not things or len(numbers) == 1:
            await _open(turn, number.kind, number.text)
    if known and len(numbers) > 1:
        await turn.show(talk.which_number(known, turn.reader, turn.now))


async def _open(turn: Turn, kind: str, number: str) -> None:
    if await orders.find(
        turn.tx,
        turn.shop,
        turn.member,
        kind,
        number,
        chat_id=turn.chat_id,
        reply_to=turn.own_message_id,
        now=turn.now,
    ):
        await turn.react("👀")


async def _goes_on(turn: Turn, message: Message, text: str) -> bool:
    """Telegram cuts a long paste into messages, of which only the first is a reply."""
    if message.reply_to_message is not None:
        return False
    if not await pieces.goes_on(
        turn.tx,
        turn.shop,
        turn.member,
        answers.piece(message, text),
        chat_id=turn.chat_id,
        now=turn.now,
    ):
        return False
    await turn.react("👀")
    return True


async def _answers_a_card(turn: Turn, message: Message, text: str) -> bool:
    """A reply to an order's card is its goods; to a ticket's card, the answer to the buyer."""
    if not _is_reply_to_us(turn, message):
        return False
    subject = await _replied_to(turn, message)
    if subject is None and not turn.private:
        # In a group nobody else would answer.
        raise NotPossible("card_too_old")
    if subject is None or subject.kind == "batch":
        return False  # it takes no text: what is written may answer a prompt all the same
    kind, subject_id = subject.kind, subject.id
    if kind == "intent":
        kind, subject_id = await drafts.subject_of_intent(turn.tx, turn.shop, subject_id)
    if kind == "draft":
        draft = await drafts.of_prompt(turn.tx, subject_id)
        if draft is None or draft.kind == "goods":
            return False
        if not await safety.answered(turn, draft, message, text):
            await answers.take(turn, message, draft, text)
    elif kind == "queue":
        raise NotPossible("queue_done")
    elif kind == "product":
        await products.stock_written(turn, subject_id, answers.piece(message, text))
    else:
        if kind == "ticket":
            await answers.reply(turn, message, subject_id, text, subject.shown_at)
        else:
            await answers.deliver(turn, message, subject_id, text)
        await drafts.answered_elsewhere(turn.tx, turn.chat_id, turn.member, subject_id, turn.now)
    return True


async def _answers_a_prompt(turn: Turn, message: Message, text: str) -> bool:
    draft = await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    if draft is None or draft.kind == "goods":
        return False
    await answers.take(turn, message, draft, text)
    return True


async def _goods(turn: Turn, message: Message, text: str) -> None:
    await drafts.keep_goods(
        turn.tx,
        turn.shop,
        turn.member,
        (answers.piece(message, text),),
        chat_id=turn.chat_id,
        now=turn.now,
    )
    await turn.react("👀")


async def edited(update: Update, context: TurnContext) -> None:
    """An edited message changes the goods or the reply that it is, while nothing was sent."""
    turn = context.turn
    message = update.edited_message
    if message is not None and message.text:
        await pieces.edited(
            turn.tx,
            turn.shop,
            turn.member,
            answers.piece(message, message.text),
            chat_id=turn.chat_id,
            now=turn.now,
        )


async def not_text(update: Update, context: TurnContext) -> None:
    """Photos, voices, stickers: the marketplace takes text. What was asked for is still awaited."""
    turn = context.turn
    message = update.message
    if message is None:
        return
    kind = await _asked_for(turn, message)
    if kind is None:
        return
    if kind == "pictures":
        raise NotPossible("picture_not_read")
    album = message.media_group_id
    once = f"text_only:{turn.chat_id}:{album}" if album else ""
    if kind == _FIRST_STOCK:
        await turn.say(kind, once=once)
    else:
        await turn.say("text_only", once=once, kind=kind)


async def _asked_for(turn: Turn, message: Message) -> str | None:
    """Return what a draft asks for, or a card would take; None where it is not for us."""
    subject = await _replied_to(turn, message)
    if subject is None and not turn.private:
        return None
    kind, subject_id = ("", "") if subject is None else (subject.kind, subject.id)
    if kind == "intent":
        kind, subject_id = await drafts.subject_of_intent(turn.tx, turn.shop, subject_id)
    if kind in {"order", "queue"}:
        return "deliver"
    if kind in {"ticket", "product"}:
        return "reply" if kind == "ticket" else "stock"
    of_prompt = await drafts.of_prompt(turn.tx, subject_id) if kind == "draft" else None
    draft = of_prompt or await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    if draft is not None and draft.form is not None:
        # Each question about a new product has an example of its own.
        return _FIRST_STOCK if draft.form.step == STOCK_STEP else draft.form.step
    return "" if draft is None else draft.kind


async def _replied_to(turn: Turn, message: Message) -> Subject | None:
    """Return what the message of ours is about that was replied to, if any was."""
    to = message.reply_to_message
    if to is None or not _is_reply_to_us(turn, message):
        return None
    return await subject_of(turn.tx, turn.shop.shop_id, to)


def _is_reply_to_us(turn: Turn, message: Message) -> bool:
    to = message.reply_to_message
    return (
        to is not None and to.from_user is not None and to.from_user.id == turn.update.get_bot().id
    )


async def unknown_command(update: Update, context: TurnContext) -> None:
    """A command that does not exist."""
    turn = context.turn
    if turn.private:
        await turn.say("unknown_command")
