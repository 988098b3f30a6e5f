"""What people write: a reply to a card, a number, goods, or the answer to a prompt."""

from __future__ import annotations

from pydantic import SecretStr
from telegram import Message, Update

from bot.chat.subjects import subject_of
from bot.desk import delivery, drafts, orders, people, replies
from bot.model.goods import looks_like_goods
from bot.model.numbers import find_numbers, only_number
from bot.views import talk

from .turn import Turn, TurnContext

_ORDERS_OFFERED = 8


async def written(update: Update, context: TurnContext) -> None:
    """Understand a text. Goods are never searched for, and never sent anywhere unasked."""
    turn = context.turn
    message = update.message
    if message is None or message.text is None:
        return
    text = message.text
    number = only_number(text)
    if number is not None:
        await _open(turn, number.kind, number.text)
        return
    if await _answers_a_card(turn, message, text):
        return
    if not turn.private:
        return  # in a group, only replies to us are meant for us
    if await _answers_a_prompt(turn, message, text):
        return
    if looks_like_goods(text):
        await _goods(turn, message, text)
        return
    numbers = find_numbers(text)
    if len(numbers) == 1:
        await _open(turn, numbers[0].kind, numbers[0].text)
        return
    await turn.say("not_understood")


async def _open(turn: Turn, kind: str, number: str) -> None:
    await orders.find(
        turn.tx,
        turn.shop,
        turn.member,
        kind,
        number,
        chat_id=turn.chat_id,
        reply_to=turn.own_message_id,
        now=turn.now,
    )


async def _answers_a_card(turn: Turn, message: Message, text: str) -> bool:
    """A reply to an order's card is its goods; to a ticket's card, the answer to the buyer."""
    to = message.reply_to_message
    if to is None or to.from_user is None or to.from_user.id != turn.update.get_bot().id:
        return False
    subject = await subject_of(turn.tx, turn.shop.shop_id, to)
    if subject is None:
        return False
    kind, subject_id = subject.kind, subject.id
    if kind == "intent":
        kind, subject_id = await drafts.subject_of_intent(turn.tx, turn.shop, subject_id)
    if kind == "ticket":
        await _reply(turn, message, subject_id, text)
    else:
        await _deliver(turn, message, subject_id, text)
    return True


async def _answers_a_prompt(turn: Turn, message: Message, text: str) -> bool:
    draft = await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    if draft is None or draft.kind == "goods":
        return False
    if draft.kind == "reply":
        await _reply(turn, message, draft.subject_id, text)
    else:
        await _deliver(turn, message, draft.subject_id, text)
    await drafts.end(turn.tx, turn.chat_id, turn.member)
    return True


async def _deliver(turn: Turn, message: Message, order_id: str, text: str) -> None:
    await delivery.preview(
        turn.tx,
        turn.shop,
        turn.member,
        order_id,
        SecretStr(text),
        chat_id=turn.chat_id,
        message_id=message.message_id,
        now=turn.now,
    )
    await turn.react("👀")


async def _reply(turn: Turn, message: Message, ticket_id: str, text: str) -> None:
    await replies.hold(
        turn.tx,
        turn.shop,
        turn.member,
        ticket_id,
        SecretStr(text),
        chat_id=turn.chat_id,
        message_id=message.message_id,
        private=turn.private,
        now=turn.now,
    )
    await turn.react("👀")


async def _goods(turn: Turn, message: Message, text: str) -> None:
    await drafts.keep_goods(
        turn.tx,
        turn.shop,
        turn.member,
        SecretStr(text),
        chat_id=turn.chat_id,
        message_id=message.message_id,
        now=turn.now,
    )
    waiting = await orders.waiting_orders(turn.tx, turn.shop, _ORDERS_OFFERED)
    name = "goods_for_which" if waiting else "goods_for_none"
    orders_offered = {"orders": waiting} if waiting else {}
    await turn.show(talk.say(name, turn.reader, now=turn.now, **orders_offered))


async def edited(update: Update, context: TurnContext) -> None:
    """An edited message changes the reply that it is, while that is still held."""
    turn = context.turn
    message = update.edited_message
    if message is not None and message.text:
        await replies.edited(
            turn.tx,
            turn.member,
            message.text,
            chat_id=turn.chat_id,
            message_id=message.message_id,
            now=turn.now,
        )


async def not_text(update: Update, context: TurnContext) -> None:
    """Photos, voices, stickers, files: the marketplace takes text."""
    turn = context.turn
    message = update.message
    if message is None or not (turn.private or message.reply_to_message):
        return
    await turn.say("file_not_read" if message.document is not None else "text_only")


async def unknown_command(update: Update, context: TurnContext) -> None:
    """A command that does not exist."""
    turn = context.turn
    if turn.private:
        await turn.say("unknown_command")


async def membership(update: Update, context: TurnContext) -> None:
    """Someone blocked the bot, or let it in again."""
    turn = context.turn
    change = update.my_chat_member
    if change is None:
        return
    status = change.new_chat_member.status
    if status in {"kicked", "left"}:
        await people.is_gone(turn.tx, turn.chat_id, status, turn.now)
    else:
        await people.is_back(turn.tx, turn.chat_id)
