"""Goods in files: read as pastes are, whatever wrote them; everything else is refused in a line."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.world import ANN, World, broken, labels, shown

UNIT = "anna@shop.example:Hunter-2222"
TWO = "anna:Hunter-2222\nberta:Hunter-3333"


async def card(world: World, order_id: str) -> int:
    await world.says(ANN, await world.number(order_id))
    return int((await world.last(ANN))["message_id"])


async def rows(world: World, order_id: str) -> list[str]:
    return list((await world.true_order(order_id))["delivered_rows"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("goods.txt", TWO.encode()),
        ("goods.csv", TWO.replace("\n", "\r\n").encode()),
        ("GOODS.TXT", b"\xef\xbb\xbf" + TWO.encode()),
        ("utf16.txt", TWO.encode("utf-16")),
        ("big-endian.csv", b"\xfe\xff" + TWO.replace("\n", "\r\n").encode("utf-16-be")),
        ("without-mark.txt", TWO.encode("utf-16-le")),
    ],
)
async def test_the_goods_come_in_a_txt_or_csv_file(world: World, name: str, content: bytes) -> None:
    order_id = await world.order(quantity=2)
    sent = await world.sends_file(ANN, content, name, reply_to=await card(world, order_id))
    assert "👀" in await world.reactions(ANN, sent)
    preview = await world.last(ANN)
    assert preview["reply_to"] == sent
    assert "Hunter" not in preview["text"]
    await world.presses(ANN, preview, "Send 2")
    assert await rows(world, order_id) == TWO.split("\n")


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"%PDF-1.7", {"name": "goods.pdf"}, "any other file is not read"),
        (b"\x89PNG", {"name": "goods.png", "kind": "document"}, "any other file is not read"),
        (b"a:1", {"name": "goods.txt", "size": 20 * 1024 * 1024 + 1}, "this one is larger"),
        (b"\xff\xfb\x90 not text", {"name": "goods.txt"}, "could not be read"),
        (b"a:1\x00\x00b:2\x00", {"name": "goods.txt"}, "could not be read"),
        (b" \r\n ", {"name": "goods.txt"}, "No goods were found"),
        (b"\xff\xd8", {"name": "goods.jpg", "kind": "photo"}, "takes text only"),
    ],
)
async def test_any_other_file_is_refused_in_one_sentence(
    world: World, content: bytes, more: dict[str, Any], said: str
) -> None:
    order_id = await world.order()
    before = await card(world, order_id)
    await world.sends_file(ANN, content, reply_to=before, **more)
    (answer,) = [m for m in await world.from_bot(ANN) if m["message_id"] > before]
    assert said in answer["text"]
    assert "othing was sent" in answer["text"]
    assert await world.rows("select * from intents") == []


async def test_a_file_of_empty_lines_is_no_goods_without_an_order_either(world: World) -> None:
    await world.sends_file(ANN, b"\n" * 1000, "empty.txt")
    assert "No goods were found" in (await world.last(ANN))["text"]


async def test_a_file_answers_a_prompt(world: World) -> None:
    order_id = await world.order()
    asks_at = await card(world, order_id)
    await world.presses(ANN, {"message_id": asks_at}, "Deliver")
    prompt = await world.last(ANN)
    await world.sends_file(ANN, UNIT.encode())
    preview = await world.last(ANN)
    assert "Send 1" in labels(preview)
    asked = next(m for m in await world.chat(ANN) if m["message_id"] == prompt["message_id"])
    assert "came: the preview stands below" in asked["text"]


async def test_a_bare_file_is_asked_about_and_sent_nowhere(world: World) -> None:
    order_id = await world.order()
    await world.sends_file(ANN, UNIT.encode())
    asks = await world.last(ANN)
    assert "For which order" in asks["text"]
    await world.presses(ANN, asks, labels(asks)[0])
    await world.presses(ANN, await world.last(ANN), "Send 1")
    assert await rows(world, order_id) == [UNIT]


async def test_a_number_beside_a_file_says_for_which_order(world: World) -> None:
    order_id = await world.order()
    await world.sends_file(ANN, UNIT.encode(), caption=await world.number(order_id))
    assert "Send 1" in labels(await world.last(ANN))


async def test_a_file_for_a_ticket_is_not_sent(world: World) -> None:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    at = (await world.last(ANN))["message_id"]
    await world.sends_file(ANN, UNIT.encode(), reply_to=at)
    assert "takes text only" in shown(await world.last(ANN))


async def test_the_files_of_an_album_are_joined(world: World) -> None:
    order_id = await world.order(quantity=3)
    at = await card(world, order_id)
    await world.sends_file(
        ANN, b"anna:Hunter-1111", "1.txt", reply_to=at, media_group="7", fetch=False
    )
    await world.sends_file(ANN, b"berta:Hunter-2222\n", "2.txt", media_group="7", fetch=False)
    await world.sends_file(ANN, b"carl:Hunter-3333", "3.csv", media_group="7")
    previews = [m for m in await world.from_bot(ANN) if m["message_id"] > at]
    assert len(previews) == 1
    assert "Put together from 3 files" in previews[0]["text"]
    await world.presses(ANN, previews[0], "Send 3")
    assert await rows(world, order_id) == [
        "anna:Hunter-1111",
        "berta:Hunter-2222",
        "carl:Hunter-3333",
    ]


async def test_a_file_of_an_album_that_comes_later_is_joined_and_old_buttons_send_nothing(
    world: World,
) -> None:
    order_id = await world.order(quantity=2)
    at = await card(world, order_id)
    await world.sends_file(ANN, b"anna\npass-1", "1.txt", reply_to=at, media_group="7")
    preview = await world.last(ANN)
    early = preview["keyboard"][0][0]["data"]
    await world.sends_file(ANN, b"berta\npass-2", "2.txt", media_group="7")
    await world.forges(ANN, preview["message_id"], early)
    assert await rows(world, order_id) == []
    text = shown(next(m for m in await world.chat(ANN) if m["message_id"] == preview["message_id"]))
    assert "one a file" in text
    await world.presses(ANN, preview, "Send 2")
    assert await rows(world, order_id) == ["anna\npass-1", "berta\npass-2"]


async def test_a_file_is_fetched_again_after_trouble_and_after_a_death(world: World) -> None:
    order_id = await world.order()
    at = await card(world, order_id)
    world.telegram_line.before = broken(httpx.ConnectError("away"), where="getFile", times=2)
    await world.sends_file(ANN, UNIT.encode(), reply_to=at)
    assert (await world.last(ANN))["message_id"] == at
    world.asking._held.clear()  # what a new process knows of it
    world.begins_anew()
    await world.later(0)
    await world.later(2)
    assert "Send 1" in labels(await world.last(ANN))


async def test_a_file_that_cannot_be_fetched_is_told_in_the_end(world: World) -> None:
    at = await card(world, await world.order())
    world.telegram_line.before = broken(httpx.ConnectError("away"), where="getFile", times=99)
    await world.sends_file(ANN, UNIT.encode(), reply_to=at)
    for _ in range(6):
        await world.later(40)
    assert "did not hand out this file" in shown(await world.last(ANN))
    assert await world.rows("select * from errands") == []


async def test_no_goods_of_a_file_lie_on_the_disk_in_the_clear(
    world: World, tmp_path: Path
) -> None:
    await world.sends_file(ANN, UNIT.encode())
    gc.collect()
    held = await asyncio.to_thread(lambda: [path for path in tmp_path.rglob("*") if path.is_file()])
    assert held
    assert not any(b"Hunter-2222" in path.read_bytes() for path in held)
