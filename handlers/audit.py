"""/audit: who did what; of everybody, of one person, or about one order."""

from __future__ import annotations

from telegram import Update

from bot.desk import auditing, drafts
from bot.desk.errors import NotPossible
from bot.model.numbers import only_number
from bot.model.press import Press
from bot.views.audit import audit

from .turn import Turn, TurnContext


async def audit_command(update: Update, context: TurnContext) -> None:
    """/audit: the newest first; behind it may stand an order's number, or a person's name."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    words = " ".join(context.args or ())
    number = only_number(words)
    if not words:
        await _show(turn)
    elif number is not None:
        await _show(turn, order_key=number.text)
    else:
        who = await auditing.person_named(turn.tx, turn.shop, turn.member, words)
        if who is None:
            raise NotPossible("nobody_named")
        await _show(turn, person_id=who)


async def turned(turn: Turn, press: Press) -> None:
    """Another page, or another choice of whose, in place."""
    of, _, page = press.arg.partition(".")
    at = max(int(page), 1) if page.isdecimal() else 1
    if of == "p" and press.subject.isdecimal():
        await _show(turn, page=at, person_id=int(press.subject))
    elif of == "o":
        await _show(turn, page=at, order_key=press.subject)
    else:
        await _show(turn, page=at)


async def _show(
    turn: Turn, *, page: int = 1, person_id: int | None = None, order_key: str = ""
) -> None:
    facts = await auditing.facts(
        turn.tx, turn.shop, turn.member, page=page, person_id=person_id, order_key=order_key
    )
    said = audit(facts, turn.reader, turn.now)
    await turn.show(said, in_place=turn.pressed is not None)
