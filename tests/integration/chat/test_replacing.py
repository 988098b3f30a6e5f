"""🔁 Replace: pick the unit, paste the new one, one confirmation; then the buyer is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.desk import replacing
from bot.model.intent import Kind
from bot.model.order import Order
from bot.store import sending, settling
from sandbox.marketplace.faults import Kind as Fault
from tests.support.world import ANN, World, labels, shown

OLD = ("anna:Hunter2222", "berta:Hunter3333")
NEW = "carla@shop.example:Hunter4444"


async def complaint(world: World, *rows: str, title: str = "It is broken") -> tuple[str, str]:
    """Let an order be delivered, and its buyer complain; return the order and the ticket."""
    order_id = await world.order(quantity=len(rows))
    await world.control(f"/orders/{order_id}/deliver", rows=list(rows))
    world.clock.advance(1)
    await world.see_order(order_id)
    return order_id, await world.ticket(order_id, title)


async def card(world: World, ticket_id: str) -> Any:
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    return await world.last(ANN)


async def preview(world: World, ticket_id: str, place: int = 2, paste: str = NEW) -> Any:
    await world.presses(ANN, await card(world, ticket_id), "Replace")
    asks = await world.last(ANN)
    if "does not work" in asks["text"]:
        await world.presses(ANN, asks, f"{place}. ")
    await world.says(ANN, paste)
    return await world.last(ANN)


async def in_place(world: World, message: Any) -> str:
    found = next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])
    return shown(found)


async def rows(world: World, order_id: str) -> list[str]:
    return list((await world.true_order(order_id))["delivered_rows"])


async def test_replace_picks_the_unit_takes_the_new_one_and_asks_once(world: World) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    await world.presses(ANN, await card(world, ticket_id), "Replace")
    asks = await world.last(ANN)
    assert labels(asks) == ["1. an•••22", "2. be•••33", "Cancel"]
    await world.presses(ANN, asks, "2. ")
    assert "Paste the new one for unit 2 of 2 (be•••33)" in await in_place(world, asks)
    mine = await world.says(ANN, NEW)
    asks = await world.last(ANN)
    assert labels(asks) == ["Yes, replace 2 of 2, tell the buyer, resolve", "Cancel"]
    assert "be•••33 is broken, ca•••44 takes its place" in asks["text"]
    assert "Warranty 30 days from delivery: until 23 Dec 12:04" in asks["text"]
    assert await world.changes("deliver") == []
    await world.presses(ANN, asks, "Yes, replace")
    # Appended, never overwriting; the buyer told, the ticket resolved.
    assert await rows(world, order_id) == [*OLD, NEW]
    ticket = await world.true_ticket(ticket_id)
    assert "a new unit was added to your order" in ticket["thread"][-1]["text"]
    assert ticket["status"] == "resolved"
    assert "Unit 2 of 2 replaced by Ann at 12:04" in await in_place(world, asks)
    assert "Sent by Ann" in shown(await world.last(ANN))
    assert mine not in {message["message_id"] for message in await world.chat(ANN)}
    said = json.dumps(await world.from_bot(ANN), ensure_ascii=False)
    assert not any(secret in said for secret in ("Hunter2222", "Hunter3333", "Hunter4444"))
    await world.says(ANN, await world.number(order_id))
    assert "🔁 Unit 2 replaced by Ann" in (await world.last(ANN))["text"]


async def test_the_only_unit_is_not_asked_for(world: World) -> None:
    order_id, ticket_id = await complaint(world, OLD[0])
    asks = await preview(world, ticket_id)
    assert "Yes, replace it, tell the buyer, resolve" in labels(asks)
    await world.presses(ANN, asks, "Yes, replace")
    assert await rows(world, order_id) == [OLD[0], NEW]


async def test_a_unit_can_be_picked_by_its_number_and_no_goods_go_before_one_is(
    world: World,
) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    await world.presses(ANN, await card(world, ticket_id), "Replace")
    asks = await world.last(ANN)
    await world.says(ANN, NEW)
    assert "Press the unit first" in shown(await world.last(ANN))
    await world.says(ANN, "1")
    assert "unit 1 of 2" in await in_place(world, asks)
    await world.sends_file(ANN, NEW.encode())
    await world.presses(ANN, await world.last(ANN), "Yes, replace 1 of 2")
    assert await rows(world, order_id) == [*OLD, NEW]


@pytest.mark.parametrize("way", ["Cancel", "/cancel"])
async def test_a_replacement_that_is_not_confirmed_changes_nothing(world: World, way: str) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    asks = await preview(world, ticket_id)
    if way == "Cancel":
        await world.presses(ANN, asks, "Cancel")
    else:
        await world.says(ANN, "/cancel")
        assert "the replacement on order" in shown(await world.last(ANN))
    assert await rows(world, order_id) == list(OLD)
    assert (await world.true_ticket(ticket_id))["status"] == "open"


async def test_outside_the_warranty_it_warns_names_the_date_and_still_allows(
    world: World,
) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    world.clock.advance(31 * 86400)
    asks = await preview(world, ticket_id)
    assert "⚠️ Outside the warranty of 30 days from delivery: it ended 23 Dec 12:04" in asks["text"]
    await world.presses(ANN, asks, "Yes, replace")
    assert await rows(world, order_id) == [*OLD, NEW]


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("update_delivered_info", "error_after"),
        ("update_ticket", "error_after"),
    ],
)
async def test_each_step_settles_truly_where_its_answer_is_lost(
    world: World, operation: str, kind: Fault
) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    asks = await preview(world, ticket_id)
    await world.trouble(operation, kind, times=1)
    await world.presses(ANN, asks, "Yes, replace")
    for _ in range(4):
        await world.later(3)
    assert await rows(world, order_id) == [*OLD, NEW]
    assert len(await world.changes("deliver")) == 1
    assert len(await world.changes("ticket_reply")) == 1
    assert "replaced by Ann" in await in_place(world, asks)
    assert "Sent by Ann" in shown(await world.last(ANN))


async def test_a_death_between_the_steps_loses_none_and_does_none_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    asks = await preview(world, ticket_id)

    async def work_until_the_death() -> bool:
        async with world.store.read() as tx:
            due = await settling.due(tx, world.now)
        first = [intent for intent in due if intent.kind is Kind.REPLACE]
        for intent in first:
            await world.executor._take(intent)
        return bool(first)

    with monkeypatch.context() as dying:
        dying.setattr(world, "work", work_until_the_death)
        await world.presses(ANN, asks, "Yes, replace")
    assert await rows(world, order_id) == [*OLD, NEW]
    assert await world.changes("ticket_reply") == []
    async with world.store.write() as tx:
        await sending.take_up(tx, world.now)
        await settling.take_up(tx, world.now)
    world.begins_anew()
    await world.settle()
    assert (await world.true_ticket(ticket_id))["status"] == "resolved"
    assert len(await world.changes("deliver")) == 1
    assert len(await world.changes("ticket_reply")) == 1


async def test_if_the_marketplace_refuses_an_append_it_is_offered_as_a_ticket_text(
    world: World,
) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    await world.control("/options", append_after_completion=False)
    asks = await preview(world, ticket_id)
    await world.presses(ANN, asks, "Yes, replace")
    said = await in_place(world, asks)
    assert "its goods can no longer be changed" in said
    assert "Send as a ticket text" in said
    assert await world.changes("ticket_reply") == []
    await world.presses(ANN, asks, "Send as a ticket text")
    held = await world.last(ANN)
    assert "Sent only when you press Send now" in held["text"]
    await world.later(60)
    assert await world.changes("ticket_reply") == []
    await world.presses(ANN, held, "Send now")
    ticket = await world.true_ticket(ticket_id)
    assert ticket["thread"][-1]["text"].endswith(f"\n{NEW}")
    assert ticket["status"] == "resolved"
    assert await rows(world, order_id) == list(OLD)
    # Whoever pastes it for another order is warned: it may have reached this one.
    other = await world.order()
    await world.says(ANN, await world.number(other))
    await world.says(ANN, NEW, reply_to=(await world.last(ANN))["message_id"])
    assert "may have arrived at order" in (await world.last(ANN))["text"]


async def test_what_the_buyer_wrote_meanwhile_is_shown_before_they_are_told(world: World) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    asks = await preview(world, ticket_id)
    await world.control(f"/tickets/{ticket_id}/write", text="Please refund instead")
    world.clock.advance(1)
    await world.see_ticket(ticket_id)
    await world.presses(ANN, asks, "Yes, replace")
    assert await rows(world, order_id) == [*OLD, NEW]
    assert await world.changes("ticket_reply") == []
    assert "Send now" in labels(await world.last(ANN))


async def test_units_that_moved_meanwhile_stop_it(world: World) -> None:
    order_id, ticket_id = await complaint(world, *OLD)
    asks = await preview(world, ticket_id)
    await world.control(f"/orders/{order_id}/deliver", rows=["dora:Hunter5555"])
    await world.presses(ANN, asks, "Yes, replace")
    assert "the order changed since this was shown" in await in_place(world, asks)
    assert NEW not in await rows(world, order_id)
    assert await world.changes("ticket_reply") == []


async def test_an_edited_paste_is_previewed_anew_and_the_old_button_sends_nothing(
    world: World,
) -> None:
    order_id, ticket_id = await complaint(world, OLD[0])
    await world.presses(ANN, await card(world, ticket_id), "Replace")
    mine = await world.says(ANN, NEW)
    asks = await world.last(ANN)
    early = asks["keyboard"][0][0]["data"]
    await world.edits(ANN, mine, "dora:Hunter5555")
    await world.forges(ANN, asks["message_id"], early)
    assert "nothing was sent" in shown(await world.last(ANN))
    assert await rows(world, order_id) == [OLD[0]]
    await world.presses(ANN, asks, "Yes, replace")
    assert await rows(world, order_id) == [OLD[0], "dora:Hunter5555"]


async def test_from_the_order_s_card_without_a_ticket_nobody_is_told(world: World) -> None:
    order_id = await world.order()
    await world.control(f"/orders/{order_id}/deliver", rows=[OLD[0]])
    world.clock.advance(1)
    await world.see_order(order_id)
    await world.says(ANN, await world.number(order_id))
    order_card = await world.last(ANN)
    await world.presses(ANN, order_card, "More")
    await world.presses(ANN, order_card, "Replace")
    await world.says(ANN, NEW)
    asks = await world.last(ANN)
    assert "nobody is told by the bot" in asks["text"]
    assert labels(asks) == ["Yes, replace it", "Cancel"]
    await world.presses(ANN, asks, "Yes, replace it")
    assert await rows(world, order_id) == [OLD[0], NEW]
    assert await world.changes("ticket_reply") == []
    # Where the marketplace does not take another one, a new ticket is offered; by a tap alone.
    await world.control("/options", append_after_completion=False)
    await world.presses(ANN, order_card, "Replace")
    await world.says(ANN, "1")
    await world.says(ANN, "plainword")
    asks = await world.last(ANN)
    await world.presses(ANN, asks, "Yes, replace")
    await as_plain_text(world, asks)
    await world.later(60)
    assert await world.changes("ticket_created") == []


async def test_units_that_cannot_be_read_end_the_question(world: World) -> None:
    _, ticket_id = await complaint(world, *OLD)
    await world.trouble("get_order", "status", status=500)
    await world.presses(ANN, await card(world, ticket_id), "Replace")
    assert "could not be read" in shown(await world.last(ANN))
    await world.no_trouble()
    await world.says(ANN, NEW)
    assert "For which order" in shown(await world.last(ANN)) or "no order waits" in shown(
        await world.last(ANN)
    )


async def test_a_unit_that_may_be_on_its_way_elsewhere_replaces_none(world: World) -> None:
    other = await world.order()
    await world.says(ANN, await world.number(other))
    await world.says(ANN, NEW, reply_to=(await world.last(ANN))["message_id"])
    await world.trouble("update_delivered_info", "status", status=500)
    await world.presses(ANN, await world.last(ANN), "Send 1")
    _, ticket_id = await complaint(world, OLD[0])
    asks = await preview(world, ticket_id)
    assert f"on its way to order {await world.number(other)}" in asks["text"]
    assert await world.one("select count(*) from intents") == 1


async def test_a_unit_that_the_order_has_replaces_none_of_its_units(world: World) -> None:
    _, ticket_id = await complaint(world, *OLD)
    asks = await preview(world, ticket_id, paste=OLD[0])
    assert "All of it is on order" in asks["text"]
    assert await world.rows("select * from intents") == []


async def test_a_text_with_the_unit_waits_for_a_tap_and_is_offered_for_a_refusal_alone(
    world: World,
) -> None:
    _, ticket_id = await complaint(world, OLD[0])
    await world.control("/options", append_after_completion=False)
    asks = await preview(world, ticket_id, paste="plainword")
    number = await world.one("select max(id) from intents")
    await world.forges(ANN, asks["message_id"], f"rt:{number}")
    assert await world.one("select count(*) from intents") == 1
    await world.presses(ANN, asks, "Yes, replace")
    await world.presses(ANN, asks, "Send as a ticket text")
    held = await world.last(ANN)
    # It is offered once, and anew where somebody took it back.
    assert "Send as a ticket text" not in await in_place(world, asks)
    toast = await world.forges(ANN, asks["message_id"], f"rt:{number}")
    assert toast == "Someone was first: the card shows what is true now."
    assert await world.one("select count(*) from intents") == 2
    await world.presses(ANN, held, "Cancel")
    assert "Send as a ticket text" in await in_place(world, asks)
    await as_plain_text(world, asks)
    await world.later(60)
    assert await world.changes("ticket_reply") == []


async def as_plain_text(world: World, asks: Any) -> None:
    """Offer the last replacement as a text in which nothing looks like goods."""
    number = await world.one("select max(id) from intents where kind = 'replace'")
    async with world.store.write() as tx:
        await replacing.as_text(
            tx,
            world.shop,
            await world.person(ANN),
            str(number),
            words=lambda unit, _buyers: f"Use {unit} now",
            title=lambda number: f"About {number}",
            private=True,
            message_id=asks["message_id"],
            now=world.now,
        )
    await world.settle()


async def test_where_units_are_not_shown_a_count_proves_no_replacement(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, ticket_id = await complaint(world, OLD[0])
    asks = await preview(world, ticket_id)
    true = world.marketplace.get_order

    async def hides(order_id: str, **named: Any) -> Order:
        order = await true(order_id, **named)
        lost = await world.one("select state from intents") == "unknown"
        more = {"delivered_info": None, "delivered_units": 2} if lost else {}
        return order.model_copy(update=more)

    monkeypatch.setattr(world.marketplace, "get_order", hides)
    await world.trouble("update_delivered_info", "status", status=500)
    await world.presses(ANN, asks, "Yes, replace")
    for _ in range(12):
        await world.later(15)
    ended = await world.one("select state, outcome ->> 'reason' from intents")
    assert ended == ("refused", "unclear")
    assert await rows(world, order_id) == [OLD[0]]
