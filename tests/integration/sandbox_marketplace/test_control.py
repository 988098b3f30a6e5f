"""Being the buyer, setting things back, and seeing what truly happened."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox.clock import SettableClock, SystemClock
from sandbox.marketplace.app import create_app
from sandbox.marketplace.options import MarketOptions
from tests.integration.sandbox_marketplace.conftest import Shop, served


async def test_options_are_shown_and_changed_in_part(shop: Shop) -> None:
    before = await shop.look("/options")
    after = await shop.control("/options", {"sort": "oldest"})
    assert after == before | {"sort": "oldest"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/options", {"sort": "sideways"}),
        ("/options", {"no_such": 1}),
        ("/options", {"endpoints": {"dance": {"method": "GET", "path": "/"}}}),
        ("/options", {"endpoints": {"get_order": {"method": "GET", "path": "no-slash"}}}),
        ("/reset", {"options": {"auth": "none"}}),
        ("/orders", {"quantity": 0}),
        ("/orders", {"quantity": 10**30}),
        ("/orders", {"created_at": "2024-03-01T12:00:00"}),
        ("/orders/bulk", {"count": 0}),
        ("/tickets", {}),
        ("/life", {"on": True, "speed": 0}),
    ],
)
async def test_misuse_is_said_in_words_and_changes_nothing(
    shop: Shop, path: str, body: dict[str, Any]
) -> None:
    before = await shop.look("/state")
    response = await shop.client.post(f"/control{path}", json=body)
    assert response.status_code == 400
    assert response.json()["error"]
    assert await shop.look("/state") == before


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/orders/nope/pay", 404),
        ("POST", "/tickets/nope/close", 404),
        ("POST", "/orders", 404),
        ("GET", "/no-such", 404),
        ("PUT", "/state", 405),
        ("GET", "/calls?since=x", 400),
    ],
)
async def test_control_errors_are_json(shop: Shop, method: str, path: str, status: int) -> None:
    response = await shop.client.request(
        method, f"/control{path}", json={"product_id": "nope"} if path == "/orders" else None
    )
    assert response.status_code == status
    assert set(response.json()) == {"error"}


async def test_a_buyer_orders_pays_and_confirms(shop: Shop) -> None:
    order = await shop.order(paid=False, quantity=2, buyer_id="b-1", coupon=True)
    assert order["product_title"] == "Netflix Premium 1 month"
    assert (order["payment_status"], order["total_amount"], order["coupon_discount"]) == (
        "pending_payment",
        "16.02",
        "1.78",
    )
    path = f"/orders/{order['order_id']}"
    assert (await shop.client.post(f"/control{path}/confirm-receipt")).status_code == 409
    assert (await shop.control(f"{path}/pay"))["payment_status"] == "completed_payment"
    assert (await shop.client.post(f"/control{path}/pay")).status_code == 409
    delivered = await shop.control(f"{path}/deliver", {"rows": ["a:b", "c:d"]})
    assert delivered["delivered_rows"] == ["a:b", "c:d"]
    confirmed = await shop.control(f"{path}/confirm-receipt")
    assert confirmed["status"] == "receipt_confirmed_order"
    assert confirmed["receipt_confirmed_at"] == "2024-03-01T12:00:00Z"
    changes = await shop.changes()
    assert [change["kind"] for change in changes] == [
        "order_created",
        "order_paid",
        "deliver",
        "receipt_confirmed",
    ]
    assert {(change["by"], change["operation"]) for change in changes} == {("control", None)}


async def test_any_status_can_be_forced(shop: Shop) -> None:
    order = await shop.order()
    path = f"/orders/{order['order_id']}/status"
    assert (await shop.control(path, {"status": "disputed_order"}))["status"] == "disputed_order"
    found = await shop.done("list_orders", status="disputed_order")
    assert found["count"] == 1


async def test_many_orders_at_once(shop: Shop) -> None:
    answer = await shop.control(
        "/orders/bulk",
        {"count": 50, "paid": False, "created_at": "2024-03-01T11:00:00+00:00", "step": 2},
    )
    numbers = [order["order_no"] for order in answer["items"]]
    assert numbers == sorted(set(numbers))
    assert answer["items"][-1]["created_at"] == "2024-03-01T11:01:38Z"
    assert {order["payment_status"] for order in answer["items"]} == {"pending_payment"}


async def test_numbers_are_unique_even_in_the_same_moment(shop: Shop) -> None:
    answer = await shop.control("/orders/bulk", {"count": 300})
    assert len({order["order_no"] for order in answer["items"]}) == 300
    payments = (await shop.look("/state"))["payments"]
    assert len({payment["payment_no"] for payment in payments}) == len(payments)


async def test_a_buyer_writes_a_moderator_comes_the_ticket_closes(shop: Shop) -> None:
    order = await shop.order()
    ticket = await shop.control("/tickets", {"order_id": order["order_id"], "text": "first"})
    path = f"/tickets/{ticket['ticket_id']}"
    written = await shop.control(f"{path}/write", {"text": "<b>second</b>"})
    assert written["description"] == "<b>second</b>"
    assert (await shop.control(f"{path}/invite-admin"))["admin_invited"] is True
    await shop.control(f"{path}/invite-admin")
    assert (await shop.control(f"{path}/status", {"status": "odd"}))["status"] == "odd"
    closed = await shop.control(f"{path}/close")
    assert closed["status"] == "closed"
    assert [said["author"] for said in closed["thread"]] == ["buyer", "buyer", "admin"]
    kinds = [
        change["kind"] for change in await shop.changes() if change["id"] == ticket["ticket_id"]
    ]
    assert kinds == [
        "ticket_created",
        "ticket_written",
        "ticket_admin",
        "ticket_status",
        "ticket_status",
    ]


async def test_stock_fills_a_pool(shop: Shop) -> None:
    product = await shop.product("Spotify")
    path = f"/products/{product['product_id']}/stock"
    filled = await shop.control(path, {"lines": ["a:b", "c|d"]})
    assert filled["stock"] == product["stock"] + 2
    response = await shop.client.post(f"/control{path}", json={"lines": ["a:b", "nonsense"]})
    assert response.status_code == 400
    assert "line 2" in response.json()["error"]


async def test_a_product_that_waits_for_approval_is_approved_once(shop: Shop) -> None:
    await shop.control("/options", {"approval": "pending"})
    category = (await shop.product("Spotify"))["category_id"]
    new = {"category_id": category, "title": "New", "description": "New", "price": "1.00"}
    made = (await shop.done("create_product", **new))["product_id"]
    assert (await shop.product("New"))["approval_status"] == "pending"
    for _ in range(2):
        shown = await shop.control(f"/products/{made}/approve", {})
        assert shown["approval_status"] == "approved"
    changes = [c for c in await shop.changes() if c["kind"] == "product_approved"]
    assert [(c["id"], c["by"]) for c in changes] == [(made, "control")]


async def test_calls_are_numbered_and_can_be_read_on(shop: Shop) -> None:
    await shop.done("list_orders", page=2, search="x")
    await shop.done("get_balance")
    first, second = (await shop.look("/calls"))["items"]
    assert (first["n"], second["n"]) == (1, 2)
    assert first["query"] == {"page": "2", "search": "x"}
    assert (await shop.look("/calls?since=1"))["items"] == [second]
    assert (await shop.look("/calls?operation=list_orders"))["items"] == [first]
    assert set(first) == {
        "n", "at", "operation", "method", "path", "query", "body", "status", "fault",
        "authorised", "duration",
    }  # fmt: skip


async def test_changes_by_the_api_name_their_operation(shop: Shop) -> None:
    order = await shop.order()
    n = (await shop.changes())[-1]["n"]
    await shop.ask("list_orders")
    await shop.done("refund_order", order_id=order["order_id"])
    (change,) = (await shop.look(f"/changes?since={n}"))["items"]
    assert change["after_call"] == 2, "the refund's own call came before it"
    assert (change["operation"], change["by"], change["id"]) == (
        "refund_order",
        "api",
        order["order_id"],
    )
    assert change["detail"]["amount"] == order["total_amount"]


async def test_reset_begins_anew(shop: Shop) -> None:
    fresh = await shop.look("/state")
    await shop.order()
    await shop.options(sort="oldest")
    await shop.control("/faults", {"kind": "cut", "times": None})
    await shop.control("/reset", {"options": {"totals": "none"}})
    assert await shop.look("/state") == fresh
    options = await shop.look("/options")
    assert (options["sort"], options["totals"]) == ("newest", "none")
    for path in ("/calls", "/changes", "/faults"):
        assert (await shop.look(path))["items"] == []


async def test_another_seed_gives_other_ids(shop: Shop) -> None:
    before = {order["order_id"] for order in (await shop.look("/state"))["orders"]}
    await shop.control("/reset", {"seed": 8})
    after = {order["order_id"] for order in (await shop.look("/state"))["orders"]}
    assert len(after) == 25
    assert not before & after


async def test_an_empty_shop_has_a_catalogue_and_nothing_else(shop: Shop) -> None:
    await shop.control("/reset", {"empty": True})
    state = await shop.look("/state")
    assert len(state["products"]) == 12
    for name in ("orders", "tickets", "payments", "refunds"):
        assert state[name] == []
    assert {product["sales_count"] for product in state["products"]} == {0}
    assert state["balance"]["supplier_balance"] == "0.00"


async def test_state_can_be_limited_to_the_newest(shop: Shop) -> None:
    newest = await shop.order()
    state = await shop.look("/state?limit=1")
    assert [order["order_id"] for order in state["orders"]] == [newest["order_id"]]


async def events(client: httpx.AsyncClient) -> AsyncIterator[str]:
    async with client.stream("GET", "/control/events") as stream:
        async for line in stream.aiter_lines():
            if line:
                yield line


async def test_events_tell_of_each_change_and_end_with_the_server(clock: SettableClock) -> None:
    app = create_app(clock=clock)
    async with served(app) as (server, address), httpx.AsyncClient(base_url=address) as client:
        lines = events(client)
        async with asyncio.timeout(20):
            assert await anext(lines) == ": here"
            await client.post("/control/orders", json={})
            assert await anext(lines) == 'data: {"kind": "changed"}'
            server.should_exit = True
            assert [line async for line in lines] == []


async def test_pools_deliver_and_buyers_live_while_the_server_runs() -> None:
    options = MarketOptions(pool_delay=0.01, life=True, life_speed=2000)
    app = create_app(options, clock=SystemClock())
    async with served(app) as (_, address), httpx.AsyncClient(base_url=address) as client:
        lines = events(client)
        async with asyncio.timeout(20):
            async for _ in lines:
                changes = (await client.get("/control/changes")).json()["items"]
                if {"life", "pool"} <= {change["by"] for change in changes}:
                    break
        await lines.aclose()  # type: ignore[attr-defined]
        stopped = (await client.post("/control/life", json={"on": False})).json()
        assert stopped == {"on": False, "speed": 2000}


async def test_life_can_be_switched_on(shop: Shop) -> None:
    assert await shop.control("/life", {"on": True, "speed": 3}) == {"on": True, "speed": 3}
    options = await shop.look("/options")
    assert (options["life"], options["life_speed"]) == (True, 3)
