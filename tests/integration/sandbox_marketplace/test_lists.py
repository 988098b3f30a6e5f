"""Lists come in every shape, order and size that was chosen."""

import time
from typing import Any

import pytest

from sandbox.marketplace.render import Json
from tests.integration.sandbox_marketplace.conftest import KEY, Shop

NOUNS = {
    "list_orders": "orders",
    "list_products": "products",
    "list_tickets": "tickets",
    "list_payments": "payments",
}


def dig(answer: Any, path: str) -> Any:
    for name in path.split("."):
        answer = answer[name]
    return answer


@pytest.mark.parametrize("operation", NOUNS)
@pytest.mark.parametrize(
    "envelope",
    ["results", "data", "items", "noun", "data.results", "data.data", "data.items", "data.noun"],
)
async def test_envelopes(shop: Shop, operation: str, envelope: str) -> None:
    await shop.options(envelope=envelope)
    answer = await shop.done(operation, page_size=2)
    items = dig(answer, envelope.replace("noun", NOUNS[operation]))
    assert len(items) == 2


@pytest.mark.parametrize("operation", NOUNS)
async def test_a_bare_array(shop: Shop, operation: str) -> None:
    await shop.options(envelope="bare")
    answer = await shop.done(operation, page_size=2)
    assert isinstance(answer, list)
    assert len(answer) == 2


@pytest.mark.parametrize("outer", ["", "data."])
@pytest.mark.parametrize(
    "totals", ["total", "count", "total_count", "pagination.total", "meta.total"]
)
async def test_totals(shop: Shop, outer: str, totals: str) -> None:
    await shop.options(envelope=f"{outer}noun", totals=totals)
    answer = await shop.done("list_orders", page_size=2)
    assert dig(answer, outer + totals) == 25


async def test_no_totals(shop: Shop) -> None:
    await shop.options(totals="none")
    assert set(await shop.done("list_orders")) == {"success", "results"}


async def walk(shop: Shop, **params: Any) -> list[Json]:
    found: list[Json] = []
    for page in range(1, 50):
        items: list[Json] = (await shop.done("list_orders", page=page, **params))["results"]
        if not items:
            return found
        found += items
    raise AssertionError("the list never ends")


@pytest.mark.parametrize("sort", ["newest", "oldest", "updated", "random"])
async def test_every_sort_shows_every_order_once(shop: Shop, sort: str) -> None:
    await shop.options(sort=sort)
    orders = await walk(shop, page_size=7)
    assert len({order["order_id"] for order in orders}) == len(orders) == 25
    assert orders == await walk(shop, page_size=10)
    created = [order["created_at"] for order in orders]
    updated = [order["updated_at"] for order in orders]
    assert {
        "newest": created == sorted(created, reverse=True),
        "oldest": created == sorted(created),
        "updated": updated == sorted(updated, reverse=True),
        "random": created not in (sorted(created), sorted(created, reverse=True)),
    }[sort]


async def test_a_changed_order_moves_to_the_front_of_updated(shop: Shop) -> None:
    await shop.options(sort="updated")
    last = (await walk(shop, page_size=10))[-1]
    shop.clock.advance(1)
    await shop.control(f"/orders/{last['order_id']}/status", {"status": "running_order"})
    assert (await walk(shop, page_size=10))[0]["order_id"] == last["order_id"]


async def test_the_page_size_has_a_limit(shop: Shop) -> None:
    await shop.options(max_page_size=10)
    assert len((await shop.done("list_orders", page_size=100))["results"]) == 10


@pytest.mark.parametrize(
    ("past_end", "status", "count"), [("empty", 200, 0), ("last", 200, 5), ("404", 404, 0)]
)
async def test_past_the_end(shop: Shop, past_end: str, status: int, count: int) -> None:
    await shop.options(past_end=past_end)
    response = await shop.ask("list_orders", page=9, page_size=10)
    assert response.status_code == status
    assert len(response.json().get("results", [])) == count


async def test_filters_are_honoured_or_ignored(shop: Shop) -> None:
    honoured = await walk(shop, page_size=10, status="refunded_order")
    assert {order["status"] for order in honoured} == {"refunded_order"}
    assert len(honoured) == 2
    found = await walk(shop, page_size=10, search=honoured[0]["order_no"].lower())
    assert [order["order_id"] for order in found] == [honoured[0]["order_id"]]
    await shop.options(honoured_filters=["search"])
    assert len(await walk(shop, page_size=10, status="refunded_order")) == 25
    await shop.options(honoured_filters=[])
    assert len(await walk(shop, page_size=10, search="netflix")) == 25


async def test_a_status_list_follows_its_orders(shop: Shop) -> None:
    before = await walk(shop, page_size=10, status="pending_order")
    await shop.control(f"/orders/{before[0]['order_id']}/status", {"status": "running_order"})
    after = await walk(shop, page_size=10, status="pending_order")
    assert [order["order_id"] for order in after] == [order["order_id"] for order in before[1:]]


async def test_tickets_are_filtered_by_status(shop: Shop) -> None:
    tickets = (await shop.done("list_tickets", status="open"))["results"]
    assert [ticket["status"] for ticket in tickets] == ["open", "open"]


LOOSE: list[tuple[str, Any]] = [
    ("numeric_ids", lambda order: isinstance(order["order_id"], int)),
    ("numeric_ids", lambda order: isinstance(order["product"]["category_id"], int)),
    ("numeric_warranty", lambda order: order["product"]["warranty_period_days"] == 2),
    ("string_numbers", lambda order: order["quantity"] == "1"),
    ("missing_fields", lambda order: "coupon_code" not in order),
    ("null_fields", lambda order: order["delivered_account_ids"] is None),
    ("new_fields", lambda order: "x_practice" in order),
]


@pytest.mark.parametrize(("kind", "holds"), LOOSE)
async def test_types_can_be_loose(shop: Shop, kind: str, holds: Any) -> None:
    strict = (await shop.done("list_orders", page_size=1))["results"][0]
    assert not holds(strict)
    await shop.options(loose_types=[kind])
    assert holds((await shop.done("list_orders", page_size=1))["results"][0])


async def test_numeric_ids_find_what_they_name(shop: Shop) -> None:
    await shop.options(loose_types=True)
    for listed in (await shop.done("list_orders", page_size=100))["results"]:
        found = (await shop.done("get_order", order_id=listed["order_id"]))["order"]
        assert found["order_no"] == listed["order_no"]


async def test_fractions_of_seconds_are_an_option(shop: Shop) -> None:
    await shop.options(fractional_seconds=True)
    order = (await shop.done("list_orders", page_size=1))["results"][0]
    assert order["created_at"].endswith(".000Z")


async def test_twenty_thousand_orders_are_listed_quickly(shop: Shop) -> None:
    await shop.control("/orders/bulk", {"count": 20_000, "brief": True, "step": 1})
    await shop.done("list_orders", status="pending_order")
    path = "/orders/api/supplier/list/?page_size=20&status=pending_order&page="
    began = time.process_time()
    for page in range(1, 1000, 20):
        answer = (await shop.client.get(f"{path}{page}", headers=KEY)).json()
        assert len(answer["results"]) == 20
    # Fifty pages; a list that copies or sorts everything each time takes many times as long.
    assert time.process_time() - began < 1.5
