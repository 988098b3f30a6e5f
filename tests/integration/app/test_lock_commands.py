"""``supplier-bot lock`` and ``unlock``, as they are typed."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.model.person import Role
from bot.store import people
from bot.store.beside import open_beside
from tests.support.ready import ready_store


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with a shop; no other setting is there."""

    async def make() -> None:
        store = await ready_store(tmp_path)
        async with store.write() as tx:
            await people.the_shop(tx, datetime.now(UTC))
        await store.close()

    asyncio.run(make())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("SECRETS_FILE", raising=False)
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite+aiosqlite:///shop.db\nCURRENCY=nonsense\n")
    return tmp_path


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_it_locks_and_opens_with_nothing_but_the_database(shop: Path) -> None:
    assert typed("unlock").stdout == "It is not locked.\n"
    assert typed("lock").stdout.startswith("Locked: nothing is sent")
    assert typed("lock").stdout.startswith("It is locked already.")
    assert typed("unlock").stdout.startswith("Open again.")
    first = typed("lock", "--show-code").stdout
    assert re.fullmatch(r"Lock code: [2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\n", first)
    assert typed("lock", "--show-code").stdout == first
    assert typed("lock", "--new-code").stdout != first
    assert typed("forget-pins").stdout == "PINs taken away: 0.\n"
    assert typed("unlock").stdout == "It is not locked.\n"  # to show a code locks nothing


def test_somebody_is_taken_out_of_a_locked_shop(shop: Path) -> None:
    assert typed("team").stdout == "Nobody works in this shop yet.\n"

    async def join() -> None:
        url = f"sqlite+aiosqlite:///{shop / 'shop.db'}"
        async with open_beside(url, None) as store, store.write() as tx:
            now = datetime.now(UTC)
            shop_id = await people.the_shop(tx, now)
            await people.join(tx, shop_id, 1001, Role.OWNER, now, listed=True)
            for who, role in ((1002, Role.OWNER), (1003, Role.VIEWER)):
                # A name is no line of its own, and no other colour.
                await people.seen(tx, who, f"Name\n\x1b[8m of\u2028 {who}", "en", now)
                await people.join(tx, shop_id, who, role, now)

    asyncio.run(join())
    typed("lock")
    first, second, third = typed("team").stdout.splitlines()
    assert first.startswith("1001  owner")
    assert "UTC  (OWNER_IDS)" in first
    assert second.endswith("UTC  Name ?[8m of 1002")
    assert third.startswith("1003  viewer")
    assert typed("team", "--remove", "1003").stdout == "Removed: Name ?[8m of 1003 (1003).\n"
    refused = typed("team", "--remove", "1001")
    assert refused.exit_code == 1
    assert "OWNER_IDS" in refused.stderr
    assert typed("team", "--remove", "1003").exit_code == 1
    assert typed("team").stdout.splitlines() == [first, second]


def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:///elsewhere.db")
    done = typed("lock")
    assert done.exit_code == 1
    assert done.stderr.endswith("elsewhere.db holds no shop yet. Start the bot once.\n")
    assert not (shop / "elsewhere.db").exists()
    with (shop / ".env").open("ab") as env:
        env.write(b"\xff\n")
    assert typed("lock").stderr.splitlines()[0] == ".env: should be a text file in UTF-8"
    (shop / ".env").unlink()
    monkeypatch.setenv("DATABASE_URL", "postgresql://x")
    done = typed("unlock")
    assert done.exit_code == 2
    assert done.stderr.startswith("DATABASE_URL should be like")
    monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:///shop.db")
    (shop / "shop.db.key").write_text("x" * 44)
    done = typed("lock")
    assert done.exit_code == 2
    assert done.stderr.startswith("SECRETS_FILE: ")
