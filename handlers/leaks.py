"""A key or a token in a member's message: it is deleted, and they are told to replace it."""

from __future__ import annotations

from telegram import Message

from bot.desk import drafts, people
from bot.model.leaked import MARK

from .turn import Turn


async def taken_away(turn: Turn) -> bool:
    """Delete a message that held a key; say whether it did. Nobody has its words any more."""
    message = turn.update.effective_message
    if not isinstance(message, Message) or not message.api_kwargs.get(MARK):
        return False
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await turn.take_out(message.message_id)
    await people.pasted_a_secret(turn.tx, turn.shop, turn.member, turn.now)
    await turn.say("key_pasted")
    return True
