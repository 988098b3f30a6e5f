"""Work that is not cut in the middle: a cancellation waits for its end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unbroken(work: Coroutine[Any, Any, T]) -> tuple[T, asyncio.CancelledError | None]:
    """Run `work` to its end through cancellations; give its result and the last of them."""
    task = asyncio.create_task(work)
    interrupted: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as cancelled:
            interrupted = cancelled
    return task.result(), interrupted


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end; a cancellation is raised after it."""
    result, interrupted = await unbroken(work)
    if interrupted is not None:
        raise interrupted
    return result
