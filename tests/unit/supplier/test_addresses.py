from pathlib import Path

import pytest

from bot.supplier import AddressError, Operation, load_addresses
from bot.supplier.addresses import normalise


def written(folder: Path, text: str) -> Path:
    file = folder / "endpoints.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_table_has_every_operation_and_says_which_are_certain() -> None:
    table = load_addresses()
    assert set(table) == set(Operation)
    assert len(table) == 17
    certain = {operation for operation, address in table.items() if address.confirmed}
    assert certain == {Operation.UPLOAD_IMAGE, Operation.CREATE_PRODUCT}
    assert table[Operation.REFUND_ORDER].path == "/orders/api/supplier/refund/"
    assert table[Operation.LIST_ORDERS].method == "GET"
    assert table[Operation.REFUND_ORDER].method == "POST"


def test_a_file_overrides_the_rows_it_holds_and_no_other(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[get_order]\nmethod = "get"\npath = "/v2/orders/<str:order_id>/"\n'
        '[refund_order]\nmethod = "PUT"\npath = "/v2/refund/"\nconfirmed = false\n',
    )
    table = load_addresses(file)
    order = table[Operation.GET_ORDER]
    assert (order.method, order.path, order.confirmed) == ("GET", "/v2/orders/{order_id}/", True)
    assert not table[Operation.REFUND_ORDER].confirmed
    assert table[Operation.LIST_ORDERS] == load_addresses()[Operation.LIST_ORDERS]


@pytest.mark.parametrize(
    "path",
    [
        "/orders/{order_id}/detail/",
        "/orders/{ order_id }/detail/",
        "/orders/<order_id>/detail/",
        "/orders/<str:order_id>/detail/",
        "/orders/<int:order_id>/detail/",
        "/orders/:order_id/detail/",
        "/orders/ORDER_ID/detail/",
    ],
)
def test_every_usual_spelling_of_a_placeholder_is_understood(path: str) -> None:
    assert normalise(path) == "/orders/{order_id}/detail/"


def test_an_id_goes_percent_encoded_into_the_path_and_the_others_are_left(tmp_path: Path) -> None:
    file = written(tmp_path, '[get_order]\nmethod = "GET"\npath = "/o/{order_id}"\n')
    address = load_addresses(file)[Operation.GET_ORDER]
    assert address.fill({"order_id": "a/b?c d%2F"}) == ("/o/a%2Fb%3Fc%20d%252F", {})
    shipped = load_addresses()[Operation.GET_ORDER]
    assert shipped.fill({"order_id": "a/b"}) == (shipped.path, {"order_id": "a/b"})


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[refund]\nmethod="POST"\npath="/r/"', "[refund] is not an operation"),
        ('[refund_order]\npath="/r/"', "lacks its method"),
        ('[refund_order]\nmethod=5\npath="/r/"', "lacks its method"),
        ('[refund_order]\nmethod="POST"', "lacks its path"),
        ('[refund_order]\nmethod="FETCH"\npath="/r/"', "must be one of GET, POST"),
        ('[refund_order]\nmethod="GET"\npath="/r/"', "cannot be GET"),
        ('[list_orders]\nmethod="DELETE"\npath="/r/"', "cannot be DELETE"),
        ('[upload_image]\nmethod="DELETE"\npath="/r/"', "cannot be DELETE"),
        ('[refund_order]\nmethod="POST"\npath="r/"', 'must start with "/"'),
        ('[refund_order]\nmethod="POST"\npath="https://x.example/r/"', "full URL"),
        ('[refund_order]\nmethod="POST"\npath="//x.example/r/"', "full URL"),
        ('[refund_order]\nmethod="POST"\npath="/r/?a=1"', '"?" or "#"'),
        ('[refund_order]\nmethod="POST"\npath="/r/{pk}"', 'unknown placeholder "{pk}"'),
        ('[refund_order]\nmethod="POST"\npath="/r/{ticket_id}"', "carries no such ID"),
        ('[refund_order]\nmethod="POST"\npath="/r /"', "a path cannot hold"),
        ('[refund_order]\nmethod="POST"\npath="/r/{order_id"', "a path cannot hold"),
        ('[refund_order]\nmethod="POST"\npath="/a/../r/"', 'must not hold "." or ".."'),
        ('[refund_order]\nmethod="POST"\npath="/r/"\nurl="x"', 'unknown key "url"'),
        ('[refund_order]\nmethod="POST"\npath="/r/"\nconfirmed="yes"', "true or false"),
        ('refund_order = "/r/"', "must be a table"),
        ("[refund_order", "is not TOML"),
    ],
)
def test_a_wrong_row_is_named_in_plain_words(tmp_path: Path, table: str, says: str) -> None:
    with pytest.raises(AddressError) as caught:
        load_addresses(written(tmp_path, table))
    assert len(caught.value.problems) == 1
    assert says in caught.value.problems[0]


def test_every_problem_of_a_file_is_listed_at_once(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[refund]\nmethod="POST"\npath="/r/"\n[refund_order]\nmethod="GET"\npath="r"\n',
    )
    with pytest.raises(AddressError) as caught:
        load_addresses(file)
    assert len(caught.value.problems) == 3


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(AddressError, match="cannot be read"):
        load_addresses(tmp_path / "none.toml")
    file = tmp_path / "bytes.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AddressError, match="not a text in UTF-8"):
        load_addresses(file)
