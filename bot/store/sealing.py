"""Sealing what a row holds: something large in a thread, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from .database import Tx
from .vault import PIECE

R = TypeVar("R")

AT_ONCE: Final = PIECE


async def sealed(tx: Tx, write: Callable[[], bytes], *, size: int) -> bytes:
    """Seal what ``write`` returns; ``size``: how many bytes that is at least."""
    if size > AT_ONCE:
        return await asyncio.to_thread(lambda: tx.vault.seal(write()))
    data = write()
    if len(data) <= AT_ONCE:
        return tx.vault.seal(data)
    return await asyncio.to_thread(tx.vault.seal, data)


async def unsealed(tx: Tx, token: bytes, read: Callable[[bytes], R]) -> R:
    """Give back what a row holds, as ``read`` makes it of the bytes. Raises SealBroken."""
    if len(token) <= AT_ONCE:
        return read(tx.vault.unseal(token))
    return await asyncio.to_thread(lambda: read(tx.vault.unseal(token)))


async def unsealed_json(tx: Tx, token: bytes) -> Any:
    """Give back what :func:`sealed_json` was given. Raises SealBroken."""
    return await unsealed(tx, token, json.loads)


async def sealed_json(tx: Tx, obj: Any) -> bytes:
    """Seal anything that JSON can hold."""
    return await sealed(tx, lambda: written(obj), size=_size(obj))


def written(obj: Any) -> bytes:
    """Return the JSON of something, in ASCII."""
    if _size(obj) <= AT_ONCE:
        return json.dumps(obj, separators=(",", ":")).encode("ascii")
    return b"".join(_pieces(obj))


def _pieces(obj: Any) -> Iterator[bytes]:
    """Give the JSON of something large: a long text is written slice by slice.

    One call for all of it would hold the interpreter as long as it takes, in whatever thread.
    """
    if isinstance(obj, str) and len(obj) > AT_ONCE:
        yield b'"'
        for start in range(0, len(obj), AT_ONCE):
            yield json.dumps(obj[start : start + AT_ONCE])[1:-1].encode("ascii")
        yield b'"'
    elif isinstance(obj, dict) and _size(obj) > AT_ONCE:
        for at, (key, value) in enumerate(obj.items()):
            yield (b"," if at else b"{") + json.dumps(key).encode("ascii") + b":"
            yield from _pieces(value)
        yield b"}"
    elif isinstance(obj, list | tuple) and _size(obj) > AT_ONCE:
        for at, value in enumerate(obj):
            yield b"," if at else b"["
            yield from _pieces(value)
        yield b"]"
    else:
        yield json.dumps(obj, separators=(",", ":")).encode("ascii")


def _size(obj: Any) -> int:
    """Return how many characters stand in something that JSON can hold, names left out."""
    if isinstance(obj, str):
        return len(obj)
    if isinstance(obj, dict):
        return sum(map(_size, obj.values()))
    if isinstance(obj, list | tuple):
        return sum(map(_size, obj))
    return 1
