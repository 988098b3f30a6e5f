"""/export: what, of which time, as which kind of file."""

from __future__ import annotations

from typing import Final

from telegram import Update

from bot.desk import drafts, exports
from bot.desk.periods import read_period
from bot.model.exports import FORMATS, WHATS, Export, unpack_export
from bot.model.periods import Period
from bot.model.press import Press
from bot.views import exports as views
from bot.views.drawing import months

from .turn import Turn, TurnContext

DAYS: Final = "export_days"  # the draft that asks for them


async def export_command(update: Update, context: TurnContext) -> None:
    """/export: what is named behind it (orders, days, csv), else buttons for it."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    exports.may_export(turn.member)
    words = [word.lower() for word in context.args or ()]
    what = next((each for each in WHATS if each in words), None)
    format_ = next((each for each in FORMATS if each in words or f".{each}" in words), None)
    rest = " ".join(word for word in words if word.lstrip(".") not in {what, format_})
    export = Export(what or Export().what, _read(turn, rest) if rest else Export().period)
    if format_ is None:
        await turn.show(views.export_card(export, turn.reader, turn.now))
    else:
        await _send(turn, export, format_)
        await turn.react("👀")


async def pressed(turn: Turn, press: Press) -> None:
    """Another choice, in place; or the file itself."""
    exports.may_export(turn.member)
    export = unpack_export(press.subject)
    format_ = next((each for each in FORMATS if each == press.arg), None)
    if format_ is None:
        await turn.show(views.export_card(export, turn.reader, turn.now), in_place=True)
    else:
        await _send(turn, export, format_)


async def ask_days(turn: Turn, press: Press) -> None:
    """Ask for days that no button says."""
    await drafts.await_days(
        turn.tx, turn.shop, turn.member, DAYS, press.subject, turn.chat_id, turn.now
    )


async def written(turn: Turn, what: str, text: str) -> None:
    """Show what those days would hold."""
    export = Export(unpack_export(what).what, _read(turn, text))
    await turn.show(views.export_card(export, turn.reader, turn.now))


def _read(turn: Turn, text: str) -> Period:
    reader = turn.reader
    return read_period(text, reader.time_zone, turn.now, months(reader.language))


async def _send(turn: Turn, export: Export, format_: str) -> None:
    await exports.ask(
        turn.tx,
        turn.shop,
        turn.member,
        export,
        format_,
        zone=turn.reader.time_zone,
        chat_id=turn.chat_id,
        private=turn.private,
        now=turn.now,
    )
