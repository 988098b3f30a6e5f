"""Who may call the API, and at which addresses it is found."""

import tomllib
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.marketplace.app import create_app
from sandbox.marketplace.endpoints import OPERATIONS, READS, endpoint_table
from tests.integration.sandbox_marketplace.conftest import KEY, Shop

LIST = "/orders/api/supplier/list/"
REFUND = "/orders/api/supplier/refund/"
COOKIE = "sessionid=practice-session; csrftoken=abc123"
GOOD: dict[str, dict[str, Any]] = {
    "x-api-key": {"headers": KEY},
    "bearer": {"headers": {"Authorization": "Bearer practice-key"}},
    "body": {"json": {"key": "practice-key"}},
    "body (apikey)": {"json": {"apikey": "practice-key"}},
    "body (form)": {"data": {"key": "practice-key"}},
}


@pytest.mark.parametrize("way", GOOD)
@pytest.mark.parametrize("asked", ["x-api-key", "bearer", "body", "any"])
async def test_a_key_counts_where_it_is_asked_for(shop: Shop, way: str, asked: str) -> None:
    await shop.options(auth=asked)
    response = await shop.client.request("GET", LIST, **GOOD[way])
    expected = asked == "any" or way.startswith(asked)
    assert response.status_code == (200 if expected else 401)
    (call,) = (await shop.look("/calls"))["items"]
    assert call["authorised"] is expected
    assert "practice-key" not in str(call)


async def test_a_wrong_key_is_refused_in_json_and_does_nothing(shop: Shop) -> None:
    order = await shop.order()
    response = await shop.client.post(
        REFUND, json={"order_id": order["order_id"]}, headers={"X-API-Key": "wrong"}
    )
    assert response.status_code == 401
    assert response.json()["success"] is False
    assert await shop.changes("refund") == []


async def test_a_key_in_the_address_counts_nowhere_and_is_not_recorded(shop: Shop) -> None:
    response = await shop.client.get(LIST, params={"key": "practice-key"})
    assert response.status_code == 401
    assert "practice-key" not in str(await shop.look("/calls"))


async def test_the_key_itself_is_an_option(shop: Shop) -> None:
    await shop.options(api_key="other")
    assert (await shop.client.get(LIST, headers=KEY)).status_code == 401
    assert (await shop.client.get(LIST, headers={"X-API-Key": "other"})).status_code == 200


async def test_an_image_takes_its_key_as_a_form_field(shop: Shop) -> None:
    await shop.options(auth="body")
    response = await shop.client.post(
        "/products/api/supplier/upload-image/",
        files={"image": ("a.gif", b"GIF89a...")},
        data={"key": "practice-key"},
    )
    assert response.status_code == 200
    (call,) = (await shop.look("/calls"))["items"]
    assert call["body"] == {"image": {"filename": "a.gif", "size": 9}}


async def test_a_session_reads_with_its_cookie(shop: Shop) -> None:
    await shop.options(auth="session")
    assert (await shop.client.get(LIST, headers={"Cookie": COOKIE})).status_code == 200


@pytest.mark.parametrize("headers", [{}, KEY, {"Cookie": "sessionid=old; csrftoken=abc123"}])
async def test_without_a_session_one_is_sent_to_the_login_page(
    shop: Shop, headers: dict[str, str]
) -> None:
    await shop.options(auth="session")
    response = await shop.client.get(LIST, headers=headers)
    assert response.status_code == 302
    page = await shop.client.get(response.headers["location"])
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-CSRFToken": "abc123", "Referer": "http://shop.test/"}, 200),
        ({"X-CSRFToken": "other", "Referer": "http://shop.test/"}, 403),
        ({"X-CSRFToken": "abc123"}, 403),
        ({"X-CSRFToken": "abc123", "Referer": "http://else.test/"}, 403),
        ({"Referer": "http://shop.test/"}, 403),
    ],
)
async def test_a_session_writes_with_its_token_and_a_referer(
    shop: Shop, headers: dict[str, str], status: int
) -> None:
    await shop.options(auth="session")
    order = await shop.order()
    response = await shop.client.post(
        REFUND, json={"order_id": order["order_id"]}, headers={"Cookie": COOKIE, **headers}
    )
    assert response.status_code == status
    assert len(await shop.changes("refund")) == (status == 200)


@pytest.mark.parametrize("style", ["family", "rest", "custom"])
async def test_every_operation_is_found_at_its_address(shop: Shop, style: Any) -> None:
    await shop.options(addresses=style)
    order = await shop.order()
    ticket = await shop.control("/tickets", {"order_id": order["order_id"]})
    ids = {
        "order_id": order["order_id"],
        "ticket_id": ticket["ticket_id"],
        "product_id": order["product_id"],
    }
    for operation, (method, path) in endpoint_table(style).items():
        where = {"params": ids} if method in ("GET", "DELETE") else {"json": ids}
        sent: Any = {} if "{" in path else where
        response = await shop.client.request(method, path.format(**ids), headers=KEY, **sent)
        assert response.headers["content-type"] == "application/json", operation
        assert response.status_code != 404, operation
    calls = (await shop.look("/calls"))["items"]
    assert [call["operation"] for call in calls] == list(OPERATIONS)
    answered = {call["operation"] for call in calls if call["status"] == 200}
    assert answered >= READS | {"refund_order"}


async def test_the_table_in_force_is_given_as_toml(shop: Shop) -> None:
    await shop.options(
        addresses="rest",
        endpoints={"get_order": {"method": "POST", "path": "/my/{order_id}"}},
    )
    text = (await shop.client.get("/control/endpoints")).text
    table = {name: (row["method"], row["path"]) for name, row in tomllib.loads(text).items()}
    assert table == endpoint_table("rest") | {"get_order": ("POST", "/my/{order_id}")}
    order = await shop.order()
    response = await shop.client.post(f"/my/{order['order_id']}", headers=KEY)
    assert response.json()["order"]["order_id"] == order["order_id"]


async def test_other_addresses_lead_nowhere(shop: Shop) -> None:
    assert (await shop.client.get("/orders/api/", headers=KEY)).status_code == 404
    wrong = await shop.client.put(LIST, headers=KEY)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")


async def test_it_works_below_a_prefix() -> None:
    market = create_app()
    parent = Starlette(routes=[Mount("/market", app=market)])
    transport = httpx.ASGITransport(parent)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test/market") as client:
        assert (await client.get(LIST, headers=KEY)).json()["count"] == 25
        assert (await client.get("/control/state")).status_code == 200
        await client.post("/control/options", json={"auth": "session"})
        turned_away = await client.get(LIST)
        assert turned_away.headers["location"].startswith("/market/login/")
        (call, _) = (await client.get("/control/calls")).json()["items"]
        assert call["path"] == LIST
