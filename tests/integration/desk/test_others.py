"""What others do at the same time is theirs, and a lost deed is only claimed where it is seen."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import httpx
import pytest

from bot.desk import confirming
from bot.desk.errors import NotPossible
from bot.desk.executor import Executor
from bot.model.intent import DeliverPlan, State
from bot.model.order import Order
from bot.model.person import Role
from bot.store import cards, settling, units
from bot.supplier.operations import Operation
from tests.support.world import ANN, BEN, World

from . import deeds
from .deeds import ANSWER, Asked, confirm, confirmed, delivery, intent, refund, refund_for, reply


async def told(world: World, kind: str) -> list[int]:
    """Return the chats that were told of something, in order."""
    rows = await world.rows(
        "select e.kind, n.chat_id from notices n join events e on e.id = n.event_id"
        " order by n.chat_id"
    )
    return [chat for what, chat in rows if what == kind]


def just_before(world: World, operation: str, happens: Any) -> None:
    """Let something happen on the marketplace between our look and our call."""
    path = world.marketplace._caller._addresses[Operation(operation)].path
    market = world.market.state.site.market
    left = [1]

    def before(request: httpx.Request) -> None:
        if left and path in request.url.path and request.method != "GET":
            left.pop()
            happens(market)

    world.market_line.before = before


# --- replies ---------------------------------------------------------------------------------


async def test_a_buyers_words_are_not_taken_for_a_reply_that_was_lost(world: World) -> None:
    asked = await reply(world, "ok")
    await world.trouble("update_ticket", "status", status=500)
    await confirm(world, asked)
    await world.control(f"/tickets/{asked.subject_id}/write", text="Is it ok?")
    for _ in range(12):
        await world.later(15)
        assert "Sent by" not in await deeds.said(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "unclear")
    assert "Nobody can tell whether this reply arrived" in await deeds.said(world, asked)
    assert await world.changes("ticket_reply") == []
    assert await told(world, "ticket_text") == [ANN, BEN]


async def test_a_moderator_who_is_first_seen_in_our_own_answer_is_told_to_everyone(
    world: World,
) -> None:
    asked = await reply(world)

    def joins(market: Any) -> None:
        market.ticket(asked.subject_id).admin_invited = True

    just_before(world, "update_ticket", joins)
    await confirm(world, asked)
    assert (await intent(world, asked)).state is State.DONE
    assert await told(world, "ticket_moderator") == [ANN, BEN]
    assert await told(world, "ticket_text") == []


async def test_a_text_that_is_first_seen_in_our_own_answer_is_told_to_everyone(
    world: World,
) -> None:
    await world.control("/options", ticket_reply="thread")
    asked = await reply(world)

    def writes(market: Any) -> None:
        market.ticket(asked.subject_id).description += "\n\nBuyer: And the first one too"

    just_before(world, "update_ticket", writes)
    await confirm(world, asked)
    assert (await intent(world, asked)).state is State.DONE
    assert await told(world, "ticket_text") == [ANN, BEN]


async def test_our_own_reply_in_a_thread_is_told_to_nobody(world: World) -> None:
    await world.control("/options", ticket_reply="thread")
    asked = await reply(world)
    await confirm(world, asked)
    assert (await intent(world, asked)).state is State.DONE
    assert await told(world, "ticket_text") == []
    assert await world.rows("select author from ticket_texts order by id") == [("buyer",), ("us",)]


# --- orders ----------------------------------------------------------------------------------


async def test_what_others_delivered_while_a_refund_was_looked_for_is_told(world: World) -> None:
    order_id = await world.order(quantity=2)
    asked = await refund_for(world, order_id)
    await world.trouble("refund_order", "status", status=500)
    await confirm(world, asked)
    await world.control(f"/orders/{order_id}/deliver", rows=["somebody:else00"])
    await world.later(1)
    assert (await intent(world, asked)).state is State.UNKNOWN
    assert await told(world, "order_delivered") == [ANN, BEN]


async def test_a_refund_of_ours_is_not_told_to_the_one_who_made_it(world: World) -> None:
    asked = await refund(world)
    await world.trouble("refund_order", "error_after")
    await confirm(world, asked)
    await world.later(1)
    assert (await intent(world, asked)).state is State.DONE
    assert await told(world, "order_refunded") == [BEN]


def shows(world: World, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> None:
    """Let every order that is read by itself show these fields."""
    true = world.marketplace.get_order

    async def showing(order_id: str, **named: Any) -> Order:
        order = await true(order_id, **named)
        return order.model_copy(update=fields)

    monkeypatch.setattr(world.marketplace, "get_order", showing)


async def test_a_count_alone_proves_no_delivery(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await delivery(world)
    shows(world, monkeypatch, delivered_info=None)
    await world.trouble("update_delivered_info", "status", status=500)
    await confirm(world, asked)
    await world.control(f"/orders/{asked.subject_id}/deliver", rows=["somebody:else00"])
    for _ in range(10):
        await world.later(15)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "unclear")
    assert "Nobody can tell whether these units arrived" in await deeds.said(world, asked)
    assert await told(world, "order_delivered") == [ANN, BEN]
    assert await world.one("select state from unit_hashes") == units.DOUBTFUL


async def test_a_count_with_other_units_proves_no_delivery(world: World) -> None:
    asked = await delivery(world)
    await world.trouble("update_delivered_info", "status", status=500)
    await confirm(world, asked)
    await world.control(f"/orders/{asked.subject_id}/deliver", rows=["somebody:else00"])
    for _ in range(10):
        await world.later(15)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "not_shown")


async def test_units_that_are_shown_and_not_counted_prove_no_delivery(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await delivery(world)
    await world.trouble("update_delivered_info", "error_after")
    await confirm(world, asked)
    with monkeypatch.context() as patched:
        shows(world, patched, delivered_units=0, remaining_to_deliver=1)
        await world.later(1)
        assert (await intent(world, asked)).state is State.UNKNOWN
    await world.later(2)
    assert (await intent(world, asked)).state is State.DONE


async def test_a_unit_of_unknown_fate_is_warned_of_on_another_order(world: World) -> None:
    first = await delivery(world)
    preview = await delivery(world)
    await world.trouble("update_delivered_info", "status", status=500)
    await confirm(world, first)
    for _ in range(10):
        await world.later(15)
    number = await world.number(first.subject_id)
    # The preview of before is drawn again with the warning; a new one has it from the start.
    person = await world.person(ANN)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible) as stop:
            await confirming.confirm(
                tx, world.shop, person, str(preview.intent_id), preview.choice, world.now
            )
    assert (stop.value.reason, stop.value.values) == ("unit_went_elsewhere", {"number": number})
    for asked in (preview, await delivery(world)):
        await world.settle()
        plan = (await intent(world, asked)).plan
        assert isinstance(plan, DeliverPlan)
        assert (plan.known, plan.doubtful) == ({}, {0: number})
        assert f"may have arrived at order {number}" in await deeds.said(world, asked)
    # It was there after all: now that is known.
    await world.control(f"/orders/{first.subject_id}/deliver", rows=[deeds.GOODS])
    await world.see_order(first.subject_id)
    plan = (await intent(world, await delivery(world))).plan
    assert isinstance(plan, DeliverPlan)
    assert (plan.known, plan.doubtful) == ({0: number}, {})


async def test_a_doubt_outlives_a_second_delivery_that_was_refused(world: World) -> None:
    order_id = await world.order()
    first = await deeds.delivery_for(world, order_id)
    await world.trouble("update_delivered_info", "status", status=500)
    await confirm(world, first)
    for _ in range(10):
        await world.later(15)
    second = await deeds.delivery_for(world, order_id)
    await world.trouble("update_delivered_info", "refused", message="No")
    await confirm(world, second)
    assert (await intent(world, second)).state is State.REFUSED
    assert await world.one("select state from unit_hashes") == units.DOUBTFUL


# --- once, by whom, and in time ----------------------------------------------------------------


async def test_two_people_ten_presses_each_on_two_confirmations_one_call(world: World) -> None:
    order_id = await world.order()
    asked = [await refund_for(world, order_id), await deeds.delivery_for(world, order_id)]

    async def presses(one: Asked, who: int) -> None:
        for _ in range(10):
            with contextlib.suppress(NotPossible):
                await confirmed(world, one, who)

    async with asyncio.TaskGroup() as people:
        for one in asked:
            for who in (ANN, BEN):
                people.create_task(presses(one, who))
    await world.settle()
    calls = [
        call
        for operation in ("refund_order", "update_delivered_info")
        for call in (await world.look(f"/calls?operation={operation}"))["items"]
    ]
    assert len(calls) == 1
    assert len(await world.changes("refund")) + len(await world.changes("deliver")) == 1


@pytest.mark.parametrize("make", [delivery, refund, reply])
async def test_what_two_take_at_once_is_sent_off_by_one(world: World, make: deeds.Make) -> None:
    asked = await make(world)
    await confirmed(world, asked)
    taken = await intent(world, asked)
    await asyncio.gather(*(Executor(world.shop)._take(taken) for _ in range(3)))
    assert len((await world.look(f"/calls?operation={asked.operation}"))["items"]) == 1


async def test_a_held_reply_of_someone_who_may_no_more_is_never_confirmed(world: World) -> None:
    asked = await reply(world)
    await world.becomes(ANN, Role.VIEWER)
    reads = len((await world.look("/calls?operation=get_ticket"))["items"])
    await world.later(5)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "not_allowed")
    assert ended.confirmed_by is None
    assert len((await world.look("/calls?operation=get_ticket"))["items"]) == reads


@pytest.mark.parametrize("make", [delivery, refund, reply])
async def test_what_was_confirmed_before_a_long_stop_is_asked_again(
    world: World, make: deeds.Make
) -> None:
    asked = await make(world)
    await confirmed(world, asked)
    await world.later(1801)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.EXPIRED, "expired")
    assert "expired" in await deeds.said(world, asked)
    assert await world.changes(asked.kind) == []
    assert await world.rows("select * from unit_hashes union select * from unit_hashes") == []


async def test_what_was_confirmed_half_an_hour_ago_still_goes_out(world: World) -> None:
    asked = await delivery(world)
    await confirmed(world, asked)
    await world.later(1800)
    assert (await intent(world, asked)).state is State.DONE


async def test_a_reply_that_was_held_before_a_long_stop_waits_for_a_tap(world: World) -> None:
    asked = await reply(world)
    await world.later(3 * 86_400)
    held = await intent(world, asked)
    assert (held.state, held.fires_at) == (State.PROPOSED, None)
    assert "Sent only when you press Send now" in await deeds.said(world, asked)
    await world.later(600)
    assert await world.changes("ticket_reply") == []
    await confirm(world, asked)
    assert [change["detail"]["text"] for change in await world.changes("ticket_reply")] == [ANSWER]


async def test_what_a_dead_process_sent_off_is_said_to_be_unknown_at_once(world: World) -> None:
    asked = await delivery(world)
    await confirmed(world, asked)
    async with world.store.write() as tx:
        assert await settling.dispatched(tx, await intent(world, asked), world.now)
    await world.send()
    async with world.store.write() as tx:
        assert await settling.take_up(tx, world.now) == 1
        card = await cards.at(tx, ANN, asked.message_id)
    assert card is not None
    await world.send()
    assert "Checking" in await deeds.said(world, asked)
    assert await world.one("select state from unit_hashes") == units.UNKNOWN


def hangs(world: World, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    async def for_ever(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    for name in names:
        monkeypatch.setattr(world.marketplace, name, for_ever)


@pytest.mark.parametrize("make", [delivery, refund, reply])
async def test_a_look_that_hangs_sends_nothing_and_says_so(
    world: World, make: deeds.Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.executor._LOOK_WITHIN", 0.01)
    asked = await make(world)
    hangs(world, monkeypatch, "get_order", "get_ticket")
    async with asyncio.timeout(5):
        await confirm(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "unavailable")
    assert ended.dispatched_at is None
    assert await world.changes(asked.kind) == []


@pytest.mark.parametrize("make", [delivery, refund, reply])
async def test_a_call_that_hangs_is_unknown_in_time(
    world: World, make: deeds.Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await make(world)
    monkeypatch.setattr("bot.desk.executor._ALL_WITHIN", 0.3)
    hangs(world, monkeypatch, asked.operation)
    async with asyncio.timeout(5):
        await confirm(world, asked)
    unknown = await intent(world, asked)
    assert (unknown.state, unknown.outcome.reason) == (State.UNKNOWN, "timeout")
