"""The address table is read from the documentation page, in whatever shape it was saved."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.supplier.addresses import Address, load_addresses
from bot.supplier.operations import Operation
from bot.supplier.page_rows import PageReading, read_page
from bot.supplier.page_text import MAX_PAGE_BYTES, NotAPageError, lines_of
from sandbox.marketplace.documentation import documentation_page
from sandbox.marketplace.endpoints import AddressStyle, endpoint_table
from tests.support.doc_pages import (
    HOST,
    REST,
    SHAPES,
    STYLES,
    as_published,
    badges,
    labelled,
    markdown,
    pasted_list,
    titles_first,
    web_page,
)

SHIPPED = load_addresses()


def read(content: bytes | str, url: str = "") -> PageReading:
    given = content.encode() if isinstance(content, str) else content
    return read_page(lines_of(given), SHIPPED, supplier_api_url=url)


def plain(rows: object) -> dict[Operation, tuple[str, str]]:
    return {each: (row.method, row.path) for each, row in dict(rows).items()}  # type: ignore[call-overload]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_and_every_style_gives_the_same_table(shape: str, style: str) -> None:
    reading = read(SHAPES[shape](REST, style))
    assert plain(reading.rows) == plain(REST)
    assert not reading.doubts
    assert not reading.missing
    assert all(row.confirmed for row in reading.rows.values())
    assert reading.base == ("" if shape in {"markdown", "a table", "labels"} else HOST)


PAGES = {
    each.__name__: each
    for each in (badges, labelled, as_published, pasted_list, titles_first, markdown, web_page)
}
# A page is long: in the quick profile, fewer of them.
FEW = settings(max_examples=settings.default.max_examples // 3)  # type: ignore[union-attr]
PARTS = st.from_regex(r"[a-z0-9_~-]{1,12}(\.[a-z]{1,3})?", fullmatch=True)


@st.composite
def tables(draw: st.DrawFn) -> dict[Operation, Address]:
    """Any table of 17 addresses that differ."""
    rows: dict[Operation, Address] = {}
    paths = draw(st.lists(PARTS, min_size=17, max_size=17, unique=True))
    for operation, part in zip(Operation, paths, strict=True):
        method = draw(
            st.sampled_from(("POST", "PUT", "PATCH") if operation.writes else ("GET", "POST"))
        )
        inside = [f"{{{each}}}" for each in operation.ids if draw(st.booleans())]
        end = draw(st.sampled_from(("", "/")))
        rows[operation] = Address(method, "/" + "/".join((part, *inside)) + end)
    return rows


@FEW
@given(tables(), st.sampled_from(sorted(SHAPES)), st.sampled_from(sorted(STYLES)))
def test_any_table_is_read_as_it_stands_or_not_at_all(
    rows: dict[Operation, Address], shape: str, style: str
) -> None:
    reading = read(SHAPES[shape](rows, style))
    assert plain(reading.rows) == plain(rows) or reading.undecided


@FEW
@given(tables(), st.sampled_from(sorted(PAGES)), st.integers(0, 300), st.integers(1, 300))
def test_a_part_of_a_page_gives_no_address_to_another_title(
    rows: dict[Operation, Address], page: str, begin: int, length: int
) -> None:
    for table in (rows, REST):
        lines = lines_of(PAGES[page](table, "{order_id}").encode())
        found = read_page(lines[begin : begin + length], SHIPPED).rows
        assert plain(found).items() <= plain(table).items()


@FEW
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_whatever_is_given_is_a_page_or_said_to_be_none(content: bytes) -> None:
    try:
        lines = lines_of(content)
    except NotAPageError:
        return
    assert not read_page(lines, SHIPPED).rows


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"<html><script>GET /orders/x/ List Orders</script></html>", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"PK\x03\x04rest", "archive"),
        (b"\x00\x01\x02", "binary"),
        (b"\x89PNG\r\n", "binary"),
        (b"a" * (MAX_PAGE_BYTES + 1), "large"),
    ],
)
def test_what_is_no_page_has_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(NotAPageError) as none:
        lines_of(content)
    assert none.value.reason == reason


@pytest.mark.parametrize(
    "page",
    ["<a x='", '<a x="', "<!--", "<script>", "<", '<a =""', "</", "<p", "a\t", "| ", "GET ", "&#"],
)
def test_a_hostile_page_takes_no_longer_than_its_length(page: str) -> None:
    def seconds(times: int) -> float:
        content = ("<html>words " + page * (times // len(page))).encode()
        begun = time.process_time()
        read_page(lines_of(content), SHIPPED)
        return time.process_time() - begun

    # Ten times the length may take thirty times as long, not a hundred.
    assert seconds(40_000) < 30 * seconds(4_000) + 0.3


@pytest.mark.parametrize(
    ("lines", "kind", "what"),
    [
        (["PATCH /orders/{order_id}/", "POST /orders/{order_id}/"], "two", "POST"),
        (["POST https://elsewhere.example/orders/refund/"], "host", "elsewhere"),
        (["GET /orders/refund/"], "unusable", "GET"),
        (["POST /orders/{product_id}/refund/"], "unusable", "product_id"),
        (["POST /orders/{order_no}/refund/"], "unusable", "order_no"),
        (["POST /orders/../refund/"], "unusable", ".."),
        (["POST /api/v2/orders/{order_id}/status"], "same", "status"),
    ],
)
def test_what_is_doubtful_is_not_taken(lines: list[str], kind: str, what: str) -> None:
    page = as_published(REST, "{order_id}").replace(HOST, "https://a.example")
    old = "POST\nhttps://a.example/api/v2/orders/{order_id}/refund/\n\nRefund Order"
    assert old in page
    fresh = "\n".join(f"{line}\nRefund Order" for line in lines)
    reading = read(page.replace(old, fresh))
    assert Operation.REFUND_ORDER not in reading.rows
    of_refund = [doubt for doubt in reading.doubts if doubt.operation is Operation.REFUND_ORDER]
    assert [doubt.kind for doubt in of_refund] == [kind]
    assert what in of_refund[0].what


def test_other_names_of_an_id_and_a_query_are_taken_and_said() -> None:
    page = markdown(REST, "{order_id}")
    page = page.replace("/orders/{order_id}/refund/", "/orders/{ id }/refund/")
    page = page.replace("/api/v2/orders/`", "/api/v2/orders/?page=1&page_size=20`")
    reading = read(page)
    assert plain(reading.rows) == plain(REST)
    assert {(note.operation, note.kind, note.what) for note in reading.notes} == {
        (Operation.REFUND_ORDER, "named", "{id}"),
        (Operation.LIST_ORDERS, "query", "page=1&page_size=20"),
    }


def test_the_prefix_of_the_marketplace_s_address_is_left_out() -> None:
    page = as_published(REST, "ORDER_ID").replace(HOST, f"{HOST}/market")
    assert plain(read(page, f"{HOST}/market/").rows) == plain(REST)
    assert read(page).rows[Operation.GET_BALANCE].path == "/market/api/v2/balance/"
    assert plain(read(page.replace("/market", "", 1), f"{HOST}/market").rows) != plain(REST)


@pytest.mark.parametrize(
    ("old", "new", "for_buyers"),
    [
        ("/api/v2/", "/api/customer/", True),
        ("Supplier API Documentation", "Customer API", True),
        ("Supplier API Documentation", "Supplier and customer API", False),
        ("Supplier API Documentation", "API", False),
    ],
)
def test_the_page_of_the_customer_api_is_recognised(old: str, new: str, for_buyers: bool) -> None:
    rows = {each: row for each, row in REST.items() if "supplier" not in row.path}
    assert read(as_published(rows, ":order_id").replace(old, new)).for_buyers is for_buyers


def test_a_page_without_addresses_gives_none() -> None:
    reading = read("\n".join(str(each).replace("_", " ") for each in Operation))
    assert not reading.rows
    assert reading.titles == 17
    assert not read("Nothing of the kind.").titles


@pytest.mark.parametrize("addresses", ["family", "rest", "custom"])
def test_the_page_of_the_practice_marketplace_is_read(addresses: AddressStyle) -> None:
    table = endpoint_table(addresses)
    page = documentation_page(table, "http://127.0.0.1:8080/market")
    found = read(page, "http://127.0.0.1:8080/market")
    assert plain(found.rows) == {Operation(each): row for each, row in table.items()}
