from decimal import Decimal
from typing import Any

import pytest

from bot.model.order import Order
from bot.model.payment import Payment
from bot.supplier import Operation
from bot.supplier.envelope import NotUnderstoodError, read_json, read_page, read_single

ITEMS: list[Any] = [{"order_id": "a"}, {"order_id": 2}]


def page_of(body: Any) -> Any:
    return read_page(body, Operation.LIST_ORDERS, Order, page=1, asked=100)


@pytest.mark.parametrize(
    "body",
    [
        ITEMS,
        {"results": ITEMS},
        {"data": ITEMS},
        {"items": ITEMS},
        {"orders": ITEMS},
        {"data": {"results": ITEMS}},
        {"data": {"data": ITEMS}},
        {"data": {"items": ITEMS}},
        {"data": {"orders": ITEMS}},
        {"success": True, "orders": ITEMS, "data": {"items": []}},
        {"orders": ITEMS, "items": ["something else"]},
        {"orders": [], "data": ITEMS},
        {"orders": [], "data": {"results": ITEMS}},
        {"orders": ["odd"], "items": ITEMS},
    ],
)
def test_every_envelope_is_read(body: Any) -> None:
    page = page_of(body)
    assert [order.order_id for order in page.items] == ["a", "2"]
    assert page.unreadable == 0
    assert page.given == 2


@pytest.mark.parametrize(
    ("extra", "total"),
    [
        ({}, None),
        ({"total": 40}, 40),
        ({"count": 40}, 40),
        ({"total_count": "40"}, 40),
        ({"pagination": {"total": 40}}, 40),
        ({"meta": {"count": 40}}, 40),
        ({"total": 2}, 2),
        ({"total": None, "count": 40}, 40),
        # It may count this page alone.
        ({"count": 2}, None),
        # Nonsense says nothing.
        ({"total": 1}, None),
        ({"total": -1}, None),
        ({"total": True}, None),
        ({"total": "many"}, None),
        ({"total": Decimal("40.5")}, None),
        ({"meta": [], "pagination": "x"}, None),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_totals_are_found_by_any_name(
    extra: dict[str, Any], total: int | None, nested: bool
) -> None:
    body = {"results": ITEMS, **extra}
    assert page_of({"data": body} if nested else body).total == total


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"results": []},
        {"orders": []},
        {"success": True, "data": {}},
        {"success": True, "data": None},
        {"orders": None, "total": 0},
        {"orders": None},
        {"data": {}, "count": 0},
        {"orders": [], "error": None, "errors": []},
    ],
)
def test_a_list_may_be_empty_in_more_than_one_shape(body: Any) -> None:
    assert page_of(body).given == 0


@pytest.mark.parametrize(
    "body",
    [
        {"orders": None, "error": "database is away"},
        {"error": "internal", "orders": []},
        {"errors": ["internal"], "results": []},
        {"detail": "Try later", "results": []},
        {"data": {"error": "internal", "orders": []}},
        {"success": True, "data": {"detail": "Try later", "orders": []}},
        {"data": {}},
        {"data": None},
        {"results": {}},
    ],
)
def test_an_empty_list_beside_a_complaint_or_without_a_word_is_not_understood(body: Any) -> None:
    with pytest.raises(NotUnderstoodError):
        page_of(body)


def test_a_complaint_hides_nothing_of_a_list_that_holds_something() -> None:
    assert len(page_of({"orders": ITEMS, "detail": "Page 1 of 1"}).items) == 2


def test_what_cannot_be_read_is_counted_and_the_rest_is_there() -> None:
    page = page_of({"results": [{"order_id": "a"}, {"status": "?"}, None, 5, [], "x"], "count": 9})
    assert [order.order_id for order in page.items] == ["a"]
    assert page.unreadable == 5
    assert page.total == 9


def test_a_bare_thing_is_a_list_of_one() -> None:
    assert [order.order_id for order in page_of({"order_id": "a"}).items] == ["a"]


@pytest.mark.parametrize(
    "body", [None, 5, "x", {}, {"success": True}, {"data": {"x": 1}}, {"results": {"x": 1}}]
)
def test_an_answer_without_a_list_is_not_understood(body: Any) -> None:
    with pytest.raises(NotUnderstoodError):
        page_of(body)
    with pytest.raises(NotUnderstoodError):
        read_page(body, Operation.LIST_PAYMENTS, Payment, page=1, asked=100)


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "order": {"order_id": "a"}},
        {"data": {"order": {"order_id": "a"}}},
        {"data": {"order_id": "a"}},
        {"order_id": "a"},
    ],
)
def test_a_single_thing_is_read_from_every_envelope(body: Any) -> None:
    assert read_single(body, "order", Order).order_id == "a"


@pytest.mark.parametrize("body", [None, [], [{"order_id": "a"}], {"order": None}, {"order": {}}])
def test_an_answer_without_the_thing_is_not_understood(body: Any) -> None:
    with pytest.raises(NotUnderstoodError):
        read_single(body, "order", Order)


def test_decimals_are_exact() -> None:
    assert read_json(b'{"a": 88.01, "b": 3}') == {"a": Decimal("88.01"), "b": 3}
    assert str(read_json(b"1.10")) == "1.10"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b'{"a": NaN}',
        b"[Infinity]",
        b'{"a": 1',
        b"\xff\xfe\xfa",
        b"[" * 200_000,
        b"9" * 5_000,
        b"0." + b"9" * 5_000,
        b"1e" + b"9" * 300,
        b'"\\ud800',
    ],
)
def test_what_is_not_json_is_not_understood_and_not_repeated(content: bytes) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        read_json(content)
    assert caught.value.args == ("not JSON",)
    assert caught.value.__context__ is None
