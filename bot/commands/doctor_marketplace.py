"""What the doctor hears from the marketplace: the key, and every operation that only reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, Final

from bot.supplier.addresses import AddressTable
from bot.supplier.budget import Priority
from bot.supplier.caller import CallRecord
from bot.supplier.client import Marketplace
from bot.supplier.envelope import Page
from bot.supplier.errors import SupplierError
from bot.supplier.operations import Operation

from .findings import Finding

_URL: Final = "SUPPLIER_API_URL"
_KEY: Final = "SUPPLIER_API_KEY"
_TABLE: Final = "SUPPLIER_ENDPOINTS"
_IMPORT: Final = "import the documentation page: `supplier-bot endpoints import FILE-OR-URL`"
_LATER: Final = "try again later; if it stays so, ask the marketplace"

# By the reason of an error: the setting it is about, what is so, what to do.
_TROUBLE: Final[Mapping[str, tuple[str, str, str]]] = {
    "key_refused": (_KEY, "the marketplace refuses the key", "copy it anew, see SUPPLIER_AUTH"),
    "login_page": (_KEY, "it leads to the login page", "copy the key anew, see SUPPLIER_AUTH"),
    "forbidden": (_KEY, "the key may not do this", "ask the marketplace what the key may do"),
    "no_such_address": (_TABLE, "nothing is at this address", _IMPORT),
    "wrong_method": (_TABLE, "this address takes another method", _IMPORT),
    "moved": (_TABLE, "it leads to another address", _IMPORT),
    "unreadable": (_TABLE, "what it answers cannot be read as documented", _IMPORT),
    "no_such_item": (_TABLE, "it does not know what the list has just named", _IMPORT),
    "refused": (_TABLE, "the marketplace refuses this call", _IMPORT),
    "throttled": (
        "SUPPLIER_CALLS_PER_MINUTE",
        "the marketplace asks for fewer calls",
        "wait a minute; make the number smaller if it stays so",
    ),
    "server_error": (_URL, "the marketplace answers with an error of its own", _LATER),
    "too_early": (_URL, "the marketplace asks to come later", _LATER),
    "no_connection": (_URL, "no connection can be made", "look at the address and the network"),
    "connect_timeout": (_URL, "no connection can be made", "look at the address and the network"),
    "timeout": (_URL, "the marketplace does not answer in time", _LATER),
    "cut": (_URL, "the marketplace breaks the connection off", _LATER),
    "not_sendable": (_URL, "no call can be made of this address", "look at the address"),
}
_OTHER: Final = (_URL, "it did not work", _LATER)
# Where one call finds no way, the others would only wait for the same.
_NO_WAY: Final = frozenset({"no_connection", "connect_timeout", "not_sendable"})


class _Calls:
    """Makes the calls one after another and notes how each went."""

    def __init__(self, addresses: AddressTable, *, session: bool) -> None:
        self.findings: list[Finding] = []
        self._addresses = addresses
        self._key = "SUPPLIER_COOKIE" if session else _KEY
        self._last: CallRecord | None = None
        self._no_way = False

    def heard(self, record: CallRecord) -> None:
        self._last = record

    async def make(
        self, operation: Operation, call: Callable[[], Awaitable[Any]], read: Callable[[Any], str]
    ) -> Any:
        """Make a call and return what came, None when nothing did."""
        if self._no_way:
            self.skip(operation, "")
            return None
        self._last = None
        try:
            answer = await call()
        except SupplierError as error:
            setting, said, todo = _TROUBLE.get(error.reason, _OTHER)
            self._no_way = error.reason in _NO_WAY
            words = f', it says "{error.message}"' if error.message else ""
            self._note(
                operation, self._key if setting == _KEY else setting, "wrong", said + words, todo
            )
            return None
        self._note(operation, self._key, "ok", read(answer), "")
        return answer

    def skip(self, operation: Operation, why: str) -> None:
        if self._no_way:
            why = "no connection can be made"
        self.findings.append(
            Finding(
                "marketplace",
                _TABLE,
                "note",
                f"not asked: {why}",
                operation=str(operation),
                address=self._address(operation),
            )
        )

    def _note(self, operation: Operation, setting: str, level: Any, said: str, todo: str) -> None:
        record = self._last
        self.findings.append(
            Finding(
                "marketplace",
                setting,
                level,
                said,
                todo,
                operation=str(operation),
                address=self._address(operation),
                status=None if record is None else record.status,
                milliseconds=None if record is None else round(record.seconds * 1000),
            )
        )

    def _address(self, operation: Operation) -> str:
        address = self._addresses[operation]
        return f"{address.method} {address.path}"


async def check_marketplace(
    make: Callable[[Callable[[CallRecord], None]], Marketplace],
    addresses: AddressTable,
    *,
    session: bool,
) -> list[Finding]:
    """Return how every operation that only reads went.

    ``make``: builds the marketplace with a listener of its calls. ``session``: the way in is the
    browser's cookie, not a key.
    """
    calls = _Calls(addresses, session=session)
    async with make(calls.heard) as market:
        person = Priority.PERSON
        await calls.make(Operation.GET_BALANCE, market.get_balance, lambda _: "read as a balance")
        orders = await calls.make(
            Operation.LIST_ORDERS, lambda: market.list_orders(page_size=20, priority=person), _page
        )
        tickets = await calls.make(
            Operation.LIST_TICKETS,
            lambda: market.list_tickets(page_size=20, priority=person),
            _page,
        )
        await calls.make(
            Operation.LIST_PRODUCTS,
            lambda: market.list_products(page_size=20, priority=person),
            _page,
        )
        await calls.make(
            Operation.LIST_PAYMENTS,
            lambda: market.list_payments(page_size=20, priority=person),
            _page,
        )
        order_id = _first(orders, "order_id")
        if order_id is None:
            calls.skip(Operation.GET_ORDER, "there is no order to ask for")
        else:
            await calls.make(
                Operation.GET_ORDER,
                lambda: market.get_order(order_id),
                lambda _: "read as an order",
            )
        ticket_id = _first(tickets, "ticket_id")
        if ticket_id is None:
            calls.skip(Operation.GET_TICKET, "there is no ticket to ask for")
        else:
            await calls.make(
                Operation.GET_TICKET,
                lambda: market.get_ticket(ticket_id),
                lambda _: "read as a ticket",
            )
    seen = {each.operation for each in calls.findings if each.level == "ok"}
    return [*calls.findings, *_guesses(addresses, seen)]


def _page(page: Page[Any]) -> str:
    total = "without a total" if page.total is None else f"{page.total} in all"
    odd = f", {page.unreadable} of them cannot be read" if page.unreadable else ""
    return f"read as a list of {page.given}, {total}{odd}"


def _first(page: Page[Any] | None, name: str) -> str | None:
    return str(getattr(page.items[0], name)) if page is not None and page.items else None


def _guesses(addresses: AddressTable, seen: Collection[str | None]) -> Iterable[Finding]:
    """Yield what is not known of the addresses; ``seen``: the operations that answered."""
    guesses = [
        str(operation)
        for operation, row in addresses.items()
        if not row.confirmed and operation not in seen
    ]
    if guesses:
        said = f"{len(guesses)} addresses are a guess that nothing proves: {', '.join(guesses)}"
        yield Finding("marketplace", _TABLE, "note", said, _IMPORT)
