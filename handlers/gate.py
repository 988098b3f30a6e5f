"""Who may come in. A stranger reaches nothing: no use case, no marketplace, no words but one."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.chat.answers import queue_act, queue_told
from bot.desk import people, team
from bot.model.urgency import EDITS

from . import leaks, locking
from .start import welcome
from .turn import Turn, TurnContext


async def gate(update: Update, context: TurnContext) -> None:
    """Recognise a member; turn everyone else away, politely, once a day."""
    turn = context.turn
    if update.my_chat_member is not None:
        # Telegram's own word on a chat, whoever caused it: it reaches no use case but that.
        return
    user = update.effective_user
    chat = update.effective_chat
    if user is not None and user.id == context.bot.id:
        await _own_line(turn)
        raise ApplicationHandlerStop
    if user is None or chat is None or user.is_bot:
        raise ApplicationHandlerStop
    if await locking.by_code(turn, user.id, user.language_code or ""):
        raise ApplicationHandlerStop
    turn.person = await people.recognise(
        turn.tx, turn.shop, user.id, user.full_name, user.language_code or "", turn.now
    )
    if turn.person is not None:
        if update.message is not None or update.callback_query is not None:
            # Whoever writes can be told again, whatever Telegram said of the chat before.
            await people.is_back(turn.tx, chat.id)
        await turn.ready()
        if await leaks.taken_away(turn):
            raise ApplicationHandlerStop
        if turn.person.locked_since is not None and not locking.asks_for_health(update):
            await locking.say_locked(turn)
            raise ApplicationHandlerStop
        return
    await _stranger(turn, user.id, user.language_code or "")
    raise ApplicationHandlerStop


async def _own_line(turn: Turn) -> None:
    """Take Telegram's line that we pinned something out of the chat again: it says nothing new."""
    message = turn.update.message
    if message is None or message.pinned_message is None or not turn.private:
        return
    await queue_act(
        turn.tx,
        shop_id=turn.shop.shop_id,
        chat_id=turn.chat_id,
        person_id=turn.chat_id,
        action="delete",
        message_id=message.message_id,
        urgency=EDITS,
        now=turn.now,
    )


async def _stranger(turn: Turn, person_id: int, language: str) -> None:
    message = turn.update.message
    if message is None or not turn.private:
        return
    words = (message.text or "").split()
    view = "stranger"
    if len(words) == 2 and words[0] == "/start":  # noqa: PLR2004 - the command and its code
        result = await people.pair(turn.tx, turn.shop, person_id, words[1], turn.now)
        joined = result == "paired"
        if result == "none":
            # The shop has its owner: it may be somebody who was invited.
            role = await team.accept(turn.tx, turn.shop, person_id, words[1], turn.now)
            joined = role is not None
        if joined:
            name = message.from_user.full_name if message.from_user else ""
            turn.person = await people.recognise(
                turn.tx, turn.shop, person_id, name, language, turn.now
            )
            await team.tell_of(turn.tx, turn.shop, turn.member, turn.now)
            await welcome(turn)
            return
        if result in {"wrong", "closed"}:
            view = "pairing_failed"
    if await people.turn_away(turn.tx, person_id, turn.now):
        await queue_told(
            turn.tx,
            shop_id=turn.shop.shop_id,
            chat_id=turn.chat_id,
            person_id=person_id,
            view=view,
            body={"language": language},
            now=turn.now,
        )
