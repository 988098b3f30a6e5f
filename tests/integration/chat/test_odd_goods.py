"""What is odd about goods is said before they go, and a paste that was delivered goes away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.world import ANN, World, labels, shown


async def preview(world: World, order_id: str, paste: str, **more: Any) -> Any:
    await world.says(ANN, await world.number(order_id))
    await world.says(ANN, paste, reply_to=(await world.last(ANN))["message_id"], **more)
    return await world.last(ANN)


async def deliver(world: World, order_id: str, paste: str) -> None:
    asks = await preview(world, order_id, paste)
    await world.presses(ANN, asks, "Send")


async def there(world: World) -> set[int]:
    return {message["message_id"] for message in await world.chat(ANN)}


# --- what Telegram may have changed ------------------------------------------------------------

ALTERED = "Telegram may have changed this; send a .txt."


@pytest.mark.parametrize(
    ("paste", "entities"),
    [
        ("anna:Hunter—2222", []),
        ("anna:Hunter😀2222", []),
        ("anna:Hunter2222", [{"type": "bold", "offset": 5, "length": 6}]),
        ("anna:Hunter2222", [{"type": "code", "offset": 0, "length": 15}]),
    ],
)
async def test_telegram_may_have_changed_this_and_it_is_still_allowed(
    world: World, paste: str, entities: list[dict[str, Any]]
) -> None:
    order_id = await world.order()
    asks = await preview(world, order_id, paste, entities=entities)
    assert ALTERED in asks["text"]
    await world.presses(ANN, asks, "Send 1")
    assert (await world.true_order(order_id))["delivered_rows"] == [paste]


async def test_a_file_is_as_it_was_and_so_is_a_plain_paste(world: World) -> None:
    order_id = await world.order()
    assert ALTERED not in (await preview(world, order_id, "anna@shop.example:Hunter2222"))["text"]
    await world.sends_file(ANN, "anna:Hunter—2222".encode(), caption=await world.number(order_id))
    asks = await world.last(ANN)
    assert "Send 1" in labels(asks)
    assert ALTERED not in asks["text"]


async def test_an_edit_takes_the_warning_back(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    at = (await world.last(ANN))["message_id"]
    mine = await world.says(ANN, "anna:Hunter—2222", reply_to=at)
    asks = await world.last(ANN)
    assert ALTERED in asks["text"]
    await world.edits(ANN, mine, "anna:Hunter--2222")
    asks = next(m for m in await world.chat(ANN) if m["message_id"] == asks["message_id"])
    assert ALTERED not in asks["text"]


# --- shapes ------------------------------------------------------------------------------------


async def test_a_shape_unlike_what_this_product_usually_is_is_said(world: World) -> None:
    order_id = await world.order(quantity=3)
    await deliver(
        world, order_id, "\n".join(f"user{n}@shop.example:Hunter-{n}{n}{n}{n}" for n in range(3))
    )
    second = await world.order(quantity=2)
    asks = await preview(world, second, "other@shop.example:Hunter-7777\nABCDE-12345-FGHIJ")
    assert "Unit 2 does not look like what this product usually is: email:password" in asks["text"]
    assert "Send 2" in labels(asks)  # it is still allowed
    # No contents are kept: what was learnt is how many units of which shape there were.
    assert await world.rows("select shape, units from product_shapes") == [("email:password", 3)]


async def test_shapes_are_learnt_from_what_others_delivered_each_unit_once(world: World) -> None:
    order_id = await world.order(quantity=3)
    rows = [f"KEY{n}5-ABCDE-FGHI{n}" for n in range(3)]
    await world.control(f"/orders/{order_id}/deliver", rows=rows)
    for _ in range(2):
        world.clock.advance(1)
        await world.see_order(order_id)
    assert await world.rows("select shape, units from product_shapes") == [("XXXXX-XXXXX-XXXXX", 3)]
    asks = await preview(world, await world.order(), "Sorry, it will take a day")
    assert "does not look like" in asks["text"]


async def test_goods_in_a_reply_to_an_order_that_takes_none_are_noticed(world: World) -> None:
    unpaid = await world.order(paid=False)
    await preview(world, unpaid, "anna:Hunter2222")
    assert "is not paid" in shown(await world.last(ANN))
    complete = await world.order()
    await deliver(world, complete, "berta:Hunter3333")
    await preview(world, complete, "carl:Hunter4444")
    assert "Nothing is owed" in shown(await world.last(ANN))
    refunded = await world.order()
    await world.marketplace.refund_order(refunded)
    world.clock.advance(1)
    await world.see_order(refunded)
    await preview(world, refunded, "dora:Hunter5555")
    assert "is refunded" in shown(await world.last(ANN))
    assert len(await world.changes("deliver")) == 1


async def test_goods_in_a_reply_to_a_ticket_s_card_need_a_tap_and_it_says_so(
    world: World,
) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    await world.says(ANN, "anna:Hunter2222", reply_to=(await world.last(ANN))["message_id"])
    held = await world.last(ANN)
    assert "This looks like goods. A reply counts nothing as delivered." in held["text"]
    await world.later(60)
    assert await world.changes("ticket_reply") == []


# --- the paste goes ----------------------------------------------------------------------------


async def test_once_the_marketplace_confirmed_the_paste_is_deleted(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    at = (await world.last(ANN))["message_id"]
    mine = await world.says(ANN, "anna:Hunter2222", reply_to=at)
    asks = await world.last(ANN)
    await world.trouble("update_delivered_info", "status", status=400, times=1)
    await world.presses(ANN, asks, "Send 1")
    assert mine in await there(world)  # not before
    mine_again = await world.says(ANN, "anna:Hunter2222", reply_to=at)
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert mine_again not in await there(world)
    assert mine in await there(world)


async def test_a_paste_that_holds_more_than_was_sent_stays(world: World) -> None:
    order_id = await world.order()
    mine = "anna:Hunter2222\n\nberta:Hunter3333"
    asks = await preview(world, order_id, mine)
    await world.presses(ANN, asks, "Split differently")
    await world.presses(ANN, asks, "Send the first one")
    assert mine in [message["text"] for message in await world.chat(ANN)]


async def test_files_and_pieces_are_deleted_as_well(world: World) -> None:
    order_id = await world.order(quantity=2)
    await world.says(ANN, await world.number(order_id))
    at = (await world.last(ANN))["message_id"]
    one = await world.sends_file(ANN, b"anna:Hunter2222", "1.txt", reply_to=at, media_group="7")
    two = await world.sends_file(ANN, b"berta:Hunter3333", "2.txt", media_group="7")
    await world.presses(ANN, await world.last(ANN), "Send 2")
    assert not {one, two} & await there(world)


async def test_a_deletion_that_telegram_refuses_is_quiet(world: World) -> None:
    order_id = await world.order()
    asks = await preview(world, order_id, "anna:Hunter2222")
    await world.telegram_trouble("deleteMessage", "status", status=400, times=1)
    await world.presses(ANN, asks, "Send 1")
    assert await world.rows("select action from messages where state = 'aside'") == []
    assert "1 of 1 delivered" in shown(await world.last(ANN))


async def test_pastes_stay_where_the_setting_says_so(world: World) -> None:
    shop = replace(world.shop, delete_pastes=False)
    world.executor._shop = shop
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    at = (await world.last(ANN))["message_id"]
    mine = await world.says(ANN, "anna:Hunter2222", reply_to=at)
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert await world.reactions(ANN, mine) == ["👍"]
