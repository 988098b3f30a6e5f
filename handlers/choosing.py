"""Which order? A command without a number offers those that it is for, in pages."""

from __future__ import annotations

from bot.desk import orders
from bot.model.press import Press, Verb
from bot.views import talk

from .turn import Turn

# What an order is chosen for: what its button does, and which orders come into question.
_FOR = {
    "deliver": (Verb.DELIVER, "waiting"),
    "write": (Verb.WRITE, "all"),
    "refund": (Verb.ORDER, "refundable"),
    "status": (Verb.WHICH_STATUS, "unfinished"),
}


def verb_of(what: str) -> Verb:
    """Return what is done with the order that is chosen."""
    return _FOR[what][0]


async def ask(turn: Turn, what: str, page: int = 1) -> None:
    """Ask which order is meant."""
    verb, chosen = _FOR[what]
    found = await orders.order_page(turn.tx, turn.shop, turn.member, chosen, page)
    said = talk.which_order(found, what, verb, turn.reader, turn.now)
    await turn.show(said, in_place=turn.pressed is not None)


async def turned(turn: Turn, press: Press) -> None:
    """Show another page, in place."""
    if press.subject in _FOR:
        await ask(turn, press.subject, int(press.arg) if press.arg.isdecimal() else 1)
