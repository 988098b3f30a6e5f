from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.model.person import Role
from bot.store import people
from bot.store.database import Store
from tests.support.ready import ready_store
from tests.support.world import ANN, START


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with the shop 1, which Ann owns."""
    opened = await ready_store(tmp_path)
    async with opened.write() as tx:
        assert await people.the_shop(tx, START) == 1
        await people.join(tx, 1, ANN, Role.OWNER, START)
    yield opened
    await opened.close()
