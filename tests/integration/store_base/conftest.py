from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.store.database import Store
from bot.store.opening import open_store
from bot.store.tables import people, shops

NOW = datetime(2026, 3, 2, 12, 4, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def url(database: Path) -> str:
    return f"sqlite+aiosqlite:///{database}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An open store with the shop 1 and the person 7; its threads end with it."""
    before = set(threading.enumerate())
    opened = await open_store(url, None)
    async with opened.write() as tx:
        await tx.execute(insert(shops).values(id=1, name="Shop", created_at=NOW))
        await tx.execute(insert(people).values(person_id=7))
    yield opened
    await opened.close()
    for thread in set(threading.enumerate()) - before:
        if not thread.name.startswith("asyncio"):
            thread.join(5)
            assert not thread.is_alive(), thread
