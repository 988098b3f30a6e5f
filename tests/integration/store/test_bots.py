"""A database and the bot it speaks through: another one begins with chats of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import bots, inbox, migrate
from bot.store.errors import AnotherBot
from tests.support.world import ANN, BOT_ID, another_bot, open_world, shown

_KEPT = "SELECT count(*) FROM orders"
# What would be edited, deleted or replied to by another bot.
_OF_CHATS = (
    "SELECT count(*) FROM cards",
    "SELECT count(*) FROM messages WHERE message_id IS NOT NULL OR target_message_id IS NOT NULL",
    "SELECT count(*) FROM intents WHERE source_message_id IS NOT NULL",
    "SELECT count(*) FROM drafts WHERE state = 'open'",
)


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
