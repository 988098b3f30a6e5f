"""Who blocked the bot, threw it out of a chat, or let it in again."""

from __future__ import annotations

from telegram import ChatMemberRestricted, Update

from bot.desk import people

from .turn import TurnContext


async def changed(update: Update, context: TurnContext) -> None:
    """Someone blocked the bot, or let it in again."""
    turn = context.turn
    change = update.my_chat_member
    if change is None:
        return
    after = change.new_chat_member
    status = str(after.status)
    mute = isinstance(after, ChatMemberRestricted) and not after.can_send_messages
    if mute or status in {"kicked", "left"}:
        by = change.from_user.id
        await people.is_gone(turn.tx, turn.shop, turn.chat_id, by, status, turn.now)
    else:
        await people.is_back(turn.tx, turn.chat_id)
