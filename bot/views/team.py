"""/team: who works in the shop, who is invited, and one of them with what can be changed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.model.facts import Reader
from bot.model.outgoing import Button, Outgoing
from bot.model.person import Role
from bot.model.press import Press, Verb
from bot.model.team import TeamFacts, kept

from .drawing import Keyboard, Pen, button, draw, in_rows, marked, outgoing, say_word
from .words import bare_line

_PEOPLE: Final = 40


def team(facts: TeamFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return everyone and how somebody is invited, an invitation, or one person."""
    drawn = draw(
        "team",
        reader.language,
        facts=facts,
        pen=Pen(reader, now),
        roles={role.value: _role(role, reader.language) for role in Role},
        kept="" if facts.chosen is None else kept(facts.members, facts.chosen),
    )
    if facts.code:
        return outgoing(drawn, (_back(reader.language),))
    if facts.chosen is not None:
        return outgoing(drawn, _of_one(facts, reader.language))
    return outgoing(drawn, _of_all(facts, reader, now))


def _role(role: Role, language: str) -> str:
    return say_word("labels", f"role_{role.value}", language)


def _back(language: str) -> tuple[Button, ...]:
    return (button(say_word("labels", "back", language), Press(Verb.TEAM)),)


def _of_all(facts: TeamFacts, reader: Reader, now: datetime) -> Keyboard:
    language, pen = reader.language, Pen(reader, now)
    people = [
        button(bare_line(one.name, 30) or str(one.person_id), Press(Verb.TEAM, str(one.person_id)))
        for one in facts.members[:_PEOPLE]
    ]
    rows = [*in_rows(people, 2)]
    for role in Role:
        label = say_word("labels", f"invite_{role.value}", language)
        rows.append((button(label, Press(Verb.INVITE, "", role.value)),))
    for each in facts.invitations:
        label = say_word(
            "labels",
            "take_back_invitation",
            language,
            role=_role(each.role, language),
            until=pen.clock(each.expires_at),
        )
        rows.append((button(label, Press(Verb.UNINVITE, str(each.id))),))
    rows.append((button(say_word("labels", "menu", language), Press(Verb.MENU)),))
    return tuple(rows)


def _of_one(facts: TeamFacts, language: str) -> Keyboard:
    chosen = facts.chosen
    if chosen is None or kept(facts.members, chosen):
        return (_back(language),)
    key = str(chosen.person_id)
    roles = []
    for role in Role:
        label = _role(role, language)
        shown = marked(label, chosen=role is chosen.role)
        roles.append(button(shown, Press(Verb.TEAM_ROLE, key, role.value)))
    remove = button(
        say_word("labels", "remove_person", language), Press(Verb.TEAM_REMOVE, key), "danger"
    )
    return (tuple(roles), (remove,), _back(language))
