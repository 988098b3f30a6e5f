"""What goes out on the wire for each operation, and what comes back as values."""

import json
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from bot.supplier import (
    ApiKey,
    Auth,
    AuthKind,
    Bearer,
    BodyKey,
    Marketplace,
    NewProduct,
    NotFound,
    Operation,
    OutcomeUnknown,
    ProductPatch,
    Refused,
    Session,
    Unavailable,
    Unreadable,
    load_addresses,
)
from bot.supplier.envelope import read_json, read_page

from .support import ADDRESSES, ASK, BASE_URL, GOODS, KEY, SkippingTime, market, secrets

OK = {"success": True}
ORDER = {"order_id": "o1", "order_no": "TK1", "total_amount": "88.01"}
TICKET = {"ticket_id": "t1", "ticket_no": "TKT1", "description": "Hello"}

# The answer of the document for each operation.
ANSWERS: dict[Operation, Any] = {
    Operation.UPLOAD_IMAGE: {**OK, "image_path": "/media/a.webp", "message": "Uploaded"},
    Operation.CREATE_PRODUCT: {
        **OK,
        "product_id": "p1",
        "business_id": 500,
        "approval_status": "approved",
    },
    Operation.LIST_PRODUCTS: {"results": [{"product_id": "p1", "price": "99.99"}], "count": 7},
    Operation.UPDATE_PRODUCT: {**OK, "product_id": "p1", "business_id": 500},
    Operation.APPEND_PRODUCT_ACCOUNTS: {**OK, "accounts_imported": 5, "delivery_tasks_queued": 2},
    Operation.DELETE_PRODUCT: {**OK, "message": "Product deleted successfully"},
    Operation.LIST_ORDERS: {"results": [ORDER], "count": 7},
    Operation.REFUND_ORDER: {**OK, "order_id": "o1", "refund_no": "REF1", "message": "Refunded."},
    Operation.UPDATE_DELIVERED_INFO: {
        **OK,
        "order_id": "o1",
        "delivered_units": 2,
        "order_completed": False,
        "append_delivered_info": True,
    },
    Operation.CHANGE_ORDER_STATUS: {**OK, "order_id": "o1", "status": "running_order"},
    Operation.GET_ORDER: {**OK, "order": ORDER},
    Operation.LIST_TICKETS: {"results": [TICKET], "count": 7},
    Operation.GET_TICKET: {**OK, "ticket": TICKET},
    Operation.CREATE_TICKET: {**OK, "ticket_id": "t1", "ticket_no": "TKT1"},
    Operation.UPDATE_TICKET: {**OK, "ticket": TICKET},
    Operation.LIST_PAYMENTS: {"results": [{"payment_no": "PAY1", "amount": "99.99"}], "count": 7},
    Operation.GET_BALANCE: {**OK, "balance": "100.00", "supplier_balance": "0.00"},
}

SENT: dict[Operation, dict[str, Any] | None] = {
    Operation.UPLOAD_IMAGE: None,
    Operation.CREATE_PRODUCT: {
        "category_id": "7",
        "title": "Netflix",
        "description": "<p>x</p>",
        "price": "9.90",
    },
    Operation.LIST_PRODUCTS: {"page": "1", "page_size": "100"},
    Operation.UPDATE_PRODUCT: {"product_id": "p1", "title": "Netflix Premium"},
    Operation.APPEND_PRODUCT_ACCOUNTS: {"product_id": "p1", "accounts_text": GOODS[0]},
    Operation.DELETE_PRODUCT: {"product_id": "p1"},
    Operation.LIST_ORDERS: {"page": "1", "page_size": "100"},
    Operation.REFUND_ORDER: {"order_id": "o1"},
    Operation.UPDATE_DELIVERED_INFO: {
        "order_id": "o1",
        "delivered_info": json.dumps(list(GOODS)),
        "append_delivered_info": True,
    },
    Operation.CHANGE_ORDER_STATUS: {"order_id": "o1", "order_status": "running_order"},
    Operation.GET_ORDER: {"order_id": "o1"},
    Operation.LIST_TICKETS: {"page": "1", "page_size": "100"},
    Operation.GET_TICKET: {"ticket_id": "t1"},
    Operation.CREATE_TICKET: {"order_id": "o1", "title": "Hello", "description": "How are you?"},
    Operation.UPDATE_TICKET: {"ticket_id": "t1", "description": "A reply"},
    Operation.LIST_PAYMENTS: {"page": "1", "page_size": "100"},
    Operation.GET_BALANCE: {},
}


class Wire:
    """Keeps what was sent, and answers with what it is given."""

    def __init__(self, answer: Any, status: int = 200) -> None:
        self.answer = answer
        self.status = status
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.status, json=self.answer)

    @property
    def fields(self) -> dict[str, Any]:
        request = self.requests[-1]
        body = json.loads(request.content) if request.content else {}
        return {**dict(request.url.params), **body}


@pytest.mark.parametrize("operation", list(Operation))
async def test_an_operation_is_sent_as_documented(operation: Operation) -> None:
    wire = Wire(ANSWERS[operation])
    async with market(wire) as client:
        await ASK[operation](client)
    (request,) = wire.requests
    address = ADDRESSES[operation]
    assert request.method == address.method
    assert str(request.url).split("?")[0] == BASE_URL + address.path
    if SENT[operation] is not None:
        assert wire.fields == SENT[operation]
        assert bool(request.content) == (address.method != "GET")


@pytest.mark.parametrize("operation", list(Operation))
@pytest.mark.parametrize(
    "auth",
    [
        ApiKey(SecretStr(KEY)),
        Bearer(SecretStr(KEY)),
        BodyKey(SecretStr(KEY)),
        Session(SecretStr(f"sessionid={KEY}; csrftoken=tok")),
    ],
    ids=lambda auth: str(auth.kind),
)
async def test_the_key_goes_with_every_operation_and_never_into_the_url(
    operation: Operation, auth: Auth
) -> None:
    wire = Wire(ANSWERS[operation])
    async with market(wire, auth=auth) as client:
        await ASK[operation](client)
    (request,) = wire.requests
    assert KEY not in str(request.url)
    if auth.kind is AuthKind.BODY:
        if operation is Operation.UPLOAD_IMAGE:
            assert f'name="key"\r\n\r\n{KEY}\r\n'.encode() in request.content
        else:
            assert json.loads(request.content)["key"] == KEY
    else:
        assert KEY.encode() not in request.content
        for name, value in auth.headers(write=operation.writes, base_url=BASE_URL).items():
            assert request.headers[name] == value


async def test_an_image_goes_as_a_file() -> None:
    wire = Wire(ANSWERS[Operation.UPLOAD_IMAGE])
    async with market(wire) as client:
        image = await client.upload_image('../a"b.PNG', b"\x89PNG")
    assert image.image_path == "/media/a.webp"
    (request,) = wire.requests
    assert request.headers["content-type"].startswith("multipart/form-data")
    assert b'name="image"; filename="..ab.PNG"' in request.content
    assert b"Content-Type: image/png\r\n\r\n\x89PNG" in request.content


async def test_results_are_values() -> None:
    async def of(operation: Operation) -> Any:
        async with market(Wire(ANSWERS[operation])) as client:
            return await ASK[operation](client)

    refund = await of(Operation.REFUND_ORDER)
    assert (refund.refund_no, refund.message) == ("REF1", "Refunded.")
    delivered = await of(Operation.UPDATE_DELIVERED_INFO)
    assert delivered.delivered_units == 2
    assert delivered.order_completed is False
    assert delivered.append_delivered_info is True
    assert (await of(Operation.CHANGE_ORDER_STATUS)).status == "running_order"
    assert (await of(Operation.CREATE_TICKET)).ticket_no == "TKT1"
    assert (await of(Operation.UPDATE_TICKET)).description == "Hello"
    created = await of(Operation.CREATE_PRODUCT)
    assert (created.product_id, created.business_id) == ("p1", "500")
    assert (await of(Operation.UPDATE_PRODUCT)).product_id == "p1"
    appended = await of(Operation.APPEND_PRODUCT_ACCOUNTS)
    assert (appended.accounts_imported, appended.delivery_tasks_queued) == (5, 2)
    assert (await of(Operation.DELETE_PRODUCT)).message == "Product deleted successfully"
    balance = await of(Operation.GET_BALANCE)
    assert (balance.balance, balance.supplier_balance) == (Decimal("100.00"), Decimal("0.00"))
    payments = await of(Operation.LIST_PAYMENTS)
    assert payments.items[0].amount == Decimal("99.99")
    assert payments.total == 7
    assert (await of(Operation.LIST_PRODUCTS)).items[0].price == Decimal("99.99")
    assert (await of(Operation.GET_ORDER)).total_amount == Decimal("88.01")


async def test_filters_go_into_the_query() -> None:
    wire = Wire({"results": []})
    async with market(wire) as client:
        await client.list_orders(page=3, page_size=50, status="pending_order", search="a&b=ü")
        assert wire.fields == {
            "page": "3", "page_size": "50", "status": "pending_order", "search": "a&b=ü",
        }  # fmt: skip
        await client.list_products(
            category_id="7", sort="price", min_price=Decimal("1E+1"), max_price=Decimal("20.50")
        )
        assert wire.fields["min_price"] == "10"
        assert wire.fields["max_price"] == "20.50"
        assert wire.fields["sort"] == "price"


async def test_an_id_goes_into_the_path_where_the_table_says_so(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.toml"
    file.write_text(
        '[get_order]\nmethod="GET"\npath="/o/<order_id>/"\n'
        '[refund_order]\nmethod="POST"\npath="/o/{order_id}/refund/"\n'
        '[list_orders]\nmethod="POST"\npath="/o/"\n'
        '[delete_product]\nmethod="DELETE"\npath="/p/"\n'
    )
    wire = Wire({"order": {"order_id": "a/b"}, "success": True, "results": []})
    async with Marketplace(
        BASE_URL + "/",
        ApiKey(SecretStr(KEY)),
        load_addresses(file),
        transport=httpx.MockTransport(wire),
    ) as client:
        await client.get_order("a/b")
        assert str(wire.requests[-1].url) == BASE_URL + "/o/a%2Fb/"
        await client.refund_order("a/b")
        assert str(wire.requests[-1].url) == BASE_URL + "/o/a%2Fb/refund/"
        assert json.loads(wire.requests[-1].content) == {}
        await client.list_orders()
        assert json.loads(wire.requests[-1].content) == {"page": 1, "page_size": 100}
        await client.delete_product("p1")
        assert wire.requests[-1].method == "DELETE"
        assert json.loads(wire.requests[-1].content) == {"product_id": "p1"}


@pytest.mark.parametrize("wrong", ["", " ", ".", "..", "a\nb", "x" * 201, "\ud800"])
async def test_what_is_no_id_is_never_sent(wrong: str) -> None:
    wire = Wire(OK)
    async with market(wire) as client:
        for ask in (client.get_order, client.refund_order, client.delete_product):
            with pytest.raises(Refused) as caught:
                await ask(wrong)
            assert caught.value.reason == "invalid_id"
    assert wire.requests == []


@pytest.mark.parametrize("search", ["\ud800", "x" * 70_000])
async def test_a_search_that_no_url_can_hold_is_surely_not_sent(search: str) -> None:
    wire = Wire({"results": []})
    async with market(wire) as client:
        with pytest.raises(Unavailable) as caught:
            await client.list_orders(search=search)
    assert caught.value.reason == "not_sendable"
    assert caught.value.__context__ is None
    assert wire.requests == []


async def test_the_answer_must_be_about_what_was_asked() -> None:
    async with market(Wire({"order": ORDER, "ticket": TICKET})) as client:
        assert (await client.get_order("TK1")).order_id == "o1"
        with pytest.raises(Unreadable):
            await client.get_order("o2")
        with pytest.raises(Unreadable):
            await client.get_ticket("t2")


@pytest.mark.parametrize("answer", [{"success": True}, {"success": True, "ticket": {"title": "x"}}])
async def test_a_reply_is_done_even_when_the_answer_shows_no_ticket(answer: Any) -> None:
    async with market(Wire(answer)) as client:
        assert await client.update_ticket("t1", status="resolved") is None


async def test_an_answer_about_another_thing_is_no_answer_to_a_write() -> None:
    answers = {
        Operation.REFUND_ORDER: {**OK, "order_id": "o2"},
        Operation.UPDATE_DELIVERED_INFO: {**OK, "order_id": "o2"},
        Operation.UPDATE_TICKET: {**OK, "ticket": {"ticket_id": "t2"}},
        Operation.DELETE_PRODUCT: {**OK, "product_id": "p2"},
    }
    for operation, answer in answers.items():
        async with market(Wire(answer)) as client:
            with pytest.raises(OutcomeUnknown):
                await ASK[operation](client)


@pytest.mark.parametrize("answer", [{"success": True, "foo": 1}, {"data": {}}, [], {"balance": {}}])
async def test_a_balance_without_any_amount_is_not_one(answer: Any) -> None:
    async with market(Wire(answer)) as client:
        with pytest.raises(Unreadable):
            await client.get_balance()


async def test_details_that_cannot_be_read_do_not_undo_what_was_done() -> None:
    answer = {"success": True, "refund_no": {"x": 1}, "order_id": [], "message": 5}
    async with market(Wire(answer)) as client:
        refund = await client.refund_order("o1")
    assert (refund.refund_no, refund.order_id, refund.message) == ("", None, "5")


async def test_the_marketplace_s_words_show_no_goods_of_the_call() -> None:
    async with market(Wire({"success": True, "message": f"Delivered {GOODS[0]}"})) as client:
        delivered = await client.update_delivered_info("o1", secrets())
    assert delivered.message == "Delivered [hidden]"
    refusal = httpx.Response(400, json={"message": f"We have {GOODS[0]}"})
    async with market(lambda _: refusal) as client:
        with pytest.raises(Refused, match=r"We have \[hidden\]"):
            await client.update_delivered_info("o1", secrets())
        with pytest.raises(Refused, match=r"We have \[hidden\]"):
            await client.append_product_accounts("p1", [SecretStr(GOODS[0])])


async def test_arguments_that_no_caller_may_give_are_refused_before_the_call() -> None:
    wire = Wire(OK)
    async with market(wire) as client:
        for units in ([], [SecretStr("")]):
            with pytest.raises(ValueError, match="units"):
                await client.update_delivered_info("o1", units)
            with pytest.raises(ValueError, match="lines"):
                await client.append_product_accounts("p1", units)
        for line in ("a:b\nc:d", "a:b\u2028c:d", "a:b\r\n"):
            with pytest.raises(ValueError, match="one line"):
                await client.append_product_accounts("p1", [SecretStr(line)])
        with pytest.raises(ValueError, match="only the buyer"):
            await client.change_order_status("o1", "receipt_confirmed_order")
        with pytest.raises(ValueError, match="something to change"):
            await client.update_ticket("t1")
        with pytest.raises(ValueError, match="something to change"):
            await client.update_product("p1", ProductPatch())
        for page, size in ((0, 10), (1, 0), (1, 101)):
            with pytest.raises(ValueError, match="page"):
                await client.list_orders(page=page, page_size=size)
    assert wire.requests == []
    with pytest.raises(ValidationError):
        ProductPatch(accounts_text="a:b")  # type: ignore[call-arg]


async def test_a_product_is_sent_with_money_as_text() -> None:
    wire = Wire(ANSWERS[Operation.CREATE_PRODUCT])
    product = NewProduct(
        category_id="7",
        title="T\ud800",
        description="",
        price=Decimal("1E+2"),
        stock=0,
        images=("/media/a.webp",),
    )
    async with market(wire) as client:
        await client.create_product(product)
    assert wire.fields["price"] == "100"
    assert wire.fields["stock"] == 0
    assert wire.fields["images"] == ["/media/a.webp"]


async def test_everything_is_read_page_by_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        names = {"orders": "order_id", "tickets": "ticket_id", "products": "product_id"}
        noun = request.url.path.split("/")[2]
        name = names.get(noun, "order_id")
        if page == 3:
            return httpx.Response(404, json={"detail": "Invalid page."})
        return httpx.Response(200, json=[{name: f"{page}{letter}"} for letter in "ab"])

    async with market(answer) as client:
        expected = ["1a", "1b", "2a", "2b"]
        assert [each.order_id async for each in client.every_order(status="x")] == expected
        assert [each.ticket_id async for each in client.every_ticket()] == expected
        assert [each.product_id async for each in client.every_product()] == expected
        assert [each.order_id async for each in client.every_payment()] == expected


@pytest.mark.parametrize(("many", "aside"), [(100, False), (400, True)])
async def test_a_list_that_comes_as_a_whole_is_read_in_a_thread_so_that_nobody_waits(
    monkeypatch: pytest.MonkeyPatch, many: int, aside: bool
) -> None:
    places: list[bool] = []

    def noting(read: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **named: Any) -> Any:
            places.append(threading.current_thread() is not threading.main_thread())
            return read(*arguments, **named)

        return noted

    monkeypatch.setattr("bot.supplier.answers.read_json", noting(read_json))
    monkeypatch.setattr("bot.supplier.asking.read_page", noting(read_page))
    whole = [{"order_id": f"o{n}", "product": {"description": "x" * 1_500}} for n in range(many)]
    async with market(lambda _: httpx.Response(200, json=whole)) as client:
        assert len((await client.list_orders()).items) == many
    assert places == [aside, aside]


async def test_no_cookie_is_kept_and_no_redirect_followed() -> None:
    requests = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        headers = {"Set-Cookie": "a=b", "Location": "https://evil.example/"}
        return httpx.Response(302, headers=headers)

    async with market(answer) as client:
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                await client.refund_order("o1")
    assert len(requests) == 2
    assert all("cookie" not in request.headers for request in requests)


async def test_a_listener_hears_of_every_try_and_cannot_change_what_is_known() -> None:
    heard = []

    def listen(record: Any) -> None:
        heard.append((record.operation, record.status, record.error))
        raise RuntimeError("a listener's own trouble")

    time = SkippingTime()
    wire = Wire({"detail": "no"}, status=404)
    async with market(wire, time=time, on_call=listen) as client:
        with pytest.raises(NotFound):
            await client.get_order("o1")
        wire.answer, wire.status = OK, 200
        await client.refund_order("o1")
    assert heard == [
        (Operation.GET_ORDER, 404, "no_such_item"),
        (Operation.REFUND_ORDER, 200, None),
    ]


@pytest.mark.parametrize("url", ["", "market.example", "https://u:p@market.example"])
def test_a_wrong_base_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL|user"):
        Marketplace(url, ApiKey(SecretStr(KEY)), ADDRESSES)
