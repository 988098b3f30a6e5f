"""/report and its periods."""

from __future__ import annotations

from telegram import Update

from bot.desk import drafts, reports
from bot.model.press import Press
from bot.model.report import Period
from bot.views.report import report

from .turn import Turn, TurnContext

# What buttons carry, and what people type for it.
_PERIODS: dict[str, Period] = {
    "today": "today",
    "yesterday": "yesterday",
    "week": "week",
    "7": "week",
    "days": "days",
    "30": "days",
    "month": "month",
}


async def report_command(update: Update, context: TurnContext) -> None:
    """/report: today, or the period that is named behind it."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    word = context.args[0].lower() if context.args else ""
    await _show(turn, _PERIODS.get(word, "today"))


async def pressed(turn: Turn, press: Press) -> None:
    """Another period, in place; from the menu, today."""
    await _show(turn, _PERIODS.get(press.subject, "today"))


async def _show(turn: Turn, period: Period) -> None:
    zone = turn.reader.time_zone
    facts = await reports.report(turn.tx, turn.shop, turn.member, period, zone, turn.now)
    await turn.show(report(facts, turn.reader, turn.now), in_place=turn.pressed is not None)
