"""Who confirms what, when, and what a look just before sending may still stop."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.desk import confirming
from bot.desk.errors import NotPossible
from bot.model.intent import State
from bot.model.person import Role
from bot.store import intents, settling
from tests.support.world import ANN, BEN, CLEO, World

from .deeds import (
    GOODS,
    Asked,
    Make,
    confirm,
    confirmed,
    delivery,
    delivery_for,
    intent,
    refund,
    refund_for,
    reply,
    reply_to,
    said,
)

EACH = pytest.mark.parametrize("make", [delivery, refund, reply])


async def not_possible(world: World, asked: Asked, who: int = ANN) -> str:
    """Confirm what cannot be; return the reason."""
    with pytest.raises(NotPossible) as stop:
        await confirmed(world, asked, who)
    return stop.value.reason


async def declined(world: World, asked: Asked, who: int = ANN) -> None:
    person = await world.person(who)
    async with world.store.write() as tx:
        await confirming.decline(tx, world.shop, person, str(asked.intent_id), world.now)


@EACH
async def test_the_first_press_wins_whoever_pressed(world: World, make: Make) -> None:
    asked = await make(world)
    await confirmed(world, asked, BEN)
    assert await not_possible(world, asked, ANN) == "taken"
    await world.settle()
    assert await not_possible(world, asked, ANN) == "taken"
    assert len(await world.changes(asked.kind)) == 1
    assert (await intent(world, asked)).confirmed_by == BEN


async def test_of_two_questions_about_one_order_only_one_is_carried_out(world: World) -> None:
    order_id = await world.order()
    first, second = await delivery_for(world, order_id), await refund_for(world, order_id)
    await confirmed(world, first)
    assert await not_possible(world, second, BEN) == "other_waits"
    await world.settle()
    assert len(await world.changes("deliver")) == 1
    assert await world.changes("refund") == []


@EACH
async def test_a_confirmation_that_nobody_gave_expires_after_half_an_hour(
    world: World, make: Make
) -> None:
    asked = await make(world)
    if make is reply:
        await world.rows("select 1")
        async with world.store.write() as tx:
            held = await intents.get(tx, asked.intent_id)
            assert held is not None
            await intents.replan(tx, held, held.plan, world.now, fires_at=None)
    await world.later(29 * 60)
    assert (await intent(world, asked)).state is State.PROPOSED
    await world.later(60)
    assert (await intent(world, asked)).state is State.EXPIRED
    assert await not_possible(world, asked) == "expired"
    assert await world.changes(asked.kind) == []


async def test_a_press_finds_out_by_itself_that_the_time_is_over(world: World) -> None:
    asked = await delivery(world)
    world.clock.advance(1800)
    person = await world.person(ANN)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible, match="expired"):
            await confirming.confirm(tx, world.shop, person, str(asked.intent_id), "1", world.now)
    assert (await intent(world, asked)).state is State.EXPIRED


@EACH
async def test_a_no_ends_the_question_and_its_buttons(world: World, make: Make) -> None:
    asked = await make(world)
    await declined(world, asked)
    await world.settle()
    assert (await intent(world, asked)).state is State.EXPIRED
    assert "Yes" not in await said(world, asked)
    assert await not_possible(world, asked) == "expired"
    with pytest.raises(NotPossible, match="gone"):
        await declined(world, asked)
    await world.later(60)
    assert await world.changes(asked.kind) == []


@EACH
async def test_what_went_out_cannot_be_taken_back(world: World, make: Make) -> None:
    asked = await make(world)
    await confirmed(world, asked)
    with pytest.raises(NotPossible, match="taken"):
        await declined(world, asked)
    await world.settle()
    assert len(await world.changes(asked.kind)) == 1


@EACH
async def test_a_viewer_confirms_and_declines_nothing(world: World, make: Make) -> None:
    asked = await make(world)
    await world.join(CLEO, Role.VIEWER)
    assert await not_possible(world, asked, CLEO) == "not_allowed"
    with pytest.raises(NotPossible, match="not_allowed"):
        await declined(world, asked, CLEO)
    assert (await intent(world, asked)).state is State.PROPOSED


@pytest.mark.parametrize("forged", ["", "0", "999", "-1", "x", "１", "9" * 30])
async def test_a_forged_intent_is_gone(world: World, forged: str) -> None:
    person = await world.person(ANN)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible, match="gone"):
            await confirming.confirm(tx, world.shop, person, forged, "1", world.now)


@pytest.mark.parametrize("choice", ["", "0", "3", "-1", "x", "99999999999999999999"])
async def test_a_number_that_the_preview_never_offered_sends_nothing(
    world: World, choice: str
) -> None:
    asked = await delivery(world, "a:11111111\nb:22222222", quantity=2)
    person = await world.person(ANN)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible, match="gone"):
            await confirming.confirm(
                tx, world.shop, person, str(asked.intent_id), choice, world.now
            )
    assert (await intent(world, asked)).state is State.PROPOSED


# --- the look just before sending ------------------------------------------------------------


@pytest.mark.parametrize("make", [delivery, refund])
async def test_units_that_moved_since_the_question_stop_it(world: World, make: Make) -> None:
    order_id = await world.order(quantity=2)
    asked = await (delivery_for if make is delivery else refund_for)(world, order_id)
    await world.control(f"/orders/{order_id}/deliver", rows=["somebody:else00"])
    await confirm(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "moved")
    assert (ended.outcome.delivered, ended.outcome.owed) == (1, 1)
    assert ended.dispatched_at is None
    assert await world.changes(asked.kind) == []


@pytest.mark.parametrize("make", [delivery, refund])
async def test_an_order_that_was_refunded_meanwhile_takes_nothing(world: World, make: Make) -> None:
    asked = await make(world)
    await world.marketplace.refund_order(asked.subject_id)
    refunds = len(await world.changes("refund"))
    await confirm(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "refunded")
    assert len(await world.changes("refund")) == refunds
    assert await world.changes("deliver") == []


async def test_an_order_whose_last_unit_came_meanwhile_takes_no_more(world: World) -> None:
    asked = await delivery(world)
    await world.control(f"/orders/{asked.subject_id}/deliver", rows=["somebody:else00"])
    await confirm(world, asked)
    assert (await intent(world, asked)).outcome.reason == "nothing_owed"
    assert await world.changes("deliver") == []


@pytest.mark.parametrize("make", [delivery, refund])
async def test_an_order_that_is_not_paid_any_more_takes_nothing(world: World, make: Make) -> None:
    asked = await make(world)
    market = world.market.state.site.market
    market.order(asked.subject_id).payment_status = "pending_payment"
    await confirm(world, asked)
    assert (await intent(world, asked)).outcome.reason == "unpaid"
    assert await world.changes(asked.kind) == []


async def test_a_reply_to_a_text_that_changed_is_shown_and_asked_again(world: World) -> None:
    asked = await reply(world)
    await world.control(f"/tickets/{asked.subject_id}/write", text="Stop, it works now!")
    await world.later(5)
    asked_again = await intent(world, asked)
    assert (asked_again.state, asked_again.outcome.reason) == (State.PROPOSED, "text_changed")
    assert await world.changes("ticket_reply") == []
    await world.later(600)  # nothing goes out by itself now
    assert await world.changes("ticket_reply") == []
    await confirm(world, asked)
    assert (await intent(world, asked)).state is State.DONE
    assert len(await world.changes("ticket_reply")) == 1


# --- replies go out by themselves --------------------------------------------------------------


async def test_a_reply_goes_out_after_five_seconds_and_not_before(world: World) -> None:
    asked = await reply(world)
    await world.later(4.9)
    assert await world.changes("ticket_reply") == []
    await world.later(0.1)
    assert (await intent(world, asked)).state is State.DONE
    assert (await intent(world, asked)).confirmed_by == ANN


async def test_a_held_reply_waits_for_a_tap_while_another_one_is_under_way(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    first, second = await reply_to(world, ticket_id, "One"), await reply_to(world, ticket_id, "Two")
    await world.trouble("update_ticket", "status", status=500)
    await confirm(world, first, BEN)
    assert (await intent(world, first)).state is State.UNKNOWN
    await world.later(5)
    held = await intent(world, second)
    assert (held.state, held.fires_at) == (State.PROPOSED, None)
    assert await world.changes("ticket_reply") == []


async def test_a_held_reply_of_someone_who_may_no_more_is_refused(world: World) -> None:
    asked = await reply(world)
    await world.becomes(ANN, Role.VIEWER)
    await world.later(5)
    assert (await intent(world, asked)).outcome.reason == "not_allowed"
    assert await world.changes("ticket_reply") == []


# --- after a crash ---------------------------------------------------------------------------


async def test_what_was_confirmed_and_not_sent_off_is_carried_out_after_a_crash(
    world: World,
) -> None:
    asked = await delivery(world)
    await confirmed(world, asked)
    async with world.store.write() as tx:
        assert await settling.take_up(tx, world.now) == 0
    await world.settle()
    assert (await intent(world, asked)).state is State.DONE


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_was_sent_off_before_a_crash_is_looked_for_and_never_sent_blindly(
    world: World, arrived: bool
) -> None:
    asked = await delivery(world)
    await confirmed(world, asked)
    async with world.store.write() as tx:
        assert await settling.dispatched(tx, await intent(world, asked), world.now)
    if arrived:
        await world.control(f"/orders/{asked.subject_id}/deliver", rows=[GOODS])
    async with world.store.write() as tx:
        assert await settling.take_up(tx, world.now) == 1
    calls = len((await world.look("/calls?operation=update_delivered_info"))["items"])
    await world.settle()
    if not arrived:
        for _ in range(10):
            await world.later(15)
    ended = await intent(world, asked)
    assert ended.state is (State.DONE if arrived else State.REFUSED)
    after = len((await world.look("/calls?operation=update_delivered_info"))["items"])
    assert after == calls


async def test_what_was_confirmed_goes_out_though_its_preview_changes_at_that_moment(
    world: World,
) -> None:
    asked = await delivery(world)
    shown = await intent(world, asked)
    await confirmed(world, asked)
    async with world.store.write() as tx:
        other = shown.plan.model_copy(update={"units": (SecretStr("other:Goods1234"),)})
        await intents.replan(tx, shown, other, world.now, fires_at=None)
    await world.settle()
    assert (await world.true_order(asked.subject_id))["delivered_rows"] == [GOODS]
