"""/settings: one card, each change of which shows its effect in the same message."""

from __future__ import annotations

from telegram import Update

from bot.desk import drafts, preferences
from bot.desk.asking import send_commands
from bot.desk.preferences import TYPED
from bot.model.preferences import Side
from bot.model.press import Press
from bot.views.settings import settings_card

from . import safety
from .turn import Turn, TurnContext

__all__ = ["TYPED"]

_SIDES: dict[str, Side] = {
    "pushes": "pushes",
    "quiet": "quiet",
    "reminders": "reminders",
    "summary": "summary",
    "digest": "digest",
    "clock": "clock",
    "goods": "goods",
    "stock": "stock",
    "currency": "currency",
    "language": "language",
}
# On which side of the card a setting stands.
_SIDE_OF: dict[str, Side] = {
    "push": "pushes",
    "quiet_hours": "quiet",
    "time_zone": "clock",
    "low_stock": "stock",
    "currency": "currency",
}


async def settings_command(update: Update, context: TurnContext) -> None:
    """/settings: what holds now."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await _show(turn, "main", "")


async def turned(turn: Turn, press: Press) -> None:
    """Another side of the card; from the menu, the whole of it."""
    if press.subject == "safety":
        await safety.show(turn)
        return
    await _show(turn, _SIDES.get(press.subject, "main"), "")


async def set_(turn: Turn, press: Press) -> None:
    """Set what a button says; the card shows what holds now."""
    await preferences.change(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        press.arg,
        zone=turn.reader.time_zone.key,
        now=turn.now,
    )
    turn.person = await preferences.anew(turn.tx, turn.shop, turn.member)
    if press.subject == "language":
        await turn.ready()
        await send_commands(turn.tx, turn.shop, turn.member, turn.now)
    kind = press.subject.partition(".")[0]
    side = _SIDE_OF.get(kind) or _SIDES.get(kind, "main")
    await _show(turn, side, press.subject)


async def ask(turn: Turn, press: Press) -> None:
    """Ask for what no button says."""
    if turn.pressed is None:
        return
    await preferences.ask(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        turn.pressed.message_id,
        turn.chat_id,
        turn.now,
    )


async def written(turn: Turn, draft: drafts.Draft, text: str) -> None:
    """Take what a prompt asked for; the card from which it was asked shows what holds now."""
    await preferences.written(
        turn.tx,
        turn.shop,
        turn.member,
        draft.kind,
        text,
        zone=turn.reader.time_zone.key,
        now=turn.now,
    )
    turn.person = await preferences.anew(turn.tx, turn.shop, turn.member)
    await turn.react("👀")
    if draft.person_id == turn.member.person_id:
        side = _SIDE_OF[draft.kind]
        await _show(turn, side, side, edit=int(draft.subject_id))


async def _show(turn: Turn, side: Side, changed: str, *, edit: int | None = None) -> None:
    zone = turn.reader.time_zone.key
    facts = await preferences.facts(turn.tx, turn.shop, turn.member, zone, side, changed)
    card = settings_card(facts, turn.reader, turn.now)
    await turn.show(card, in_place=turn.pressed is not None, edit=edit)
