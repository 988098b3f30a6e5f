"""The client against the practice marketplace over HTTP: every looseness it can be set to."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.model.order import COMPLETED, PAID, REFUNDED, RUNNING
from bot.supplier import (
    AuthKind,
    Marketplace,
    NewProduct,
    NotAuthorised,
    NotFound,
    Operation,
    OutcomeUnknown,
    ProductPatch,
    Refused,
    SupplierError,
    Throttled,
    Timeouts,
    Unavailable,
    Unreadable,
    load_addresses,
    make_auth,
)
from sandbox.marketplace.app import create_app
from sandbox.marketplace.endpoints import as_toml, endpoint_table
from sandbox.marketplace.options import MarketOptions

KEY = "practice-key"
PATIENT = Timeouts(read=5, write=5, total=5, patience=5, tries=2)
COOKIE = "sessionid=practice-session; csrftoken=tok123456"


OpenShop = Callable[..., "AbstractAsyncContextManager[Shop]"]


class Shop:
    """A running practice marketplace: its client, its control, its options."""

    def __init__(self, client: Marketplace, http: httpx.AsyncClient) -> None:
        self.client = client
        self.http = http

    async def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self.http.post(f"/market/control{path}", json=body or {})
        assert answer.is_success, answer.text
        return answer.json()

    async def look(self, path: str) -> Any:
        answer = await self.http.get(f"/market/control{path}")
        assert answer.is_success, answer.text
        return answer.json()

    async def break_down(self, **fault: Any) -> None:
        await self.control("/faults", fault)

    async def changes(self) -> list[dict[str, Any]]:
        return [each for each in (await self.look("/changes"))["items"] if each["by"] == "api"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Run one practice marketplace for all tests of this file; each sets it back as it needs."""
    market = create_app()
    # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer waits for 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    app = Starlette(routes=[Mount("/market", app=market)])
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)

    async def serve() -> None:
        async with market.state.site.running():
            await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def shop(address: str, tmp_path: Path) -> OpenShop:
    @asynccontextmanager
    async def opened(
        options: MarketOptions,
        *,
        auth: AuthKind = AuthKind.X_API_KEY,
        timeouts: Timeouts = PATIENT,
    ) -> AsyncIterator[Shop]:
        addresses = tmp_path / "endpoints.toml"
        addresses.write_text(as_toml(endpoint_table(options.addresses)))
        secret = make_auth(auth, key=SecretStr(KEY), cookie=SecretStr(COOKIE))
        async with (
            httpx.AsyncClient(base_url=address, trust_env=False) as http,
            Marketplace(
                address + "/market",
                secret,
                load_addresses(addresses),
                calls_per_minute=10_000,
                timeouts=timeouts,
            ) as client,
        ):
            it = Shop(client, http)
            await it.control("/reset", {"options": options.model_dump(mode="json")})
            yield it
            await it.control("/faults/release")

    return opened


CHOICES: dict[str, list[Any]] = {
    "auth": ["x-api-key", "bearer", "body", "session"],
    "envelope": [
        "bare", "results", "data", "items", "noun",
        "data.results", "data.data", "data.items", "data.noun",
    ],
    "totals": ["none", "total", "count", "total_count", "pagination.total", "meta.total"],
    "sort": ["newest", "oldest", "updated", "random"],
    "addresses": ["family", "rest", "custom"],
    "max_page_size": [7, 100],
    "past_end": ["empty", "last", "404"],
    "loose_types": [False, True],
}  # fmt: skip


def pairwise(choices: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return few rows in which every two values of different choices meet once at least."""
    names = list(choices)
    open_pairs = {
        ((one, a), (two, b))
        for one, two in combinations(names, 2)
        for a, b in product(range(len(choices[one])), range(len(choices[two])))
    }
    rows: list[dict[str, Any]] = []

    def met(row: dict[str, int], name: str, value: int) -> int:
        pairs = (tuple(sorted(((name, value), each), key=_place)) for each in row.items())
        return sum(1 for pair in pairs if pair in open_pairs)

    while open_pairs:
        row: dict[str, int] = dict(min(open_pairs))
        for name in names:
            if name not in row:
                row[name] = max(range(len(choices[name])), key=partial(met, row, name))
        ordered = sorted(row.items(), key=_place)
        open_pairs -= set(combinations(ordered, 2))
        rows.append({name: choices[name][value] for name, value in row.items()})
    return rows


def _place(each: tuple[str, int]) -> int:
    return list(CHOICES).index(each[0])


ROWS = pairwise(CHOICES)


def test_the_rows_meet_in_every_pair() -> None:
    for one, two in combinations(CHOICES, 2):
        met = {(row[one], row[two]) for row in ROWS}
        assert met == set(product(CHOICES[one], CHOICES[two]))
    assert len(ROWS) < 80


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(str(each) for each in row.values()))
async def test_every_list_and_thing_is_read_whatever_the_marketplace_is_like(
    row: dict[str, Any], shop: OpenShop
) -> None:
    options = MarketOptions.model_validate(row)
    async with shop(options, auth=AuthKind(row["auth"])) as it:
        state = await it.look("/state")
        client = it.client
        orders = [each async for each in client.every_order()]
        # IDs may be shown as numbers that only the marketplace can tell from its own.
        assert len({order.order_id for order in orders}) == len(state["orders"])
        tickets = [each.ticket_id async for each in client.every_ticket()]
        assert len(set(tickets)) == len(state["tickets"])
        products = [each.product_id async for each in client.every_product()]
        assert len(set(products)) == len(state["products"])
        payments = [each.payment_no async for each in client.every_payment()]
        assert sorted(payments) == sorted(each["payment_no"] for each in state["payments"])
        assert all(order.unread == () for order in orders)
        order = await client.get_order(orders[0].order_id)
        assert order.order_id == orders[0].order_id
        assert (await client.get_ticket(tickets[0])).ticket_id == tickets[0]
        assert (await client.get_balance()).balance is not None


@pytest.mark.parametrize("auth", list(AuthKind))
@pytest.mark.parametrize("addresses", ["family", "rest", "custom"])
async def test_every_write_is_carried_out_once(
    auth: AuthKind, addresses: Any, shop: OpenShop
) -> None:
    options = MarketOptions(auth=auth.value, addresses=addresses)
    async with shop(options, auth=auth) as it:
        client = it.client
        order = await it.control("/orders", {"quantity": 2})
        number = str(order["order_id"])
        assert (await client.get_order(number)).payment_status == PAID
        assert (await client.change_order_status(number, RUNNING)).status == RUNNING
        units = [SecretStr("a:b"), SecretStr('c "quoted"\nPIN 1')]
        first = await client.update_delivered_info(number, units[:1])
        assert (first.delivered_units, first.order_completed) == (1, False)
        assert first.append_delivered_info is True
        both = await client.update_delivered_info(number, units)
        assert (both.delivered_units, both.order_completed) == (2, True)
        assert (await client.get_order(number)).status == COMPLETED
        opened = await client.create_ticket(number, "Hello", "Is it fine?")
        assert opened.ticket_id is not None
        ticket = await client.update_ticket(opened.ticket_id, description="And now?")
        assert ticket is not None
        assert ticket.description.endswith("And now?")
        other = str((await it.control("/orders"))["order_id"])
        assert (await client.refund_order(other)).refund_no.startswith("REF")
        assert (await client.get_order(other)).status == REFUNDED
        image = await client.upload_image("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
        category = (await client.list_products()).items[0].category_id
        assert category is not None
        made = await client.create_product(
            NewProduct(
                category_id=category,
                title="New",
                description="<p>x</p>",
                price="9.90",  # type: ignore[arg-type]
                images=(image.image_path,),
            )
        )
        assert made.product_id is not None
        await client.update_product(made.product_id, ProductPatch(title="Newer"))
        stock = await client.append_product_accounts(made.product_id, [SecretStr("u1:p1")])
        assert stock.accounts_imported == 1
        await client.delete_product(made.product_id)
        assert made.product_id not in [each.product_id async for each in client.every_product()]
        kinds = [each["operation"] for each in await it.changes()]
        writes = {operation for operation in Operation if operation.writes}
        assert set(kinds) == {str(each) for each in writes}
        assert kinds.count("refund_order") == 1


@pytest.mark.parametrize("auth", list(AuthKind))
async def test_a_wrong_key_is_named_and_not_shown(auth: AuthKind, shop: OpenShop) -> None:
    options = MarketOptions(
        auth=auth.value, api_key="another-key-entirely", session_id="another-session"
    )
    async with shop(options, auth=auth) as it:
        for ask in (it.client.list_orders, it.client.get_balance):
            with pytest.raises(NotAuthorised) as caught:
                await ask()
            assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "on_read", "on_write", "refunds"),
    [
        ({"kind": "status", "status": 500}, Unavailable, OutcomeUnknown, 0),
        ({"kind": "status", "status": 409, "message": "Not now."}, Refused, Refused, 0),
        ({"kind": "html", "status": 502}, Unavailable, OutcomeUnknown, 0),
        ({"kind": "login"}, NotAuthorised, NotAuthorised, 0),
        ({"kind": "throttle"}, Throttled, Throttled, 0),
        ({"kind": "throttle", "retry_after": 40}, Throttled, Throttled, 0),
        ({"kind": "refused", "message": "Not now."}, Refused, Refused, 0),
        ({"kind": "garbage"}, Unreadable, OutcomeUnknown, 1),
        ({"kind": "garbage_before"}, Unreadable, OutcomeUnknown, 0),
        ({"kind": "cut"}, Unavailable, OutcomeUnknown, 1),
        ({"kind": "cut_before"}, Unavailable, OutcomeUnknown, 0),
        ({"kind": "hang_before", "seconds": 30}, Unavailable, OutcomeUnknown, 0),
        ({"kind": "hang_after", "seconds": 30}, Unavailable, OutcomeUnknown, 1),
        ({"kind": "error_after"}, Unavailable, OutcomeUnknown, 1),
        ({"kind": "close"}, Unavailable, OutcomeUnknown, 0),
        ({"kind": "close_after"}, Unavailable, OutcomeUnknown, 1),
    ],
    ids=lambda each: (
        "-".join(str(value) for value in each.values()) if isinstance(each, dict) else ""
    ),
)
async def test_a_fault_is_told_as_what_it_is_and_no_write_is_sent_again(
    fault: dict[str, Any],
    on_read: type[SupplierError],
    on_write: type[SupplierError],
    refunds: int,
    shop: OpenShop,
) -> None:
    quick = Timeouts(read=0.3, write=0.3, total=0.3, patience=0.1, tries=2)
    async with shop(MarketOptions(), timeouts=quick) as it:
        order = str((await it.control("/orders"))["order_id"])
        await it.break_down(operation="*", times=None, **fault)
        with pytest.raises(SupplierError) as write:
            await it.client.refund_order(order)
        assert type(write.value) is on_write
        with pytest.raises(SupplierError) as read:
            await it.client.get_order(order)
        assert type(read.value) is on_read
        if "message" in fault:
            assert write.value.message == fault["message"]
        await it.control("/faults/release")
        calls = (await it.look("/calls?operation=refund_order"))["items"]
        assert len(calls) == 1
        done = [each for each in await it.changes() if each["operation"] == "refund_order"]
        assert len(done) == refunds


@pytest.mark.parametrize("kind", ["html", "garbage", "cut", "close", "throttle"])
async def test_a_read_recovers_from_a_moment_of_trouble(kind: str, shop: OpenShop) -> None:
    patient = Timeouts(read=1, write=1, total=1, patience=10, tries=4)
    async with shop(MarketOptions(), timeouts=patient) as it:
        await it.break_down(operation="reads", kind=kind, times=2)
        assert (await it.client.list_orders()).items
        assert len((await it.look("/calls?operation=list_orders"))["items"]) == 3


@pytest.mark.parametrize("field", ["message", "error", "detail"])
@pytest.mark.parametrize("as_ok", [True, False])
async def test_a_refusal_says_why(field: Any, as_ok: bool, shop: OpenShop) -> None:
    options = MarketOptions(error_field=field, refusals_as_ok=as_ok)
    async with shop(options) as it:
        order = str((await it.control("/orders"))["order_id"])
        await it.client.refund_order(order)
        with pytest.raises(Refused) as caught:
            await it.client.refund_order(order)
        assert caught.value.message
        with pytest.raises((NotFound, Refused)) as missing:
            await it.client.get_order("no-such-order")
        assert missing.value.reason in {"no_such_item", "refused"}


async def test_a_wrong_address_is_told_from_a_missing_thing(shop: OpenShop) -> None:
    async with shop(MarketOptions(addresses="rest")) as it:
        base = str(it.http.base_url).rstrip("/") + "/market"
        auth = make_auth(AuthKind.X_API_KEY, key=SecretStr(KEY), cookie=None)
        async with Marketplace(base, auth, load_addresses()) as lost:
            with pytest.raises(NotFound) as caught:
                await lost.list_orders()
            assert caught.value.wrong_address
