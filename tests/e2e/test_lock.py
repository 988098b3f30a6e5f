"""``supplier-bot lock`` beside a bot that runs: noticed within seconds, and so is the end of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

from .practice import Bot, Shop, Someone, running


def test_the_command_line_locks_and_opens_a_bot_that_runs(
    shop: Shop, tmp_path: Path, ann: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SECRETS_FILE"):
        monkeypatch.delenv(name, raising=False)

    def types(command: str) -> str:
        return CliRunner().invoke(app, [command]).stdout

    bot = Bot(shop, tmp_path, hasty=True)
    with running(bot):
        ann.sees("Watching")
        order = shop.market("orders")
        card = ann.sees(order["order_no"], "Deliver")
        assert types("lock").startswith("Locked: ")
        locked = ann.sees_in(card, "🔒 Locked since")
        assert order["order_no"] not in locked["text"]
        later = shop.market("orders")
        assert bot.end() == 0
        bot.start()  # it stays locked
        ann.sees("🔒 Locked since", after=ann.send("/orders"))
        assert types("unlock").startswith("Open again.")
        ann.sees(later["order_no"], "Deliver")
        ann.sees_in(card, order["order_no"])
