"""The safety side of the settings, and the PIN that is asked for before a refund or goods."""

from __future__ import annotations

from telegram import Message

from bot.desk import drafts, safety
from bot.desk.errors import NotPossible
from bot.model.press import Press
from bot.views.safety import safety_card

from .turn import Turn

_TYPED = frozenset({safety.LIMIT, safety.NEW_PIN, safety.PIN})
_SECRET = frozenset({safety.NEW_PIN, safety.PIN})


async def show(turn: Turn, changed: str = "") -> None:
    """Show what holds."""
    facts = await safety.facts(turn.tx, turn.shop, turn.member, changed)
    said = safety_card(facts, turn.reader, turn.now)
    await turn.show(said, in_place=turn.pressed is not None)


async def pressed(turn: Turn, press: Press) -> None:
    """Set what a button says, or ask for what none says."""
    match press.subject, press.arg:
        case "limit", "ask":
            await _ask(turn, safety.LIMIT, "")
        case "limit", value:
            await safety.set_limit(turn.tx, turn.shop, turn.member, value, turn.now)
            await show(turn, "limit")
        case "pin", "ask":
            # One that is there must be given before another takes its place.
            await safety.pin_first(turn.tx, turn.shop, turn.member, turn.now)
            await _ask(turn, safety.NEW_PIN, "")
        case "pin", "off":
            await safety.remove_pin(turn.tx, turn.shop, turn.member, turn.now)
            await show(turn, "pin")
        case _:
            await show(turn)


async def ask_pin(turn: Turn, press: Press) -> None:
    """Ask for the PIN; a right one carries the press out."""
    await _ask(turn, safety.PIN, press.pack())


async def _ask(turn: Turn, kind: str, about: str) -> None:
    if not turn.private and kind in _SECRET:
        raise NotPossible("pin_private")
    await safety.ask(turn.tx, turn.shop, turn.member, kind, about, turn.chat_id, turn.now)


async def written(turn: Turn, message: Message, text: str) -> tuple[bool, str]:
    """Take what a prompt of ours asked for, and delete it where it is a PIN.

    Return whether it was asked for, and the press that a right PIN carries out.
    """
    if not turn.private:
        return False, ""
    draft = await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    if draft is None or draft.kind not in _TYPED:
        return False, ""
    await _take_out(turn, draft.kind, message)
    if draft.kind == safety.PIN:
        right = await safety.check_pin(turn.tx, turn.shop, turn.member, text, turn.now)
        if not right:
            return True, ""
        await drafts.used(turn.tx, draft, turn.now)
        return True, draft.subject_id
    if draft.kind == safety.NEW_PIN:
        await safety.set_pin(turn.tx, turn.shop, turn.member, text, turn.now)
        await drafts.used(turn.tx, draft, turn.now)
        await show(turn, "pin")
    else:
        await _limit_written(turn, draft, text)
    return True, ""


async def _limit_written(turn: Turn, draft: drafts.Draft, text: str) -> None:
    await safety.set_limit(turn.tx, turn.shop, turn.member, text.strip(), turn.now)
    await drafts.used(turn.tx, draft, turn.now)
    await show(turn, "limit")


async def answered(turn: Turn, draft: drafts.Draft, message: Message, text: str) -> bool:
    """Take the reply to a prompt of ours, in a group, too; say whether it was one.

    Raises NotPossible where the prompt has ended: a PIN is deleted all the same.
    """
    if draft.kind not in _TYPED:
        return False
    open_one = await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    if draft.kind == safety.LIMIT and open_one is not None and open_one.id == draft.id:
        await _limit_written(turn, draft, text)
        return True
    await _take_out(turn, draft.kind, message)
    raise NotPossible("draft_expired")


async def _take_out(turn: Turn, kind: str, message: Message) -> None:
    """Delete a message where it is a PIN."""
    if kind in _SECRET:
        await turn.take_out(message.message_id)
