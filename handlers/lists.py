"""/orders and /tickets: what waits first, filters, pages that turn in place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from telegram import Update

from bot.desk import drafts, orders
from bot.desk.errors import NotPossible
from bot.model import search
from bot.model.facts import ListFacts, Reader
from bot.model.goods import looks_like_goods
from bot.model.outgoing import Outgoing
from bot.model.press import Press
from bot.views import lists

from .turn import Turn, TurnContext

_ORDER_FILTERS = frozenset({"waiting", "all", "pending", "running", "completed", "refunded"})
_TICKET_FILTERS = frozenset({"waiting", "all", "open", "in_progress", "resolved", "closed"})


@dataclass(frozen=True, slots=True)
class _Listed:
    """A kind of list: how a page of it is read, and how it is drawn."""

    page: Callable[..., Awaitable[ListFacts]]
    drawn: Callable[[ListFacts, Reader, datetime], Outgoing]


_ORDERS = _Listed(orders.order_page, lists.order_list)
_TICKETS = _Listed(orders.ticket_page, lists.ticket_list)


async def orders_command(update: Update, context: TurnContext) -> None:
    """/orders, with a status or words if there are any. Goods are never searched for."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    chosen = _named(context.args, _ORDER_FILTERS)
    await _show(turn, _ORDERS, chosen, 1, _sought(context.args, chosen))


async def tickets_command(update: Update, context: TurnContext) -> None:
    """/tickets, with a status or words if there are any. Goods are never searched for."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    chosen = _named(context.args, _TICKET_FILTERS)
    await _show(turn, _TICKETS, chosen, 1, _sought(context.args, chosen))


async def orders_pressed(turn: Turn, press: Press) -> None:
    """A filter or a page of the list of orders, or the way back to it."""
    chosen = press.subject if press.subject in _ORDER_FILTERS else ""
    await _pressed(turn, _ORDERS, press, chosen)


async def waiting_pressed(turn: Turn, press: Press) -> None:
    """The list of what waits, below a message that is to stay as it is."""
    listed = _TICKETS if press.subject == "tickets" else _ORDERS
    await _show(turn, listed, "waiting", 1, "", in_place=False)


async def tickets_pressed(turn: Turn, press: Press) -> None:
    """A filter or a page of the list of tickets, or the way back to it."""
    chosen = press.subject if press.subject in _TICKET_FILTERS else ""
    await _pressed(turn, _TICKETS, press, chosen)


async def show_orders(turn: Turn, words: str) -> None:
    """The orders in which words stand."""
    await _show(turn, _ORDERS, "", 1, words)


async def show_tickets(turn: Turn, words: str) -> None:
    """The tickets in which words stand."""
    await _show(turn, _TICKETS, "", 1, words)


async def _pressed(turn: Turn, listed: _Listed, press: Press, chosen: str) -> None:
    words = search.unpack(press.subject)
    page = max(int(press.arg), 1) if press.arg.isdecimal() else 1
    await _show(turn, listed, chosen, page, words)


def _named(args: list[str] | None, filters: frozenset[str]) -> str:
    word = args[0].lower() if args and len(args) == 1 else ""
    return word if word in filters else ""


def _sought(args: list[str] | None, chosen: str) -> str:
    words = "" if chosen else " ".join(args or ())
    if looks_like_goods(words):
        raise NotPossible("goods_not_searched")
    return search.fitting(words)


async def _show(
    turn: Turn, listed: _Listed, chosen: str, page: int, words: str, *, in_place: bool = True
) -> None:
    wanted = "all" if words else chosen or "waiting"
    facts = await listed.page(turn.tx, turn.shop, turn.member, wanted, page, words)
    if not words and not chosen and facts.total == 0:
        # Nothing waits: the newest are of more use than an empty page.
        facts = await listed.page(turn.tx, turn.shop, turn.member, "all", page)
    said = listed.drawn(facts, turn.reader, turn.now)
    await turn.show(said, in_place=in_place and turn.pressed is not None)
