"""Several products at once: picking them, and the buttons of what is changed together."""

from __future__ import annotations

from bot.chat.subjects import Subject, open_in_list, turn_card
from bot.desk import batch_proposals, batches, drafts, selecting
from bot.desk.errors import NotPossible
from bot.model.press import Press
from bot.model.shelf import unpack

from .turn import Turn

KIND = selecting.KIND


async def select(turn: Turn, press: Press) -> None:
    """Begin to pick several, in the place of the list that was pressed."""
    page = max(int(press.arg), 1) if press.arg.isdecimal() else 1
    draft_id = await selecting.begin(
        turn.tx, turn.shop, turn.member, unpack(press.subject), page, turn.chat_id, turn.now
    )
    if turn.pressed is None or not await open_in_list(
        turn.tx,
        turn.shop.shop_id,
        turn.pressed,
        Subject("draft", draft_id),
        turn.member.person_id,
        turn.now,
    ):
        await drafts.show_prompt(turn.tx, turn.shop, turn.member, draft_id, turn.chat_id, turn.now)


async def pick(turn: Turn, press: Press) -> None:
    """Pick one, or let it go again."""
    await selecting.pick(
        turn.tx, turn.shop, turn.member, press.arg, press.subject, turn.chat_id, turn.now
    )


async def picked(turn: Turn, press: Press) -> None:
    """Do something with what is picked."""
    await selecting.act(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        press.arg,
        chat_id=turn.chat_id,
        now=turn.now,
    )


async def written(turn: Turn, draft: drafts.Draft, text: str, message_id: int) -> None:
    """Take how the prices of what is picked change."""
    if draft.person_id != turn.member.person_id:
        raise NotPossible("draft_expired")
    await selecting.written(
        turn.tx,
        turn.shop,
        turn.member,
        text,
        chat_id=turn.chat_id,
        message_id=message_id,
        now=turn.now,
    )
    await turn.react("👀")


async def pressed(turn: Turn, press: Press) -> None:
    """Turn the pages of a batch, or do what its buttons say."""
    if press.arg.startswith("p"):
        if turn.pressed is not None:
            await turn_card(turn.tx, turn.pressed, press.arg, turn.now)
        return
    await batches.pressed(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        press.arg,
        chat_id=turn.chat_id,
        now=turn.now,
    )


async def shop(turn: Turn, press: Press) -> None:
    """Offer to pause the shop, or to open it again."""
    act = batch_proposals.open_shop if press.subject == "open" else batch_proposals.pause_shop
    await act(turn.tx, turn.shop, turn.member, chat_id=turn.chat_id, now=turn.now)
