"""Small decisions: lines of accounts, addresses, seeds, the buyers' lives, the clock."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.clock import SettableClock
from sandbox.marketplace.endpoints import Match, endpoint_table, find
from sandbox.marketplace.life import PATIENCE, Life
from sandbox.marketplace.market import Market
from sandbox.marketplace.options import ALL_LOOSE, MarketOptions
from sandbox.marketplace.pool import parse_lines, settle
from sandbox.marketplace.records import OPEN_STATUSES
from sandbox.marketplace.seed import seeded
from sandbox.marketplace.trade import rows_of


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["u:p"], [("u", "p")]),
        (["u|p:q"], [("u", "p:q")]),
        (["u:p|q"], [("u", "p|q")]),
        (["", "  ", " u : p "], [("u", "p")]),
        ([], []),
    ],
)
def test_lines_are_read(lines: list[str], expected: list[tuple[str, str]]) -> None:
    assert parse_lines(lines) == expected


@pytest.mark.parametrize("line", ["nothing", ":p", "u:", "|"])
def test_lines_that_are_no_account_are_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_lines(["u:p", line])


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        ('["a", "b"]', ["a", "b"]),
        (["a", 1, {"u": "p"}], ["a", "1", '{"u": "p"}']),
        ("plain", None),
        ('{"a": 1}', None),
        ("[" * 100_000, None),
        (None, None),
    ],
)
def test_rows_are_read(goods: Any, expected: list[str] | None) -> None:
    assert rows_of(goods) == expected


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v2/orders/", Match("list_orders", {})),
        ("GET", "/api/v2/orders/x1/", Match("get_order", {"order_id": "x1"})),
        ("POST", "/api/v2/orders/x1/refund/", Match("refund_order", {"order_id": "x1"})),
        ("GET", "/api/v2/orders/x1/refund/", Match(None, {}, ("POST",))),
        ("GET", "/api/v2/orders/a/b/c/", Match(None, {})),
        ("GET", "/api/v2/orders", Match(None, {})),
    ],
)
def test_addresses_are_matched(method: str, path: str, expected: Match) -> None:
    assert find(endpoint_table("rest"), method, path) == expected


def test_no_style_has_the_same_address_twice() -> None:
    for style in ("family", "rest", "custom"):
        table = endpoint_table(style)
        assert len(table) == len(set(table.values())) == 17


def test_all_types_can_be_loosened_at_once() -> None:
    assert MarketOptions.model_validate({"loose_types": True}).loose_types == ALL_LOOSE
    assert MarketOptions.model_validate({"loose_types": False}).loose_types == frozenset()


def market(seed: int = 7, **options: Any) -> Market:
    return seeded(MarketOptions.model_validate(options), SettableClock(), seed)


def test_a_seeded_shop_has_orders_in_all_states() -> None:
    shop = market()
    assert len(shop.products) == 12
    assert len(shop.categories) > 5
    assert Counter(order.status for order in shop.orders) == {
        "completed_order": 11,
        "receipt_confirmed_order": 5,
        "pending_order": 5,
        "refunded_order": 2,
        "running_order": 2,
    }
    assert {ticket.status for ticket in shop.tickets} == {
        "open",
        "in_progress",
        "resolved",
        "closed",
    }
    assert any(ticket.admin_invited for ticket in shop.tickets)
    assert all(order.created_at < shop.now() for order in shop.orders)
    assert shop.ledger.changes == []


def test_the_same_seed_gives_the_same_shop() -> None:
    def ids(shop: Market) -> list[str]:
        return [
            record.id for table in (shop.products, shop.orders, shop.tickets) for record in table
        ]

    assert ids(market(3)) == ids(market(3)) != ids(market(4))


def test_the_supplier_balance_is_what_completed_orders_brought() -> None:
    shop = market()
    earned = [order.total_amount for order in shop.orders if order.income_recorded]
    assert shop.supplier_balance == sum(earned) > 0


def lived(shop: Market, steps: int) -> list[tuple[str, str]]:
    life, clock = Life(shop), shop.clock
    assert isinstance(clock, SettableClock)
    for _ in range(steps):
        clock.advance(10)
        settle(shop)
        life.step()
    return [(change.kind, change.id) for change in shop.ledger.changes]


def test_buyers_order_pay_complain_write_and_confirm() -> None:
    kinds = {kind for kind, _ in lived(market(), 300)}
    assert kinds >= {
        "order_created",
        "order_paid",
        "ticket_created",
        "ticket_written",
        "receipt_confirmed",
    }


def test_the_same_seed_gives_the_same_lives() -> None:
    assert lived(market(5), 80) == lived(market(5), 80) != lived(market(6), 80)


def test_buyers_do_not_bury_a_supplier_who_is_away() -> None:
    shop = market()
    lived(shop, 600)
    waiting = [
        order
        for order in shop.orders
        if order.paid and order.status in OPEN_STATUSES and order.product.pool is None
    ]
    # Those who ordered before may still pay.
    assert PATIENCE <= len(waiting) < 4 * PATIENCE


def test_life_keeps_its_pace() -> None:
    shop = market(life=True, life_speed=2)
    life, clock = Life(shop), shop.clock
    assert isinstance(clock, SettableClock)
    life.catch_up()
    due = life.due_in()
    assert due is not None
    assert 0 <= due <= 18
    assert shop.ledger.changes == []
    clock.advance(1000)
    life.catch_up()
    assert len({change.id for change in shop.ledger.changes}) == 1
    shop.options = shop.options.changed({"life": False})
    life.catch_up()
    assert life.due_in() is None


def test_a_clock_is_set_by_hand() -> None:
    clock = SettableClock(datetime(2024, 3, 1, tzinfo=UTC))
    clock.advance(90)
    assert clock.now() == datetime(2024, 3, 1, 0, 1, 30, tzinfo=UTC)
    assert clock.monotonic() == 90
    with pytest.raises(ValueError, match="zero seconds"):
        clock.advance(-1)


def test_goods_stay_out_of_reprs() -> None:
    shop = market()
    for order in shop.orders:
        for goods in [*order.rows, *(account.password for account in order.accounts)]:
            assert goods not in repr(order)
            assert goods not in repr(order.accounts)
