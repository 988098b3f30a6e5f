"""Units of several lines: how a paste is split, said, and split differently."""

from __future__ import annotations

from typing import Any

from tests.support.world import ANN, World, labels, shown

TWO_OF_THREE = "one\nlogin-1\npass-1\n\ntwo\nlogin-2\npass-2"


async def preview(world: World, order_id: str, paste: str) -> Any:
    await world.says(ANN, await world.number(order_id))
    await world.says(ANN, paste, reply_to=(await world.last(ANN))["message_id"])
    return await world.last(ANN)


async def again(world: World, message: Any) -> Any:
    return next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])


async def rows(world: World, order_id: str) -> list[str]:
    return list((await world.true_order(order_id))["delivered_rows"])


async def test_the_preview_names_the_split(world: World) -> None:
    asks = await preview(world, await world.order(quantity=2), TWO_OF_THREE)
    assert "2 units of 3 lines · 2 owed · split at the blank lines" in asks["text"]
    assert labels(asks) == ["Send 2", "Split differently", "Cancel"]


async def test_split_differently_goes_through_the_honest_ways(world: World) -> None:
    order_id = await world.order(quantity=2)
    asks = await preview(world, order_id, TWO_OF_THREE)
    said = []
    for _ in range(4):
        await world.presses(ANN, await again(world, asks), "Split differently")
        said.append(shown(await again(world, asks)))
    assert "6 units" in said[0]
    assert "one a line" in said[0]
    assert "Send the first 2" in said[0]
    assert "7 lines as one unit" in said[1]
    assert "Send 1 now, 1 still owed" in said[1]
    assert "2 units of 3 lines" in said[2]
    await world.presses(ANN, await again(world, asks), "Split differently")
    await world.presses(ANN, await again(world, asks), "Send 1 now")
    assert await rows(world, order_id) == [TWO_OF_THREE]


async def test_lines_are_shared_out_evenly_where_nothing_stands_between_units(
    world: World,
) -> None:
    order_id = await world.order(quantity=2)
    asks = await preview(world, order_id, "anna\npass-1\nberta\npass-2")
    assert "4 units" in asks["text"]
    await world.presses(ANN, asks, "Split differently")
    asks = await again(world, asks)
    assert "2 units of 2 lines" in asks["text"]
    await world.presses(ANN, asks, "Send 2")
    assert await rows(world, order_id) == ["anna\npass-1", "berta\npass-2"]


async def test_an_old_button_cannot_send_another_split(world: World) -> None:
    order_id = await world.order(quantity=2)
    asks = await preview(world, order_id, TWO_OF_THREE)
    send, split = asks["keyboard"][0][0]["data"], asks["keyboard"][1][0]["data"]
    await world.presses(ANN, asks, "Split differently")
    await world.forges(ANN, asks["message_id"], send)
    assert "nothing was sent" in shown(await world.last(ANN))
    # Nor does a second press of the same button go on from there.
    before = shown(await again(world, asks))
    await world.forges(ANN, asks["message_id"], split)
    assert shown(await again(world, asks)) == before
    assert await rows(world, order_id) == []


async def test_a_paste_with_one_way_to_split_offers_no_other(world: World) -> None:
    asks = await preview(world, await world.order(), "anna:Hunter2222")
    assert labels(asks) == ["Send 1", "Cancel"]
