"""/orders and /tickets: what waits first, filters, pages that turn in place."""

from __future__ import annotations

from telegram import Update

from bot.desk import drafts, orders
from bot.desk.errors import NotPossible
from bot.model import search
from bot.model.goods import looks_like_goods
from bot.model.press import Press
from bot.views import lists

from .turn import Turn, TurnContext

_ORDER_FILTERS = frozenset({"waiting", "all", "pending", "running", "completed", "refunded"})
_TICKET_FILTERS = frozenset({"waiting", "all", "open", "in_progress", "resolved", "closed"})


async def orders_command(update: Update, context: TurnContext) -> None:
    """/orders, with a status or words if there are any. Goods are never searched for."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    chosen = _named(context.args, _ORDER_FILTERS)
    words = "" if chosen else " ".join(context.args or ())
    if looks_like_goods(words):
        raise NotPossible("goods_not_searched")
    await _orders(turn, chosen, 1, search.fitting(words))


async def tickets_command(update: Update, context: TurnContext) -> None:
    """/tickets, with a status if one is named."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await _tickets(turn, _named(context.args, _TICKET_FILTERS), 1)


async def orders_pressed(turn: Turn, press: Press) -> None:
    """A filter or a page of the list of orders."""
    chosen = press.subject if press.subject in _ORDER_FILTERS else ""
    await _orders(turn, chosen, _page(press.arg), search.unpack(press.subject))


async def waiting_pressed(turn: Turn, press: Press) -> None:
    """The list of what waits, below a message that is to stay as it is."""
    if press.subject == "tickets":
        await _tickets(turn, "waiting", 1, in_place=False)
    else:
        await _orders(turn, "waiting", 1, in_place=False)


async def tickets_pressed(turn: Turn, press: Press) -> None:
    """A filter or a page of the list of tickets."""
    chosen = press.subject if press.subject in _TICKET_FILTERS else ""
    await _tickets(turn, chosen, _page(press.arg))


def _named(args: list[str] | None, filters: frozenset[str]) -> str:
    word = args[0].lower() if args else ""
    return word if word in filters else ""


def _page(arg: str) -> int:
    return max(int(arg), 1) if arg.isdecimal() else 1


async def _orders(
    turn: Turn, chosen: str, page: int, words: str = "", *, in_place: bool = True
) -> None:
    in_place = in_place and turn.pressed is not None
    if words:
        facts = await orders.order_page(turn.tx, turn.shop, turn.member, "all", page, words)
        said = lists.order_list(facts, turn.reader, turn.now)
        await turn.show(said, in_place=in_place)
        return
    facts = await orders.order_page(turn.tx, turn.shop, turn.member, chosen or "waiting", page)
    if not chosen and facts.total == 0:
        # Nothing waits: the newest are of more use than an empty page.
        facts = await orders.order_page(turn.tx, turn.shop, turn.member, "all", page)
    said = lists.order_list(facts, turn.reader, turn.now)
    await turn.show(said, in_place=in_place)


async def _tickets(turn: Turn, chosen: str, page: int, *, in_place: bool = True) -> None:
    facts = await orders.ticket_page(turn.tx, turn.shop, turn.member, chosen or "waiting", page)
    if not chosen and facts.total == 0:
        facts = await orders.ticket_page(turn.tx, turn.shop, turn.member, "all", page)
    said = lists.ticket_list(facts, turn.reader, turn.now)
    await turn.show(said, in_place=in_place and turn.pressed is not None)
