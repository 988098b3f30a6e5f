"""A database as the first start leaves it: made once in a process, then copied."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.store.database import Store
from bot.store.opening import open_store

from .quick import open_quick_store

_made: dict[str, bytes] = {}


async def ready_store(folder: Path) -> Store:
    """Open a migrated and empty store in a folder; the migration itself has tests of its own."""
    if not _made:
        with tempfile.TemporaryDirectory() as once:
            await (await open_store(f"sqlite+aiosqlite:///{once}/shop.db", None)).close()
            for name in ("shop.db", "shop.db.key"):
                _made[name] = Path(once, name).read_bytes()  # noqa: ASYNC240 - once
    for name, content in _made.items():
        if not (folder / name).exists():
            (folder / name).touch(mode=0o600)
            (folder / name).write_bytes(content)
    return await open_quick_store(f"sqlite+aiosqlite:///{folder}/shop.db")
