"""What is said of the shop before the marketplace was looked at, and while it is being read."""

from __future__ import annotations

import pytest

from bot.desk import people as desk_people
from bot.store import people
from bot.watch.greeting import Greeting
from tests.support.world import ANN, BEN, SAM, World, shown


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


# --- the first message of all ------------------------------------------------------------------


async def test_who_was_just_paired_is_not_told_the_same_twice(world: World) -> None:
    async with world.store.write() as tx:
        await people.set_pairing(
            tx, world.shop_id, tx.vault.code_hash("ABCD2345"), world.now + desk_people.CODE_LASTS, 5
        )
    await world.leave(ANN)
    await world.leave(BEN)
    await world.says(SAM, "/start ABCD2345")
    assert "Welcome" in shown(await world.last(SAM))
    await Greeting(world.store, world.shop_id, lambda: world.now).greet()
    await world.settle()
    assert len(await world.from_bot(SAM)) == 1


async def test_start_in_a_chat_that_was_paused_brings_the_menu_once(world: World) -> None:
    async with world.store.write() as tx:
        await people.pause(tx, ANN, "Forbidden", world.now)
    await Greeting(world.store, world.shop_id, lambda: world.now).greet()
    await world.settle()
    await world.says(ANN, "/start")
    assert ["Watching" in each["text"] for each in await world.from_bot(ANN)] == [True]
    await world.says(ANN, "/start")
    assert len(await world.from_bot(ANN)) == 2


# --- toasts --------------------------------------------------------------------------------------


async def test_a_prompt_s_cancel_pressed_by_another_is_said_not_to_be_theirs(
    world: World,
) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Deliver")
    cancel = (await world.last(ANN))["keyboard"][0][0]["data"]
    await world.join(SAM)
    await world.says(SAM, "/menu")
    said = await world.forges(SAM, (await world.last(SAM))["message_id"], cancel)
    assert said == "This is not yours to press."


async def test_the_number_of_a_page_says_that_it_is_the_one_you_are_on(world: World) -> None:
    await world.says(ANN, "/menu")
    said = await world.forges(ANN, (await world.last(ANN))["message_id"], "nt")
    assert said == "This is the page you are on."
