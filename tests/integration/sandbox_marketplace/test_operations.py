"""Each of the 17 operations answers as documented."""

import json

import pytest

from sandbox.marketplace.operations import HANDLERS
from tests.integration.sandbox_marketplace.conftest import KEY, Shop

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)

PRODUCT = {
    "product_id", "category_id", "title", "description", "price", "stock", "min_quantity",
    "sales_count", "rating", "status", "approval_status", "images", "category_path",
    "parent_category_id", "tags", "created_at", "updated_at",
}  # fmt: skip
SNAPSHOT = PRODUCT - {"tags"} | {
    "business_id", "source_product_id", "source_product_url", "warranty_period_days",
}  # fmt: skip
ORDER = {
    "order_id", "order_no", "buyer_id", "product_id", "quantity", "original_price",
    "login_discount", "coupon_code", "coupon_discount", "total_amount", "status",
    "payment_status", "payment_method", "created_at", "updated_at", "delivered_info",
    "account_id", "delivered_account_ids", "delivered_units", "remaining_to_deliver",
    "supplier_income_recorded", "receipt_confirmed_at", "product",
}  # fmt: skip
TICKET = {
    "ticket_id", "ticket_no", "order_id", "buyer_id", "supplier_id", "title", "description",
    "status", "admin_invited", "created_at", "updated_at",
}  # fmt: skip
PAYMENT = {
    "payment_no", "order_id", "amount", "payment_method", "status", "paid_at", "created_at",
}  # fmt: skip


def test_there_are_seventeen() -> None:
    assert len(HANDLERS) == 17


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("list_products", PRODUCT),
        ("list_orders", ORDER),
        ("list_tickets", TICKET),
        ("list_payments", PAYMENT),
    ],
)
async def test_lists_show_every_documented_field(
    shop: Shop, operation: str, fields: set[str]
) -> None:
    answer = await shop.done(operation, page_size=100)
    assert answer["count"] == len(answer["results"]) > 0
    assert all(set(item) == fields for item in answer["results"])


async def test_an_order_holds_its_products_snapshot(shop: Shop) -> None:
    order = (await shop.done("list_orders"))["results"][0]
    assert set(order["product"]) == SNAPSHOT
    assert order["order_no"].startswith("TK")
    assert len(order["order_no"]) == 15
    assert order["created_at"].endswith("Z")
    assert isinstance(order["total_amount"], str)


async def test_get_order_shows_what_the_list_shows(shop: Shop) -> None:
    listed = (await shop.done("list_orders"))["results"][3]
    assert await shop.done("get_order", order_id=listed["order_id"]) == {
        "success": True,
        "order": listed,
    }


async def test_get_ticket_shows_what_the_list_shows(shop: Shop) -> None:
    listed = (await shop.done("list_tickets"))["results"][0]
    assert await shop.done("get_ticket", ticket_id=listed["ticket_id"]) == {
        "success": True,
        "ticket": listed,
    }


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("get_order", "order_id"),
        ("refund_order", "order_id"),
        ("get_ticket", "ticket_id"),
        ("update_ticket", "ticket_id"),
        ("delete_product", "product_id"),
    ],
)
async def test_what_is_not_there_is_not_found(shop: Shop, operation: str, name: str) -> None:
    response = await shop.ask(operation, **{name: "f" * 24})
    assert response.status_code == 404
    assert response.json()["success"] is False


async def test_an_image_is_kept_and_served(shop: Shop) -> None:
    path = "/products/api/supplier/upload-image/"
    response = await shop.client.post(path, files={"image": ("a.png", PNG)}, headers=KEY)
    answer = response.json()
    assert answer["success"] is True
    assert answer["image_path"].startswith("/media/product_images/")
    served = await shop.client.get(answer["image_path"])
    assert (served.content, served.headers["content-type"]) == (PNG, "image/png")
    assert (await shop.client.get("/media/product_images/other.webp")).status_code == 404


async def test_what_is_no_image_is_refused(shop: Shop) -> None:
    path = "/products/api/supplier/upload-image/"
    for files in ({"image": ("a.png", b"hello")}, {"picture": ("a.png", PNG)}):
        response = await shop.client.post(path, files=files, headers=KEY)
        assert response.status_code == 400
    assert await shop.changes("image_uploaded") == []


async def test_a_product_is_created_changed_and_deleted(shop: Shop) -> None:
    category = (await shop.look("/state"))["categories"][0]["category_id"]
    created = await shop.done(
        "create_product",
        category_id=category,
        title="Prime Video 1 month",
        description="<b>New</b>",
        price="5.5",
        stock=3,
        min_quantity=2,
        images=["/media/product_images/x.webp"],
        source_product_id="up-1",
        source_product_url="https://example.org/1",
        warranty_period_days=14,
        status="draft",
        supplier_name="Me",
    )
    assert created["approval_status"] == "approved"
    assert created["accounts_imported"] == 0
    changed = await shop.done(
        "update_product", product_id=created["product_id"], price="6", stock="7", status="active"
    )
    assert changed["business_id"] == created["business_id"]
    listed = (await shop.done("list_products", search="prime video"))["results"]
    assert [(p["price"], p["stock"], p["min_quantity"], p["status"]) for p in listed] == [
        ("6.00", 7, 2, "active")
    ]
    order = await shop.order(product_id=created["product_id"])
    assert order["product"]["warranty_period_days"] == "14"
    assert listed[0]["rating"] == "0.00"
    assert order["product"]["source_product_id"] == "up-1"
    other = await shop.done(
        "create_product", category_id=category, title="Never sold", description="x", price="1"
    )
    await shop.done("delete_product", product_id=other["product_id"])
    assert (await shop.ask("delete_product", product_id=other["product_id"])).status_code == 404
    kinds = [change["kind"] for change in await shop.changes() if change["by"] == "api"]
    assert kinds == ["product_created", "product_updated", "product_created", "product_deleted"]


async def test_missing_fields_are_all_named(shop: Shop) -> None:
    response = await shop.ask("create_product", title="x", description=" ")
    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"category_id", "price"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price", "NaN"),
        ("price", "-1"),
        ("price", "0"),
        ("price", "Infinity"),
        ("stock", "1e999999999"),
        ("stock", -1),
        ("category_id", "none"),
        ("status", "wild"),
        ("source_product_id", "x" * 201),
        ("accounts", [{"username": "u"}]),
        ("accounts", "no array"),
        ("accounts_text", "no separator"),
    ],
)
async def test_a_bad_field_creates_nothing(shop: Shop, name: str, value: object) -> None:
    category = (await shop.look("/state"))["categories"][0]["category_id"]
    fields = {"category_id": category, "title": "t", "description": "d", "price": "1"}
    response = await shop.ask("create_product", **(fields | {name: value}))
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [name]
    assert await shop.changes() == []


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"min_price": "20", "max_price": 30}, {"NordVPN", "Office"}),
        ({"search": "STEAM"}, {"Steam"}),
        ({"status": "inactive"}, set()),
    ],
)
async def test_products_are_filtered(
    shop: Shop, params: dict[str, str], expected: set[str]
) -> None:
    found = (await shop.done("list_products", **params))["results"]
    assert {product["title"].split()[0] for product in found} == expected


async def test_products_are_sorted_and_filtered_by_category(shop: Shop) -> None:
    prices = [
        float(p["price"]) for p in (await shop.done("list_products", sort="-price"))["results"]
    ]
    assert prices == sorted(prices, reverse=True)
    leaf = (await shop.product("Netflix"))["category_id"]
    found = (await shop.done("list_products", category_id=leaf))["results"]
    assert {product["category_id"] for product in found} == {leaf}


async def test_balance_as_documented(shop: Shop) -> None:
    answer = await shop.done("get_balance")
    assert set(answer) == {
        "success", "balance", "user_balance", "supplier_balance", "current_role", "email",
        "user_id",
    }  # fmt: skip
    assert answer["user_balance"] == "100.00"


async def test_deliver_refund_and_status_answers(shop: Shop) -> None:
    order = await shop.order(quantity=2)
    order_id = order["order_id"]
    assert await shop.done(
        "update_delivered_info",
        order_id=order_id,
        delivered_info=json.dumps(["a:b"]),
        append_delivered_info="true",
    ) == {
        "success": True,
        "order_id": order_id,
        "message": "Delivered info updated.",
        "delivered_units": 1,
        "order_completed": False,
        "append_delivered_info": True,
    }
    assert await shop.done("change_order_status", order_id=order_id, status="completed_order") == {
        "success": True,
        "order_id": order_id,
        "status": "completed_order",
        "message": "Order status updated.",
    }
    refund = await shop.done("refund_order", order_id=order_id)
    assert refund.pop("refund_no").startswith("REF")
    assert refund == {
        "success": True,
        "order_id": order_id,
        "message": "Refund processed successfully.",
    }


async def test_a_ticket_is_created_for_the_buyer(shop: Shop) -> None:
    order = await shop.order(buyer_id="buyer-1")
    created = await shop.done(
        "create_ticket", order_id=order["order_id"], title="Hello", description="<p>Hi</p>"
    )
    assert set(created) == {"success", "ticket_id", "ticket_no", "message"}
    ticket = (await shop.done("get_ticket", ticket_id=created["ticket_id"]))["ticket"]
    assert (ticket["buyer_id"], ticket["status"], ticket["description"]) == (
        "buyer-1",
        "open",
        "<p>Hi</p>",
    )
    assert ticket["ticket_no"].startswith("TKT")


async def test_a_lone_surrogate_breaks_no_list(shop: Shop) -> None:
    order = await shop.order()
    body = (
        b'{"order_id": "%s", "title": "\\ud83d", "description": "x"}' % order["order_id"].encode()
    )
    response = await shop.client.post("/tickets/api/supplier/create/", content=body, headers=KEY)
    assert response.status_code == 200
    assert (await shop.ask("list_tickets")).status_code == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"a": \xff}', b"[" * 200_000])
async def test_an_unreadable_body_is_refused(shop: Shop, body: bytes) -> None:
    response = await shop.client.post("/orders/api/supplier/refund/", content=body, headers=KEY)
    assert response.status_code == 400
    assert response.json()["success"] is False
