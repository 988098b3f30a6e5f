"""Goods of which it is not clear what they are for: the choices, best first; never pasted twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.world import ANN, World, labels, shown

OLD = ("anna:Hunter2222", "berta:Hunter3333")
NEW = "carla:Hunter4444"


async def delivered(world: World, *goods: str) -> str:
    order_id = await world.order(quantity=len(goods))
    await world.control(f"/orders/{order_id}/deliver", rows=list(goods))
    world.clock.advance(1)
    await world.see_order(order_id)
    return order_id


async def pasted(world: World, order_id: str, text: str = NEW) -> Any:
    await world.says(ANN, await world.number(order_id))
    await world.says(ANN, text, reply_to=(await world.last(ANN))["message_id"])
    return await world.last(ANN)


async def in_place(world: World, message: Any) -> str:
    found = next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])
    return shown(found)


async def rows(world: World, order_id: str) -> list[str]:
    return list((await world.true_order(order_id))["delivered_rows"])


async def test_goods_under_a_complete_order_s_card_replace_a_unit_without_another_paste(
    world: World,
) -> None:
    order_id = await delivered(world, *OLD)
    asked = await pasted(world, order_id)
    assert "Do these goods replace a unit of it?" in asked["text"]
    assert labels(asked) == ["🔁 Replace", "Add to stock", "Discard"]
    await world.presses(ANN, asked, "Replace")
    assert "the preview stands below" in await in_place(world, asked)
    which = await world.last(ANN)
    await world.presses(ANN, which, "2. be")
    asks = await world.last(ANN)
    assert "be•••33 is broken, ca•••44 takes its place" in asks["text"]
    assert await rows(world, order_id) == list(OLD)
    await world.presses(ANN, asks, "Yes, replace 2 of 2")
    assert await rows(world, order_id) == [*OLD, NEW]


async def test_the_only_unit_is_not_asked_for_and_a_file_does_as_well(world: World) -> None:
    order_id = await delivered(world, OLD[0])
    await world.sends_file(ANN, NEW.encode(), caption=await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Replace")
    await world.presses(ANN, await world.last(ANN), "Yes, replace it")
    assert await rows(world, order_id) == [OLD[0], NEW]


async def test_what_is_there_already_replaces_nothing_and_another_paste_is_awaited(
    world: World,
) -> None:
    order_id = await delivered(world, OLD[0])
    await world.presses(ANN, await pasted(world, order_id, OLD[0]), "Replace")
    assert "All of it is on order" in shown(await world.last(ANN))
    await world.says(ANN, NEW)
    await world.presses(ANN, await world.last(ANN), "Yes, replace it")
    assert await rows(world, order_id) == [OLD[0], NEW]


async def test_they_may_be_for_another_order_after_all(world: World) -> None:
    order_id, other = await delivered(world, OLD[0]), await world.order()
    asked = await pasted(world, order_id)
    await world.presses(ANN, asked, "Netflix")
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert (await rows(world, order_id), await rows(world, other)) == ([OLD[0]], [NEW])


async def test_discard_sends_nothing_and_says_so(world: World) -> None:
    order_id = await delivered(world, OLD[0])
    asked = await pasted(world, order_id)
    await world.presses(ANN, asked, "Discard")
    assert await in_place(world, asked) == "Discarded: nothing was sent."
    await world.says(ANN, NEW)
    asked = await world.last(ANN)
    assert labels(asked)[-1] == "Discard"
    assert await rows(world, order_id) == [OLD[0]]


async def test_a_prompt_whose_order_was_filled_meanwhile_asks_the_same(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    await world.presses(ANN, await world.last(ANN), "Deliver")
    prompt = await world.last(ANN)
    await world.control(f"/orders/{order_id}/deliver", rows=[OLD[0]])
    world.clock.advance(1)
    await world.see_order(order_id)
    await world.says(ANN, NEW)
    assert "🔁 Replace" in labels(await world.last(ANN))
    assert "Nothing is owed" in await in_place(world, prompt)


async def test_a_preview_of_which_nothing_is_owed_any_more_offers_the_same(world: World) -> None:
    order_id = await world.order()
    asks = await pasted(world, order_id)
    await world.control(f"/orders/{order_id}/deliver", rows=[OLD[0]])
    world.clock.advance(1)
    await world.see_order(order_id)
    await world.settle()
    assert "🔁 Replace\nCancel" in await in_place(world, asks)
    await world.presses(ANN, asks, "Replace")
    assert "Cancelled: nothing was sent" in await in_place(world, asks)
    await world.presses(ANN, await world.last(ANN), "Yes, replace it")
    assert await rows(world, order_id) == [OLD[0], NEW]


async def test_the_order_that_the_goods_fit_best_comes_first_and_the_others_in_pages(
    world: World,
) -> None:
    fits = await world.order(quantity=3)
    asked = await pasted(world, fits, "\n".join(f"u{n}@x.example:Hunter{n}{n}{n}" for n in "123"))
    await world.presses(ANN, asked, "Send 3")
    keys = await world.product("Windows")
    for _ in range(8):
        await world.order(product_id=keys)
        world.clock.advance(60)
    fits = await world.order()
    await world.says(ANN, "u4@x.example:Hunter4444")
    asked = await world.last(ANN)
    assert labels(asked)[0].startswith("Netflix")
    assert labels(asked)[8:] == ["1/2", "›", "Add to stock", "Discard"]
    await world.presses(ANN, asked, "›")
    asked = await world.last(ANN)
    assert labels(asked)[1:3] == ["‹", "2/2"]
    await world.presses(ANN, asked, "‹")
    await world.presses(ANN, await world.last(ANN), "Netflix")
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert await rows(world, fits) == ["u4@x.example:Hunter4444"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/deliver", "Paste the goods for order"),
        ("/newticket", "Write to the buyer of order"),
        ("/refund", "📦 0 of 1 delivered"),
        ("/status", "What is it to be?"),
    ],
)
async def test_a_command_without_a_number_offers_every_order_in_pages(
    world: World, command: str, said: str
) -> None:
    for _ in range(9):
        order_id = await world.order()
        world.clock.advance(60)
    await world.says(ANN, command)
    asked = await world.last(ANN)
    assert labels(asked)[-2:] == ["1/2", "›"]
    await world.presses(ANN, asked, "›")
    asked = await world.last(ANN)
    assert labels(asked)[-2:] == ["‹", "2/2"]
    await world.presses(ANN, asked, labels(asked)[0])
    told = shown(await world.last(ANN))
    assert said in told
    if command != "/newticket":  # its newest comes first only behind those that wait
        assert await world.number(order_id) in told
