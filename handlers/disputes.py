"""The dispute file of an order or a ticket."""

from __future__ import annotations

from bot.desk import disputes
from bot.model.press import Press
from bot.views import dispute as views

from .turn import Turn


async def shown(turn: Turn, press: Press) -> None:
    """Show what happened, to copy; or send it as a file."""
    kind, _, how = press.arg.partition(".")
    facts = await disputes.dispute(
        turn.tx, turn.shop, turn.member, kind, press.subject, plain=views.plain
    )
    await turn.show(views.dispute(facts, turn.reader, turn.now, as_file=how == "file"))
