"""All texts of a ticket, or of an order's tickets: behind More, in pages."""

from __future__ import annotations

from bot.desk import conversations
from bot.model.press import Press
from bot.views.texts import texts

from .turn import Turn


async def shown(turn: Turn, press: Press) -> None:
    """Show them below, the newest page first; or turn to another page, in place."""
    kind, _, page = press.arg.partition(".")
    facts = await conversations.all_texts(
        turn.tx,
        turn.shop,
        turn.member,
        kind,
        press.subject,
        int(page) if page.isdecimal() else 0,
    )
    await turn.show(texts(facts, turn.reader, turn.now), in_place=bool(page))
