"""Telegram or the marketplace away, wrong keys, wrong settings, and the end of the process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .practice import ANN, COMMAND, KEY, TOKEN, Bot, Shop, Someone, running, until


def test_started_while_telegram_is_away_it_waits_and_tells_what_came(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    shop.telegram_trouble("*", "down", times=None)
    bot.start(wait=False)
    with running(bot, started=True):
        # Both: what stands in the first look is history, and no news.
        until(lambda: shop.api_calls("list_orders"), why=bot.said)
        until(lambda: shop.api_calls("list_tickets"), why=bot.said)
        order = shop.market("orders")
        until(lambda: len(shop.telegram_calls()) >= 3, why=bot.said)
        assert ann.from_bot() == []
        shop.no_telegram_trouble()
        ann.sees(order["order_no"], "Deliver")
        ann.sees("Watching", after=ann.send("/menu"))


def test_started_while_the_marketplace_is_away_it_talks_and_watches_when_it_is_back(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    shop.market("orders/bulk", count=2)
    shop.trouble("*", "status", status=502, times=None)
    with running(Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))):
        ann.sees("first time", after=ann.send("/menu"))
        assert not any("Watching" in m["text"] for m in ann.from_bot())
        shop.no_trouble()
        ann.sees("Watching", "2 orders wait for you")
        order = shop.market("orders")
        ann.sees(order["order_no"], "Deliver")


def test_a_wrong_key_is_said_once_and_ends_nothing(
    shop: Shop, tmp_path: Path, ann: Someone, ben: Someone
) -> None:
    with running(Bot(shop, tmp_path, hasty=True, SUPPLIER_API_KEY="wrong-key")):
        for person in (ann, ben):
            said = person.sees("does not accept the key", "SUPPLIER_API_KEY")
            assert "wrong-key" not in said["text"]
        tries = len(shop.api_calls("list_orders"))
        until(lambda: len(shop.api_calls("list_orders")) >= tries + 2)
        ann.sees("not read since", after=ann.send("/health"))
        for person in (ann, ben):
            texts = [m["text"] for m in person.from_bot()]
            told = [t for t in texts if t.startswith("⚠️") and "does not accept the key" in t]
            assert len(told) == 1


def test_a_blocked_chat_is_paused_and_start_brings_what_was_missed(
    shop: Shop, tmp_path: Path, ann: Someone, ben: Someone
) -> None:
    with running(Bot(shop, tmp_path, hasty=True)):
        ann.sees("Watching")
        ben.sees("Watching")
        shop.telegram("block", **{"as": "ben"})
        missed = shop.market("orders")
        ann.sees(missed["order_no"])  # and nobody waits for Ben
        shop.telegram("unblock", **{"as": "ben"})
        ben.send("/start")
        ben.sees(missed["order_no"], "Deliver")


def test_sigterm_ends_it_within_ten_seconds_though_calls_hang(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, command=COMMAND, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        order = shop.market("orders")
        card = ann.sees(order["order_no"], "0 of 1 delivered")
        ann.press(card, "Refund")
        asked = ann.sees_in(card, "Yes, refund")
        began = time.monotonic()
        assert bot.end() == 0
        assert time.monotonic() - began < 3  # with nothing to finish it is quick
        bot.start()
        shop.trouble("refund_order", "hang_after", seconds=60)
        shop.trouble("get_balance", "hang_before", seconds=60)
        ann.press(asked, "Yes, refund")
        ann.send("/balance")
        for operation in ("refund_order", "get_balance"):
            until(lambda operation=operation: shop.api_calls(operation))  # type: ignore[misc]
        assert bot.end(seconds=10) == 0
        shop.no_trouble()
        # What hung is unknown, and settled by the next start.
        bot.command = ()
        bot.start()
        ann.sees_in(card, "Refunded $")
        assert len(shop.changes("refund")) == len(shop.api_calls("refund_order")) == 1


def test_what_it_is_doing_is_finished_before_it_ends(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        order = shop.market("orders")
        card = ann.sees(order["order_no"], "0 of 1 delivered")
        ann.press(card, "Refund")
        asked = ann.sees_in(card, "Yes, refund")
        shop.trouble("refund_order", "latency", seconds=1)
        ann.press(asked, "Yes, refund")
        until(lambda: shop.api_calls("refund_order"))
        assert bot.end() == 0
        assert len(shop.changes("refund")) == 1
        bot.start()
        ann.sees_in(card, "Refunded $")
        assert len(shop.api_calls("refund_order")) == 1
        assert len(shop.api_calls("get_order")) <= 6


def test_a_second_bot_on_the_same_database_refuses_in_one_sentence(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    bot = Bot(shop, tmp_path)
    with running(bot):
        ann.sees("Watching")
        second = subprocess.run(
            [sys.executable, "-m", "bot", "run"],
            env=bot.environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 1
        assert "Traceback" not in second.stderr
        (line,) = second.stderr.strip().splitlines()
        assert "another" in line.lower() or "already" in line.lower()
        ann.sees("Watching", after=ann.send("/menu"))  # the first one is not disturbed


def test_every_wrong_setting_is_named_on_a_line_of_its_own(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": "not-a-token-but-secret",
        "SUPPLIER_API_URL": "ftp://nowhere",
        "SUPPLIER_AUTH": "magic",
        "POLL_SECONDS": "often",
        "OWNER_IDS": "ann",
        "TIME_ZONE": "Moon/Sea",
    }
    run = subprocess.run(
        COMMAND,
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    lines = run.stderr.strip().splitlines()
    named = [line.partition(":")[0] for line in lines]
    wrong = set(environment) - {"PATH"}
    assert set(named) == wrong
    assert len(named) == len(wrong)
    assert all("should be" in line for line in lines)
    assert "secret" not in run.stderr
    assert run.stdout == ""


@pytest.mark.parametrize(
    "arguments", [["run", "--faster"], ["fly"]], ids=["unknown option", "unknown command"]
)
def test_wrong_arguments_end_with_status_2(tmp_path: Path, arguments: list[str]) -> None:
    run = subprocess.run(
        [COMMAND[0], *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert "Traceback" not in run.stderr


def test_the_command_works_from_any_directory_with_its_env_file(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    lines = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": f"{shop.url}/telegram",
        "SUPPLIER_API_URL": f"{shop.url}/market",
        "SUPPLIER_API_KEY": "the environment wins over this",
        "OWNER_IDS": str(ANN),
        "POLL_SECONDS": "0.2",
        "SUPPLIER_CALLS_PER_MINUTE": "3000",
        "DATABASE_URL": "sqlite+aiosqlite:///kept here.db",
    }
    (folder / ".env").write_text("".join(f'{k}="{v}"\n' for k, v in lines.items()))
    bot = Bot(shop, folder, command=COMMAND)
    bot.environment = {k: v for k, v in bot.environment.items() if k not in lines}
    bot.environment["SUPPLIER_API_KEY"] = KEY
    with running(bot):
        ann.sees("Watching")
        assert (folder / "kept here.db").exists()
        secrets = folder / "kept here.db.key"
        assert secrets.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.db"))


def test_no_secret_stands_in_the_log_and_no_goods_in_any_file_of_the_bot(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    goods = ["vault-one@x.example:Sesame-4711", "vault-two@x.example:Sesame-4712"]
    bot = Bot(shop, tmp_path, hasty=True, LOG_LEVEL="DEBUG")

    def leaks() -> list[str]:
        return [
            f"{file.name}: {piece}"
            for file in tmp_path.rglob("*")
            if file.is_file()
            for piece in ("Sesame-471", "vault-one", "vault-two", KEY, TOKEN.partition(":")[2])
            if piece.encode() in file.read_bytes()
        ]

    with running(bot):
        ann.sees("Watching")
        order = shop.market("orders", quantity=2)
        card = ann.sees(order["order_no"], "0 of 2 delivered")
        # As a preview, as a draft that waits, refused, lost, and delivered at last.
        asked = ann.sees("For which order?", after=ann.send(goods[1]))
        ann.press(asked, "Discard")
        pasted = ann.send("\n".join(goods), reply_to=card["message_id"])
        preview = ann.sees("Send 2", after=pasted)
        assert leaks() == []
        shop.trouble("update_delivered_info", "error_after")
        ann.press(preview, "Send 2")
        ann.sees_in(card, "2 of 2 delivered by Ann")
        ann.sees_gone(pasted)
        assert leaks() == []
        names = {file.name for file in tmp_path.rglob("*")}
        assert {"supplier-bot.db", "supplier-bot.db-wal"} <= names
    assert leaks() == []
