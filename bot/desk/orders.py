"""Orders: finding them, listing them, and what a deed of ours made of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.model.facts import ListFacts, LookedAt
from bot.model.order import Order
from bot.model.person import Act, Person
from bot.model.ticket import Ticket
from bot.store import audit, errands, intents, outbox, people, positions
from bot.store import orders as known_orders
from bot.store import tickets as known_tickets
from bot.store.database import Tx
from bot.store.news import take_in_order
from bot.supplier.budget import Priority
from bot.supplier.errors import SupplierError

from .errors import NotPossible
from .shop import Shop, must

PAGE = 8


async def the_order(tx: Tx, shop: Shop, key: str) -> known_orders.KnownOrder:
    """Return the order with this ID, short ID or number. Raises NotPossible."""
    known = await known_orders.get_order(tx, shop.shop_id, key)
    if known is None:
        raise NotPossible("order_not_found", number=key)
    return known


async def open_card(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    *,
    chat_id: int,
    reply_to: int | None,
    now: datetime,
) -> None:
    """Show an order as a new card. Raises NotPossible when it is not known here."""
    must(person, Act.SEE)
    known = await the_order(tx, shop, key)
    await outbox.show(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        subject_kind="order",
        subject_id=known.order.order_id,
        reply_to=reply_to,
        now=now,
    )


async def find(
    tx: Tx,
    shop: Shop,
    person: Person,
    kind: str,
    number: str,
    *,
    chat_id: int,
    reply_to: int | None,
    now: datetime,
) -> bool:
    """Open the card of a pasted number; one that is not known here is looked for outside.

    Say whether it is. Raises NotPossible for a refund's number that nobody here was given: the
    marketplace cannot be asked for it.
    """
    must(person, Act.SEE)
    things = await known_things(tx, shop, person, kind, number)
    if not things and kind == "refund":
        raise NotPossible("refund_not_known", number=number)
    if not things:
        await errands.send(
            tx,
            shop_id=shop.shop_id,
            kind="find",
            chat_id=chat_id,
            person_id=person.person_id,
            body={"kind": kind, "number": number},
            reply_to=reply_to,
            now=now,
        )
        return True
    for thing in things:
        is_order = isinstance(thing, Order)
        await outbox.show(
            tx,
            shop_id=shop.shop_id,
            chat_id=chat_id,
            person_id=person.person_id,
            subject_kind="order" if is_order else "ticket",
            subject_id=thing.order_id if isinstance(thing, Order) else thing.ticket_id,
            reply_to=reply_to,
            now=now,
        )
    return False


async def known_things(
    tx: Tx, shop: Shop, person: Person, kind: str, number: str
) -> tuple[Order | Ticket, ...]:
    """Return what is known here under a number: mostly one order or ticket, or nothing.

    ``kind``: of the number; ``bare`` stands for an order's or a ticket's without its letters, and
    ``id`` for an ID of the marketplace's own.
    """
    must(person, Act.SEE)
    shop_id = shop.shop_id
    if kind == "refund":
        refunded = await audit.order_of_refund(tx, shop_id, number)
        order = None if refunded is None else await known_orders.by_id(tx, shop_id, refunded)
        return () if order is None else (order.order,)
    order = ticket = None
    if kind in {"order", "payment", "bare"}:
        key = f"TK{number}" if kind == "bare" else number
        order = await known_orders.get_order(tx, shop_id, key)
    if kind in {"ticket", "bare"}:
        key = f"TKT{number}" if kind == "bare" else number
        ticket = await known_tickets.get_ticket(tx, shop_id, key)
    if kind == "id":
        order = await known_orders.by_id(tx, shop_id, number)
        ticket = await known_tickets.by_id(tx, shop_id, number)
    found: list[Order | Ticket] = []
    if order is not None:
        found.append(order.order)
    if ticket is not None:
        found.append(ticket.ticket)
    return tuple(found)


async def order_page(
    tx: Tx, shop: Shop, person: Person, chosen: str, page: int, words: str = ""
) -> ListFacts:
    """Return one page of orders, those that wait first; a page beyond the end is the last.

    ``words``: those alone in whose title, number or buyer each of the words stands.
    """
    must(person, Act.SEE)
    sought = tuple(words.split())

    async def of(number: int) -> tuple[tuple[Order, ...], int]:
        rows, total = await known_orders.page(tx, shop.shop_id, chosen, number, PAGE, sought)
        return tuple(row.order for row in rows), total

    looked_at = await positions.progress(tx, shop.shop_id, "orders")
    return await _page(of, chosen, page, looked_at, words)


async def ticket_page(
    tx: Tx, shop: Shop, person: Person, chosen: str, page: int, words: str = ""
) -> ListFacts:
    """Return one page of tickets, those that wait first; a page beyond the end is the last.

    ``words``: those alone in which each of the words stands, whatever ``chosen`` is.
    """
    must(person, Act.SEE)
    sought = tuple(words.split())

    async def of(number: int) -> tuple[tuple[Ticket, ...], int]:
        if sought:
            rows, total = await known_tickets.search(tx, shop.shop_id, sought, number, PAGE)
        else:
            rows, total = await known_tickets.page(tx, shop.shop_id, chosen, number, PAGE)
        return tuple(row.ticket for row in rows), total

    looked_at = await positions.progress(tx, shop.shop_id, "tickets")
    return await _page(of, chosen, page, looked_at, words)


async def _page(
    of: Callable[[int], Awaitable[tuple[tuple[Order | Ticket, ...], int]]],
    chosen: str,
    page: int,
    looked_at: LookedAt,
    words: str,
) -> ListFacts:
    shown, total = await of(page)
    pages = max(1, -(-total // PAGE))
    if page > pages:
        page = pages
        shown, total = await of(page)
    return ListFacts(shown, chosen, page, pages, total, looked_at, words)


async def waiting_orders(tx: Tx, shop: Shop, limit: int) -> tuple[Order, ...]:
    """Return the paid orders on which units are owed, oldest first."""
    rows, _ = await known_orders.page(tx, shop.shop_id, "waiting", 1, limit)
    return tuple(row.order for row in rows)


async def waiting_counts(tx: Tx, shop: Shop) -> tuple[int, int]:
    """Return how many orders and how many tickets wait for someone here."""
    return (
        await known_orders.waiting_count(tx, shop.shop_id),
        await known_tickets.waiting_count(tx, shop.shop_id),
    )


async def read_anew(shop: Shop, order_id: str) -> Order:
    """Read an order from the marketplace for a person, and take in what it shows.

    What of it an act of ours explains is found there. Raises SupplierError.
    """
    began = shop.now()
    order = await shop.marketplace.get_order(order_id, priority=Priority.PERSON)
    async with shop.store.write() as tx:
        await take_in_order(tx, shop.shop_id, order, looked_at=began, now=shop.now())
    return order


async def read_anew_if_possible(shop: Shop, order_id: str) -> None:
    """Read an order after a deed of ours; the poller will see it anyway where this fails."""
    try:
        await read_anew(shop, order_id)
    except SupplierError:
        shop.look_soon()


async def became(
    tx: Tx, shop: Shop, order_id: str, now: datetime, done_by: int | None, **changes: Any
) -> None:
    """Take in what the marketplace's answer to a write of ours says of an order.

    Every read that began before now is older than this, and will be thrown away.
    """
    known = await known_orders.get_order(tx, shop.shop_id, order_id)
    if known is None:
        return
    order = known.order.model_copy(update=changes)
    await take_in_order(tx, shop.shop_id, order, looked_at=now, now=now, done_by=done_by)


async def nobody_else(
    tx: Tx, shop: Shop, subject_kind: str, subject_id: str, wanted: str = ""
) -> None:
    """Raise NotPossible while somebody's act on this subject is under way or unknown.

    ``wanted``: the kind of act that does not happen for it.
    """
    live = await intents.live_of(tx, shop.shop_id, subject_kind, subject_id)
    if live is None:
        return
    who = {live.confirmed_by or 0}
    known: Any = (
        await known_tickets.by_id(tx, shop.shop_id, subject_id)
        if subject_kind == "ticket"
        else await known_orders.by_id(tx, shop.shop_id, subject_id)
    )
    thing = None if known is None else known.ticket if subject_kind == "ticket" else known.order
    raise NotPossible(
        "other_waits",
        number="" if thing is None else thing.number,
        by=(await people.names(tx, who)).get(live.confirmed_by or 0, ""),
        doing=live.kind.value,
        wanted=wanted,
    )
