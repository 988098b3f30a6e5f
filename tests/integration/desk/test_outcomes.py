"""What becomes of a confirmed deed, whatever the marketplace answers."""

from __future__ import annotations

import httpx
import pytest

from bot.model.intent import State
from bot.model.person import Role
from bot.supplier.operations import Operation
from sandbox.marketplace.faults import Kind as Fault
from tests.support.world import ANN, BEN, World, broken

from .deeds import (
    ANSWER,
    GOODS,
    Make,
    confirm,
    confirmed,
    delivery,
    intent,
    refund,
    reply,
    said,
)

EACH = pytest.mark.parametrize("make", [delivery, refund, reply])


@EACH
async def test_a_confirmed_deed_is_done_once(world: World, make: Make) -> None:
    asked = await make(world)
    await confirm(world, asked)
    assert (await intent(world, asked)).state is State.DONE
    assert len(await world.changes(asked.kind)) == 1
    await world.later(3600)
    assert len(await world.changes(asked.kind)) == 1


@EACH
async def test_a_no_of_the_marketplace_is_told_in_its_own_words(world: World, make: Make) -> None:
    asked = await make(world)
    await world.trouble(asked.operation, "refused", message="Not on Sundays")
    await confirm(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "refused")
    assert "Not on Sundays" in await said(world, asked)
    assert await world.changes(asked.kind) == []


@pytest.mark.parametrize(
    ("make", "trouble", "reason"),
    [
        (delivery, {"kind": "throttle", "retry_after": 7}, "throttled"),
        (delivery, {"kind": "status", "status": 401}, "not_authorised"),
        (refund, {"kind": "login"}, "not_authorised"),
        (refund, {"kind": "status", "status": 403}, "forbidden"),
        (refund, {"kind": "status", "status": 404}, "not_found"),
        (reply, {"kind": "throttle"}, "throttled"),
        (reply, {"kind": "status", "status": 404}, "not_found"),
    ],
)
async def test_what_was_surely_not_done_is_given_up_and_can_be_tried_again(
    world: World, make: Make, trouble: dict[str, object], reason: str
) -> None:
    asked = await make(world)
    await world.control("/faults", operation=asked.operation, **trouble)
    await confirm(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, reason)
    assert await world.changes(asked.kind) == []
    await world.later(3600)
    assert await world.changes(asked.kind) == []


@EACH
async def test_no_connection_means_not_sent(world: World, make: Make) -> None:
    asked = await make(world)
    path = world.marketplace._caller._addresses[Operation(asked.operation)].path
    world.market_line.before = broken(httpx.ConnectError("away"), where=path)
    await confirm(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "unavailable")
    assert "has not answered since 12:04" in await said(world, asked)


@EACH
async def test_nothing_is_sent_while_the_truth_cannot_be_read(world: World, make: Make) -> None:
    asked = await make(world)
    await world.trouble("reads", "status", status=502, times=None)
    await confirm(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "unavailable")
    assert ended.dispatched_at is None
    assert await world.changes(asked.kind) == []


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (delivery, "error_after"),
        (delivery, "garbage"),
        (refund, "cut"),
        (refund, "close_after"),
        (reply, "error_after"),
        (reply, "cut"),
    ],
)
async def test_done_though_the_answer_was_lost_is_found_by_reading(
    world: World, make: Make, kind: Fault
) -> None:
    asked = await make(world)
    await world.trouble(asked.operation, kind)
    await confirm(world, asked)
    unknown = await intent(world, asked)
    assert unknown.state is State.UNKNOWN
    assert unknown.outcome.checking
    await world.later(1)
    assert (await intent(world, asked)).state is State.DONE
    assert len(await world.changes(asked.kind)) == 1


@EACH
async def test_a_lost_deed_that_never_shows_is_given_up_after_two_minutes_and_offered_again(
    world: World, make: Make
) -> None:
    asked = await make(world)
    await world.trouble(asked.operation, "status", status=500)
    await confirm(world, asked)
    for _ in range(20):
        assert (await intent(world, asked)).state is State.UNKNOWN
        await world.later(5)
    await world.later(19)
    assert (await intent(world, asked)).state is State.UNKNOWN  # 119 seconds
    await world.later(16)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "not_shown")
    assert await world.changes(asked.kind) == []
    again = await make(world)
    assert again.intent_id != asked.intent_id


@EACH
async def test_a_negative_never_rests_on_reads_that_failed(world: World, make: Make) -> None:
    asked = await make(world)
    await world.trouble(asked.operation, "status", status=500)
    await confirm(world, asked)
    await world.trouble("reads", "status", status=502, times=None)
    for _ in range(40):
        await world.later(15)
    unknown = await intent(world, asked)
    assert (unknown.state, unknown.checks) == (State.UNKNOWN, 0)
    await world.no_trouble()
    await world.later(15)
    for _ in range(7):
        # Nor do two, a moment apart, however long ago it went out.
        assert (await intent(world, asked)).state is State.UNKNOWN
        await world.later(15)
    assert (await intent(world, asked)).state is State.UNKNOWN
    await world.later(15)
    assert (await intent(world, asked)).state is State.REFUSED


@EACH
async def test_a_deed_that_lands_late_is_found(world: World, make: Make) -> None:
    asked = await make(world)
    await world.trouble(asked.operation, "status", status=504)
    await confirm(world, asked)
    await world.later(30)
    assert (await intent(world, asked)).state is State.UNKNOWN
    if asked.kind == "refund":
        await world.marketplace.refund_order(asked.subject_id)
    elif asked.kind == "deliver":
        await world.control(f"/orders/{asked.subject_id}/deliver", rows=[GOODS])
    else:
        await world.marketplace.update_ticket(asked.subject_id, description=ANSWER)
    await world.later(15)
    assert (await intent(world, asked)).state is State.DONE


@EACH
async def test_while_one_is_unknown_no_other_deed_on_it_begins(world: World, make: Make) -> None:
    asked = await make(world)
    await world.trouble(asked.operation, "status", status=500)
    await confirm(world, asked)
    before = await world.one("select count(*) from intents")
    if asked.kind == "ticket_reply":
        number = (await world.true_ticket(asked.subject_id))["ticket_no"]
    else:
        number = await world.number(asked.subject_id)
    await world.says(BEN, number)
    card = await world.last(BEN)
    await world.says(BEN, "other:Goods1234", reply_to=card["message_id"])
    assert "at this moment" in (await world.last(BEN))["text"]
    assert await world.one("select count(*) from intents") == before


@EACH
async def test_whoever_lost_the_right_sends_nothing(world: World, make: Make) -> None:
    asked = await make(world)
    await confirmed(world, asked)
    await world.becomes(ANN, Role.VIEWER)
    await world.settle()
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "not_allowed")
    assert await world.changes(asked.kind) == []


@EACH
async def test_a_fault_of_ours_before_sending_gives_the_deed_up(
    world: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await make(world)
    monkeypatch.setattr(world.marketplace, "get_order", None)
    monkeypatch.setattr(world.marketplace, "get_ticket", None)
    await confirm(world, asked)
    ended = await intent(world, asked)
    assert (ended.state, ended.outcome.reason) == (State.REFUSED, "fault")
    assert await world.changes(asked.kind) == []


@EACH
async def test_a_fault_of_ours_after_sending_leaves_it_unknown_until_it_is_read(
    world: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await make(world)
    true = getattr(world.marketplace, asked.operation)

    async def does_and_fails(*args: object, **named: object) -> None:
        await true(*args, **named)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(world.marketplace, asked.operation, does_and_fails)
        await confirm(world, asked)
    assert (await intent(world, asked)).state is State.UNKNOWN
    await world.later(2)
    assert (await intent(world, asked)).state is State.DONE
    assert len(await world.changes(asked.kind)) == 1


@EACH
async def test_a_fault_while_looking_is_looked_at_again(
    world: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await make(world)
    await world.trouble(asked.operation, "error_after")
    await confirm(world, asked)
    with monkeypatch.context() as patched:
        patched.setattr(world.marketplace, "get_order", None)
        patched.setattr(world.marketplace, "get_ticket", None)
        await world.later(1)
    unknown = await intent(world, asked)
    assert (unknown.state, unknown.outcome.reason) == (State.UNKNOWN, "fault")
    await world.later(15)
    assert (await intent(world, asked)).state is State.DONE


@EACH
async def test_where_the_read_after_a_deed_fails_the_poller_is_asked_to_look(
    world: World, make: Make
) -> None:
    asked = await make(world)
    await world.trouble("reads", "latency", seconds=0)  # the read before the write
    await world.trouble("reads", "status", status=502, times=None)
    await confirm(world, asked)
    assert (await intent(world, asked)).state is State.DONE
    assert world.looked_soon == 1
