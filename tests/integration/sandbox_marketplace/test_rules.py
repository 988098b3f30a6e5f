"""The marketplace's own rules: what it does, and what it refuses to do twice."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.integration.sandbox_marketplace.conftest import Shop


async def deliver(shop: Shop, order: Any, rows: list[str], *, append: bool = True) -> Any:
    return await shop.done(
        "update_delivered_info",
        order_id=order["order_id"],
        delivered_info=json.dumps(rows),
        append_delivered_info=append,
    )


async def shown(shop: Shop, order: Any) -> Any:
    return (await shop.done("get_order", order_id=order["order_id"]))["order"]


async def test_an_order_moves_as_its_units_go_out(shop: Shop) -> None:
    order = await shop.order(quantity=2)
    assert (await shown(shop, order))["status"] == "pending_order"
    await deliver(shop, order, ["a:b"])
    half = await shown(shop, order)
    assert (half["status"], half["delivered_units"], half["remaining_to_deliver"]) == (
        "running_order", 1, 1,
    )  # fmt: skip
    answer = await deliver(shop, order, ["c:d"])
    assert answer["order_completed"] is True
    full = await shown(shop, order)
    assert (full["status"], full["delivered_info"]) == ("completed_order", '["a:b", "c:d"]')


async def test_append_drops_doubles_and_changes_nothing_then(shop: Shop) -> None:
    order = await shop.order(quantity=3)
    await deliver(shop, order, ["a:b", "a:b", "c:d"])
    shop.clock.advance(60)
    before = await shown(shop, order)
    answer = await deliver(shop, order, ["c:d", "a:b"])
    assert answer["delivered_units"] == 2
    assert await shown(shop, order) == before
    assert len(await shop.changes("deliver")) == 1


async def test_without_append_the_rows_are_replaced(shop: Shop) -> None:
    order = await shop.order(quantity=2)
    await deliver(shop, order, ["a:b"])
    answer = await deliver(shop, order, ["c:d"], append=False)
    assert (answer["delivered_units"], answer["append_delivered_info"]) == (1, False)
    assert (await shown(shop, order))["delivered_info"] == '["c:d"]'


async def test_a_complete_order_whose_goods_are_taken_back_is_owed_again(shop: Shop) -> None:
    order = await shop.order(quantity=2)
    await deliver(shop, order, ["a:b", "c:d"])
    await deliver(shop, order, ["a:b"], append=False)
    again = await shown(shop, order)
    assert (again["status"], again["remaining_to_deliver"]) == ("running_order", 1)
    await deliver(shop, order, ["e:f"])
    assert (await shown(shop, order))["status"] == "completed_order"


async def test_what_the_buyer_has_confirmed_is_not_taken_back(shop: Shop) -> None:
    order = await shop.order(quantity=2)
    await deliver(shop, order, ["a:b", "c:d"])
    await shop.control(f"/orders/{order['order_id']}/confirm-receipt", {})
    fields = {"order_id": order["order_id"], "delivered_info": '["a:b"]'}
    assert "confirmed" in await shop.refused("update_delivered_info", **fields)
    assert (await shown(shop, order))["delivered_info"] == '["a:b", "c:d"]'


async def test_nobody_buys_fewer_than_the_minimum_or_more_than_there_is(shop: Shop) -> None:
    few = (await shop.product("Gmail"))["product_id"]
    hand = await shop.product("Netflix")
    wanted = {"product_id": hand["product_id"], "quantity": hand["stock"] + 1}
    await shop.order(**wanted, paid=False)
    await shop.options(stock_counts=True)
    for order in ({"product_id": few, "quantity": 1}, wanted):
        refused = await shop.client.post("/control/orders", json=order)
        assert refused.status_code == 400
        assert "units" in refused.json()["error"] or "minimum" in refused.json()["error"]
    assert (await shop.order(product_id=few))["quantity"] == 2
    await shop.options(stock_counts=False, min_quantity_counts=False)
    await shop.order(product_id=few, quantity=1)
    await shop.order(**wanted)


async def test_plain_text_is_one_unit_and_no_append(shop: Shop) -> None:
    order = await shop.order(quantity=2)
    text = "user: a\npass: b"
    answer = await shop.done(
        "update_delivered_info", order_id=order["order_id"], delivered_info=text
    )
    assert answer["delivered_units"] == 1
    assert (await shown(shop, order))["delivered_info"] == text
    words = await shop.refused(
        "update_delivered_info",
        order_id=order["order_id"],
        delivered_info=text,
        append_delivered_info="true",
    )
    assert "JSON array" in words


@pytest.mark.parametrize(
    ("goods", "append"), [("", False), ("[]", True), ("[]", False), ("  ", False)]
)
async def test_nothing_is_no_delivery(shop: Shop, goods: str, append: bool) -> None:
    order = await shop.order()
    await shop.refused(
        "update_delivered_info",
        order_id=order["order_id"],
        delivered_info=goods,
        append_delivered_info=append,
    )
    assert (await shown(shop, order))["delivered_units"] == 0


@pytest.mark.parametrize("allowed", [False, True])
async def test_unpaid_goods_go_out_only_where_that_is_allowed(shop: Shop, allowed: bool) -> None:
    await shop.options(deliver_unpaid=allowed)
    order = await shop.order(paid=False)
    response = await shop.ask(
        "update_delivered_info", order_id=order["order_id"], delivered_info='["a:b"]'
    )
    assert response.status_code == (200 if allowed else 400)
    assert (await shown(shop, order))["delivered_units"] == (1 if allowed else 0)


@pytest.mark.parametrize("allowed", [False, True])
async def test_append_after_completion_is_an_option(shop: Shop, allowed: bool) -> None:
    await shop.options(append_after_completion=allowed)
    order = await shop.order()
    await deliver(shop, order, ["a:b"])
    response = await shop.ask(
        "update_delivered_info",
        order_id=order["order_id"],
        delivered_info='["new:one"]',
        append_delivered_info="1",
    )
    assert response.status_code == (200 if allowed else 400)
    after = await shown(shop, order)
    assert after["delivered_units"] == (2 if allowed else 1)
    assert after["status"] == "completed_order"


async def test_a_refund_happens_once_and_ends_deliveries(shop: Shop) -> None:
    order = await shop.order()
    await shop.done("refund_order", order_id=order["order_id"])
    assert "already been refunded" in await shop.refused("refund_order", order_id=order["order_id"])
    await shop.refused("update_delivered_info", order_id=order["order_id"], delivered_info="x:y")
    await shop.refused("change_order_status", order_id=order["order_id"], status="running_order")
    state = await shop.look("/state")
    assert [refund["order_id"] for refund in state["refunds"]].count(order["order_id"]) == 1
    assert len(await shop.changes("refund")) == 1
    after = await shown(shop, order)
    assert (after["status"], after["payment_status"]) == ("refunded_order", "refunded_payment")


async def test_an_unpaid_order_cannot_be_refunded(shop: Shop) -> None:
    order = await shop.order(paid=False)
    assert "not paid" in await shop.refused("refund_order", order_id=order["order_id"])


async def test_income_comes_with_completion_and_goes_with_a_refund(shop: Shop) -> None:
    async def balance() -> Decimal:
        return Decimal((await shop.done("get_balance"))["supplier_balance"])

    order = await shop.order()
    before = await balance()
    await deliver(shop, order, ["a:b"])
    assert await balance() - before == Decimal(order["total_amount"])
    assert (await shown(shop, order))["supplier_income_recorded"] is True
    await shop.done("refund_order", order_id=order["order_id"])
    assert await balance() == before
    assert (await shown(shop, order))["supplier_income_recorded"] is False


@pytest.mark.parametrize("field", ["order_status", "status"])
async def test_a_status_is_set_by_either_field(shop: Shop, field: str) -> None:
    order = await shop.order()
    answer = await shop.done(
        "change_order_status", order_id=order["order_id"], **{field: "running_order"}
    )
    assert answer["status"] == "running_order"
    assert [change["detail"] for change in await shop.changes("status")] == [
        {"before": "pending_order", "status": "running_order"}
    ]


@pytest.mark.parametrize("status", ["receipt_confirmed_order", "shipped", ""])
async def test_other_statuses_cannot_be_set(shop: Shop, status: str) -> None:
    order = await shop.order()
    await shop.refused("change_order_status", order_id=order["order_id"], status=status)
    assert (await shown(shop, order))["status"] == "pending_order"


async def test_the_same_status_again_is_no_change(shop: Shop) -> None:
    order = await shop.order()
    for _ in range(2):
        await shop.done("change_order_status", order_id=order["order_id"], status="running_order")
    assert len(await shop.changes("status")) == 1


async def test_a_sold_product_cannot_be_deleted(shop: Shop) -> None:
    product = await shop.product("Netflix")
    assert "sold" in await shop.refused("delete_product", product_id=product["product_id"])


async def test_a_pool_delivers_by_itself_after_a_moment(shop: Shop) -> None:
    product = await shop.product("Spotify")
    order = await shop.order(product_id=product["product_id"], quantity=2)
    shop.clock.advance(2.9)
    assert (await shown(shop, order))["delivered_units"] == 0
    shop.clock.advance(0.2)
    after = await shown(shop, order)
    assert after["status"] == "completed_order"
    assert len(after["delivered_account_ids"]) == after["delivered_units"] == 2
    assert after["account_id"] == after["delivered_account_ids"][0]
    (change,) = await shop.changes("deliver")
    assert change["by"] == "pool"
    state = await shop.look("/state")
    assert state["pools"][product["product_id"]] == product["stock"] - 2


async def test_an_unpaid_pool_order_waits_for_its_money(shop: Shop) -> None:
    product = await shop.product("Spotify")
    order = await shop.order(product_id=product["product_id"], paid=False)
    shop.clock.advance(60)
    assert (await shown(shop, order))["delivered_units"] == 0
    await shop.control(f"/orders/{order['order_id']}/pay")
    shop.clock.advance(60)
    assert (await shown(shop, order))["delivered_units"] == 1


async def test_new_accounts_serve_the_orders_that_wait(shop: Shop) -> None:
    product = await shop.product("Minecraft")
    product_id = product["product_id"]
    orders = [
        await shop.order(product_id=product_id, quantity=quantity)
        for quantity in (product["stock"] + 1, 1, 1)
    ]
    shop.clock.advance(5)
    left = [(await shown(shop, order))["remaining_to_deliver"] for order in orders]
    assert left == [1, 1, 1]
    answer = await shop.done(
        "append_product_accounts",
        product_id=product_id,
        accounts=[{"username": "u1", "password": "p1"}],
        accounts_text="u2|p:2\n\nu3:p|3\nu4:p4",
    )
    assert (answer["accounts_imported"], answer["delivery_tasks_queued"]) == (4, 3)
    shop.clock.advance(5)
    state = await shop.look("/state")
    rows = {order["order_id"]: order["delivered_rows"] for order in state["orders"]}
    assert [rows[order["order_id"]][-1] for order in orders] == ["u1:p1", "u2:p:2", "u3:p|3"]
    assert state["pools"][product_id] == 1


async def test_a_pool_gives_nothing_to_a_refunded_order(shop: Shop) -> None:
    product = await shop.product("Spotify")
    order = await shop.order(product_id=product["product_id"])
    await shop.done("refund_order", order_id=order["order_id"])
    # Even one that looks open again: its money has gone back.
    await shop.control(f"/orders/{order['order_id']}/status", {"status": "running_order"})
    shop.clock.advance(60)
    assert (await shown(shop, order))["delivered_units"] == 0


async def test_only_as_many_orders_are_queued_as_the_pool_can_serve(shop: Shop) -> None:
    product = await shop.product("Minecraft")
    product_id = product["product_id"]
    for quantity in (product["stock"] + 2, 1, 1):
        await shop.order(product_id=product_id, quantity=quantity)
    shop.clock.advance(5)
    answer = await shop.done(
        "append_product_accounts", product_id=product_id, accounts_text="a:b\nc:d\ne:f"
    )
    assert answer["delivery_tasks_queued"] == 2


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("replace", "We are on it"),
        ("thread", "Wrong password\n\nSupplier: We are on it"),
    ],
)
async def test_a_reply_replaces_or_threads(shop: Shop, mode: str, expected: str) -> None:
    await shop.options(ticket_reply=mode)
    order = await shop.order()
    ticket = await shop.control(
        "/tickets", {"order_id": order["order_id"], "text": "Wrong password"}
    )
    answer = await shop.done(
        "update_ticket",
        ticket_id=ticket["ticket_id"],
        description="We are on it",
        status="in_progress",
        title="Password",
    )
    assert answer["ticket"]["description"] == expected
    assert (answer["ticket"]["status"], answer["ticket"]["title"]) == ("in_progress", "Password")
    state = await shop.look("/state")
    (thread,) = [t["thread"] for t in state["tickets"] if t["ticket_id"] == ticket["ticket_id"]]
    assert [(said["author"], said["text"]) for said in thread] == [
        ("buyer", "Wrong password"),
        ("supplier", "We are on it"),
    ]
    assert len(await shop.changes("ticket_reply")) == 1


async def test_an_update_of_nothing_or_to_nonsense_is_refused(shop: Shop) -> None:
    order = await shop.order()
    ticket = await shop.control("/tickets", {"order_id": order["order_id"]})
    await shop.refused("update_ticket", ticket_id=ticket["ticket_id"])
    await shop.refused(
        "update_ticket", ticket_id=ticket["ticket_id"], status="wild", description="lost?"
    )
    assert await shop.changes("ticket_reply") == []


async def test_a_payment_appears_when_an_order_is_paid(shop: Shop) -> None:
    order = await shop.order(paid=False)
    before = await shop.done("list_payments")
    await shop.control(f"/orders/{order['order_id']}/pay")
    after = await shop.done("list_payments")
    assert after["count"] == before["count"] + 1
    assert after["results"][0]["order_id"] == order["order_id"]
    assert after["results"][0]["amount"] == order["total_amount"]
    assert after["results"][0]["payment_no"].startswith("PAY")


@pytest.mark.parametrize("moves", [True, False])
async def test_updated_at_moves_unless_told_otherwise(shop: Shop, moves: bool) -> None:
    await shop.options(updated_at_moves=moves)
    order = await shop.order()
    shop.clock.advance(100)
    await deliver(shop, order, ["a:b"])
    assert ((await shown(shop, order))["updated_at"] != order["updated_at"]) is moves


@pytest.mark.parametrize("field", ["message", "error", "detail"])
@pytest.mark.parametrize(("as_ok", "status"), [(True, 200), (False, 400)])
async def test_refusals_come_in_several_shapes(
    shop: Shop, field: str, as_ok: bool, status: int
) -> None:
    await shop.options(error_field=field, refusals_as_ok=as_ok)
    order = await shop.order(paid=False)
    response = await shop.ask("refund_order", order_id=order["order_id"])
    assert response.status_code == status
    assert set(response.json()) == {"success", field}
    assert response.json()["success"] is False
