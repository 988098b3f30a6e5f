"""What the outbox does when Telegram or the disk refuses: nothing lost, nothing sent again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql

from bot.chat import sender as module
from bot.chat.pacer import Pacer
from bot.model.outgoing import Entity
from bot.model.person import Role
from bot.model.urgency import EDITS, NEWS
from bot.store import cards, moving, outbox, people, sending
from sandbox.clock import SettableClock
from tests.support.store import Disk, full_disk
from tests.support.waiting import until
from tests.support.world import ANN, BEN, SAM, World, broken, fine

from .sending import queue, show, states, text, texts
from .test_sender import running

# --- the record of what Telegram took --------------------------------------------------------


async def test_what_telegram_took_is_recorded_however_long_the_disk_is_full(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STORE_SECONDS", 0)
    await queue(world, "once")
    with full_disk(world.store) as disk:
        fails_after_sending(world, disk, monkeypatch, writes=3)
        async with running(world):
            await until(lambda: disk.refused == 3)
            world.clock.advance(sending.LEASE.total_seconds() + 1)
            world.store.signals.wake("messages")
            await until(lambda: sent(world, 1))
    await world.later(sending.LEASE.total_seconds() + 1)
    assert await texts(world) == ["once"]
    assert await world.one("select message_id from messages") is not None


async def test_a_refusal_is_recorded_however_long_the_disk_is_full(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STORE_SECONDS", 0)
    await world.telegram_trouble("sendMessage", "refuse", message="chat not found")
    await queue(world, "waits")
    with full_disk(world.store) as disk:
        fails_after_sending(world, disk, monkeypatch, writes=2)
        await world.settle()
    assert await states(world) == ["pending", "sent"]  # and Ben was told of it
    assert await world.one("select count(*) from chats where paused_at is not null") == 1


def fails_after_sending(
    world: World, disk: Disk, monkeypatch: pytest.MonkeyPatch, *, writes: int
) -> None:
    send = world.gateway.send

    async def then_full(*args: Any, **named: Any) -> int:
        try:
            return await send(*args, **named)
        finally:
            disk.writes, world.gateway.send = writes, send  # type: ignore[method-assign]

    monkeypatch.setattr(world.gateway, "send", then_full)


async def sent(world: World, count: int) -> bool:
    return (await states(world)).count("sent") == count


# --- chats that refuse us --------------------------------------------------------------------


async def test_a_message_that_cannot_be_deleted_any_more_is_nobody_s_trouble(world: World) -> None:
    refusals = (
        "message to delete not found",
        "message can't be deleted",
        "MESSAGE_DELETE_FORBIDDEN",
    )
    for at, refusal in enumerate(refusals):
        await world.telegram_trouble("deleteMessage", "refuse", message=refusal)
        async with world.store.write() as tx:
            await outbox.act(
                tx,
                shop_id=world.shop_id,
                chat_id=ANN,
                person_id=ANN,
                action="delete",
                message_id=70 + at,
                now=world.now,
            )
        await world.settle()
    assert len(await world.telegram_calls("deleteMessage")) == len(refusals)
    assert await states(world) == ["sent"] * len(refusals)  # /health counts none of them


async def test_a_stranger_who_refuses_our_one_sentence_is_no_chat_that_is_paused(
    world: World,
) -> None:
    await world.telegram_trouble("sendMessage", "refuse", chat=SAM, message="chat not found")
    await world.says(SAM, "hello")
    assert await states(world) == ["aside"]
    assert await world.rows("select * from chats where paused_at is not null") == []
    assert await texts(world) == await texts(world, BEN) == []


@pytest.mark.parametrize(
    "refusal",
    [
        "CHAT_WRITE_FORBIDDEN",
        "CHAT_RESTRICTED",
        "PEER_ID_INVALID",
        "TOPIC_CLOSED",
        "need administrator rights in the channel chat",
    ],
)
async def test_what_may_be_allowed_again_waits_for_that(world: World, refusal: str) -> None:
    await world.telegram_trouble("sendMessage", "refuse", chat=ANN, message=refusal)
    await queue(world, "for Ann")
    await world.settle()
    assert await world.one("select state from messages where chat_id = 1001") == "pending"
    await world.says(ANN, "/menu")
    assert "for Ann" in await texts(world)


async def test_a_paused_chat_is_not_sent_to(world: World) -> None:
    async with world.store.write() as tx:
        await people.pause(tx, ANN, "blocked", world.now)
    await queue(world, "for Ann")
    await queue(world, "for Ben", BEN)
    async with running(world):
        await until(lambda: sent(world, 1))
        world.clock.advance(60)
        world.store.signals.wake("messages")
        await queue(world, "for Ben, too", BEN)
        await until(lambda: sent(world, 2))
    calls = await world.telegram_calls("sendMessage")
    assert {call["params"]["chat_id"] for call in calls} <= {BEN, str(BEN)}


async def test_a_message_resumes_a_chat(world: World) -> None:
    async with world.store.write() as tx:
        await people.pause(tx, ANN, "chat not found", world.now)
    await queue(world, "missed")
    await world.settle()
    assert await texts(world) == []
    await world.says(ANN, "anything at all")
    assert (await texts(world))[0] == "missed"


async def test_an_owner_elsewhere_hears_of_a_block_before_anything_is_sent(world: World) -> None:
    await world.act("/block", **{"as": ANN})
    await world.fetch()
    (told,) = await texts(world, BEN)
    assert "Ann" in told
    await queue(world, "waits")
    await world.settle()
    assert len(await texts(world, BEN)) == 1  # once


async def test_of_a_group_that_refuses_us_nobody_hears_that_a_person_does(world: World) -> None:
    group = (await world.act("/groups", title="Shop", members=[ANN, SAM]))["chat_id"]
    await world.telegram_trouble("sendMessage", "refuse", chat=group, message="CHAT_RESTRICTED")
    await queue(world, "for the group", group)
    await world.settle()
    assert await world.rows("select chat_id from chats where paused_at is not null") == [(group,)]
    assert await texts(world) == await texts(world, BEN) == []


async def test_who_blocks_without_being_one_of_us_leaves_nothing_behind(world: World) -> None:
    await world.act("/block", **{"as": SAM})
    await world.fetch()
    assert await world.rows("select * from chats where chat_id = 1099") == []
    assert await texts(world) == await texts(world, BEN) == []


async def test_a_group_is_told_again_when_an_outsider_lets_the_bot_in(world: World) -> None:
    group = (await world.act("/groups", title="Shop", members=[ANN, SAM]))["chat_id"]
    await world.fetch()
    await world.update(membership(group, ANN, "kicked"))
    assert await world.rows("select chat_id from chats where paused_at is not null") == [(group,)]
    await queue(world, "for the group", group)
    await world.settle()
    assert await texts(world, BEN) == []
    await world.update(membership(group, SAM, "member"))
    assert [each["text"] for each in await world.from_bot(ANN, group)] == ["for the group"]


def membership(group: int, who: int, status: str) -> dict[str, Any]:
    robot = {"id": 7000000001, "is_bot": True, "first_name": "Bot", "username": "bot"}
    return {
        "my_chat_member": {
            "chat": {"id": group, "type": "group", "title": "Shop"},
            "from": {"id": who, "is_bot": False, "first_name": "Somebody"},
            "date": 1700000000,
            "old_chat_member": {"user": robot, "status": "left"},
            "new_chat_member": {"user": robot, "status": status, "until_date": 0},
        }
    }


# --- roles at sending ------------------------------------------------------------------------


async def test_a_finished_text_is_not_for_who_was_sent_away_meanwhile(world: World) -> None:
    await queue(world, "not for strangers")
    await world.leave(ANN)
    await world.settle()
    assert await texts(world) == []
    assert await states(world) == ["aside"]


async def test_a_balance_is_not_for_who_may_not_see_it_any_more(world: World) -> None:
    async with world.store.write() as tx:
        await outbox.tell(
            tx,
            shop_id=world.shop_id,
            chat_id=ANN,
            person_id=ANN,
            view="balance",
            body={"balance": {"balance": "1234.50"}, "at": world.now.isoformat()},
            now=world.now,
        )
    await world.becomes(ANN, Role.OPERATOR)
    await world.settle()
    (told,) = await texts(world)
    assert "1,234" not in told
    assert "1234" not in told


# --- pace ----------------------------------------------------------------------------------------


async def test_a_text_without_its_formatting_takes_its_turn_in_the_pace(world: World) -> None:
    await world.telegram_trouble("sendMessage", "refuse", message="can't parse entities: why")
    bold = Entity(type="bold", offset=0, length=5)
    await queue(world, text("plain in the end", entities=(bold,)))
    for number in range(4):
        await queue(world, f"{number}")
    async with running(world):
        await until(lambda: sent(world, 3))
        world.store.signals.wake("messages")
        await world.rows("select 1")
        assert len(await world.telegram_calls("sendMessage")) == 4  # the burst
        world.clock.advance(10)
        world.store.signals.wake("messages")
        await until(lambda: sent(world, 5))
    assert (await texts(world))[0] == "plain in the end"


async def test_a_new_process_goes_on_at_the_pace_of_the_one_before(world: World) -> None:
    for number in range(6):
        await queue(world, f"{number}")
    async with running(world):
        await until(lambda: sent(world, 4))
    world.clock.advance(2)
    again = _again(world)
    task = asyncio.create_task(again.run())
    await until(lambda: sent(world, 6))
    again.stop()
    await task
    waits = again._pacer.wait(ANN)
    assert waits > 0  # 4.5 and 2 seconds' worth, less six messages


def _again(world: World) -> module.Sender:
    return module.Sender(
        store=world.store,
        gateway=world.gateway,
        drawing=world.drawing,
        pacer=Pacer(world.clock.monotonic),
        now=world.clock.now,
    )


async def test_a_chat_that_was_sent_to_at_the_death_begins_with_nothing(world: World) -> None:
    await queue(world, "perhaps there")
    async with world.store.write() as tx:
        assert await sending.lease(tx, ANN, world.now) is not None
    async with world.store.write() as tx:
        assert await sending.take_up(tx, world.now) == 1
    sender = _again(world)
    await sender._resume()
    assert sender._pacer.wait(ANN) > 1
    assert sender._pacer.wait(BEN) == 0


def test_what_was_sent_before_counts_for_the_whole_too() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    pacer.resume([(chat, 0.1) for chat in range(1, 26)], ())
    assert pacer.wait(99) == 0  # a tenth of a second gave three
    pacer.resume([(chat, 0.0) for chat in range(1, 31)], ())
    assert pacer.wait(99) > 0


async def test_chats_that_hang_take_nobody_s_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, send = asyncio.Event(), world.gateway.send

    async def hangs(chat_id: int, *args: Any, **named: Any) -> int:
        if chat_id != BEN:
            await held.wait()
            return 1
        return await send(chat_id, *args, **named)

    monkeypatch.setattr(world.gateway, "send", hangs)
    for chat in range(module._AT_ONCE):
        await queue(world, "slow", -1000 - chat)
    async with running(world):
        await until(lambda: len(world.sender._busy) == module._AT_ONCE)
        await queue(world, "quick", BEN)
        world.clock.advance(module._SLOW.total_seconds())
        world.store.signals.wake("messages")
        await until(lambda: sent(world, 1))
        held.set()
    assert await texts(world, BEN) == ["quick"]


# --- one at a time, the urgent first -----------------------------------------------------------


async def test_of_one_chat_one_message_is_on_its_way_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, under_way, most, send = asyncio.Event(), 0, 0, world.gateway.send

    async def counts(*args: Any, **named: Any) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await held.wait()
        under_way -= 1
        return await send(*args, **named)

    monkeypatch.setattr(world.gateway, "send", counts)
    for number in range(3):
        await queue(world, f"{number}")
    async with running(world):
        await until(lambda: under_way == 1)
        for _ in range(5):
            world.store.signals.wake("messages")
            await world.rows("select 1")
        held.set()
        await until(lambda: sent(world, 3))
    assert most == 1
    assert await texts(world) == ["0", "1", "2"]


async def test_the_most_urgent_chat_is_sent_to_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 1)
    order: list[int] = []
    send = world.gateway.send

    async def notes(chat_id: int, *args: Any, **named: Any) -> int:
        order.append(chat_id)
        return await send(chat_id, *args, **named)

    monkeypatch.setattr(world.gateway, "send", notes)
    await queue(world, "an edit can wait", SAM, urgency=EDITS)
    await queue(world, "news", BEN, urgency=NEWS)
    await queue(world, "an answer", ANN)
    await world.join(SAM)
    async with running(world):
        await until(lambda: sent(world, 3))
    assert order == [ANN, BEN, SAM]


async def test_after_network_trouble_the_whole_chat_waits(world: World) -> None:
    world.telegram_line.before = broken(httpx.ConnectError("away"), where="sendMessage")
    await queue(world, "first")
    await queue(world, "second")
    async with running(world):
        await until(lambda: world.sender.failing_since is not None)
        await until(lambda: _given_back(world))
        world.store.signals.wake("messages")
        await world.rows("select 1")
        assert await texts(world) == []
        assert world.pacer.wait(ANN) > 0
        world.clock.advance(2)
        world.store.signals.wake("messages")
        await until(lambda: sent(world, 2))
    assert await texts(world) == ["first", "second"]


async def _given_back(world: World) -> bool:
    return "sending" not in await states(world) and not world.sender._busy


async def test_telegram_away_for_a_day_loses_nothing_and_nothing_comes_twice(world: World) -> None:
    world.telegram_line.before = broken(httpx.ConnectError("away"), times=10**6)
    began, expected = world.now + timedelta(hours=3), []
    for hour in range(0, 24, 3):
        for who in (ANN, BEN):
            await queue(world, f"hour {hour}", who, urgency=NEWS)
        expected.append(f"hour {hour}")
        await world.later(3 * 3600)
    assert world.sender.failing_since == began  # /health says since when
    world.telegram_line.before = fine
    await world.later(120)
    assert await texts(world) == await texts(world, BEN) == expected
    assert world.sender.failing_since is None


# --- a group that becomes a supergroup ------------------------------------------------------------


async def test_news_of_a_card_that_stays_behind_are_told_in_the_new_group(world: World) -> None:
    old, new = -500, -1000000000500
    await queue(world, "an answer", old, reply_to=7)
    async with world.store.write() as tx:
        card = cards.Card(old, 8, 1, "order", "gone", ANN, None, live=True, shown="")
        await cards.shown(tx, card, world.now)
        await cards.redraw(tx, card, world.now)
    await queue(world, "words of its own", old, edit=8)
    async with world.store.write() as tx:
        for action in ("delete", "react"):
            await outbox.act(
                tx,
                shop_id=world.shop_id,
                chat_id=old,
                person_id=ANN,
                action=action,
                message_id=9,
                now=world.now,
            )
    order_id = await world.order()
    async with world.store.write() as tx:
        for chat in (old, new):
            await tx.execute(sql("insert into chats (chat_id) values (:chat)"), {"chat": chat})
        for event in (1, 2):
            await tx.execute(
                sql(
                    "insert into events (id, shop_id, kind, subject_kind, subject_id, revision,"
                    " seen_at) values (:id, 1, 'order_paid', 'order', :order, :id, :now)"
                ),
                {"id": event, "order": order_id, "now": world.now.isoformat()},
            )
        for event, chat, row in ((1, old, 2), (2, old, None), (2, new, None)):
            await tx.execute(
                sql(
                    "insert into notices (shop_id, event_id, chat_id, person_id, loudness, state,"
                    " message_row, created_at)"
                    " values (1, :event, :chat, 1001, 'silent', :state, :row, :now)"
                ),
                {
                    "event": event,
                    "chat": chat,
                    "state": "told" if row else "pending",
                    "row": row,
                    "now": world.now.isoformat(),
                },
            )
        for chat in (old, new):
            await tx.execute(
                sql(
                    "insert into subscriptions (shop_id, chat_id, person_id, since)"
                    " values (1, :chat, 1001, :now)"
                ),
                {"chat": chat, "now": world.now.isoformat()},
            )
    async with world.store.write() as tx:
        await moving.move_chat(tx, old, new, world.now)
    waiting = await world.rows(
        "select chat_id, action, reply_to, target_message_id from messages where state = 'pending'"
    )
    assert waiting == [(new, "send", None, None)] * 2
    notices = await world.rows("select event_id, chat_id, state, message_row from notices")
    assert sorted(notices) == [(1, new, "pending", None), (2, new, "pending", None)]
    told = await world.rows("select chat_id from subscriptions where chat_id < 0")
    assert told == [(new,)]


# --- what cannot be unsealed ------------------------------------------------------------------


async def test_a_message_that_cannot_be_unsealed_blocks_nothing(world: World) -> None:
    await queue(world, "spoiled")
    await queue(world, "next")
    async with world.store.write() as tx:
        await tx.execute(sql("update messages set sealed = x'00' where id = 1"))
    await world.settle()
    assert await texts(world) == ["next"]
    assert await states(world) == ["aside", "sent"]


async def test_a_card_that_cannot_be_unsealed_blocks_nothing(world: World) -> None:
    ticket_id = await world.ticket(await world.order())
    async with world.store.write() as tx:
        await tx.execute(sql("update tickets set sealed = x'00'"))
    await queue(world, "before")
    await show(world, "ticket", ticket_id)
    await queue(world, "behind")
    for _ in range(4):
        await world.later(10)
    assert await texts(world) == ["before", "behind"]
    assert await states(world) == ["sent", "aside", "sent"]


async def test_a_message_counts_from_its_answer_on_however_long_it_was_on_its_way(
    world: World,
) -> None:
    def slow(request: httpx.Request) -> None:
        if request.url.path.endswith("/sendMessage"):
            world.clock.advance(5)

    world.telegram_line.before = slow
    await world.says(ANN, "/menu")
    assert world.pacer.wait(ANN, idle=True) > 1
