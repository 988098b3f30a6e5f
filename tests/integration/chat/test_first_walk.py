"""What is said of the shop before the marketplace was looked at, and while it is being read."""

from __future__ import annotations

import pytest

from tests.support.world import ANN, World, shown


async def seen(world: World, text: str) -> str:
    await world.says(ANN, text)
    return shown(await world.last(ANN))


@pytest.mark.parametrize(
    ("command", "words"),
    [("/orders", "orders were not looked at"), ("/tickets", "tickets were not looked at")],
)
async def test_what_was_not_looked_at_is_not_said_to_be_none(
    world: World, command: str, words: str
) -> None:
    for feed in ("orders", "tickets"):
        await world.looked(feed, "nothing")
    said = await seen(world, command)
    assert words in said
    assert ": 0" not in said
    assert "Nothing waits" not in said
    assert "Looking at the marketplace for the first time" in await seen(world, "/menu")


async def test_while_older_orders_are_read_every_count_is_so_far(world: World) -> None:
    for each in (await world.control("/orders/bulk", count=3))["items"]:
        await world.see_order(each["order_id"])
    await world.looked("orders", "some")
    assert "3 so far" in await seen(world, "/orders")
    assert "still being read" in await seen(world, "/menu")
    assert "3 known so far" in await seen(world, "/health")


async def test_health_counts_what_the_lists_show(world: World) -> None:
    for each in (await world.control("/orders/bulk", count=3))["items"]:
        await world.see_order(each["order_id"])
    assert ": 3\n" in await seen(world, "/orders all")
    assert "3 known" in await seen(world, "/health")
