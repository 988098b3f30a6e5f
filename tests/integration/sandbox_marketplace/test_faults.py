"""Everything that can be made to go wrong, over a real connection."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from sandbox.marketplace.app import create_app
from tests.integration.sandbox_marketplace.conftest import KEY, Shop, served

REFUND = "/orders/api/supplier/refund/"


async def refund(shop: Shop, order: Any, **more: Any) -> httpx.Response:
    return await shop.client.post(REFUND, json={"order_id": order["order_id"]}, headers=KEY, **more)


async def fault(shop: Shop, kind: str, operation: str = "refund_order", **more: Any) -> Any:
    return await shop.control("/faults", {"kind": kind, "operation": operation, **more})


async def refunds(shop: Shop) -> int:
    return len(await shop.changes("refund"))


async def last_call(shop: Shop) -> Any:
    return (await shop.look("/calls"))["items"][-1]


ANSWERED = [
    ("status", {"status": 503, "message": "Away"}, 503, "application/json", 0),
    ("status", {"status": 422}, 422, "application/json", 0),
    ("status", {}, 500, "application/json", 0),
    ("html", {}, 502, "text/html; charset=utf-8", 0),
    ("html", {"status": 504}, 504, "text/html; charset=utf-8", 0),
    ("throttle", {}, 429, "application/json", 0),
    ("throttle", {"retry_after": 7}, 429, "application/json", 0),
    ("refused", {"message": "Not now"}, 200, "application/json", 0),
    ("garbage", {}, 200, "application/json", 1),
    ("garbage_before", {}, 200, "application/json", 0),
    ("error_after", {}, 500, "application/json", 1),
    ("latency", {"seconds": 0.001}, 200, "application/json", 1),
]


@pytest.mark.parametrize("after", [7, "Wed, 21 Oct 2026 07:28:00 GMT", "soon"])
async def test_how_long_to_wait_is_told_as_it_was_ordered(shop: Shop, after: int | str) -> None:
    await shop.control("/faults", {"kind": "throttle", "retry_after": after})
    answer = await shop.ask("list_orders")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, str(after))


@pytest.mark.parametrize(("kind", "more", "status", "content_type", "done"), ANSWERED)
async def test_answers_that_are_not_what_one_hoped_for(
    shop: Shop, kind: str, more: dict[str, Any], status: int, content_type: str, done: int
) -> None:
    order = await shop.order()
    await fault(shop, kind, **more)
    response = await refund(shop, order)
    assert response.status_code == status
    assert response.headers["content-type"] == content_type
    assert response.headers.get("retry-after") == (
        str(more["retry_after"]) if "retry_after" in more else None
    )
    if "message" in more:
        assert response.json() == {"success": False, "message": more["message"]}
    if kind.startswith("garbage"):
        with pytest.raises(ValueError, match=r"."):
            response.json()
    assert await refunds(shop) == done
    call = await last_call(shop)
    assert (call["fault"], call["status"], call["operation"]) == (kind, status, "refund_order")
    assert (await refund(shop, order)).status_code == (400 if done else 200)


async def test_a_login_redirect(shop: Shop) -> None:
    order = await shop.order()
    await fault(shop, "login")
    response = await refund(shop, order)
    assert response.status_code == 302
    assert response.headers["location"].startswith("/login/")
    assert await refunds(shop) == 0


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        ("cut", httpx.RemoteProtocolError, 1),
        ("cut_before", httpx.RemoteProtocolError, 0),
        ("close", httpx.RemoteProtocolError, 0),
        ("close_after", httpx.RemoteProtocolError, 1),
    ],
)
async def test_broken_connections(
    real_shop: Shop,
    kind: str,
    error: type[Exception],
    done: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop = real_shop
    order = await shop.order()
    await fault(shop, kind)
    with pytest.raises(error):
        await refund(shop, order)
    assert await refunds(shop) == done
    call = await last_call(shop)
    assert call["status"] == (200 if kind.startswith("cut") else None)
    assert (await refund(shop, order)).status_code == (400 if done else 200)
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == []


async def test_a_cut_body_begins_like_the_true_one(real_shop: Shop) -> None:
    shop = real_shop
    order = await shop.order()
    await fault(shop, "cut")
    request = shop.client.build_request(
        "POST", REFUND, json={"order_id": order["order_id"]}, headers=KEY
    )
    response = await shop.client.send(request, stream=True)
    pieces = response.aiter_raw()
    read = await anext(pieces)
    with pytest.raises(httpx.RemoteProtocolError):
        await anext(pieces)
    await response.aclose()
    assert read.startswith(b'{"success":true')
    assert len(read) < int(response.headers["content-length"])


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait, for five seconds at most, until something holds."""
    async with asyncio.timeout(20):
        while True:
            if await condition():
                return
            await asyncio.sleep(0)


async def hanging(shop: Shop, order: Any) -> asyncio.Task[httpx.Response]:
    """Start a refund and wait until it hangs."""
    before = len((await shop.look("/calls"))["items"])
    task = asyncio.create_task(refund(shop, order, timeout=10))

    async def arrived() -> bool:
        calls = (await shop.look(f"/calls?since={before}"))["items"]
        return bool(calls) and calls[-1]["fault"] is not None

    await until(arrived)
    assert not task.done()
    return task


@pytest.mark.parametrize(
    ("kind", "status", "done"), [("hang_before", 504, 0), ("hang_after", 200, 1)]
)
@pytest.mark.parametrize(("method", "path"), [("DELETE", "/faults"), ("POST", "/faults/release")])
async def test_what_hangs_can_be_let_go(
    real_shop: Shop, kind: str, status: int, done: int, method: str, path: str
) -> None:
    shop = real_shop
    order = await shop.order()
    await fault(shop, kind, times=None)
    task = await hanging(shop, order)
    assert await refunds(shop) == done
    assert (await last_call(shop))["status"] is None
    await shop.control(path, method=method)
    async with asyncio.timeout(20):
        assert (await task).status_code == status
    assert await refunds(shop) == done
    left = (await shop.look("/faults"))["items"]
    assert len(left) == (0 if method == "DELETE" else 1)


@pytest.mark.parametrize(("kind", "done"), [("hang_before", 0), ("hang_after", 1)])
async def test_a_hang_ends_when_the_caller_has_gone(
    real_shop: Shop, kind: str, done: int, caplog: pytest.LogCaptureFixture
) -> None:
    shop = real_shop
    order = await shop.order()
    await fault(shop, kind)
    with pytest.raises(httpx.ReadTimeout):
        await refund(shop, order, timeout=0.05)

    async def ended() -> bool:
        return (await last_call(shop))["duration"] is not None

    await until(ended)
    assert await refunds(shop) == done
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == []


async def test_a_hang_ends_when_its_time_is_up(real_shop: Shop) -> None:
    order = await real_shop.order()
    await fault(real_shop, "hang_after", seconds=0.01)
    assert (await refund(real_shop, order)).json()["success"] is True


async def test_a_slow_server_does_its_work_though_nobody_waits(real_shop: Shop) -> None:
    shop = real_shop
    order = await shop.order()
    await fault(shop, "latency", seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        await refund(shop, order, timeout=0.05)
    assert await refunds(shop) == 0
    await shop.control("/faults/release")

    async def done() -> bool:
        return await refunds(shop) == 1

    await until(done)


@pytest.mark.parametrize("kind", ["hang_before", "hang_after", "latency"])
async def test_the_server_stops_though_something_hangs(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app()
    async with httpx.AsyncClient() as client:
        async with served(app) as (_, address), asyncio.timeout(20):
            body = {"kind": kind, "operation": "reads", "seconds": 600}
            await client.post(f"{address}/control/faults", json=body)
            path = f"{address}/orders/api/supplier/list/"
            task = asyncio.create_task(client.get(path, headers=KEY))

            async def arrived() -> bool:
                return bool(app.state.site.market.ledger.calls)

            await until(arrived)
        with pytest.raises(httpx.RemoteProtocolError):
            await task
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    ("operation", "hit", "spared"),
    [
        ("reads", ["list_orders", "get_balance"], ["refund_order"]),
        ("writes", ["refund_order", "create_ticket"], ["list_orders"]),
        ("*", ["refund_order", "list_orders"], []),
        ("list_tickets", ["list_tickets"], ["list_orders", "update_ticket"]),
    ],
)
async def test_a_fault_is_for_one_operation_or_for_many(
    shop: Shop, operation: str, hit: list[str], spared: list[str]
) -> None:
    await fault(shop, "status", operation, status=503, times=None)
    assert {(await shop.ask(name)).status_code for name in hit} == {503}
    assert 503 not in {(await shop.ask(name)).status_code for name in spared}


async def test_faults_are_used_up_in_turn(shop: Shop) -> None:
    first = await fault(shop, "status", "*", status=500, times=2)
    second = await fault(shop, "status", "reads", status=503)
    assert first != second
    got = [(await shop.ask("list_orders")).status_code for _ in range(4)]
    assert got == [500, 500, 503, 200]
    assert (await shop.look("/faults"))["items"] == []


async def test_a_fault_does_no_work_for_a_stranger(shop: Shop) -> None:
    order = await shop.order()
    await fault(shop, "garbage")
    await shop.client.post(REFUND, json={"order_id": order["order_id"]})
    assert await refunds(shop) == 0


@pytest.mark.parametrize(
    "body",
    [{"kind": "explode"}, {"kind": "cut", "operation": "dance"}, {"kind": "cut", "times": 0}, {}],
)
async def test_a_fault_that_is_none_is_refused(shop: Shop, body: dict[str, Any]) -> None:
    response = await shop.client.post("/control/faults", json=body)
    assert response.status_code == 400
    assert response.json()["error"]


async def test_what_a_call_was_about_can_be_hidden_until_the_faults_are_removed(shop: Shop) -> None:
    order, other = await shop.order(), await shop.order()
    await fault(shop, "error_after", hides=True)

    async def seen(each: Any) -> int:
        return (await shop.ask("get_order", order_id=each["order_id"])).status_code

    assert await seen(order) == 200
    await refund(shop, order)
    assert (await seen(order), await seen(other)) == (503, 200)
    await shop.client.delete("/control/faults")
    assert await seen(order) == 200
