"""/queue: one message that moves through what waits, the oldest first."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from bot.model.person import Role
from tests.support.world import ANN, BEN, CLEO, World, labels, shown


async def waiting(world: World, count: int = 3, **wanted: Any) -> list[tuple[str, str]]:
    """Let orders wait; return their IDs and numbers, the oldest first."""
    found = []
    for _ in range(count):
        order_id = await world.order(**wanted)
        found.append((order_id, await world.number(order_id)))
        world.clock.advance(60)
    return found


async def queue(world: World, who: int = ANN) -> Any:
    await world.says(who, "/queue")
    return await world.last(who)


async def again(world: World, message: Any, who: int = ANN, chat: int | None = None) -> Any:
    found = await world.chat(who, chat)
    return next(m for m in found if m["message_id"] == message["message_id"])


async def delivers(world: World, message: Any, goods: str, who: int = ANN) -> None:
    await world.says(who, goods, reply_to=message["message_id"])
    preview = await world.last(who)
    await world.presses(who, preview, next(t for t in labels(preview) if t.startswith("Send")))


async def test_it_begins_with_the_oldest_order_and_says_where_it_is(world: World) -> None:
    first, _, _ = await waiting(world)
    message = await queue(world)
    assert message["text"].startswith("1 of 3\n")
    assert first[1] in message["text"]
    assert labels(message)[:2] == ["📦 Deliver", "Skip"]


async def test_the_same_message_moves_on_when_its_order_was_delivered(world: World) -> None:
    (first, first_number), (_, second_number) = await waiting(world, 2)
    message = await queue(world)
    await delivers(world, message, "anna:Hunter2222")
    assert (await world.true_order(first))["delivered_rows"] == ["anna:Hunter2222"]
    moved = await again(world, message)
    assert f"Order {first_number}: 1 of 1 delivered." in moved["text"]
    assert "2 of 2\n" in moved["text"]
    assert second_number in moved["text"]
    assert len(await world.from_bot(ANN)) == 1  # the preview went: the queue's message says it


async def test_deliver_asks_in_place_and_takes_the_next_paste(world: World) -> None:
    ((first, _),) = await waiting(world, 1)
    message = await queue(world)
    await world.presses(ANN, message, "📦 Deliver")
    asking = await again(world, message)
    assert "Paste the goods for this order" in asking["text"]
    assert labels(asking) == ["Cancel"]
    await world.says(ANN, "just one word")
    assert "Paste the goods" not in (await again(world, message))["text"]
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert (await world.true_order(first))["delivered_rows"] == ["just one word"]
    assert "The queue is done. Nothing waits." in (await again(world, message))["text"]


async def test_cancel_in_place_gives_the_order_back(world: World) -> None:
    await waiting(world, 1)
    message = await queue(world)
    await world.presses(ANN, message, "📦 Deliver")
    await world.presses(ANN, await again(world, message), "Cancel")
    assert "📦 Deliver" in labels(await again(world, message))
    await world.says(ANN, "just one word")
    assert await world.rows("select * from intents") == []


async def test_an_order_that_is_delivered_in_part_stays(world: World) -> None:
    await waiting(world, 2, quantity=2)
    message = await queue(world)
    await delivers(world, message, "anna:Hunter2222")
    here = (await again(world, message))["text"]
    assert here.startswith("1 of 2\n")
    assert "1 of 2 delivered" in here


async def test_skip_and_back_walk_the_line_in_the_same_message(world: World) -> None:
    numbers = [number for _, number in await waiting(world)]
    message = await queue(world)
    for label, place in (("Skip", 1), ("Skip", 2), ("Back", 1), ("Skip", 2)):
        await world.presses(ANN, await again(world, message), label)
        at = await again(world, message)
        assert at["text"].startswith(f"{place + 1} of 3\n")
        assert numbers[place] in at["text"]
    await world.presses(ANN, await again(world, message), "Skip")
    end = await again(world, message)
    assert "The queue is done. 3 orders still wait." in end["text"]
    assert labels(end) == ["Start", "Back", "Menu"]
    await world.presses(ANN, end, "Back")
    assert numbers[2] in (await again(world, message))["text"]
    assert len(await world.from_bot(ANN)) == 1


async def test_a_second_skip_of_the_same_order_does_nothing(world: World) -> None:
    await waiting(world)
    message = await queue(world)
    await world.presses(ANN, message, "Skip")
    skip = next(b["data"] for row in message["keyboard"] for b in row if b["text"] == "Skip")
    toast = await world.forges(ANN, message["message_id"], skip)
    assert toast == "This button no longer works."
    assert (await again(world, message))["text"].startswith("2 of 3\n")


async def test_what_came_meanwhile_joins_the_end_of_the_line(world: World) -> None:
    await waiting(world, 1)
    message = await queue(world)
    ((_, number),) = await waiting(world, 1)
    await world.presses(ANN, message, "Skip")
    moved = await again(world, message)
    assert moved["text"].startswith("2 of 2\n")
    assert number in moved["text"]


async def test_two_people_are_not_shown_the_same_order(world: World) -> None:
    await world.join(BEN)
    first, second, third = await waiting(world)
    ann, ben = await queue(world), await queue(world, BEN)
    assert first[1] in ann["text"]
    assert second[1] in ben["text"]
    await world.presses(ANN, ann, "Skip")  # Ben is at the second one
    assert third[1] in (await again(world, ann))["text"]
    # Only Ann's own is left: it is shown, and said to be hers.
    await world.presses(BEN, ben, "Skip")
    shared = (await again(world, ben, BEN))["text"]
    assert third[1] in shared
    assert "Ann is at this one, too" in shared


async def test_an_order_that_somebody_else_delivered_is_passed_over(world: World) -> None:
    await world.join(BEN)
    _, (second_id, second), (_, third) = await waiting(world)
    ann = await queue(world)
    await world.says(BEN, second)
    await delivers(world, await world.last(BEN), "ben:Hunter2222", BEN)
    assert (await world.true_order(second_id))["status"] == "completed_order"
    await world.presses(ANN, ann, "Skip")
    moved = (await again(world, ann))["text"]
    assert moved.startswith("3 of 3\n")
    assert third in moved


async def test_an_order_that_somebody_delivers_under_one_s_eyes_says_so_and_waits_for_next(
    world: World,
) -> None:
    await world.join(BEN)
    (_, first), (_, second) = await waiting(world, 2)
    ann = await queue(world)
    await world.says(BEN, first)
    await delivers(world, await world.last(BEN), "ben:Hunter2222", BEN)
    seen = await again(world, ann)
    # It does not move by itself: goods that are being pasted would go to another order.
    assert "delivered by Ben" in seen["text"]
    assert "📦 Deliver" not in labels(seen)
    await world.presses(ANN, seen, "Next")
    assert second in (await again(world, ann))["text"]


async def test_where_nothing_waits_it_says_so(world: World) -> None:
    message = await queue(world)
    assert message["text"] == "Nothing waits: every paid order is seen to."
    assert labels(message) == ["Menu"]


@pytest.mark.parametrize("way", ["/menu", "/start"])
async def test_the_menu_has_a_button_to_it(world: World, way: str) -> None:
    ((_, number),) = await waiting(world, 1)
    await world.says(ANN, way)
    await world.presses(ANN, await world.last(ANN), "Start")
    assert number in (await world.last(ANN))["text"]


async def test_who_may_not_deliver_gets_no_queue(world: World) -> None:
    await world.join(CLEO, Role.VIEWER)
    await waiting(world, 1)
    await world.says(CLEO, "/menu")
    assert "Start" not in labels(await world.last(CLEO))
    assert "does not allow" in shown(await queue(world, CLEO))


async def test_a_new_queue_takes_the_place_of_the_old_one(world: World) -> None:
    await waiting(world, 2)
    old = await queue(world)
    new = await queue(world)
    assert labels(await again(world, old)) == []
    await world.presses(ANN, new, "Skip")
    assert (await again(world, new))["text"].startswith("2 of 2\n")


async def test_a_refund_of_its_order_moves_it_on(world: World) -> None:
    (_, first), (_, second) = await waiting(world, 2)
    message = await queue(world)
    await world.presses(ANN, message, f"Order {first[:2]}…{first[-4:]}")
    card = await world.last(ANN)
    await world.presses(ANN, card, next(t for t in labels(card) if "Refund" in t))
    card = await world.last(ANN)
    await world.presses(ANN, card, next(t for t in labels(card) if t.startswith("Yes")))
    moved = (await again(world, message))["text"]
    assert f"Order {first} is refunded." in moved
    assert second in moved


async def test_a_reply_to_a_queue_that_is_done_sends_nothing(world: World) -> None:
    message = await queue(world)
    await world.says(ANN, "anna:Hunter2222", reply_to=message["message_id"])
    assert "nothing was sent" in (await world.last(ANN))["text"]
    assert await world.rows("select * from intents") == []


async def test_nobody_presses_the_queue_of_another(world: World) -> None:
    await world.join(BEN)
    await waiting(world, 2)
    message = await queue(world)
    skip = next(b["data"] for row in message["keyboard"] for b in row if b["text"] == "Skip")
    await queue(world, BEN)
    mine = await world.last(BEN)
    assert await world.forges(BEN, mine["message_id"], skip) == "This is not yours to press."
    assert (await again(world, message))["text"].startswith("1 of 2\n")


async def test_a_queue_whose_message_has_no_row_is_understood_from_its_buttons(
    world: World,
) -> None:
    (first, _), _ = await waiting(world, 2)
    message = await queue(world)
    async with world.store.write() as tx:
        await tx.execute(text("delete from cards"))
    await world.says(ANN, "anna:Hunter2222", reply_to=message["message_id"])
    assert await world.one("select subject_id from intents") == first
