"""/payments, its pages, and the payments of one order: read from the marketplace on request."""

from __future__ import annotations

from telegram import Update

from bot.chat.subjects import leave
from bot.desk import drafts, payments
from bot.model.press import Press

from .turn import Turn, TurnContext


async def payments_command(update: Update, context: TurnContext) -> None:
    """/payments: the newest first, as the marketplace lists them."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await payments.ask(
        turn.tx,
        turn.shop,
        turn.member,
        chat_id=turn.chat_id,
        reply_to=turn.own_message_id,
        now=turn.now,
    )
    await turn.react("👀")


async def turned(turn: Turn, press: Press) -> None:
    """Another page, in place; also the way back from a card that stands in the list's place."""
    if turn.pressed is None:
        return
    await payments.ask(
        turn.tx,
        turn.shop,
        turn.member,
        chat_id=turn.chat_id,
        page=max(int(press.arg), 1) if press.arg.isdecimal() else 1,
        edit=turn.pressed.message_id,
        now=turn.now,
    )
    await leave(turn.tx, turn.pressed, turn.now)


async def of_order(turn: Turn, press: Press) -> None:
    """What was paid for an order."""
    await payments.ask(
        turn.tx,
        turn.shop,
        turn.member,
        chat_id=turn.chat_id,
        order_key=press.subject,
        now=turn.now,
    )
