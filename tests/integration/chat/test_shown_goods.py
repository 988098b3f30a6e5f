"""Show goods: read live, in spoilers, with copy buttons; they vanish after a minute."""

from __future__ import annotations

import asyncio
import gc
import json
from pathlib import Path
from typing import Any

import pytest

from bot.desk import goods
from bot.desk.errors import NotPossible
from bot.model.person import Role
from tests.support.world import ANN, World, labels, shown


async def delivered(world: World, *rows: str) -> str:
    order_id = await world.order(quantity=len(rows))
    await world.control(f"/orders/{order_id}/deliver", rows=list(rows))
    world.clock.advance(1)
    await world.see_order(order_id)
    return order_id


async def ask(world: World, order_id: str) -> Any:
    """Press Show goods below More; return the message in which they are to stand."""
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.presses(ANN, card, "More")
    await world.presses(ANN, card, "Show goods")
    return await world.last(ANN)


async def show(world: World, order_id: str) -> Any:
    await ask(world, order_id)
    await world.later(1)
    return await world.last(ANN)


async def there(world: World) -> set[int]:
    return {message["message_id"] for message in await world.chat(ANN)}


async def test_show_goods_reads_them_live_in_spoilers_with_copy_buttons(world: World) -> None:
    order_id = await delivered(world, "anna:Hunter2222", "berta\nHunter3333")
    asked = await ask(world, order_id)
    assert "Reading" in asked["text"]  # the first tap gives a sign at once
    await world.later(1)
    message = await world.last(ANN)
    assert message["message_id"] == asked["message_id"]
    spoilers = [e for e in message["entities"] if e["type"] == "spoiler"]
    raw = message["text"].encode("utf-16-le")
    hidden = [
        raw[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le") for e in spoilers
    ]
    assert hidden == ["anna:Hunter2222", "berta\nHunter3333"]
    copies = [button["copy"] for row in message["keyboard"] for button in row]
    assert "Copy 1" in labels(message)
    assert copies == ["anna:Hunter2222", "berta\nHunter3333", None]


async def test_shown_goods_vanish_after_a_minute_also_after_a_restart(world: World) -> None:
    message = await show(world, await delivered(world, "anna:Hunter2222"))
    await world.later(58)
    assert message["message_id"] in await there(world)
    # Nothing but rows knows of it: what a new process finds is the same.
    assert (
        await world.one(
            "select count(*) from messages where action = 'delete' and state = 'pending'"
        )
        == 1
    )
    await world.later(2)
    assert message["message_id"] not in await there(world)


async def test_hide_takes_them_away_at_once(world: World) -> None:
    message = await show(world, await delivered(world, "anna:Hunter2222"))
    await world.presses(ANN, message, "Hide")
    assert message["message_id"] not in await there(world)


async def test_shown_goods_are_kept_nowhere_in_the_clear(world: World, tmp_path: Path) -> None:
    await show(world, await delivered(world, "anna:Hunter2222"))
    gc.collect()
    held = await asyncio.to_thread(lambda: [p for p in tmp_path.rglob("*") if p.is_file()])
    assert not any(b"Hunter2222" in path.read_bytes() for path in held)
    assert await world.rows("select id from messages where sealed is not null") == []


async def test_many_units_go_in_pages_and_a_page_begins_the_minute_anew(world: World) -> None:
    order_id = await delivered(world, *(f"user{n}:Hunter-{n}{n}{n}{n}" for n in range(9)))
    message = await show(world, order_id)
    assert "1/2" in labels(message)
    await world.later(50)
    await world.presses(ANN, message, "›")
    message = await world.last(ANN)
    assert "2/2" in labels(message)
    assert "Hunter-8888" in message["text"]
    assert "Hunter-1111" not in message["text"]
    await world.later(50)
    assert message["message_id"] in await there(world)
    await world.later(10)
    assert message["message_id"] not in await there(world)


async def test_a_forged_page_does_not_put_goods_into_a_message_that_stays(world: World) -> None:
    order_id = await delivered(world, "anna:Hunter2222")
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    for verb in ("sg", "hg"):
        await world.forges(ANN, card["message_id"], f"{verb}:{order_id}:1")
    await world.later(1)
    assert "Hunter" not in json.dumps(await world.chat(ANN))
    assert card["message_id"] in await there(world)


async def test_in_a_group_goods_are_shown_to_nobody(world: World) -> None:
    order_id = await delivered(world, "anna:Hunter2222")
    person = await world.person(ANN)
    async with world.store.write() as tx:
        with pytest.raises(NotPossible, match="goods_private"):
            await goods.show(
                tx, world.shop, person, order_id, private=False, chat_id=-5, now=world.now
            )


async def test_who_may_not_deliver_sees_no_goods(world: World) -> None:
    order_id = await delivered(world, "anna:Hunter2222")
    await world.becomes(ANN, Role.VIEWER)
    await world.says(ANN, await world.number(order_id))
    card = await world.last(ANN)
    await world.forges(ANN, card["message_id"], f"sg:{order_id}")
    await world.later(1)
    assert "does not allow" in shown(await world.last(ANN))
    assert "Hunter" not in json.dumps(await world.chat(ANN))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"kind": "status", "status": 500}, "could not be read"),
        ({"kind": "status", "status": 404}, "the marketplace says"),
    ],
)
async def test_goods_that_cannot_be_read_are_said_to_be_so(
    world: World, how: dict[str, Any], said: str
) -> None:
    order_id = await delivered(world, "anna:Hunter2222")
    await world.trouble("get_order", **how)
    message = await show(world, order_id)
    assert said in message["text"]
    await world.later(120)
    assert message["message_id"] in await there(world)
