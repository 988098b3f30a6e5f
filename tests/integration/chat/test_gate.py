"""Only the right people: strangers, pairing, members who come and go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk import people as desk_people
from bot.desk import team
from bot.model.person import Role
from bot.store import people
from tests.support.world import ANN, BEN, SAM, TOKEN, World, open_world, shown

from .sending import queue_card


@pytest.fixture
async def unowned(tmp_path: Path) -> AsyncIterator[World]:
    """A shop that nobody owns yet."""
    async with open_world(tmp_path, owners=()) as made:
        yield made


async def code_of(world: World) -> str:
    async with world.store.write() as tx:
        code = await desk_people.new_code(tx, world.shop_id, world.now)
    assert code is not None
    return code


async def test_a_stranger_gets_one_polite_sentence_a_day_and_nothing_more(world: World) -> None:
    order_id = await world.order()
    number = await world.number(order_id)
    asked = len(world.market_line.asked)
    for text in ("/start", "/orders", "/balance", number, "anna:Hunter2222", "/help"):
        await world.says(SAM, text)
    (told,) = await world.from_bot(SAM)
    assert shown(told) == "This bot belongs to a shop and talks only with the people of it."
    world.clock.advance(timedelta(hours=23, minutes=59).total_seconds())
    await world.says(SAM, "/start")
    assert len(await world.from_bot(SAM)) == 1
    world.clock.advance(60)
    await world.says(SAM, "/start")
    assert len(await world.from_bot(SAM)) == 2
    assert len(world.market_line.asked) == asked


async def test_a_stranger_s_forged_buttons_and_replies_reach_nothing(world: World) -> None:
    order_id = await world.order()
    await world.says(SAM, "hello")
    told = await world.last(SAM)
    asked = len(world.market_line.asked)
    for data in (f"rf:{order_id}", f"dl:{order_id}", f"or:{order_id}", "ba", "lo", "ok:1", "mn"):
        assert await world.forges(SAM, told["message_id"], data) == ""
    await world.says(SAM, "anna:Hunter2222", reply_to=told["message_id"])
    assert len(await world.from_bot(SAM)) == 1
    assert len(world.market_line.asked) == asked
    for table in ("intents", "drafts", "errands", "cards"):
        assert await world.rows(f"select * from {table} where 1 = 1") == []  # noqa: S608


async def test_in_a_group_a_stranger_gets_no_word_and_a_member_is_served(world: World) -> None:
    order_id = await world.order()
    group = (await world.act("/groups", title="Shop", members=[ANN, SAM]))["chat_id"]
    await world.fetch()  # the bot was added
    await world.says(SAM, await world.number(order_id), chat=group)
    assert await world.from_bot(ANN, group) == []
    await world.says(ANN, await world.number(order_id), chat=group)
    assert await world.number(order_id) in shown(await world.last(ANN, group))
    await world.says(ANN, "good morning", chat=group)
    await world.says(ANN, "anna:Hunter2222", chat=group)  # not a reply to us: not meant for us
    assert len(await world.from_bot(ANN, group)) == 1


async def test_the_right_code_in_time_makes_an_owner_who_gets_a_menu(unowned: World) -> None:
    code = await code_of(unowned)
    await unowned.says(SAM, f"/start {code.lower()}")
    assert "waits" in shown(await unowned.last(SAM)) or "Orders" in shown(await unowned.last(SAM))
    assert (await unowned.person(SAM)).role is Role.OWNER
    assert await unowned.one("select deed from audit") == "paired"
    assert await unowned.rows("select * from subscriptions where person_id = 1099") != []
    await unowned.says(BEN, f"/start {code}")
    assert "belongs to a shop" in shown(await unowned.last(BEN))
    async with unowned.store.write() as tx:
        assert await desk_people.new_code(tx, unowned.shop_id, unowned.now) is None


async def test_a_code_takes_five_tries_and_no_more(unowned: World) -> None:
    code = await code_of(unowned)
    for _ in range(5):
        await unowned.says(SAM, "/start WRONGWRO")
    await unowned.says(SAM, f"/start {code}")
    assert await unowned.rows("select * from members") == []


@pytest.mark.parametrize(("seconds", "paired"), [(599, True), (600, False)])
async def test_a_code_lasts_ten_minutes(unowned: World, seconds: float, paired: bool) -> None:
    code = await code_of(unowned)
    unowned.clock.advance(seconds)
    await unowned.says(SAM, f"/start {code}")
    assert bool(await unowned.rows("select * from members")) is paired


async def test_no_code_was_made_none_works(unowned: World) -> None:
    await unowned.says(SAM, "/start ABCDEFGH")
    assert await unowned.rows("select * from members") == []


async def test_an_older_code_ends_with_a_newer_one(unowned: World) -> None:
    old, new = await code_of(unowned), await code_of(unowned)
    await unowned.says(SAM, f"/start {old}")
    assert await unowned.rows("select * from members") == []
    await unowned.says(SAM, f"/start {new}")
    assert len(await unowned.rows("select * from members")) == 1


async def test_who_is_sent_away_is_told_nothing_any_more(world: World) -> None:
    order_id = await world.order()
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.leave(ANN)
    await world.control(f"/orders/{order_id}/deliver", rows=["x:12345678"])
    await world.see_order(order_id)
    await world.settle()
    (same,) = await world.from_bot(ANN)
    assert same["text"] == card["text"]


async def test_a_name_that_changed_is_learnt(world: World) -> None:
    await world.update(
        {
            "message": {
                "message_id": 5,
                "date": 1700000000,
                "chat": {"id": ANN, "type": "private", "first_name": "Anna"},
                "from": {"id": ANN, "is_bot": False, "first_name": "Anna", "last_name": "B"},
                "text": "/health",
            }
        }
    )
    assert (await world.person(ANN)).name == "Anna B"


async def test_a_blocked_bot_waits_and_start_brings_what_was_missed(world: World) -> None:
    order_id = await world.order()
    await world.act("/block", **{"as": ANN})
    await world.fetch()
    assert await world.one("select paused_reason from chats where chat_id = 1001") == "kicked"
    await world.says(BEN, await world.number(order_id))
    calls = len(await world.telegram_calls("sendMessage"))
    await queue_card(world, "order", order_id)
    await world.settle()
    assert len(await world.telegram_calls("sendMessage")) == calls
    await world.act("/unblock", **{"as": ANN})
    await world.fetch()
    assert await world.number(order_id) in shown(await world.last(ANN))
    assert await world.rows("select * from chats where paused_at is not null") == []


async def test_a_bot_s_own_words_are_not_handled(world: World) -> None:
    await world.update(
        {
            "message": {
                "message_id": 6,
                "date": 1700000000,
                "chat": {"id": ANN, "type": "private"},
                "from": {"id": ANN, "is_bot": True, "first_name": "Robot"},
                "text": "/menu",
            }
        }
    )
    assert await world.from_bot(ANN) == []


async def _listed(world: World, *owner_ids: int) -> None:
    """Start with these OWNER_IDS."""
    async with world.store.write() as tx:
        await desk_people.welcome_owners(tx, world.shop_id, owner_ids, world.now)


async def test_who_is_taken_out_of_owner_ids_is_a_stranger_from_the_next_start_on(
    unowned: World,
) -> None:
    await _listed(unowned, ANN, BEN)
    number = await unowned.number(await unowned.order())
    await unowned.says(BEN, number)
    assert number in shown(await unowned.last(BEN))
    async with unowned.store.write() as tx:
        ben = await unowned.person(BEN)
        given: tuple[Any, ...] = (ben, Role.OWNER, "shop_bot", unowned.now)
        invited = await team.invite(tx, unowned.shop, *given)
    await _listed(unowned, ANN)
    await unowned.settle()
    assert await unowned.from_bot(BEN) == []  # what they were told is taken away
    await unowned.says(BEN, number)
    (told,) = await unowned.from_bot(BEN)
    assert "This bot belongs to a shop" in shown(told)
    # Nor do they come back by an invitation of their own.
    await unowned.says(BEN, f"/start {invited.code}")
    assert await unowned.one("select count(*) from members") == 1
    await unowned.says(ANN, number)
    assert number in shown(await unowned.last(ANN))


async def test_who_was_paired_stays_whatever_owner_ids_say(unowned: World) -> None:
    await unowned.says(ANN, f"/start {await code_of(unowned)}")
    await _listed(unowned, ANN, BEN)
    await _listed(unowned, BEN)
    async with unowned.store.read() as tx:
        members = await people.members_of(tx, unowned.shop_id)
    assert {person.person_id for person in members} == {ANN, BEN}


async def test_while_the_shop_has_no_owner_a_wrong_code_is_said_to_be_wrong(
    unowned: World,
) -> None:
    await code_of(unowned)
    await unowned.says(SAM, "/start WRONGONE")
    assert "This code is wrong or too old" in shown(await unowned.last(SAM))


async def test_a_key_pasted_by_mistake_is_deleted_and_kept_nowhere(world: World) -> None:
    order_id = await world.order()
    token = "123456789:AAE" + "x" * 32
    for text in (token, "practice-key", f"deliver this: {TOKEN}"):
        asked = len(world.market_line.asked)
        sent = await world.says(ANN, text)
        assert all(each["message_id"] != sent for each in await world.chat(ANN))
        assert "held a key or a bot's token" in shown(await world.last(ANN))
        assert len(world.market_line.asked) == asked
    # At a prompt, and as a reply to a card, it goes to no buyer.
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.says(ANN, token, reply_to=card["message_id"])
    await world.says(ANN, f"/order {token}")
    edited = await world.says(ANN, "anna:Hunter2222")
    await world.edits(ANN, edited, token)
    assert all(each["message_id"] != edited for each in await world.chat(ANN))
    assert await world.rows("select * from intents") == []
    assert await world.one("select count(*) from audit where deed = 'key_pasted'") == 6
    # Neither in what is sealed, nor in the open.
    async with world.store.read() as tx:
        for (sealed,) in await world.rows("select sealed from inbox where sealed is not null"):
            assert token.encode() not in tx.vault.unseal(sealed)
    assert token.encode() not in world.store.path.read_bytes()
    # A stranger's message is a stranger's message.
    await world.says(SAM, token)
    assert "held a key" not in shown(await world.last(SAM))
