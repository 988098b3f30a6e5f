"""/report and its periods, as a text and as a picture."""

from __future__ import annotations

from typing import Final

from telegram import Update

from bot.chat.subjects import leave
from bot.desk import drafts, reports
from bot.desk.periods import read_period
from bot.model.periods import Period, unpack
from bot.model.press import Press
from bot.views.drawing import months

from .turn import Turn, TurnContext

DAYS: Final = "report_days"  # the draft that asks for them


async def report_command(update: Update, context: TurnContext) -> None:
    """/report: today, or the days that are named behind it."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    words = " ".join(context.args or ())
    await _ask(turn, _read(turn, words) if words else "today")
    await turn.react("👀")


async def pressed(turn: Turn, press: Press) -> None:
    """Another period, in place; from the menu, today."""
    await _ask(turn, unpack(press.subject) or "today")


async def chart(turn: Turn, press: Press) -> None:
    """The picture of a report, as a message of its own."""
    await reports.ask(
        turn.tx,
        turn.shop,
        turn.member,
        unpack(press.subject) or "today",
        turn.reader,
        kind=reports.CHART,
        chat_id=turn.chat_id,
        now=turn.now,
    )


async def ask_days(turn: Turn, press: Press) -> None:
    """Ask for days that no button says."""
    await drafts.await_days(turn.tx, turn.shop, turn.member, DAYS, "", turn.chat_id, turn.now)


async def written(turn: Turn, text: str) -> None:
    """Show the days that somebody wrote."""
    await _ask(turn, _read(turn, text))


def _read(turn: Turn, text: str) -> Period:
    reader = turn.reader
    return read_period(text, reader.time_zone, turn.now, months(reader.language))


async def _ask(turn: Turn, period: Period) -> None:
    pressed = turn.pressed
    await reports.ask(
        turn.tx,
        turn.shop,
        turn.member,
        period,
        turn.reader,
        chat_id=turn.chat_id,
        edit=None if pressed is None else pressed.message_id,
        now=turn.now,
    )
    if pressed is not None:
        await leave(turn.tx, pressed, turn.now)
