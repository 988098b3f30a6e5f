"""The whole bot in this process, against the practice shop: its start, its work, its end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app as module
from bot.app import run_bot
from bot.settings import Settings
from bot.store.database import open_store
from tests.support.waiting import until
from tests.support.world import ANN, SAM

from .conftest import Practice, settings_of


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[asyncio.Task[int]]:
    """Run the bot, and end it as SIGTERM does."""
    task = asyncio.create_task(run_bot(settings))
    try:
        yield task
    finally:
        if not task.done():
            os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(20):
            assert await task == 0


async def test_an_order_is_pushed_delivered_by_a_reply_and_the_end_is_clean(
    practice: Practice, settings: Settings
) -> None:
    async with running(settings):
        await practice.sees(ANN, "Orders")  # the first look is stored
        order = await practice.post("/market/control/orders")
        card = await practice.sees(ANN, order["order_no"], "Deliver")
        who = {"as": ANN}
        await practice.post(
            "/telegram/control/send",
            **who,
            text="anna:Hunter2222",
            reply_to=card["message_id"],
        )
        preview = await practice.sees(ANN, "Send 1")
        await practice.post(
            "/telegram/control/press", **who, message_id=preview["message_id"], label="Send 1"
        )
        await practice.sees(ANN, order["order_no"], "1 of 1 delivered")
    state = await practice.get("/market/control/state")
    assert [each["delivered_rows"] for each in state["orders"]] == [["anna:Hunter2222"]]


async def test_what_waited_while_it_was_off_is_handled_after_the_next_start(
    practice: Practice, settings: Settings
) -> None:
    async with running(settings):
        await practice.sees(ANN, "Orders")
    order = await practice.post("/market/control/orders")
    await practice.post("/telegram/control/send", **{"as": ANN}, text="/health")
    async with running(settings):
        await practice.sees(ANN, order["order_no"], "Deliver")
        await practice.sees(ANN, "0.1.0", "Menu")


async def test_without_owners_a_code_is_printed_that_pairs(
    practice: Practice, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with running(settings_of(practice, tmp_path, owner_ids=())):
        said = ""

        def printed() -> bool:
            nonlocal said
            said += capfd.readouterr().out
            return "\n" in said

        await until(printed)
        code = said.strip().removeprefix("Pairing code: ")
        assert len(code) == 8
        await practice.post("/telegram/control/send", **{"as": SAM}, text=f"/start {code}")
        await practice.sees(SAM, "Orders")


async def test_it_starts_while_telegram_and_the_marketplace_are_down(
    practice: Practice, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "backoff", lambda *_: timedelta(seconds=0.01))
    await practice.post("/telegram/control/faults", method="getMe", kind="status", times=3)
    await practice.post("/market/control/faults", operation="reads", kind="status", times=3)
    await practice.post("/telegram/control/send", **{"as": ANN}, text="/menu")
    async with running(settings):
        await practice.sees(ANN, "Health")
        calls = (await practice.get("/telegram/control/calls?method=getMe"))["items"]
        assert len(calls) >= 4


async def test_it_ends_while_telegram_was_never_reached(
    practice: Practice, settings: Settings
) -> None:
    await practice.post("/telegram/control/faults", method="*", kind="status", times=None)
    async with running(settings):
        await until(practice.polls)
    assert await practice.from_bot(ANN) == []


async def test_an_end_waits_for_what_was_begun(practice: Practice, settings: Settings) -> None:
    async with running(settings) as task:
        await practice.sees(ANN, "Orders")
        await practice.post(
            "/market/control/faults", operation="get_balance", kind="hang_after", seconds=60
        )
        await practice.post("/telegram/control/send", **{"as": ANN}, text="/balance")

        async def asked() -> bool:
            return bool(
                (await practice.get("/market/control/calls?operation=get_balance"))["items"]
            )

        await until(asked)
        os.kill(os.getpid(), signal.SIGINT)
        await practice.get("/market/control/state")
        assert not task.done()
        await practice.post("/market/control/faults/release")


async def test_a_database_in_use_is_said_and_ends_with_1(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    store = await open_store(settings.database_url, None)
    try:
        assert await run_bot(settings) == 1
    finally:
        await store.close()
    assert "supplier-bot" in capsys.readouterr().err


async def test_a_lost_key_is_a_setting_at_fault_and_ends_with_2(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = await open_store(settings.database_url, None)
    await store.close()
    (tmp_path / "bot.db.key").unlink()
    assert await run_bot(settings) == 2
    assert capsys.readouterr().err.startswith("SECRETS_FILE")
