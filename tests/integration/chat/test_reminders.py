"""What waits is reminded of after 15 minutes (with Snooze)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.person import Role
from bot.store import people
from tests.support.world import ANN, BEN, CLEO, World, labels, shown

QUARTER = 15 * 60


async def _remind(world: World, seconds: float = 0) -> None:
    world.clock.advance(seconds)
    await world.settle()
    await world.reminders.consider()
    await world.settle()


async def _reminders(world: World, who: int = ANN) -> list[Any]:
    return [m for m in await world.from_bot(who) if "wait" in m["text"].lower()]


async def test_what_waits_is_reminded_of_after_15_minutes(world: World) -> None:
    for _ in range(3):
        await world.order()
    await world.ticket(await world.order(), "Broken")
    await _remind(world, QUARTER - 1)
    assert await _reminders(world) == []

    await _remind(world, 1)
    (told,) = await _reminders(world)
    assert "4 orders wait, the oldest since 12:04" in told["text"]
    assert "1 ticket waits for an answer since 12:04" in told["text"]
    assert not told["silent"]
    assert labels(told) == ["Start", "Orders (4)", "Tickets (1)", "Snooze 1 h", "Snooze until 9:00"]


async def test_nothing_is_said_while_nothing_waits(world: World) -> None:
    await world.order(paid=False)
    await _remind(world, 24 * 3600)
    assert await _reminders(world) == []


async def test_a_reminder_comes_again_after_an_hour_and_then_every_four(world: World) -> None:
    await world.order()
    await _remind(world, QUARTER)
    times = []
    for minute in range(15, 12 * 60 + 1, 15):
        world.clock.advance(QUARTER)
        if await world.reminders.consider():
            times.append(minute)
            await world.settle()
    assert times == [60, 300, 540]
    # One message a chat: the older ones were taken away.
    assert len(await _reminders(world)) == 1


async def test_a_reminder_is_a_row_that_is_sent_by_whoever_comes_next(world: World) -> None:
    await world.order()
    world.clock.advance(QUARTER)
    assert await world.reminders.consider() == 2
    # Died here: the next process finds the row, and does not remind a second time.
    rows = await world.rows("select state, chat_id from messages where view = 'reminder'")
    assert rows == [("pending", ANN), ("pending", BEN)]
    assert await world.reminders.consider() == 0
    await world.settle()
    assert len(await _reminders(world)) == 1


async def test_an_order_that_somebody_acts_on_now_is_not_reminded_of(world: World) -> None:
    order = await world.order()
    await world.says(ANN, await world.number(order))
    await world.presses(ANN, await world.last(ANN), "📦 Deliver")
    await _remind(world, QUARTER)
    assert await _reminders(world) == []
    assert await _reminders(world, BEN) == []
    # The prompt ended without goods.
    await _remind(world, 16 * 60)
    assert len(await _reminders(world, BEN)) == 1


async def test_a_reminder_keeps_up_with_the_truth(world: World) -> None:
    first, second = await world.order(), await world.order()
    await _remind(world, QUARTER)
    (told,) = await _reminders(world)
    for order, says in ((first, "1 order waits since"), (second, "✅ Nothing waits any more.")):
        await world.control(f"/orders/{order}/deliver", rows=[f"{order}@x.example:Pw-1"])
        await world.see_order(order)
        await _remind(world, 15)
        assert says in (await _by_id(world, told["message_id"]))["text"]
    assert labels(await _by_id(world, told["message_id"])) == []


async def _by_id(world: World, message_id: int) -> Any:
    return next(m for m in await world.from_bot(ANN) if m["message_id"] == message_id)


async def test_what_was_done_while_the_reminder_waited_is_not_reminded_of(world: World) -> None:
    order = await world.order()
    world.clock.advance(QUARTER)
    await world.reminders.consider()
    await world.control(f"/orders/{order}/deliver", rows=["done@x.example:Pw-1"])
    await world.see_order(order)
    await world.settle()
    assert await _reminders(world) == []
    assert await world.one("select count(*) from messages where state = 'aside'") == 0


@pytest.mark.parametrize(
    ("button", "until", "quiet_for"),
    [("Snooze 1 h", "13:19", 3600), ("Snooze until 9:00", "24 Nov 09:00", 20 * 3600 + 41 * 60)],
)
async def test_snooze_lets_it_be_for_an_hour_or_until_nine(
    world: World, button: str, until: str, quiet_for: int
) -> None:
    await world.order()
    await _remind(world, QUARTER)
    (told,) = await _reminders(world)
    await world.presses(ANN, told, button)
    snoozed = await _by_id(world, told["message_id"])
    assert f"Snoozed until {until}" in snoozed["text"]
    assert labels(snoozed) == ["Start", "Orders (1)"]
    await _remind(world, quiet_for - 1)
    assert len(await _reminders(world)) == 1
    await _remind(world, 1)
    again = (await _reminders(world))[-1]
    assert again["message_id"] > told["message_id"]
    assert "Snooze 1 h" in labels(again)


async def test_the_way_to_what_waits_leaves_the_reminder_where_it_is(world: World) -> None:
    await world.ticket(await world.order(), "Broken")
    await _remind(world, QUARTER)
    (told,) = await _reminders(world)
    await world.presses(ANN, told, "Tickets (1)")
    assert "Waiting" in shown(await world.last(ANN))
    assert "1 ticket waits for an answer" in (await _by_id(world, told["message_id"]))["text"]


async def test_an_answered_ticket_and_what_the_pool_delivers_wait_for_nobody(world: World) -> None:
    product = (await world.look("/state"))["products"][0]["product_id"]
    async with world.store.write() as tx:
        await tx.execute(_learnt(world.shop_id, product))
    order = await world.order(product_id=product)
    ticket = await world.ticket(order, "Broken")
    await world.says(ANN, (await world.true_ticket(ticket))["ticket_no"])
    await world.says(ANN, "Look again", reply_to=(await world.last(ANN))["message_id"])
    await world.later(6)
    await _remind(world, QUARTER)
    assert await _reminders(world) == []


def _learnt(shop_id: int, product_id: str) -> Any:
    from bot.store.tables import products
    from tests.support.world import START

    return products.insert().values(
        shop_id=shop_id,
        product_id=product_id,
        snapshot={},
        fingerprint="",
        revision=0,
        delivery_mode="pool",
        first_seen_at=START,
        changed_at=START,
        looked_at=START,
    )


async def test_only_who_may_act_is_reminded(world: World) -> None:
    await world.join(CLEO, Role.VIEWER)
    await world.order()
    await _remind(world, QUARTER)
    assert len(await _reminders(world)) == 1
    assert await _reminders(world, CLEO) == []


async def test_a_reminder_that_was_deleted_is_not_missed(world: World) -> None:
    first, second = await world.order(), await world.order()
    await _remind(world, QUARTER)
    (told,) = await _reminders(world)
    await world.act("/delete", **{"as": ANN}, message_id=told["message_id"])
    edits = []
    for order in (first, second):
        await world.control(f"/orders/{order}/deliver", rows=[f"{order}@x.example:Pw-1"])
        await world.see_order(order)
        await _remind(world, 15)
        calls = await world.telegram_calls("editMessageText")
        edits.append(sum(str(call["params"]["chat_id"]) == str(ANN) for call in calls))
    assert await _reminders(world) == []
    assert edits == [1, 1]  # once it was not found, it is not looked for again


async def test_a_chat_that_refuses_us_is_reminded_of_nothing_until_it_is_back(world: World) -> None:
    await world.order()
    async with world.store.write() as tx:
        await people.pause(tx, ANN, "blocked", world.now)
    await _remind(world, QUARTER)
    assert await world.rows("select * from reminders where chat_id = 1001") == []
    async with world.store.write() as tx:
        await people.resume(tx, ANN)
    await _remind(world)
    assert len(await _reminders(world)) == 1
