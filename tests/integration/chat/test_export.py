"""/export: what is known as a file, for whom it is meant alone, and nothing that may be goods."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from bot.desk import apart
from bot.desk.export_file import Job, write
from bot.model.person import Role
from bot.store import errands
from tests.support.world import ANN, BEN, World, labels, shown

from .test_report import sold


async def content(world: World, message: Any) -> bytes:
    answer = await world._telegram.get(f"/files/{message['file']['file_id']}")
    return answer.content


def table(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")  # or Excel takes it for another encoding
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def in_this_process(module: str, job: bytes, **_: Any) -> bytes:
    assert module == "bot.desk.export_file"
    written = write(Job(**json.loads(job)))
    return json.dumps({"rows": written.rows, "size": written.size}).encode()


async def test_orders_come_as_a_file_from_a_process_of_its_own(world: World) -> None:
    await sold(world, world.now, "88.01", title="=HYPERLINK(1)", delivered_info="anna:Secret-1")
    await sold(world, world.now.replace(month=1), "1.00")
    await world.says(ANN, "/export")
    card = await world.last(ANN)
    assert "Orders · 1 Nov – 23 Nov" in card["text"]
    await world.presses(ANN, card, "Last month")
    card = await world.last(ANN)
    assert "1 Oct – 31 Oct" in card["text"]
    await world.presses(ANN, card, "Send .csv")
    assert "Nothing is known of those days" in (await world.last(ANN))["text"]
    await world.presses(ANN, card, "Everything")
    await world.presses(ANN, card, "Send .csv")
    sent = await world.last(ANN)
    assert sent["file"]["name"] == "orders-until-2026-11-23.csv"
    assert sent["caption"].startswith("Orders · Everything · 2 rows")
    first, second = table(await content(world, sent))
    assert (first["total_amount"], second["total_amount"]) == ("1.00", "88.01")
    assert second["created_at"] == "2026-11-23T12:04:00+00:00"
    assert second["product_title"] == "'=HYPERLINK(1)"  # a text, and no formula
    assert "Secret" not in (await content(world, sent)).decode()
    assert list(world.store.spool.folder.iterdir()) == []  # it is not kept once it was sent


async def test_products_tickets_and_other_days(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(apart, "run", in_this_process)
    order_id = await world.order()
    await world.ticket(order_id, "anna:Secret-1 does not work")
    await world.product()
    await world.says(ANN, "/export products 23 Nov csv")
    rows = table(await content(world, await world.last(ANN)))
    assert len(rows) > 3
    assert [row["units_in_period"] for row in rows if row["orders_in_period"] != "0"] == ["1"]
    await world.says(ANN, "/export tickets today .xlsx")
    sent = await world.last(ANN)
    assert sent["file"]["name"] == "tickets-2026-11-23.xlsx"
    book = zipfile.ZipFile(io.BytesIO(await content(world, sent)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert await world.number(order_id) in sheet
    assert "Secret" not in sheet
    await world.says(ANN, "/export tickets")
    card = await world.last(ANN)
    await world.presses(ANN, card, "Other days")
    for wrong in ("15/11/2026", "31 Feb", "1 Jan 2030"):
        await world.says(ANN, wrong)
        assert "like 2026-10-01 - 2026-10-15" in (await world.last(ANN))["text"]
    await world.says(ANN, "1 Nov - 15 Nov")
    card = await world.last(ANN)
    assert "Tickets · 1 Nov – 15 Nov" in card["text"]
    await world.presses(ANN, card, "Orders")
    assert "Orders · 1 Nov – 15 Nov" in (await world.last(ANN))["text"]


async def test_a_file_that_was_lost_is_made_again(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(apart, "run", in_this_process)
    await sold(world, world.now, "1.00")
    await world.telegram_trouble("sendDocument", "status", status=500, times=1)
    await world.says(ANN, "/export orders csv")
    (left,) = world.store.spool.folder.iterdir()
    left.unlink()  # as a new process does with everything that the one before left
    await world.later(60)
    assert len(table(await content(world, await world.last(ANN)))) == 1
    # One that Telegram will never take is not kept.
    await world.telegram_trouble("sendDocument", "status", status=400, times=1)
    await world.says(ANN, "/export orders csv")
    assert await world.one("select count(*) from messages where state = 'aside'") == 1
    assert list(world.store.spool.folder.iterdir()) == []


async def test_a_file_is_neither_sent_nor_kept_where_a_lock_falls_while_it_is_written(
    world: World, monkeypatch: Any
) -> None:
    await sold(world, world.now, "1.00")
    written: list[str] = []

    async def locked_meanwhile(module: str, job: bytes, **_: Any) -> bytes:
        told = await in_this_process(module, job)
        written.extend(path.name for path in world.store.spool.folder.iterdir())
        async with world.store.write() as tx:
            await errands.drop_all(tx, world.shop_id)  # as a lock does
        return told

    monkeypatch.setattr(apart, "run", locked_meanwhile)
    await world.says(ANN, "/export orders csv")
    assert len(written) == 1
    assert list(world.store.spool.folder.iterdir()) == []
    assert [m for m in await world.from_bot(ANN) if m["file"]] == []


async def test_files_are_for_the_owner_in_private(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(apart, "run", in_this_process)
    await sold(world, world.now, "1.00")
    await world.becomes(BEN, Role.OPERATOR)
    await world.says(BEN, "/export orders csv")
    assert "Your role" in shown(await world.last(BEN))
    await world.says(BEN, "/menu")
    for forged in ("ex:orders.all:csv", "ex:orders.all", "ed:orders"):
        await world.forges(BEN, (await world.last(BEN))["message_id"], forged)
        assert "Your role" in shown(await world.last(BEN))
    # Who is no owner any more when it is sent gets nothing.
    await world.telegram_trouble("sendDocument", "status", status=500, times=1)
    await world.says(ANN, "/export orders csv")
    await world.becomes(ANN, Role.OPERATOR)
    await world.later(60)
    assert [m for m in await world.from_bot(ANN) if m["file"]] == []
    assert list(world.store.spool.folder.iterdir()) == []


async def test_a_process_that_fails_is_said(world: World, tmp_path: Path) -> None:
    await sold(world, world.now, "1.00")
    await world.says(ANN, "/export orders")
    card = await world.last(ANN)
    assert "Send .xlsx" in labels(card)
    world.store.path = tmp_path / "nothing.db"
    await world.presses(ANN, card, "Send .xlsx")
    assert "could not be made" in (await world.last(ANN))["text"]
