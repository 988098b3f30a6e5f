"""/payments, its pages, and the payments of one order: read from the marketplace on request."""

from __future__ import annotations

from telegram import Update

from bot.chat.subjects import leave
from bot.desk import drafts, payments
from bot.desk.errors import NotPossible
from bot.model import search
from bot.model.goods import looks_like_goods
from bot.model.press import Press

from .turn import Turn, TurnContext


async def payments_command(update: Update, context: TurnContext) -> None:
    """/payments: as the marketplace lists them, or those in which the words behind it stand.

    Goods are never searched for.
    """
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    words = " ".join(context.args or ())
    if looks_like_goods(words):
        raise NotPossible("goods_not_searched")
    await payments.ask(
        turn.tx,
        turn.shop,
        turn.member,
        chat_id=turn.chat_id,
        words=search.fitting(words),
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
        words=search.unpack(press.subject),
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
