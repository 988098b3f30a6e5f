"""Replacing a broken unit: which one, the new one, and the text where nothing else goes."""

from __future__ import annotations

from bot.desk import replacing
from bot.model.press import Press
from bot.views import talk

from .turn import Turn


async def begin(turn: Turn, press: Press) -> None:
    """Ask which unit is broken, and for the new one."""
    await replacing.begin(
        turn.tx,
        turn.shop,
        turn.member,
        press.arg,
        press.subject,
        tell=lambda number, buyers: talk.replacement_text(number, buyers, turn.reader),
        chat_id=turn.chat_id,
        now=turn.now,
    )


async def pick(turn: Turn, press: Press) -> None:
    """Say which unit is broken."""
    place = int(press.arg) if press.arg.isdecimal() else 0
    await replacing.pick(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        place,
        chat_id=turn.chat_id,
        now=turn.now,
    )


async def as_text(turn: Turn, press: Press) -> None:
    """Offer as a ticket text what the marketplace did not take."""
    if turn.pressed is None:
        return
    await replacing.as_text(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        words=lambda unit, buyers: talk.replacement_words(unit, buyers, turn.reader),
        title=lambda number: talk.new_ticket_title(number, "", turn.reader),
        private=turn.private,
        message_id=turn.pressed.message_id,
        now=turn.now,
    )
