"""A database and the bot it speaks through: another one begins with chats of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.model.press import Press, Verb
from bot.store import bots, inbox, migrate
from bot.store.errors import AnotherBot
from tests.support.world import ANN, BOT_ID, another_bot, labels, open_world, shown

_KEPT = "SELECT count(*) FROM orders"
# What would be edited, deleted or replied to by another bot.
_OF_CHATS = (
    "SELECT count(*) FROM cards",
    "SELECT count(*) FROM messages WHERE message_id IS NOT NULL OR target_message_id IS NOT NULL",
    "SELECT count(*) FROM intents WHERE source_message_id IS NOT NULL",
    "SELECT count(*) FROM drafts WHERE state = 'open'",
)


async def test_what_was_under_way_is_shown_by_the_new_bot_and_the_change_is_written_down(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        order = await world.order()
        number = await world.number(order)
        await world.says(ANN, number)
        card = await world.last(ANN)
        await world.presses(ANN, card, "Refund")
        await world.trouble("refund_order", "close")
        asks = next(m for m in await world.chat(ANN) if m["message_id"] == card["message_id"])
        await world.presses(ANN, asks, "Yes, refund")
        assert await world.one("select state from intents") == "unknown"
    bots.begin_anew(tmp_path / "shop.db", 2, world.now)
    async with another_bot(world, tmp_path) as anew:
        await anew.settle()
        told = await anew.last(ANN)
        assert told["message_id"] > asks["message_id"]
        assert "Checking" in told["text"]
        assert number in shown(told)
        # A card as any other: it is drawn again when that ends.
        live = "select subject_kind from cards where message_id = "
        assert await anew.one(f"{live}{told['message_id']}") == "intent"
        await anew.says(ANN, "/audit")
        said = (await anew.last(ANN))["text"]
        assert "command line · connected another Telegram bot" in said


async def test_another_bot_is_refused_until_the_chats_of_the_first_are_let_go(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        number = await world.number(await world.order())
        await world.says(ANN, number)
        card = await world.last(ANN)
        await world.says(ANN, "anna:Hunter2222", reply_to=card["message_id"])  # a preview
        await world.presses(ANN, card, "Deliver")  # a draft
        async with world.store.write() as tx:
            await inbox.speak_through(tx, BOT_ID)
            with pytest.raises(AnotherBot, match="another bot"):
                await inbox.speak_through(tx, 2)
    database = tmp_path / "shop.db"
    assert bots.bots_of(database) == {BOT_ID}

    def counts(*questions: str) -> list[int]:
        with closing(sqlite3.connect(database)) as connection:
            return [connection.execute(each).fetchone()[0] for each in questions]

    assert all(counts(*_OF_CHATS, _KEPT)), "nothing to let go"
    bots.begin_anew(database, 2, world.now)
    assert bots.bots_of(database) == {2}
    assert counts(*_OF_CHATS, _KEPT) == [0, 0, 0, 0, 1]
    assert migrate.look(database).version == migrate.HEAD
    async with another_bot(world, tmp_path) as anew:
        await anew.says(ANN, number)
        assert "0 of 1 delivered" in shown(await anew.last(ANN))


async def test_goods_of_before_are_offered_again_whatever_else_was_sent_then(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        first, second = await world.order(), await world.order()
        await world.trouble("update_delivered_info", "status", status=400)
        for order, goods in ((first, "anna:Hunter2222"), (second, "berta:Hunter3333")):
            await world.says(ANN, await world.number(order))
            card = await world.last(ANN)
            await world.says(ANN, goods, reply_to=card["message_id"])
            await world.presses(ANN, await world.last(ANN), "Send")
        number = await world.number(first)
        assert [row[0] for row in await world.rows("select state from intents")] == [
            "refused",
            "done",
        ]
    bots.begin_anew(tmp_path / "shop.db", 2, world.now)
    async with another_bot(world, tmp_path) as anew:
        await anew.says(ANN, number)
        again = Press(Verb.GOODS_AGAIN, "1").pack()
        assert not await anew.forges(ANN, (await anew.last(ANN))["message_id"], again)
        preview = await anew.last(ANN)
        assert number in shown(preview)
        assert "Send" in labels(preview)[0]
        # Once, as ever.
        assert "Someone was first" in (await anew.forges(ANN, preview["message_id"], again) or "")
        await anew.presses(ANN, preview, "Send")
        assert await anew.one("select count(*) from intents where state = 'done'") == 2
