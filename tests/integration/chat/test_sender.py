"""The outbox, sent: in order, at Telegram's pace, whatever Telegram answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from telegram.error import TimedOut

from bot.chat import sender as module
from bot.desk import batch_proposals, batches
from bot.desk.confirming import decline
from bot.model.outgoing import Entity
from bot.model.urgency import MONEY, NEWS
from bot.store import cards, sending
from tests.support.store import full_disk
from tests.support.waiting import until
from tests.support.world import ANN, BEN, SAM, World, broken, labels

from .sending import queue, queue_card, show, states, text, texts


@asynccontextmanager
async def running(world: World) -> AsyncIterator[None]:
    task = asyncio.create_task(world.sender.run())
    try:
        yield
    finally:
        world.sender.stop()
        async with asyncio.timeout(5):
            await task


# --- order and pace ----------------------------------------------------------------------------


async def test_a_chat_is_told_the_urgent_first_and_otherwise_in_order(world: World) -> None:
    await queue(world, "news 1", urgency=NEWS)
    await queue(world, "news 2", urgency=NEWS)
    await queue(world, "answer 1")
    await queue(world, "money", urgency=MONEY)
    await queue(world, "answer 2")
    await world.settle()
    assert await texts(world) == ["answer 1", "answer 2", "money", "news 1", "news 2"]


async def test_it_sends_what_comes_while_it_runs_at_the_pace_that_is_allowed(
    world: World,
) -> None:
    for number in range(7):
        await queue(world, f"{number}")
    async with running(world):
        await until(lambda: _sent(world, 4))
        world.store.signals.wake("messages")
        await world.rows("select 1")
        assert await texts(world) == ["0", "1", "2", "3"]  # the burst
        world.clock.advance(10)
        world.store.signals.wake("messages")
        await until(lambda: _sent(world, 7))
    assert await texts(world) == [str(number) for number in range(7)]


async def _sent(world: World, count: int) -> bool:
    return (await states(world)).count("sent") == count


async def test_a_chat_that_hangs_delays_no_other_and_is_finished_before_the_end(
    world: World,
) -> None:
    await world.telegram_trouble("sendMessage", "hang_after", chat=ANN, seconds=60)
    await queue(world, "slow")
    async with running(world):
        await until(lambda: world.telegram_calls("sendMessage"))
        await queue(world, "quick", BEN)
        await until(lambda: _sent(world, 1))
        assert await texts(world, BEN) == ["quick"]
        world.sender.stop()
        await world.act("/faults/release")
    assert await states(world) == ["sent", "sent"]


async def test_a_full_disk_and_an_unreadable_one_end_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []
    real = asyncio.sleep

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await real(0)

    monkeypatch.setattr("bot.chat.sender.asyncio.sleep", nap)
    await queue(world, "still there")
    with full_disk(world.store, writes=2) as disk:
        async with running(world):
            await until(lambda: disk.refused == 2)
            await until(lambda: _sent(world, 1))
    assert 1 in naps


# --- what Telegram refuses -----------------------------------------------------------------------


async def test_a_429_waits_as_long_as_it_says_and_loses_nothing(world: World) -> None:
    await world.telegram_trouble("sendMessage", "throttle", retry_after=9)
    await queue(world, "patience")
    await world.settle()
    assert await texts(world) == []
    assert world.pacer.wait(ANN) == pytest.approx(9)
    await world.later(8.9)
    assert await texts(world) == []
    await world.later(0.1)
    assert await texts(world) == ["patience"]
    assert await world.one("select attempts from messages") == 0


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_proxy_s_page_is_no_refusal_of_telegram_s(world: World, status: int) -> None:
    await world.telegram_trouble("sendMessage", "html", status=status)
    await queue(world, "patience")
    await world.settle()
    assert await states(world) == ["pending"]
    assert await world.one("select count(*) from chats where paused_at is not null") == 0
    await world.later(5)
    assert await texts(world) == ["patience"]


async def test_a_second_chat_that_is_refused_too_holds_everyone_back(world: World) -> None:
    await world.telegram_trouble("sendMessage", "throttle", retry_after=9, times=2)
    await queue(world, "one")
    await queue(world, "two", BEN)
    await world.settle()
    assert world.pacer.wait(SAM) == pytest.approx(9)
    await world.later(9)
    assert await texts(world) == ["one"]
    assert await texts(world, BEN) == ["two"]


@pytest.mark.parametrize("how", ["network", "server", "down", "unreadable", "token"])
async def test_trouble_on_the_way_is_tried_again_with_pauses_and_shows_in_health(
    world: World, how: str
) -> None:
    if how == "network":
        world.telegram_line.before = broken(httpx.ConnectError("away"), times=2)
    elif how == "server":
        await world.telegram_trouble("sendMessage", "status", times=2)
    elif how == "down":
        world.telegram_line.before = broken(httpx.RemoteProtocolError("cut"), times=2)
    elif how == "unreadable":
        await world.telegram_trouble("sendMessage", "status", status=502, times=2)
    else:
        await world.telegram_trouble("sendMessage", "status", status=401, times=2)
    await queue(world, "in the end")
    began = world.now
    await world.settle()
    failing = [world.sender.failing_since]
    for _ in range(4):
        await world.later(31)
    assert await texts(world) == ["in the end"]
    assert [*failing, world.sender.failing_since] == [began, None]
    assert await world.one("select attempts from messages") == 2


async def test_a_send_that_takes_too_long_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SEND_SECONDS", 0.01)
    await world.telegram_trouble("sendMessage", "hang", seconds=60)
    await queue(world, "in the end")
    await world.settle()
    await world.later(2)
    assert await texts(world) == ["in the end"]


@pytest.mark.parametrize("refusal", ["chat not found", "user is deactivated"])
async def test_a_chat_that_refuses_us_waits_and_an_owner_elsewhere_is_told_once(
    world: World, refusal: str
) -> None:
    await world.telegram_trouble("sendMessage", "refuse", chat=ANN, message=refusal, times=None)
    await queue(world, "for Ann")
    await queue(world, "for Ann too")
    await queue(world, "for Ben", BEN)
    await world.settle()
    told = await texts(world, BEN)
    assert told[0] == "for Ben"
    assert "Ann" in told[1]
    assert len(told) == 2
    assert len([c for c in await world.telegram_calls("sendMessage") if not c["ok"]]) == 1
    assert (await states(world)).count("pending") == 2


async def test_a_blocked_chat_gets_everything_when_it_writes_again(world: World) -> None:
    await world.act("/block", **{"as": ANN})
    await queue(world, "missed")
    await world.settle()  # 403 comes before the update that says so
    assert await texts(world) == []
    await world.act("/unblock", **{"as": ANN})
    await world.says(ANN, "/health")
    assert "missed" in await texts(world)


async def test_nobody_is_told_of_a_stranger_who_blocks_the_bot(world: World) -> None:
    await world.act("/block", **{"as": SAM})
    await queue(world, "This bot is not for you", SAM)
    await world.settle()
    assert await texts(world) == await texts(world, BEN) == []


async def test_a_formatting_that_telegram_refuses_is_left_out(world: World) -> None:
    await world.telegram_trouble("sendMessage", "refuse", message="can't parse entities: why")
    bold = Entity(type="bold", offset=0, length=5)
    await queue(world, text("plain in the end", entities=(bold,)))
    await world.settle()
    assert await texts(world) == ["plain in the end"]
    calls = await world.telegram_calls("sendMessage")
    assert [call["ok"] for call in calls] == [False, True]


async def test_what_telegram_will_never_take_is_put_aside_and_blocks_nothing(
    world: World,
) -> None:
    await queue(world, "x" * 5000)
    await queue(world, "next")
    await world.settle()
    assert await texts(world) == ["next"]
    assert await states(world) == ["aside", "sent"]


async def test_an_edit_of_a_message_that_is_gone_is_given_up(world: World) -> None:
    order_id = await world.order()
    card = await show(world, "order", order_id)
    await world.act("/delete", **{"as": ANN}, message_id=card["message_id"])
    await world.control(f"/orders/{order_id}/deliver", rows=["x:12345678"])
    async with world.store.write() as tx:
        await cards.touch(tx, world.shop_id, "order", order_id, world.now)
    await world.see_order(order_id)
    await world.settle()
    assert "pending" not in await states(world)
    async with world.store.read() as tx:
        found = await cards.at(tx, ANN, card["message_id"])
    assert found is not None
    assert not found.live


async def test_the_same_content_again_is_fine(world: World) -> None:
    await queue(world, "as it was")
    await world.settle()
    message_id = (await world.last(ANN))["message_id"]
    await queue(world, "as it was", edit=message_id)
    await world.settle()
    assert (await world.telegram_calls("editMessageText"))[-1]["ok"] is False
    assert await states(world) == ["sent", "sent"]


async def test_a_group_that_becomes_a_supergroup_is_told_there(world: World) -> None:
    group = (await world.act("/groups", title="Shop", members=[ANN], basic=True))["chat_id"]
    await queue(world, "before", group)
    await world.settle()
    message_id = (await world.last(ANN, group))["message_id"]
    new = (await world.act(f"/groups/{group}/migrate"))["chat_id"]
    await queue(world, "after", group)
    await queue(world, "changed", group, edit=message_id)
    async with world.store.write() as tx:
        leased = await sending.lease(tx, group, world.now)
    assert leased is not None
    await queue(world, "changed again", group, edit=message_id)
    await world.sender._send(leased, leased.said)
    await world.settle()
    assert "after" in [each["text"] for each in await world.from_bot(ANN, new)]
    assert "pending" not in await states(world)
    assert "sending" not in await states(world)


async def test_what_waits_for_a_button_is_shown_anew_in_the_new_group(world: World) -> None:
    group = (await world.act("/groups", title="Shop", members=[ANN], basic=True))["chat_id"]
    ids, given = [await world.product()], {"chat_id": group, "now": world.now}
    ann = await world.person(ANN)
    for order_id in (await world.order(), await world.order()):
        await world.says(ANN, await world.number(order_id), chat=group)
        card = (await world.last(ANN, group))["message_id"]
        await world.says(ANN, "anna:Hunter2222", chat=group, reply_to=card)
    async with world.store.write() as tx:
        for _ in range(2):
            await batch_proposals.propose_status(tx, world.shop, ann, ids, "inactive", **given)
    await world.settle()
    async with world.store.write() as tx:  # two of them are over
        await batches.pressed(tx, world.shop, ann, "1", "no", **given)
        await decline(tx, world.shop, ann, "1", world.now)
    new = (await world.act(f"/groups/{group}/migrate"))["chat_id"]
    await world.settle()
    asked = [each for each in await world.from_bot(ANN, new) if each["keyboard"]]
    assert [labels(each)[0] for each in asked] == ["Send 1", "Yes, pause 1"]
    for each in asked:
        press = {"as": ANN, "chat": new, "message_id": each["message_id"]}
        await world.act("/press", **press, label=labels(each)[0])
        await world.fetch()
    assert len(await world.changes("deliver")) == 1
    assert await world.rows("select chat_id, state from batches") == [
        (group, "declined"),
        (new, "done"),
    ]


# --- faults of ours ------------------------------------------------------------------------------


async def test_a_message_that_cannot_be_drawn_is_put_aside_and_blocks_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = await world.order()
    await queue_card(world, "order", order_id)
    await queue(world, "next")
    monkeypatch.setattr("bot.views.orders.order_card", None)
    await world.settle()
    assert await texts(world) == ["next"]
    for _ in range(3):
        await world.later(10)
    assert await states(world) == ["aside", "sent"]
    assert world.sender.failing_since is None


async def test_a_fault_while_sending_is_tried_again_and_then_put_aside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    async def send(*_: object, **__: object) -> int:
        nonlocal tries
        tries += 1
        raise ZeroDivisionError

    monkeypatch.setattr(world.gateway, "send", send)
    await queue(world, "unlucky")
    for _ in range(5):
        await world.later(10)
    assert (tries, await states(world)) == (3, ["aside"])


def test_the_library_s_time_out_is_network_trouble() -> None:
    from bot.chat.fate import fate_of

    assert fate_of(TimedOut(), 0).what == "later"
