import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.model.order import Order
from bot.model.payment import Balance, Payment
from bot.model.product import Product
from bot.model.ticket import Ticket
from bot.model.wire import Wire

ORDER: dict[str, Any] = {
    "order_id": "o1",
    "order_no": "TK1772446511113",
    "buyer_id": 77,
    "quantity": 2,
    "total_amount": "88.01",
    "status": "pending_order",
    "payment_status": "completed_payment",
    "created_at": "2024-03-01T12:00:00Z",
    "delivered_info": "anna:Hunter2",
    "remaining_to_deliver": 1,
    "product": {"title": "Netflix", "warranty_period_days": "2", "price": "99.99"},
}


def test_a_documented_order_is_read_exactly() -> None:
    order = Order.model_validate(ORDER)
    assert order.total_amount == Decimal("88.01")
    assert order.buyer_id == "77"
    assert order.created_at == datetime(2024, 3, 1, 12, tzinfo=UTC)
    assert order.product.warranty_period_days == 2
    assert order.delivered_info is not None
    assert order.delivered_info.get_secret_value() == "anna:Hunter2"
    assert order.unread == ()


@pytest.mark.parametrize(
    ("field", "value", "default"),
    [
        ("created_at", "yesterday", None),
        ("created_at", 1_772_446_511, None),
        ("created_at", "0001-01-01T00:00:00+14:00", None),
        ("quantity", "two", None),
        ("quantity", 1.5, None),
        ("quantity", 10**20, None),
        ("delivered_units", -(10**20), None),
        ("remaining_to_deliver", "100000000000000000000", None),
        ("total_amount", "88,01 USD", None),
        ("total_amount", "88,01", None),
        ("total_amount", "1,2,3", None),
        ("total_amount", "1,2345", None),
        ("total_amount", ",500", None),
        ("total_amount", "1.204,50", None),
        ("total_amount", "NaN", None),
        ("total_amount", "1e999999", None),
        ("total_amount", [], None),
        ("total_amount", 10**400, None),
        ("coupon_code", {"code": "X"}, ""),
        ("order_no", 10**800, ""),
        ("buyer_id", "a\nb", None),
        ("buyer_id", "x" * 201, None),
        ("supplier_income_recorded", [], False),
        ("delivered_account_ids", 5, ()),
    ],
)
def test_an_odd_value_is_named_and_does_not_hide_the_order(
    field: str, value: Any, default: Any
) -> None:
    order = Order.model_validate({**ORDER, field: value})
    assert order.order_id == "o1"
    assert getattr(order, field) == default
    assert order.unread == (field,)


def test_an_odd_value_in_the_product_leaves_the_rest_of_it() -> None:
    order = Order.model_validate({**ORDER, "product": {"title": "Netflix", "price": {}}})
    assert order.product.title == "Netflix"
    assert order.product.unread == ("price",)
    assert Order.model_validate({**ORDER, "product": None}).product.title == ""
    assert Order.model_validate({**ORDER, "product": "?"}).unread == ("product",)


@pytest.mark.parametrize("wrong", [None, "", " ", True, 1.5, [], {}, "a\x00b", "\ud800"])
def test_an_order_without_an_id_is_no_order(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        Order.model_validate({**ORDER, "order_id": wrong})


@pytest.mark.parametrize(
    ("model", "name"), [(Order, "order_id"), (Ticket, "ticket_id"), (Product, "product_id")]
)
def test_an_id_may_be_called_id_and_be_a_number(model: type[Wire], name: str) -> None:
    assert getattr(model.model_validate({"id": 12}), name) == "12"
    assert getattr(model.model_validate({"id": 12, name: None}), name) == "12"
    assert getattr(model.model_validate({"id": 12, name: "b"}), name) == "b"


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("88.01", "88.01"),
        (" 1,204.50 ", "1204.50"),
        ("-1,204,000", "-1204000"),
        ("1204.50", "1204.50"),
        (5, "5"),
        (Decimal("9.90"), "9.90"),
        (0.1 + 0.2, "0.3"),
        (Decimal("100.0000000000001"), "100"),
        ("-3.5", "-3.5"),
    ],
)
def test_money_is_exact(value: Any, amount: str) -> None:
    read = Balance.model_validate({"balance": value}).balance
    assert read is not None
    assert str(read) == amount


def test_unknown_fields_are_kept_and_not_shown() -> None:
    order = Order.model_validate({**ORDER, "pool_password": "Hunter2"})
    assert order.model_extra == {"pool_password": "Hunter2"}
    assert "Hunter2" not in repr(order) + str(order)


@pytest.mark.parametrize("goods", ["anna:Hunter2", ["anna:Hunter2"], {"pw": "Hunter2"}, 17])
def test_goods_are_hidden_in_whatever_shape_they_come(goods: Any) -> None:
    order = Order.model_validate({**ORDER, "delivered_info": goods})
    assert order.delivered_info is not None
    shown = order.delivered_info.get_secret_value()
    assert shown == (goods if isinstance(goods, str) else json.dumps(goods))
    assert "Hunter2" not in repr(order) + order.model_dump_json()


def test_of_an_endless_text_the_end_is_kept_and_what_was_left_out_is_marked() -> None:
    texts = ["a" * 99_999 + "b", "a" * 2_000_000 + "new words", "a" * 2_000_000 + "others"]
    kept = [Ticket(ticket_id="t1", description=each).description for each in texts]
    assert kept[0] == texts[0]
    assert {len(each) for each in kept} == {100_000}
    assert kept[1].count("\n[…]\n") == 1
    assert kept[1].endswith("new words")
    assert kept[1] != kept[2]  # what is new in a thread is news


def test_a_text_that_no_file_could_hold_is_mended() -> None:
    order = Order.model_validate({**ORDER, "product": {"title": "a\ud800\x00b"}})
    assert order.title == "a?b"


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("coupon_code", True, "true"),
        ("coupon_code", 10, "10"),
        ("coupon_code", Decimal("1.50"), "1.50"),
        ("coupon_code", None, ""),
        ("created_at", datetime(2024, 3, 1, 12, tzinfo=UTC), datetime(2024, 3, 1, 12, tzinfo=UTC)),
        ("created_at", "2024-03-01T12:00:00", datetime(2024, 3, 1, 12, tzinfo=UTC)),
        ("created_at", "2024-03-01T14:00:00+02:00", datetime(2024, 3, 1, 12, tzinfo=UTC)),
        ("created_at", "", None),
        ("quantity", "", None),
        ("quantity", "3", 3),
        ("quantity", Decimal("3.0"), 3),
        ("total_amount", " ", None),
        ("account_id", "", None),
        ("supplier_income_recorded", "yes", True),
        ("supplier_income_recorded", 0, False),
        ("supplier_income_recorded", Decimal(1), True),
        ("supplier_income_recorded", None, False),
        ("delivered_account_ids", [1, "b", None], ("1", "b")),
        ("delivered_account_ids", "a", ("a",)),
        ("delivered_account_ids", "a\ud800", ("a?",)),
        ("delivered_account_ids", ["\ud800\x00"], ("?",)),
        ("delivered_account_ids", None, ()),
    ],
)
def test_loose_types_become_exact_values(field: str, value: Any, read: Any) -> None:
    order = Order.model_validate({**ORDER, field: value})
    assert getattr(order, field) == read
    assert order.unread == ()


def test_a_payment_needs_a_number_or_an_order() -> None:
    assert Payment.model_validate({"payment_no": "PAY1"}).payment_no == "PAY1"
    assert Payment.model_validate({"order_id": 5}).order_id == "5"
    with pytest.raises(ValidationError):
        Payment.model_validate({"amount": "1"})


def test_no_error_shows_what_came() -> None:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate({"order_id": {"delivered": "Hunter2"}})
    assert "Hunter2" not in str(caught.value)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=12)
    | st.sampled_from(["2024-03-01T12:00:00Z", "88.01", "2", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(data=st.data(), model=st.sampled_from([Order, Ticket, Product, Payment, Balance]))
def test_whatever_comes_is_read_or_refused_and_can_be_written(
    data: st.DataObject, model: type[Wire]
) -> None:
    names = st.sampled_from([*model.model_fields, "id", "unknown"])
    value = data.draw(st.dictionaries(names, _JSON, max_size=8))
    try:
        thing = model.model_validate(value)
    except ValidationError:
        return
    known = {name: getattr(thing, name) for name in model.model_fields}
    str(known).encode("utf-8")
    assert set(thing.unread) <= set(value)
