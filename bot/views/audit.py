"""What was done: a page of it, the newest first, with whose it is below."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from bot.model.audit import AuditFacts, AuditLine
from bot.model.facts import Reader
from bot.model.outgoing import Outgoing
from bot.model.press import Press, Verb, short_id

from .drawing import Keyboard, Pen, button, draw, in_rows, marked, outgoing, say_word
from .lists import pager
from .orders import order_button
from .words import bare_line

_PEOPLE: Final = 8
_A_ROW: Final = 4


def audit(facts: AuditFacts, reader: Reader, now: datetime) -> Outgoing:
    """Return a page of what was done."""
    pen = Pen(reader, now)
    drawn = draw(
        "audit",
        reader.language,
        facts=facts,
        pen=pen,
        whose=dict(facts.people).get(facts.person_id or 0, ""),
        lines=[(each, _amount(each, pen), _fields(each)) for each in facts.rows],
    )
    turns = pager(facts.page, facts.pages, lambda page: _press(facts, page))
    rows = [turns, *_people(facts, reader)]
    if facts.order_id:
        rows.append((order_button(facts.order_id, facts.number, reader.language),))
    rows.append((button(say_word("labels", "menu", reader.language), Press(Verb.MENU)),))
    return outgoing(drawn, tuple(rows))


def _press(facts: AuditFacts, page: int) -> Press:
    match facts.of:
        case "person":
            return Press(Verb.AUDIT, str(facts.person_id), f"p.{page}")
        case "order":
            return Press(Verb.AUDIT, short_id(facts.order_id), f"o.{page}")
        case _:
            return Press(Verb.AUDIT, "", f"all.{page}")


def _people(facts: AuditFacts, reader: Reader) -> Keyboard:
    """Return a button for each person; none where only one did anything, and all is theirs."""
    if len(facts.people) < 2 and facts.of == "all":  # noqa: PLR2004 - a choice needs two
        return ()
    everybody = say_word("labels", "everybody", reader.language)
    choices = [(everybody, Press(Verb.AUDIT, "", "all.1"), facts.of == "all")]
    choices += [
        (
            bare_line(name, 20) or str(who),
            Press(Verb.AUDIT, str(who), "p.1"),
            who == facts.person_id,
        )
        for who, name in facts.people[:_PEOPLE]
    ]
    buttons = [button(marked(label, chosen=here), press) for label, press, here in choices]
    return in_rows(buttons, _A_ROW)


def _amount(line: AuditLine, pen: Pen) -> str:
    """Return the money that a deed moved, or was to move; empty where it is about none."""
    try:
        return pen.money(Decimal(str(line.detail["amount"])))
    except (KeyError, InvalidOperation):
        return ""


def _fields(line: AuditLine) -> dict[str, str]:
    """Return what else a deed says of itself, as texts: what is not there is empty."""
    names = (
        "kind", "reason", "status", "field", "before", "after", "units", "lines", "place",
        "mode", "at", "mark", "removed", "title", "name", "value", "role",
    )  # fmt: skip
    return {name: str(line.detail.get(name) or "") for name in names}
