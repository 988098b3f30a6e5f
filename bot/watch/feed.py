"""A list that is watched: how it is asked for, and where what it shows is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, Literal, Protocol, TypeVar

from bot.model.order import Order
from bot.model.ticket import Ticket
from bot.store import news, orders, tickets, unfinished
from bot.store.database import Tx
from bot.store.orders import Mark
from bot.store.unfinished import Family
from bot.supplier.budget import Priority
from bot.supplier.envelope import Page

from .recognising import Recognising

T = TypeVar("T", bound=Order | Ticket)
T_contra = TypeVar("T_contra", bound=Order | Ticket, contravariant=True)

Name = Literal["orders", "tickets"]

_NUMBER_DIGITS = 13  # TK and a Unix time in milliseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Source(Protocol):
    """The reads of the marketplace that watching takes."""

    async def list_orders(
        self, *, page: int = 1, status: str | None = None, priority: Priority = Priority.HEAD
    ) -> Page[Order]:
        """Return one page of our orders."""

    async def get_order(self, order_id: str, *, priority: Priority = Priority.PERSON) -> Order:
        """Return one order."""

    async def list_tickets(
        self, *, page: int = 1, status: str | None = None, priority: Priority = Priority.HEAD
    ) -> Page[Ticket]:
        """Return one page of our tickets."""

    async def get_ticket(self, ticket_id: str, *, priority: Priority = Priority.PERSON) -> Ticket:
        """Return one ticket."""


class _Known(Protocol):
    async def __call__(self, tx: Tx, shop_id: int, ids: Collection[str]) -> dict[str, Mark]: ...


class _TakeIn(Protocol[T_contra]):
    async def __call__(
        self,
        tx: Tx,
        shop_id: int,
        thing: T_contra,
        /,
        *,
        looked_at: datetime,
        now: datetime,
        quiet: bool = False,
    ) -> news.Taken: ...


@dataclass(frozen=True, slots=True)
class Feed(Generic[T]):
    """A list of the marketplace, with its family in the store."""

    name: Name
    fetch: Callable[[int, str | None, Priority], Awaitable[Page[T]]]
    fetch_one: Callable[[str, Priority], Awaitable[T]]
    id_of: Callable[[T], str]
    number_of: Callable[[T], str]
    known: _Known
    unfinished: Family
    count: Callable[[Tx, int], Awaitable[int]]
    take_in: _TakeIn[T]
    # Which of these show something that is to be taken in though their fingerprints are the same.
    shows_unknown: Callable[[Tx, int, Sequence[T]], Awaitable[frozenset[str]]] | None = None

    def placed_at(self, thing: T) -> datetime | None:
        """Return when it was placed; read from its number where the marketplace tells no date."""
        return thing.created_at or dated(self.number_of(thing))


def orders_of(source: Source) -> Feed[Order]:
    """Return the list of orders."""

    async def fetch(page: int, status: str | None, priority: Priority) -> Page[Order]:
        return await source.list_orders(page=page, status=status, priority=priority)

    async def fetch_one(order_id: str, priority: Priority) -> Order:
        return await source.get_order(order_id, priority=priority)

    return Feed(
        name="orders",
        fetch=fetch,
        fetch_one=fetch_one,
        id_of=lambda order: order.order_id,
        number_of=lambda order: order.order_no,
        known=orders.known,
        unfinished=unfinished.ORDERS,
        count=orders.count,
        take_in=news.take_in_order,
        shows_unknown=Recognising().unknown,
    )


def tickets_of(source: Source) -> Feed[Ticket]:
    """Return the list of tickets."""

    async def fetch(page: int, status: str | None, priority: Priority) -> Page[Ticket]:
        return await source.list_tickets(page=page, status=status, priority=priority)

    async def fetch_one(ticket_id: str, priority: Priority) -> Ticket:
        return await source.get_ticket(ticket_id, priority=priority)

    return Feed(
        name="tickets",
        fetch=fetch,
        fetch_one=fetch_one,
        id_of=lambda ticket: ticket.ticket_id,
        number_of=lambda ticket: ticket.ticket_no,
        known=tickets.known,
        unfinished=unfinished.TICKETS,
        count=tickets.count,
        take_in=news.take_in_ticket,
    )


def dated(number: str) -> datetime | None:
    """Return the time that a number's digits are: a Unix time in milliseconds."""
    digits = number.lstrip("TKPAYREFtkpayref")
    # Other scripts have digits too, and some of them are no numbers: "²".
    if len(digits) != _NUMBER_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    return _EPOCH + timedelta(milliseconds=int(digits))
