"""The buttons that remember something of a buyer: a mark in two taps, a note by prompt."""

from __future__ import annotations

from bot.chat.subjects import turn_card
from bot.desk import buyers
from bot.model.facts import BuyerMark
from bot.model.press import Press

from .turn import Turn

_MARKS: dict[str, BuyerMark] = {"watch": "watch", "star": "star", "none": ""}


async def marked(turn: Turn, press: Press) -> None:
    """Give the buyer of a card a mark; the card shows its own buttons again."""
    kind, _, word = press.arg.partition(".")
    mark = _MARKS.get(word)
    if mark is None or turn.pressed is None:
        return
    await buyers.mark(turn.tx, turn.shop, turn.member, kind, press.subject, mark, turn.now)
    await turn_card(turn.tx, turn.pressed, "", turn.now)


async def note(turn: Turn, press: Press) -> None:
    """Ask for a note on the buyer of a card, or take the note away."""
    if press.arg == "remove":
        await buyers.remove_note(turn.tx, turn.shop, turn.member, press.subject, turn.now)
        return
    if turn.pressed is not None:
        await turn_card(turn.tx, turn.pressed, "", turn.now)
    await buyers.await_note(
        turn.tx, turn.shop, turn.member, press.arg, press.subject, turn.chat_id, turn.now
    )
