from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store.backup import back_up
from tests.integration.store_base.test_migrations import load_old
from tests.support.fixtures import world

__all__ = ["NOW", "folder", "world"]

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A database with its backup."""
    load_old(tmp_path / "shop.db", "0008")
    back_up(tmp_path / "shop.db", tmp_path / "backup", NOW)
    return tmp_path
