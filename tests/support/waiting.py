"""Waiting for a condition, for a bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def until(
    true: Callable[[], bool] | Callable[[], Awaitable[object]], *, seconds: float = 20
) -> None:
    """Wait until something is true; raises TimeoutError after ``seconds``."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.002)
