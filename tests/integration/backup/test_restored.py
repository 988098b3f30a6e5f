"""A bot that goes on from a backup: what was open has ended, and nothing is done a second time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.model.health_facts import FeedHealth
from bot.model.intent import State
from bot.store import outbox, positions
from bot.store.backup import back_up
from bot.store.restore import restoring
from bot.watch import afresh as afresh_module
from bot.watch.afresh import Afresh
from bot.watch.greeting import Greeting
from bot.watch.reminders import Reminders
from tests.integration.desk.deeds import (
    GOODS,
    confirm,
    confirmed,
    delivery,
    delivery_for,
    intent,
    refund,
    reply,
)
from tests.support.world import ANN, World, another_bot, shown


def restore(folder: Path, now: datetime) -> None:
    files = (folder / "backup", folder / "shop.db", folder / "shop.db.key")
    with restoring(*files) as prepared:
        prepared.carry_out(now)


def lose_the_key(folder: Path) -> None:
    (folder / "shop.db.key").unlink()


def keep_the_key(folder: Path) -> None:
    """Restore where the key is."""


EACH_KEY = pytest.mark.parametrize("key", [keep_the_key, lose_the_key])


@EACH_KEY
async def test_what_was_open_or_on_its_way_is_neither_sent_nor_confirmed_again(
    world: World, tmp_path: Path, key: Callable[[Path], None]
) -> None:
    # Confirmed, and not yet sent off when the backup was made; sent off later by the same bot.
    delivered, refunded = await delivery(world), await refund(world)
    for asked in (delivered, refunded):
        await confirmed(world, asked)
    # Open: a preview that is confirmed later, a reply that goes out by itself in five seconds.
    previewed, answered = await delivery(world, "ben:Hunter3333"), await reply(world)
    await world.says(ANN, "/menu")
    await world.act("/send", **{"as": ANN}, text="/balance")
    before = world.offset
    async with world.store.write() as tx:  # cards that wait to be sent, and are
        for kind, asked in (("order", delivered), ("ticket", answered)):
            there: dict[str, Any] = {
                "shop_id": world.shop_id,
                "chat_id": ANN,
                "person_id": ANN,
                "now": world.now,
            }
            await outbox.show(tx, subject_kind=kind, subject_id=asked.subject_id, **there)
    back_up(world.store.path, tmp_path / "backup", world.now)

    await world.settle()
    await confirm(world, previewed)
    await world.later(60)
    await world.says(ANN, "/health")
    ledger = await world.look("/changes")
    for change in ("deliver", "refund", "ticket_reply"):
        assert await world.changes(change)
    said = len(await world.from_bot(ANN))
    await world.aclose()

    key(tmp_path)
    restore(tmp_path, world.now)
    async with another_bot(world, tmp_path) as again:
        assert before is not None
        waiting = "select * from messages where state in ('pending', 'sending')"
        assert await again.rows(waiting) == []
        await again.settle()
        for asked in (previewed, answered, delivered, refunded):
            await again.forges(ANN, asked.message_id, f"ok:{asked.intent_id}:{asked.choice}")
        for _ in range(6):
            await again.later(30)
        assert await again.look("/changes") == ledger
        # Fetched from Telegram before and after the backup: nothing is answered a second time.
        said_again = [shown(each) for each in (await again.from_bot(ANN))[said:]]
        assert not [text for text in said_again if "Health" in text.partition("\n")[0]]
        assert (
            await again.rows("select * from intents where state in ('sending', 'proposed')") == []
        )


async def test_a_refund_that_was_on_its_way_is_settled_by_reading(
    world: World, tmp_path: Path
) -> None:
    asked = await refund(world)
    await confirmed(world, asked)
    back_up(world.store.path, tmp_path / "backup", world.now)
    await world.settle()
    await world.aclose()
    restore(tmp_path, world.now)
    async with another_bot(world, tmp_path) as again:
        assert (await intent(again, asked)).state is State.UNKNOWN
        await again.later(30)
        assert (await intent(again, asked)).state is State.DONE
        assert len(await again.changes("refund")) == 1


async def test_a_refund_that_never_arrived_is_offered_again_and_not_sent(
    world: World, tmp_path: Path
) -> None:
    asked = await refund(world)
    await confirmed(world, asked)
    back_up(world.store.path, tmp_path / "backup", world.now)
    await world.aclose()
    restore(tmp_path, world.now)
    async with another_bot(world, tmp_path) as again:
        for _ in range(6):
            await again.later(30)
        assert (await intent(again, asked)).state is State.REFUSED
        assert await again.changes("refund") == []


async def test_units_are_recognised_with_the_key_and_those_on_their_way_are_in_doubt(
    world: World, tmp_path: Path
) -> None:
    await confirm(world, await delivery(world, GOODS))
    await confirmed(world, await delivery(world, "on-its-way:Umbrella-1965"))
    back_up(world.store.path, tmp_path / "backup", world.now)
    # Delivered later, with a saved text below it: the row that the order shows holds both.
    with_text, later = await world.order(), "later:Umbrella-1966"
    row = SecretStr(f"{later}\nThank you!")
    await world.marketplace.update_delivered_info(with_text, [row])
    await world.aclose()
    restore(tmp_path, world.now)
    async with another_bot(world, tmp_path) as again:
        await again.see_order(with_text)
        fields = ((GOODS, "known"), ("on-its-way:Umbrella-1965", "doubtful"), (later, "known"))
        for goods, field in fields:
            asked = await delivery_for(again, await again.order(), goods)
            plan: Any = (await intent(again, asked)).plan
            assert getattr(plan, field), field


async def test_no_number_of_a_button_is_given_a_second_time(world: World, tmp_path: Path) -> None:
    back_up(world.store.path, tmp_path / "backup", world.now)
    first = await refund(world)
    card = await world.last(ANN)
    await world.aclose()
    restore(tmp_path, world.now)
    async with another_bot(world, tmp_path) as again:
        second = await refund(again)
        assert second.intent_id != first.intent_id
        # The old "Yes" is of a question that nobody knows any more.
        assert await again.forges(ANN, card["message_id"], f"ok:{first.intent_id}")
        assert await again.changes("refund") == []
        await confirm(again, second)
        assert [change["id"] for change in await again.changes("refund")] == [second.subject_id]


def test_a_restore_twice_counts_on_from_the_later_time(tmp_path: Path, folder: Path) -> None:
    restore(folder, datetime.now(UTC))
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        first = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    restore(folder, datetime.now(UTC) - timedelta(days=1))  # by a clock that was set back
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        second = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    assert first.keys() == second.keys()
    assert {"intents", "drafts", "messages", "queues", "saved_texts"} <= first.keys()
    assert all(second[name] >= first[name] > 10**9 for name in first)


# --- what is told, and when ---------------------------------------------------------------------


async def test_nobody_is_told_what_waits_before_it_was_looked_at_afresh(
    world: World, tmp_path: Path
) -> None:
    order = await world.order()
    number = await world.number(order)
    on_its_way = await delivery(world)
    await confirmed(world, on_its_way)
    await delivery_for(world, await world.order(), "open:Question-1")
    back_up(world.store.path, tmp_path / "backup", world.now)
    await world.settle()
    await world.aclose()
    world.clock.advance(3600)
    restore(tmp_path, world.now)
    world.clock.advance(1)
    async with another_bot(world, tmp_path) as again:
        feeds = (FeedHealth("orders"), FeedHealth("tickets"))
        afresh = Afresh(again.store, again.shop_id, world.clock.now, lambda: feeds)
        remind = afresh.then(Reminders(again.store, again.shop_id, world.clock.now).consider)
        await remind()
        feeds = (
            FeedHealth("orders", last_good_at=again.now),
            FeedHealth("tickets", last_good_at=again.now),
        )
        assert not await afresh.ready()
        await remind()
        assert await again.rows("select * from messages where state = 'pending'") == []
        for (order_id,) in await again.rows("select order_id from orders where finished = 0"):
            await again.see_order(order_id)
        assert await afresh.ready()
        await Greeting(again.store, again.shop_id, world.clock.now).greet()
        await again.settle()
        said = shown(await again.last(ANN))
        assert "goes on from a backup of" in said
        assert "1 question that was open then has ended" in said
        assert await again.number(on_its_way.subject_id) in said
        assert "orders wait for you" in said or "order waits for you" in said
        assert number
        # Said once; the next process looks and says nothing of it.
        async with again.store.read() as tx:
            assert await positions.read(tx, again.shop_id, positions.RESTORED) == {}
        assert await remind()


async def test_what_the_marketplace_shows_no_more_is_not_waited_for_for_ever(
    world: World, tmp_path: Path
) -> None:
    await world.order()
    back_up(world.store.path, tmp_path / "backup", world.now)
    await world.aclose()
    world.clock.advance(60)
    restore(tmp_path, world.now)
    async with another_bot(world, tmp_path) as again:
        world.clock.advance(3600)
        good = again.now
        feeds = (FeedHealth("orders", last_good_at=good), FeedHealth("tickets", failing_since=good))
        afresh = Afresh(again.store, again.shop_id, world.clock.now, lambda: feeds)
        assert not await afresh.ready()
        world.clock.advance(afresh_module.LONGEST.total_seconds() - 1)
        assert not await afresh.ready()
        world.clock.advance(1)
        assert await afresh.ready()


async def test_a_change_of_several_products_does_not_go_on(world: World, tmp_path: Path) -> None:
    at = "2026-11-23T12:04:00.000000+00:00"
    async with world.store.write() as tx:
        for number, state in enumerate(("proposed", "running", "done"), 1):
            await tx.conn.exec_driver_sql(
                "insert into batches (id, shop_id, kind, why, state, chat_id, proposed_by, "
                "created_at, expires_at) values (?, 1, 'price', 'selected', ?, 1001, 1001, ?, ?)",
                (number, state, at, at),
            )
        await tx.conn.exec_driver_sql(
            "insert into stock_lines (intent_id, place, shop_id, sealed) values (9, 0, 1, ?)",
            (tx.vault.seal(b"line:Umbrella-1967"),),
        )
    back_up(world.store.path, tmp_path / "backup", world.now)
    await world.aclose()
    restore(tmp_path, world.now)
    async with another_bot(world, tmp_path) as again:
        states = await again.rows("select state from batches order by id")
        assert states == [("expired",), ("stopped",), ("done",)]
        assert await again.rows("select * from stock_lines") == []
