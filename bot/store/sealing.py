"""Sealing what a row holds: something large in a thread, so that nobody else waits for it."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from .database import Tx

_AT_ONCE: Final = 200_000  # bytes that are sealed in a few milliseconds


async def sealed(tx: Tx, data: bytes) -> bytes:
    """Seal bytes."""
    if len(data) <= _AT_ONCE:
        return tx.vault.seal(data)
    return await asyncio.to_thread(tx.vault.seal, data)


async def unsealed_json(tx: Tx, token: bytes) -> Any:
    """Give back what :func:`sealed_json` was given. Raises SealBroken."""
    if len(token) <= _AT_ONCE:
        return tx.vault.unseal_json(token)
    return await asyncio.to_thread(tx.vault.unseal_json, token)


async def sealed_json(tx: Tx, obj: Any) -> bytes:
    """Seal anything that JSON can hold."""
    return await sealed(tx, json.dumps(obj, separators=(",", ":")).encode("ascii"))
