"""What a person may begin: previews of goods, drafts, replies; and what is not possible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.desk import confirming, delivery, drafts, health, orders, pieces, refunds, replies
from bot.desk.errors import NotPossible
from bot.model.intent import DeliverPlan, Intent, ReplyPlan
from bot.model.person import Role
from bot.model.pieces import Piece
from bot.store import intents
from tests.support.world import ANN, BEN, CLEO, World

from . import deeds


async def preview(world: World, order_id: str, goods: str, who: int = ANN) -> Intent:
    person = await world.person(who)
    async with world.store.write() as tx:
        return await delivery.preview(
            tx,
            world.shop,
            person,
            order_id,
            deeds.pasted(goods, world),
            chat_id=who,
            now=world.now,
        )


def units_of(intent: Intent) -> list[str]:
    assert isinstance(intent.plan, DeliverPlan)
    return [unit.get_secret_value() for unit in intent.plan.units]


async def refused(world: World, order_id: str, goods: str = "a:12345678", who: int = ANN) -> str:
    with pytest.raises(NotPossible) as stop:
        await preview(world, order_id, goods, who)
    return stop.value.reason


async def test_a_preview_holds_the_split_and_what_was_true(world: World) -> None:
    order_id = await world.order(quantity=3)
    made = await preview(world, order_id, "a:1\n\nb:2\na:1\n")
    assert units_of(made) == ["a:1", "b:2"]
    plan = made.plan
    assert isinstance(plan, DeliverPlan)
    assert (plan.owed, plan.delivered, plan.doubles, plan.empty_lines) == (3, 0, 1, 1)


async def test_a_unit_that_went_to_another_order_is_recognised(world: World) -> None:
    first = await deeds.delivery(world, "anna:Hunter2222")
    await deeds.confirm(world, first)
    made = await preview(world, await world.order(quantity=2), "new:Goods\nanna:Hunter2222")
    assert isinstance(made.plan, DeliverPlan)
    assert made.plan.known == {1: await world.number(first.subject_id)}


async def test_a_unit_that_is_still_under_way_elsewhere_is_offered_to_nobody(world: World) -> None:
    first = await deeds.delivery(world, "anna:Hunter2222")
    other = await deeds.delivery(world, "anna:Hunter2222")
    await deeds.confirmed(world, first)
    assert await refused(world, await world.order(), "anna:Hunter2222") == "unit_in_doubt"
    # A preview of before the confirmation does not get past it either.
    with pytest.raises(NotPossible) as stop:
        await deeds.confirmed(world, other)
    assert stop.value.reason == "unit_in_doubt"
    assert stop.value.values == {"number": await world.number(first.subject_id)}


async def test_a_unit_that_went_elsewhere_since_the_preview_is_warned_of_before_it_goes(
    world: World,
) -> None:
    first = await deeds.delivery(world, "anna:Hunter2222")
    other = await deeds.delivery(world, "anna:Hunter2222")
    await deeds.confirm(world, first)
    person = await world.person(ANN)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible) as stop:
            await confirming.confirm(
                tx, world.shop, person, str(other.intent_id), other.choice, world.now
            )
    number = await world.number(first.subject_id)
    assert (stop.value.reason, stop.value.values) == ("unit_went_elsewhere", {"number": number})
    again = await deeds.intent(world, other)
    assert isinstance(again.plan, DeliverPlan)
    assert (again.state, again.plan.known) == ("proposed", {0: number})
    # Who presses once more was told; the button of the preview without the warning sends nothing.
    async with world.store.write() as tx:
        with pytest.raises(NotPossible, match="preview_changed"):
            await confirming.confirm(
                tx, world.shop, person, str(other.intent_id), other.choice, world.now
            )
    await deeds.confirm(world, replace(other, choice=f"{other.choice}.1"))
    assert (await deeds.intent(world, other)).state == "done"


async def test_units_that_the_order_has_already_are_left_out(world: World) -> None:
    order_id = await world.order(quantity=2)
    first = await deeds.delivery_for(world, order_id, "anna:Hunter2222")
    await deeds.confirm(world, first)
    assert await refused(world, order_id, "anna:Hunter2222") == "all_there_already"
    order_id = await world.order(quantity=3)
    await deeds.confirm(world, await deeds.delivery_for(world, order_id, "carl:Hunter4444"))
    made = await preview(world, order_id, "carl:Hunter4444\nberta:Hunter3333")
    assert units_of(made) == ["berta:Hunter3333"]


async def test_what_takes_no_goods_is_said(world: World) -> None:
    unpaid = await world.order(paid=False)
    assert await refused(world, unpaid) == "order_unpaid"
    done = await world.order()
    await deeds.confirm(world, await deeds.delivery_for(world, done))
    assert await refused(world, done) == "not_owed"
    back = await world.order()
    await deeds.confirm(world, await deeds.refund_for(world, back))
    assert await refused(world, back) == "order_refunded"
    assert await refused(world, "no-such-order") == "order_not_found"
    order_id = await world.order(quantity=2)
    assert await refused(world, order_id, " \n \n") == "no_goods_found"
    many = "\n".join(f"u{i}" for i in range(delivery.MAX_UNITS + 1))
    assert await refused(world, order_id, many) == "too_many_units"


async def test_a_viewer_begins_nothing(world: World) -> None:
    order_id = await world.order()
    ticket_id = await world.ticket(order_id)
    await world.join(CLEO, Role.VIEWER)
    person = await world.person(CLEO)
    assert await refused(world, order_id, who=CLEO) == "not_allowed"
    async with world.store.write() as tx:
        there: dict[str, Any] = {"chat_id": CLEO, "now": world.now}
        with pytest.raises(NotPossible, match="not_allowed"):
            await refunds.ask(tx, world.shop, person, order_id, card_id=1, **there)
        with pytest.raises(NotPossible, match="not_allowed"):
            await drafts.await_goods(tx, world.shop, person, order_id, CLEO, world.now)
        with pytest.raises(NotPossible, match="not_allowed"):
            await drafts.await_reply(tx, world.shop, person, ticket_id, CLEO, world.now)
        with pytest.raises(NotPossible, match="not_allowed"):
            await drafts.keep_goods(tx, world.shop, person, deeds.pasted("a:1", world), **there)
    assert await world.rows("select * from intents union select * from intents") == []
    assert await world.rows("select * from drafts where state = 'open'") == []


async def test_a_refund_is_asked_only_where_money_came_and_did_not_go_back(world: World) -> None:
    unpaid = await world.order(paid=False)
    person = await world.person(ANN)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible, match="order_unpaid"):
            await refunds.ask(tx, world.shop, person, unpaid, chat_id=ANN, card_id=1, now=world.now)
    back = await deeds.refund(world)
    await deeds.confirm(world, back)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible, match="order_refunded"):
            await refunds.ask(
                tx, world.shop, person, back.subject_id, chat_id=ANN, card_id=1, now=world.now
            )


# --- replies -------------------------------------------------------------------------------


async def hold(world: World, ticket_id: str, text: str, *, private: bool = True) -> Intent:
    person = await world.person(ANN)
    async with world.store.write() as tx:
        return await replies.hold(
            tx,
            world.shop,
            person,
            ticket_id,
            SecretStr(text),
            chat_id=ANN,
            message_id=deeds.PASTED,
            private=private,
            now=world.now,
        )


@pytest.mark.parametrize(
    ("text", "private", "closed", "tap"),
    [
        ("Sorry, try again", True, False, False),
        ("Sorry, try again", False, False, True),
        ("anna:Hunter2222", True, False, True),
        ("two\nlines", True, False, True),
        ("Sorry, try again", True, True, True),
    ],
)
async def test_a_tap_is_needed_in_groups_for_goods_and_for_a_closed_ticket(
    world: World, text: str, private: bool, closed: bool, tap: bool
) -> None:
    ticket_id = await world.ticket(await world.order())
    if closed:
        await world.control(f"/tickets/{ticket_id}/close")
        await world.see_ticket(ticket_id)
    held = await hold(world, ticket_id, text, private=private)
    assert isinstance(held.plan, ReplyPlan)
    assert held.plan.needs_tap is tap
    await world.settle()
    async with world.store.read() as tx:
        shown = await intents.get(tx, held.id)
    assert shown is not None
    assert (shown.fires_at is None) is tap


@pytest.mark.parametrize(
    ("text", "reason"),
    [(" \n ", "empty_reply"), ("x" * 4001, "reply_too_long")],
)
async def test_a_reply_without_text_or_too_long_is_not_held(
    world: World, text: str, reason: str
) -> None:
    ticket_id = await world.ticket(await world.order())
    with pytest.raises(NotPossible, match=reason):
        await hold(world, ticket_id, text)


async def edit(world: World, text: str, who: int = ANN) -> str:
    """Edit a message that the bot understood; return why that changes nothing."""
    person = await world.person(who)
    piece = Piece(message_id=deeds.PASTED, text=SecretStr(text), sent_at=world.now)
    async with world.store.write() as tx:
        try:
            await pieces.edited(tx, world.shop, person, piece, chat_id=ANN, now=world.now)
        except NotPossible as stop:
            return stop.reason
    return ""


async def test_editing_the_message_edits_the_reply_while_it_is_held(world: World) -> None:
    ticket_id = await world.ticket(await world.order())
    await hold(world, ticket_id, "Sorry")
    await world.settle()
    world.clock.advance(4)
    assert await edit(world, "  Very sorry ") == ""
    await world.later(4.9)
    assert await world.changes("ticket_reply") == []
    await world.later(0.1)
    assert (await world.true_ticket(ticket_id))["thread"][-1]["text"] == "Very sorry"


async def test_an_edit_after_the_reply_went_out_is_said_to_be_too_late(world: World) -> None:
    ticket_id = await world.ticket(await world.order())
    await hold(world, ticket_id, "Sorry")
    await world.settle()
    await world.later(5)
    assert await edit(world, " Sorry") == ""  # Telegram tells of more than of new words
    assert await edit(world, "Not sorry") == "edit_too_late"
    assert (await world.true_ticket(ticket_id))["thread"][-1]["text"] == "Sorry"


async def test_an_edit_into_goods_needs_a_tap(world: World) -> None:
    ticket_id = await world.ticket(await world.order())
    await hold(world, ticket_id, "Sorry")
    await edit(world, "anna:Hunter2222")
    await world.settle()
    await world.later(60)
    assert await world.changes("ticket_reply") == []


async def test_nobody_edits_another_s_reply(world: World) -> None:
    ticket_id = await world.ticket(await world.order())
    await hold(world, ticket_id, "Sorry")
    await world.settle()
    assert await edit(world, "Not mine", BEN) == ""
    await world.later(5)
    assert (await world.true_ticket(ticket_id))["thread"][-1]["text"] == "Sorry"


@pytest.mark.parametrize(("text", "why"), [(" ", "empty_reply"), ("x" * 4001, "reply_too_long")])
async def test_an_edit_that_cannot_be_sent_takes_the_reply_back(
    world: World, text: str, why: str
) -> None:
    ticket_id = await world.ticket(await world.order())
    await hold(world, ticket_id, "Sorry")
    await world.settle()
    assert await edit(world, text) == why
    await world.later(60)
    assert await world.changes("ticket_reply") == []


async def test_an_edited_paste_is_planned_anew_and_an_earlier_button_cannot_send_it(
    world: World,
) -> None:
    made = await preview(world, await world.order(), "anna:Hunter2222")
    assert await edit(world, "berta:Hunter3333") == ""
    person = await world.person(ANN)

    async def confirm(choice: str) -> None:
        async with world.store.write() as tx:
            await confirming.confirm(tx, world.shop, person, str(made.id), choice, world.now)

    with pytest.raises(NotPossible) as stop:
        await confirm("1")
    assert stop.value.reason == "preview_changed"
    await confirm("1.1")
    await world.settle()
    order = await world.true_order(made.subject_id)
    assert order["delivered_rows"] == ["berta:Hunter3333"]
    assert await edit(world, "carl:Hunter4444") == "edit_too_late_goods"


async def test_a_paste_that_is_edited_into_nothing_to_send_is_no_preview_any_more(
    world: World,
) -> None:
    order_id = await world.order(quantity=2)
    await deeds.confirm(world, await deeds.delivery_for(world, order_id, "anna:Hunter2222"))
    made = await preview(world, order_id, "berta:Hunter3333")
    assert await edit(world, "anna:Hunter2222") == "all_there_already"
    async with world.store.read() as tx:
        found = await intents.get(tx, made.id)
    assert found is not None
    assert found.state == "expired"


# --- lists and health --------------------------------------------------------------------------


async def test_a_page_beyond_the_end_is_the_last(world: World) -> None:
    made = (await world.control("/orders/bulk", count=10))["items"]
    for each in made:
        await world.see_order(each["order_id"])
    ticket_ids = [await world.ticket(made[i]["order_id"]) for i in range(9)]
    person = await world.person(ANN)
    async with world.store.read() as tx:
        first = await orders.order_page(tx, world.shop, person, "all", 1)
        beyond = await orders.order_page(tx, world.shop, person, "all", 99)
        tickets = await orders.ticket_page(tx, world.shop, person, "waiting", 99)
        waiting = await orders.waiting_counts(tx, world.shop)
    assert (first.page, first.pages, first.total, len(first.rows)) == (1, 2, 10, 8)
    assert (beyond.page, len(beyond.rows)) == (2, 2)
    assert {*first.rows}.isdisjoint(beyond.rows)
    assert (tickets.page, tickets.total, len(tickets.rows)) == (2, len(ticket_ids), 1)
    assert waiting == (10, 9)


async def test_health_counts_what_waits_and_what_was_put_aside(world: World) -> None:
    asked = await deeds.delivery(world)
    await world.trouble("update_delivered_info", "status", status=500)
    await deeds.confirm(world, asked)
    await world.telegram_trouble("sendMessage", "refuse", message="message is too long")
    person = await world.person(ANN)
    async with world.store.write() as tx:
        await orders.open_card(
            tx, world.shop, person, asked.subject_id, chat_id=ANN, reply_to=None, now=world.now
        )
        await orders.open_card(
            tx, world.shop, person, asked.subject_id, chat_id=BEN, reply_to=None, now=world.now
        )
    await world.sender._send_next(ANN)
    async with world.store.read() as tx:
        facts = await health.facts(tx, world.shop_id, world.gauges, world.now)
    assert facts.unknown_intents == 1
    assert (facts.waiting_messages, facts.aside_messages) == (1, 1)
    assert facts.version == "0.1.0"
