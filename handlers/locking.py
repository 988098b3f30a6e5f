"""/lock: the one thing that a stranger may do, and what a locked shop says."""

from __future__ import annotations

from telegram import Update

from bot.chat.answers import queue_act, queue_told
from bot.desk import drafts, locking
from bot.model.press import Verb, unpack

from .turn import Turn, TurnContext


async def lock_command(update: Update, context: TurnContext) -> None:
    """/lock without a code, or in a group: how it is done."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await turn.say("lock_how")


async def by_code(turn: Turn, person_id: int, language: str) -> bool:
    """Take a code that somebody sent in private, whoever they are; say whether it was one.

    The message with the code is deleted, right or wrong.
    """
    message = turn.update.message
    if message is None or not turn.private:
        return False
    command, *code = (message.text or "").split(maxsplit=1) or ("",)
    if command.partition("@")[0].lower() != "/lock" or not code:
        return False
    result = await locking.by_code(turn.tx, turn.shop, person_id, code[0], turn.now)
    await queue_act(
        turn.tx,
        shop_id=turn.shop.shop_id,
        chat_id=turn.chat_id,
        person_id=person_id,
        action="delete",
        message_id=message.message_id,
        now=turn.now,
    )
    if result != "ignored":
        await queue_told(
            turn.tx,
            shop_id=turn.shop.shop_id,
            chat_id=turn.chat_id,
            person_id=person_id,
            view="lock_done" if result == "locked" else "lock_failed",
            body={"language": language},
            now=turn.now,
        )
    return True


def asks_for_health(update: Update) -> bool:
    """Say whether somebody asks how the bot is doing: that is answered even while it is locked."""
    query, message = update.callback_query, update.message
    if query is not None:
        press = unpack(query.data or "")
        return press is not None and press.verb is Verb.HEALTH
    words = ((message.text if message is not None else "") or "").split()
    return bool(words) and words[0].partition("@")[0] == "/health"


async def say_locked(turn: Turn) -> None:
    """Say that the shop is locked; a press was told so already."""
    if turn.update.message is None or not turn.private:
        return
    await queue_told(
        turn.tx,
        shop_id=turn.shop.shop_id,
        chat_id=turn.chat_id,
        person_id=turn.member.person_id,
        view="locked",
        body={},
        replaces=f"locked:{turn.chat_id}",
        now=turn.now,
    )
