"""What stood in a database of any version is still shown: after an upgrade, and after a restore."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.chat.drawing import Drawing
from bot.store import migrate, outbox, sending
from bot.store.backup import back_up
from bot.store.database import Store
from bot.store.restore import restoring
from bot.store.vault import Vault
from tests.integration.store_base.test_migrations import OLD_KEY, load_old
from tests.support.quick import open_quick_store

NOW = datetime(2026, 11, 26, 12, 4, tzinfo=UTC)
ANN = 7  # the owner in the frozen databases
ORDER = {
    "order_id": "64f1",
    "order_no": "TK1",
    "quantity": 2,
    "delivered_units": 2,
    "remaining_to_deliver": 0,
    "total_amount": "88.01",
    "status": "completed_order",
    "payment_status": "completed_payment",
    "product": {"product_id": "p1", "title": "Netflix"},
}
TICKET = {"ticket_id": "tk9", "ticket_no": "TKT9", "order_id": "64f1", "status": "open"}


@asynccontextmanager
async def closing_store(store: Store) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await store.close()


async def shown(database: Path) -> str:
    """Return the cards of the order and of the ticket, as Ann gets them."""
    drawing = Drawing(1, "USD", ZoneInfo("UTC"), "en")
    store = await open_quick_store(f"sqlite+aiosqlite:///{database}")
    async with closing_store(store), store.write() as tx:
        cards = []
        for kind, subject_id in (("order", "64f1"), ("ticket", "tk9")):
            await outbox.show(
                tx,
                shop_id=1,
                chat_id=ANN,
                person_id=ANN,
                subject_kind=kind,
                subject_id=subject_id,
                now=NOW,
            )
            queued = await sending.lease(tx, ANN, NOW)
            assert queued is not None
            said = await drawing.draw(tx, queued, NOW)
            assert said is not None
            await sending.sent(tx, queued.id, None, NOW)
            cards.append(said.text)
    return "\n".join(cards)


def lives_in(database: Path, version: str) -> None:
    """Make a database as a bot of that version leaves it: with an order and a ticket."""
    load_old(database, version)
    at = "2026-03-02T12:04:00.000000+00:00"
    words = Vault(OLD_KEY).seal_json({**TICKET, "title": "Wrong", "description": "Which account?"})
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE orders SET snapshot = ?", (json.dumps(ORDER),))
        connection.execute(
            "INSERT INTO tickets (shop_id, ticket_id, short_id, ticket_no, order_id, status, "
            "admin_invited, finished, sealed, fingerprint, revision, first_seen_at, changed_at, "
            "looked_at) VALUES (1, 'tk9', 'tk9', 'TKT9', '64f1', 'open', 0, 0, ?, 'f', 1, ?, ?, ?)",
            (words, at, at, at),
        )


@pytest.mark.parametrize("version", migrate.VERSIONS)
async def test_what_stood_in_a_database_of_any_version_is_still_shown(
    tmp_path: Path, version: str
) -> None:
    database = tmp_path / "shop.db"
    lives_in(database, version)
    back_up(database, tmp_path / "backup", NOW)
    with restoring(tmp_path / "backup", database, tmp_path / "shop.db.key") as restore:
        kept = restore.carry_out(NOW).kept
    card = await shown(database)
    for part in ("TK1", "Netflix", "$88.01", "2 of 2 delivered", "TKT9", "Which account?"):
        assert part in card
    if version == migrate.VERSIONS[0]:  # without a backup in between
        assert kept is not None
        kept.replace(database)
        assert await shown(database) == card
