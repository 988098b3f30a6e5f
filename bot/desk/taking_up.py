"""What a new process does first: whatever a dead one held goes on, or is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.store import sending, settling
from bot.store.database import Tx

from . import batches


@dataclass(frozen=True, slots=True)
class TakenUp:
    """How many messages and intents were on their way, and how many nobody can read any more."""

    messages: int
    intents: int
    spoiled: int


async def take_up(tx: Tx, shop_id: int, now: datetime) -> TakenUp:
    """Take up messages, intents, and changes of several products, which note the intents."""
    taken = TakenUp(
        messages=await sending.take_up(tx, now),
        intents=await settling.take_up(tx, now),
        spoiled=await settling.put_spoiled_aside(tx, now),
    )
    await batches.take_up(tx, shop_id, now)
    return taken
