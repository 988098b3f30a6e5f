"""One odd value of the marketplace, or one mistake of ours, holds up nothing and nobody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.model.facts import ListFacts, OrderFacts, Reader, TicketFacts
from bot.model.order import Order
from bot.model.person import Act
from bot.model.ticket import Ticket
from bot.store import orders, tickets
from bot.supplier.envelope import Page, read_json, read_page
from bot.supplier.operations import Operation
from bot.views.lists import order_list, ticket_list
from bot.views.orders import order_card
from bot.views.tickets import ticket_card
from bot.watch.feed import orders_of, tickets_of
from bot.watch.reading import sort_of_page
from bot.watch.taking import Looked, Taker

from .conftest import OWNER, Shop
from .market import START


def _cannot_store(monkeypatch: pytest.MonkeyPatch, *order_ids: str) -> None:
    """Let the store fail at these orders as a value does that no column can hold."""
    put = orders.put

    async def failing(tx: Any, shop_id: int, order: Order, **rest: Any) -> None:
        await put(tx, shop_id, order, **rest)
        if order.order_id in order_ids:
            raise OverflowError("secret goods")

    monkeypatch.setattr(orders, "put", failing)


async def test_an_order_that_cannot_be_stored_does_not_hold_up_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [shop.market.place(paid=True) for _ in range(12)]
    _cannot_store(monkeypatch, ids[0], ids[11])
    await shop.start()
    assert await shop.known() == set(ids[1:11])

    new = [shop.market.place(paid=True) for _ in range(12)]
    _cannot_store(monkeypatch, new[3])
    await shop.forward(5)
    expected = {*new} - {new[3]}
    assert {each[1] for each in await shop.notices()} >= expected
    assert await shop.known() >= expected


async def test_an_order_that_could_not_be_stored_is_announced_once_it_can(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.start()
    new = shop.market.place(paid=True)
    with monkeypatch.context() as patched:
        _cannot_store(patched, new)
        await shop.forward(20)
        assert await shop.known() == set()
    await shop.forward(5)
    assert await shop.notices() == [("order_new", new, "loud")]


async def test_what_cannot_be_stored_is_logged_once_by_its_id_and_without_its_content(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = shop.market.place(paid=True)
    _cannot_store(monkeypatch, new)
    with capture_logs() as lines:
        await shop.start()
        await shop.forward(30)
    said = [each for each in lines if each["event"] == "cannot be taken in"]
    assert [(each["id"], each["error"]) for each in said] == [(new, "OverflowError")]
    assert "secret goods" not in json.dumps(lines, default=str)


async def test_a_page_of_what_cannot_be_stored_moves_no_position_past_what_can(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.market.size = 4
    for _ in range(2):
        shop.market.place()
    await shop.start()
    bad = [shop.market.place(paid=True) for _ in range(9)]
    good = shop.market.place(paid=True)
    deep = shop.market.orders.pop(good)
    shop.market.orders[good] = {**deep, "created_at": shop.market.orders[bad[0]]["created_at"]}
    _cannot_store(monkeypatch, *bad)
    await shop.forward(120)
    assert [each[1] for each in await shop.notices()] == [good]


@pytest.mark.parametrize("call", ["list_orders", "get_order", "list_tickets"])
async def test_a_mistake_of_ours_is_a_failed_look_and_the_bot_lives_on(
    shop: Shop, call: str
) -> None:
    shop.market.size = 2
    for _ in range(4):  # so few that the open ones are looked at one by one
        shop.market.place(paid=True)
    await shop.start()

    def odd(name: str, what: object) -> None:
        if name == call:
            raise KeyError("secret goods")

    shop.market.before = odd
    with capture_logs() as lines:
        await shop.forward(60)
    assert any(each.get("error") == "KeyError" for each in lines)
    assert "secret goods" not in json.dumps(lines, default=str)
    shop.market.before = lambda *_: None
    new = shop.market.place(paid=True)
    await shop.forward(60)
    assert new in {each[1] for each in await shop.notices()}


# --- whatever an answer holds, from its bytes to the card -------------------------------------

_ODD = st.sampled_from(
    [
        *(None, True, 0, -1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**29, 10**40, 1.5, 1e300),
        *("", "  ", "-3", "1e29", "1E-20", "NaN", "-Infinity", "1_000", "٣", "88,01", "x" * 300),
        *("TK" + "²" * 13, "TK١٧٧٢٤٤٦٥١١١١٣", "TK9999999999999", "TK0000000000000"),
        *("\ud800", "\x00", "\u202e", "<b>", "<i>" * 40_000),
        *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
        *("2024-W09-5", "2024-03-01", "not a date", 1772446511113),
        *("refunded_order", "completed_order", "receipt_confirmed_order", "completed_payment"),
        *("resolved", "open"),
    ]
)
_VALUES = (
    _ODD
    | _ODD
    | st.integers()
    | st.lists(_ODD, max_size=3)
    | st.dictionaries(st.text(max_size=5), _ODD, max_size=2)
)
_IDS = st.sampled_from(["a", "b", "c", 7, 10**100, "x" * 200, "Ω"])


_ORDER: dict[str, Any] = {
    "order_id": "o1",
    "order_no": "TK1772446511113",
    "buyer_id": "b",
    "product_id": "p",
    "quantity": 1,
    "total_amount": "88.01",
    "coupon_discount": "9.99",
    "coupon_code": "D10",
    "status": "pending_order",
    "payment_status": "completed_payment",
    "payment_method": "balance",
    "created_at": "2024-03-01T12:00:00Z",
    "updated_at": "2024-03-01T12:00:00Z",
    "delivered_info": None,
    "account_id": None,
    "delivered_account_ids": [],
    "delivered_units": 0,
    "remaining_to_deliver": 1,
    "receipt_confirmed_at": None,
    "product": {"product_id": "p", "title": "T", "warranty_period_days": "2", "price": "99.99"},
}
_TICKET: dict[str, Any] = {
    "ticket_id": "t1",
    "ticket_no": "TKT1772446511113",
    "order_id": "a",
    "buyer_id": "b",
    "title": "Help",
    "description": "It is broken",
    "status": "open",
    "admin_invited": False,
    "created_at": "2024-03-01T12:00:00Z",
    "updated_at": "2024-03-01T12:00:00Z",
}


def _mutated(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    odd = st.fixed_dictionaries({}, optional=dict.fromkeys(whole, _VALUES))
    return odd.map(lambda replaced: {**whole, **replaced})


_ORDERS = st.builds(
    lambda order, order_id, product: {**order, "order_id": order_id, "product": product},
    _mutated(_ORDER),
    _IDS,
    _mutated(_ORDER["product"]) | _VALUES,
)
_TICKETS = st.builds(
    lambda ticket, ticket_id: {**ticket, "ticket_id": ticket_id}, _mutated(_TICKET), _IDS
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    of_orders=st.lists(_ORDERS, max_size=4),
    of_tickets=st.lists(_TICKETS, max_size=2),
    zone=st.sampled_from([-12, 0, 14]),
)
async def test_whatever_a_list_answers_is_taken_in_and_drawn(
    shop: Shop, of_orders: list[dict[str, Any]], of_tickets: list[dict[str, Any]], zone: int
) -> None:
    reader = Reader(OWNER, "en", ZoneInfo(f"Etc/GMT{-zone:+}"), frozenset(Act), "USD")
    with capture_logs() as lines:
        await _orders_are_taken_in(shop, _page(of_orders, Operation.LIST_ORDERS, Order), reader)
        await _tickets_are_taken_in(shop, _page(of_tickets, Operation.LIST_TICKETS, Ticket), reader)
        await shop.tell()
    assert not [each for each in lines if each["event"] == "cannot be taken in"]


def _page(things: list[dict[str, Any]], operation: Operation, model: Any) -> Page[Any]:
    content = json.dumps({"results": things, "total": len(things)}).encode()
    return read_page(read_json(content), operation, model, page=1, asked=100)


async def _orders_are_taken_in(shop: Shop, page: Page[Order], reader: Reader) -> None:
    taker = Taker(orders_of(shop.market), shop.store, shop.shop_id, _now)
    sort_of_page(taker.feed, page.items)
    looked: Looked = await taker.take(page.items, looked_at=_now())
    async with shop.store.read() as tx:
        known = [await orders.by_id(tx, shop.shop_id, name) for name in looked.ids]
    for each in known:
        assert each is not None
        assert order_card(OrderFacts(each.order, new=True), reader, START).text
        assert order_list(ListFacts((each.order,), "all", 1, 1, 1), reader, START).text


async def _tickets_are_taken_in(shop: Shop, page: Page[Ticket], reader: Reader) -> None:
    taker = Taker(tickets_of(shop.market), shop.store, shop.shop_id, _now)
    sort_of_page(taker.feed, page.items)
    looked: Looked = await taker.take(page.items, looked_at=_now())
    async with shop.store.read() as tx:
        known = [await tickets.by_id(tx, shop.shop_id, name) for name in looked.ids]
    for each in known:
        assert each is not None
        assert ticket_card(TicketFacts(each.ticket, new=True), reader, START).text
        assert ticket_list(ListFacts((each.ticket,), "all", 1, 1, 1), reader, START).text


def _now() -> datetime:
    return datetime.now(UTC)
