"""/audit: who did what to money, goods or settings, when, and what came of it."""

from __future__ import annotations

from typing import Any

from bot.model.person import Role
from bot.store import audit
from tests.support.world import ANN, BEN, CLEO, World, labels, shown


async def audited(world: World, who: int, words: str = "") -> Any:
    await world.says(who, f"/audit {words}".strip())
    return await world.last(who)


async def refund(world: World, who: int, order_id: str) -> None:
    await world.says(who, await world.number(order_id))
    card = await world.last(who)
    label = next(each for each in labels(card) if each.startswith("↩️ Refund"))
    await world.presses(who, card, label)
    await world.presses(who, card, label.replace("↩️ Refund", "Yes, refund"))


async def test_each_deed_stands_there_with_who_when_and_what_came_of_it(world: World) -> None:
    assert "Nothing was done yet." in (await audited(world, ANN))["text"]
    order, other = await world.order(), await world.order()
    numbers = [await world.number(order), await world.number(other)]
    await refund(world, BEN, order)
    # One that the marketplace refuses, and one of which nobody knows.
    await world.trouble("refund_order", "refused", message="Not on Sundays")
    await refund(world, ANN, other)
    await world.no_trouble()
    world.clock.advance(60)
    await world.says(ANN, "/settings")
    await world.presses(ANN, await world.last(ANN), "Shown goods stay")
    await world.presses(ANN, await world.last(ANN), "5 minutes")

    told = shown(await audited(world, ANN))
    first, second, third, fourth = told.split("\n")[:4]
    assert first == "What was done · 12:05"
    assert second.startswith("12:05 · Ann · setting goods: 300")
    assert third.startswith("12:04 · Ann · ⚠️ refund: not done, the marketplace refused it")
    assert fourth.startswith("12:04 · Ben · ↩️ $")
    assert "refunded" in fourth
    assert numbers[0][-4:] in fourth
    assert "· Everybody ·" in told

    page = await world.last(ANN)
    await world.presses(ANN, page, "Ben")
    (page,) = [m for m in await world.chat(ANN) if m["message_id"] == page["message_id"]]
    assert page["text"].split("\n")[0] == "What Ben did · 12:05"
    assert "Ann" not in page["text"]
    assert "· Ben ·" in labels(page)
    assert shown(await audited(world, ANN, "be")).startswith("What Ben did")
    assert "Nobody of that name" in shown(await audited(world, ANN, "Zoe"))

    about = shown(await audited(world, ANN, numbers[1]))
    assert "refund: not done" in about
    assert "Ben" not in about.split("\n")[1]
    assert "setting" not in about

    # It is for owners, by the command and by a forged button.
    await world.join(CLEO, Role.OPERATOR)
    assert "Your role" in shown(await audited(world, CLEO))
    card = await world.last(CLEO)
    await world.forges(CLEO, card["message_id"], "au::all.1")
    assert all("What was done" not in each["text"] for each in await world.from_bot(CLEO))


async def test_a_lost_answer_is_written_down_and_so_is_what_became_of_it(world: World) -> None:
    order = await world.order()
    await world.trouble("refund_order", "error_after")
    await refund(world, ANN, order)
    await world.no_trouble()
    await world.later(5)
    rows = await world.rows("select deed, person_id from audit order by id")
    assert rows == [("in_doubt", ANN), ("refunded", ANN)]


async def test_many_deeds_have_pages_that_turn_in_place(world: World) -> None:
    async with world.store.write() as tx:
        for at in range(23):
            await audit.write(
                tx,
                shop_id=world.shop_id,
                person_id=ANN,
                deed="text_saved",
                subject_kind="text",
                subject_id=str(at),
                now=world.now,
            )
    page = await audited(world, ANN)
    assert "1/3" in labels(page)
    assert "Everybody" not in shown(page)
    await world.presses(ANN, page, "›")
    (page,) = [m for m in await world.chat(ANN) if m["message_id"] == page["message_id"]]
    assert "2/3" in labels(page)
    await world.forges(ANN, page["message_id"], "au::all.99")
    (page,) = [m for m in await world.chat(ANN) if m["message_id"] == page["message_id"]]
    assert "3/3" in labels(page)
