"""A store without its threads, for tests of what stands on it.

A small statement costs less than the two thread switches that bring it to the driver's thread and
its answer back, and in a new database each one is compiled anew. The store itself is tested with
its threads (tests/integration/store, store_base), and so is the bot as a process.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache

from bot.store import driver
from bot.store.database import Store
from bot.store.opening import open_store

from .threadless import connect_here

_COMPILED: Final[LRUCache[Any, Any]] = LRUCache(2000)


def _is_sqlite(one: object, other: object) -> bool:
    return isinstance(one, SQLiteDialect_aiosqlite) and isinstance(other, SQLiteDialect_aiosqlite)


def _same_hash(one: object) -> int:
    return hash(SQLiteDialect_aiosqlite.name)


async def open_quick_store(url: str) -> Store:
    """Open a store as the bot does, with nothing of it in a thread once it is open."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(driver, "connect", connect_here)
        store = await open_store(url, None)
    for engine in (store._write_engine.sync_engine, store._read_engine.sync_engine):
        engine._compiled_cache = _COMPILED
    return store


# What was compiled is kept by dialect, and each engine has one of its own: all alike.
for _name, _alike in (("__eq__", _is_sqlite), ("__hash__", _same_hash)):
    setattr(SQLiteDialect_aiosqlite, _name, _alike)
