"""/team: who works in the shop."""

from __future__ import annotations

from telegram import Update

from bot.desk import drafts, team
from bot.desk.errors import NotPossible
from bot.model.press import Press
from bot.views.team import team as team_view

from .turn import Turn, TurnContext


async def team_command(update: Update, context: TurnContext) -> None:
    """/team: everyone, with who is invited."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await _show(turn)


async def turned(turn: Turn, press: Press) -> None:
    """One person, or everyone again."""
    await _show(turn, press.subject)


async def invite(turn: Turn, press: Press) -> None:
    """A link that makes whoever opens it first one of the shop."""
    _private(turn)
    role = team.role_named(press.arg)
    name = turn.update.get_bot().username
    facts = await team.invite(turn.tx, turn.shop, turn.member, role, name, turn.now)
    await turn.show(team_view(facts, turn.reader, turn.now), in_place=True)


async def take_back(turn: Turn, press: Press) -> None:
    """End an invitation that nobody used."""
    await team.take_back(turn.tx, turn.shop, turn.member, press.subject, turn.now)
    await _show(turn)


async def role(turn: Turn, press: Press) -> None:
    """Another role for somebody."""
    given = team.role_named(press.arg)
    await team.change_role(turn.tx, turn.shop, turn.member, press.subject, given, turn.now)
    if press.subject == str(turn.member.person_id):
        # They may not look at this any more, perhaps.
        await turn.say("role_is_now", in_place=True, role=given.value)
        return
    await _show(turn, press.subject)


async def remove(turn: Turn, press: Press) -> None:
    """Send somebody away."""
    await team.remove(turn.tx, turn.shop, turn.member, press.subject, turn.now)
    if press.subject != str(turn.member.person_id):
        await _show(turn)


def _private(turn: Turn) -> None:
    if not turn.private:
        raise NotPossible("team_private")


async def _show(turn: Turn, chosen: str = "") -> None:
    _private(turn)
    facts = await team.facts(turn.tx, turn.shop, turn.member, turn.now, chosen)
    said = team_view(facts, turn.reader, turn.now)
    await turn.show(said, in_place=turn.pressed is not None)
