"""Goods read from pastes and files: a large one in a thread, so that nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.model.account_table import accounts_in
from bot.model.accounts import Accounts
from bot.model.pieces import Piece, joined, texts_of_files
from bot.model.splits import Split, splits

T = TypeVar("T")
Pieces = tuple[Piece, ...]
# Characters that are read in a few milliseconds, on the loop itself.
AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was read before the transaction that needs it: no other waits while it is read.

    ``owed``: the units that the split was for.
    """

    pieces: Pieces
    owed: int = 0
    ways: tuple[Split, ...] | None = None
    accounts: Accounts | None = None


async def ways_of(pieces: Pieces, owed: int, ahead: Ahead | None = None) -> tuple[Split, ...]:
    """Return the honest ways to split a paste into units, the likeliest first."""
    if (
        ahead is not None
        and ahead.ways is not None
        and (ahead.owed, ahead.pieces) == (owed, pieces)
    ):
        return ahead.ways
    return await _read(
        pieces, lambda: splits(joined(pieces).get_secret_value(), owed, texts_of_files(pieces))
    )


async def accounts_of(pieces: Pieces, ahead: Ahead | None = None) -> Accounts:
    """Return the lines of a paste that are accounts."""
    if ahead is not None and ahead.accounts is not None and ahead.pieces == pieces:
        return ahead.accounts
    return await _read(pieces, lambda: accounts_in(pieces))


async def _read(pieces: Pieces, work: Callable[[], T]) -> T:
    length = sum(len(piece.text.get_secret_value()) for piece in pieces)
    return work() if length <= AT_ONCE else await asyncio.to_thread(work)
