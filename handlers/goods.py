"""Showing what was delivered, and taking it away again."""

from __future__ import annotations

from bot.desk import goods
from bot.model.press import Press

from .turn import Turn


async def show(turn: Turn, press: Press) -> None:
    """Show the goods of an order, or another page of them."""
    if not press.arg or turn.pressed is None:
        await goods.show(
            turn.tx,
            turn.shop,
            turn.member,
            press.subject,
            private=turn.private,
            chat_id=turn.chat_id,
            now=turn.now,
        )
        return
    await goods.turn_page(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        int(press.arg) if press.arg.isdecimal() else 1,
        chat_id=turn.chat_id,
        message_id=turn.pressed.message_id,
        now=turn.now,
    )


async def hide(turn: Turn, press: Press) -> None:
    """Take the shown goods away at once."""
    if turn.pressed is not None:
        message_id = turn.pressed.message_id
        await goods.hide(turn.tx, turn.shop, turn.member, turn.chat_id, message_id, turn.now)
