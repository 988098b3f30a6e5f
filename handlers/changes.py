"""The buttons behind "More": statuses, and back again."""

from __future__ import annotations

from bot.chat.subjects import turn_card
from bot.desk import statuses, ticket_status
from bot.model.press import Press
from bot.views import talk

from .turn import Turn

MORE = "more"


async def more(turn: Turn, press: Press) -> None:
    """Show the card's other buttons."""
    await _turn_to(turn, MORE)


async def back(turn: Turn, press: Press) -> None:
    """Show the card's own buttons again."""
    await _turn_to(turn, "")


async def _turn_to(turn: Turn, side: str) -> None:
    if turn.pressed is not None:
        await turn_card(turn.tx, turn.pressed, side, turn.now)


async def which_status(turn: Turn, press: Press) -> None:
    """Ask for the status that an order is to be given."""
    order = await statuses.changeable(turn.tx, turn.shop, turn.member, press.subject)
    said = talk.which_status(order, turn.reader, turn.now)
    await turn.show(said, in_place=turn.pressed is not None)


async def status(turn: Turn, press: Press) -> None:
    """Give an order a status; completing one on which units are owed asks first."""
    if turn.pressed is None:
        return
    await statuses.ask(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        press.arg,
        chat_id=turn.chat_id,
        card_id=turn.pressed.message_id,
        now=turn.now,
    )


async def status_of_ticket(turn: Turn, press: Press) -> None:
    """Give a ticket a status."""
    if turn.pressed is None:
        return
    await ticket_status.change(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        press.arg,
        chat_id=turn.chat_id,
        card_id=turn.pressed.message_id,
        now=turn.now,
    )
