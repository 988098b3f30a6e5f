"""The whole bot in this process, against the practice shop: its start, its work, its end."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import app, life
from bot.chat import pacer
from bot.ending import asked_to_end
from bot.life import run_bot
from bot.settings import Settings
from bot.store import inbox
from bot.store.errors import DiskFull, ReadOnly, StoreError
from bot.store.opening import open_store
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
            return said.count("\n") == 2  # the code that pairs, the one that locks

        await until(printed)
        first, second = said.splitlines()
        code = first.removeprefix("Pairing code: ")
        assert len(code) == 8
        assert second.startswith("Lock code: ")
        await practice.post("/telegram/control/send", **{"as": SAM}, text=f"/start {code}")
        await practice.sees(SAM, "Orders")


async def test_it_starts_while_telegram_and_the_marketplace_are_down(
    practice: Practice, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.arrival.backoff", lambda *_: timedelta(seconds=0.01))
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


async def test_a_token_of_another_bot_is_a_setting_at_fault_and_changes_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = await open_store(settings.database_url, None)
    async with store.write() as tx:
        await inbox.speak_through(tx, 1)
    await store.close()
    before = (tmp_path / "bot.db").read_bytes()
    assert await run_bot(settings) == 2
    (line,) = [each for each in capsys.readouterr().err.splitlines() if each[:1] != "{"]
    assert line.startswith(f"TELEGRAM_BOT_TOKEN: is the token of another bot ({settings.bot_id})")
    assert (tmp_path / "bot.db").read_bytes() == before


async def test_a_lost_key_is_a_setting_at_fault_and_ends_with_2(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = await open_store(settings.database_url, None)
    await store.close()
    (tmp_path / "bot.db.key").unlink()
    assert await run_bot(settings) == 2
    assert capsys.readouterr().err.startswith("SECRETS_FILE")


@pytest.mark.parametrize(
    ("module", "step"), [(life, "open_store"), (life, "marketplace_of"), (app, "Poller")]
)
async def test_an_end_that_is_asked_for_during_the_start_is_clean(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    true = getattr(module, step)

    def interrupted(*args: Any, **named: Any) -> Any:
        os.kill(os.getpid(), signal.SIGTERM)
        return true(*args, **named)

    monkeypatch.setattr(module, step, interrupted)
    before = signal.getsignal(signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await run_bot(settings) == 0
    assert signal.getsignal(signal.SIGTERM) is before


async def test_an_end_that_was_asked_for_before_the_start_is_kept(
    practice: Practice, settings: Settings
) -> None:
    with asked_to_end() as asked:
        os.kill(os.getpid(), signal.SIGINT)
        async with asyncio.timeout(20):
            assert await run_bot(settings, asked) == 0
    assert await practice.from_bot(ANN) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ReadOnly("The database may not be written to here."), 2),
        (DiskFull("The disk is full: nothing can be stored until there is room."), 1),
    ],
)
async def test_a_database_that_takes_nothing_is_said_with_its_path(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: StoreError,
    status: int,
) -> None:
    async def refused(*_: object) -> None:
        raise error

    monkeypatch.setattr("bot.store.people.the_shop", refused)
    assert await run_bot(settings) == status
    (line,) = [each for each in capsys.readouterr().err.splitlines() if each[:1] != "{"]
    assert line.startswith(f"DATABASE_URL: {error}")
    assert str(tmp_path / "bot.db") in line


async def test_a_store_that_fails_under_the_running_bot_is_said_without_a_traceback(
    practice: Practice,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def refused(*_: object) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr("bot.watch.teller.Teller.run", refused)
    async with asyncio.timeout(20):
        assert await run_bot(settings) == 1
    said = capsys.readouterr().err
    assert "DATABASE_URL: The disk is full." in said
    assert "Traceback" not in said


@pytest.mark.parametrize("what", ["folder", "denied"])
async def test_a_key_that_cannot_be_read_is_a_setting_at_fault(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    what: str,
) -> None:
    if what == "folder":
        (tmp_path / "bot.db.key").mkdir()
    else:

        async def denied(*_: object) -> None:
            raise PermissionError(13, "Permission denied", str(tmp_path / "bot.db.key"))

        monkeypatch.setattr(life, "open_store", denied)
    assert await run_bot(settings) == 2
    assert capsys.readouterr().err.startswith("SECRETS_FILE: ")


async def test_a_port_that_is_asked_for_says_that_all_works_and_one_in_use_ends_with_2(
    practice: Practice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"127.0.0.1:{listener.getsockname()[1]}"
        settings = settings_of(practice, tmp_path, metrics_listen=place)
        assert await run_bot(settings) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"METRICS_LISTEN: {place} cannot be used")

        monkeypatch.setattr("bot.outside.listen", lambda *_: listener)
        async with running(settings), httpx.AsyncClient(trust_env=False) as client:

            async def well() -> bool:
                answer = await client.get(f"http://{place}/healthz")
                return answer.status_code == 200

            await until(well)
            said = (await client.get(f"http://{place}/metrics")).text
        assert 'supplier_bot_marketplace_calls_total{operation="list_orders"}' in said
        assert 'supplier_bot_telegram_calls_total{method="getMe"}' in said


async def test_between_webhook_and_polling_nothing_is_lost_and_nothing_handled_twice(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    polling = settings_of(practice, tmp_path, poll_seconds="2")
    count = 0

    async def write(times: int) -> None:
        nonlocal count
        for _ in range(times):
            count += 1
            await practice.post("/telegram/control/send", **{"as": ANN}, text=f"/order TK{count}")

    async def answered(number: int) -> None:
        await practice.sees(ANN, f"“TK{number}”")

    async def live(settings: Settings) -> None:
        """Run while people write: at its start, meanwhile, and at its end."""
        async with asyncio.TaskGroup() as tasks, running(settings):
            tasks.create_task(write(3))
            await answered(count + 1)
            await write(3)
            await answered(count - 1)
            tasks.create_task(write(3))

    await practice.post("/telegram/control/options", limits=False)
    for rate in ("_CHAT_RATE", "_CHAT_BURST", "_ALL_RATE", "_ALL_BURST"):
        monkeypatch.setattr(pacer, rate, 10_000.0)
    for turn in range(2):
        await write(2)  # while nobody runs
        if turn % 2 == 0:
            await live(polling)
            continue
        with socket.create_server(("127.0.0.1", 0)) as listener:
            place = f"127.0.0.1:{listener.getsockname()[1]}"
            hooked = settings_of(
                practice,
                tmp_path,
                poll_seconds="2",
                webhook_url=f"http://{place}/hook",
                webhook_listen=place,
            )
            monkeypatch.setattr("bot.outside.listen", lambda *_, it=listener: it)
            await live(hooked)
    async with running(polling):
        await answered(count)
    texts = [message["text"] for message in await practice.from_bot(ANN)]
    told = Counter(found for text in texts for found in re.findall(r"TK\d+", text))
    assert told == Counter({f"TK{number}": 1 for number in range(1, count + 1)})
