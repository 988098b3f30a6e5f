"""Sealing what a row holds: something large in a thread, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

from .database import Tx
from .vault import PIECE

R = TypeVar("R")

_AT_ONCE: Final = PIECE


async def sealed(tx: Tx, write: Callable[[], bytes], *, size: int) -> bytes:
    """Seal what ``write`` returns; ``size``: how many bytes that is at least."""
    if size > _AT_ONCE:
        return await asyncio.to_thread(lambda: tx.vault.seal(write()))
    data = write()
    if len(data) <= _AT_ONCE:
        return tx.vault.seal(data)
    return await asyncio.to_thread(tx.vault.seal, data)


async def unsealed(tx: Tx, token: bytes, read: Callable[[bytes], R]) -> R:
    """Give back what a row holds, as ``read`` makes it of the bytes. Raises SealBroken."""
    if len(token) <= _AT_ONCE:
        return read(tx.vault.unseal(token))
    return await asyncio.to_thread(lambda: read(tx.vault.unseal(token)))


async def unsealed_json(tx: Tx, token: bytes) -> Any:
    """Give back what :func:`sealed_json` was given. Raises SealBroken."""
    return await unsealed(tx, token, json.loads)


async def sealed_json(tx: Tx, obj: Any) -> bytes:
    """Seal anything that JSON can hold."""
    return await sealed(tx, lambda: _written(obj), size=_size(obj))


def _written(obj: Any) -> bytes:
    return json.dumps(obj, separators=(",", ":")).encode("ascii")


def _size(obj: Any) -> int:
    """Return how many characters stand in something that JSON can hold, names left out."""
    if isinstance(obj, str):
        return len(obj)
    if isinstance(obj, dict):
        return sum(map(_size, obj.values()))
    if isinstance(obj, list | tuple):
        return sum(map(_size, obj))
    return 1
