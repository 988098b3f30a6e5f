"""Commands that take a number, or offer buttons to choose by."""

from __future__ import annotations

from collections.abc import Awaitable

from telegram import Update

from bot.desk import drafts, orders, statuses
from bot.desk.errors import NotPossible
from bot.model.intent import is_of_before
from bot.model.numbers import find_numbers
from bot.model.press import Press

from . import choosing, lists, presses
from .turn import Turn, TurnContext

# What people type for the words that buttons carry.
_STATUSES = {
    **{word: word for word in statuses.WORDS},
    "complete": "completed",
    "done": "completed",
}


async def order(update: Update, context: TurnContext) -> None:
    """/order: the card of a number, or the list."""
    if not await _open(context.turn, context.args):
        await lists.orders_command(update, context)


async def ticket(update: Update, context: TurnContext) -> None:
    """/ticket: the card of a number, or the list."""
    if not await _open(context.turn, context.args):
        await lists.tickets_command(update, context)


async def deliver(update: Update, context: TurnContext) -> None:
    """/deliver: asks for the goods of an order, or for which order."""
    await _for_order(context, "deliver")


async def newticket(update: Update, context: TurnContext) -> None:
    """/newticket: asks what to write to the buyer of an order, or of which order."""
    await _for_order(context, "write")


async def refund(update: Update, context: TurnContext) -> None:
    """/refund: the card whose button asks, or for which order."""
    if not await _open(context.turn, context.args):
        await _for_order(context, "refund")


async def status(update: Update, context: TurnContext) -> None:
    """/status: gives an order the status that is named, or asks which; or of which order."""
    turn = context.turn
    typed = find_numbers(" ".join(context.args or ()))
    named = [_STATUSES[word.lower()] for word in context.args or () if word.lower() in _STATUSES]
    message = update.message
    # What was typed while the bot was off for long is asked about: nobody awaits it any more.
    late = message is not None and is_of_before(message.date, turn.now)
    if not typed or not named or late:
        await _for_order(context, "status")
        return
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await _unless_unknown(
        context,
        statuses.ask(
            turn.tx,
            turn.shop,
            turn.member,
            typed[0].text,
            named[0],
            chat_id=turn.chat_id,
            card_id=None,
            now=turn.now,
        ),
    )


async def _open(turn: Turn, args: list[str] | None) -> bool:
    """Open the card of the number that was typed; say whether there was one."""
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    typed = find_numbers(" ".join(args or ()))
    if not typed:
        return False
    if await orders.find(
        turn.tx,
        turn.shop,
        turn.member,
        typed[0].kind,
        typed[0].text,
        chat_id=turn.chat_id,
        reply_to=turn.own_message_id,
        now=turn.now,
    ):
        await turn.react("👀")
    return True


async def _unless_unknown(context: TurnContext, act: Awaitable[None]) -> None:
    """Do it; an order that is not known here is looked for, and its card opened."""
    try:
        await act
    except NotPossible as stop:
        if stop.reason != "order_not_found":
            raise
        await _open(context.turn, context.args)


async def _for_order(context: TurnContext, what: str) -> None:
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    typed = find_numbers(" ".join(context.args or ()))
    if typed:
        act = presses.act(turn, Press(choosing.verb_of(what), typed[0].text))
        await _unless_unknown(context, act)
        return
    await choosing.ask(turn, what)
