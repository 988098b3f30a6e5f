"""What has to be read or written before a part can begin, however long that takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from .errors import SealBroken, StoreClosed, StoreError

log = structlog.get_logger(__name__)

T = TypeVar("T")

STORE_SECONDS: Final = 2.0


async def patiently(do: Callable[[], Awaitable[T]], what: str) -> T:
    """Do it again until the database has it. Raises StoreClosed and SealBroken."""
    while True:
        try:
            return await do()
        except (StoreClosed, SealBroken):
            raise
        except StoreError as error:
            log.error("the database is waited for", what=what, reason=str(error))
            await asyncio.sleep(STORE_SECONDS)
