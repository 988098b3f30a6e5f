"""/queue and its buttons: work through what waits, in one message."""

from __future__ import annotations

from telegram import Update

from bot.desk import drafts
from bot.desk import queue as waiting
from bot.model.press import Press

from .turn import Turn, TurnContext


async def queue(update: Update, context: TurnContext) -> None:
    """/queue: the oldest order that waits, in a message that moves on."""
    await _start(context.turn)


async def started(turn: Turn, press: Press) -> None:
    """Start, below whatever says that something waits."""
    await _start(turn)


async def _start(turn: Turn) -> None:
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await waiting.start(turn.tx, turn.shop, turn.member, turn.chat_id, turn.now)


async def next_(turn: Turn, press: Press) -> None:
    """Skip, or Next where nothing is owed any more."""
    await waiting.skip(turn.tx, turn.shop, turn.member, press.arg, press.subject, turn.now)


async def back(turn: Turn, press: Press) -> None:
    """Back to the one before that still waits."""
    await waiting.back(turn.tx, turn.shop, turn.member, press.arg, press.subject, turn.now)


async def deliver(turn: Turn, press: Press) -> None:
    """Ask for the order's goods in the same message."""
    await waiting.deliver(turn.tx, turn.shop, turn.member, press.arg, press.subject, turn.now)
