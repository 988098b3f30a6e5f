"""Files of ours: made beside the database, and sent once the errand that wanted them ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.model.outgoing import Attached
from bot.store import outbox
from bot.store.database import Tx
from bot.store.errands import Errand

from . import apart
from .errors import NotPossible
from .shop import Shop


@asynccontextmanager
async def new_file(shop: Shop, kind: str, *, otherwise: str) -> AsyncIterator[Path]:
    """Give an empty private file to write to; it is removed again where that fails.

    ``otherwise``: the sentence for a process that did not do its work. Raises NotPossible,
    StoreError, and whatever is raised within.
    """
    path = await asyncio.to_thread(shop.store.spool.new, kind)
    try:
        yield path
    except BaseException as error:
        await asyncio.to_thread(shop.store.spool.remove, path.name)
        if isinstance(error, apart.Failed):
            raise NotPossible(otherwise) from None
        raise


class Sending:
    """An ending that puts a file on its way to who asked for it."""

    def __init__(self, shop: Shop, errand: Errand, file: Attached) -> None:
        self._shop = shop
        self._errand = errand
        self._file = file

    async def __call__(self, tx: Tx) -> None:
        """Queue the file."""
        await outbox.send_file(
            tx,
            shop_id=self._shop.shop_id,
            chat_id=self._errand.chat_id,
            person_id=self._errand.person_id,
            file=self._file,
            now=self._shop.now(),
        )

    async def drop(self) -> None:
        """Remove the file: nobody waits for it any more. Raises StoreError."""
        await asyncio.to_thread(self._shop.store.spool.remove, self._file.file)
