"""Where the poller stands, by feed: what it must not forget when the process dies."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, select
from sqlalchemy.dialects.sqlite import insert

from bot.model.thread import Habit

from .database import Tx
from .plans import kept
from .prepared import prepared
from .tables import positions

GREETED = "greeted"
RESTORED = "restored"  # from a backup, and not looked at afresh yet
TICKET_REPLY = "ticket_reply"
_ADD: Final = insert(positions)
_PUT: Final = kept(
    _ADD.on_conflict_do_update(
        index_elements=["shop_id", "feed"], set_={"body": _ADD.excluded.body}
    )
)
# Of a list: not looked at yet, looked at in part (the first walk goes on), or as a whole.
Progress = Literal["nothing", "some", "all"]


async def read(tx: Tx, shop_id: int, feed: str) -> dict[str, Any]:
    """Return the position of a feed; empty when there is none yet."""
    body = (await tx.execute(*_body_of(shop_id, feed))).scalar()
    return dict(body) if isinstance(body, dict) else {}


@prepared
def _body_of(shop_id: int, feed: str) -> Select[Any]:
    return select(positions.c.body).where(positions.c.shop_id == shop_id, positions.c.feed == feed)


async def write(tx: Tx, shop_id: int, feed: str, body: dict[str, Any]) -> None:
    """Store the position of a feed. It holds no goods and no texts."""
    await tx.execute(_PUT, {"shop_id": shop_id, "feed": feed, "body": body})


async def forget(tx: Tx, shop_id: int, feed: str) -> None:
    """Remove the position of a feed."""
    await tx.execute(
        positions.delete().where(positions.c.shop_id == shop_id, positions.c.feed == feed)
    )


async def watching(tx: Tx, shop_id: int) -> bool:
    """Say whether the first look at the orders is stored."""
    return bool((await read(tx, shop_id, "orders")).get("first_look"))


async def greeted(tx: Tx, shop_id: int) -> frozenset[int]:
    """Return the chats that were told what waits here, once the first look was stored."""
    return frozenset((await read(tx, shop_id, GREETED)).get("chats") or ())


async def greet(tx: Tx, shop_id: int, chat_id: int) -> None:
    """Note that a chat was told what waits here: it is not told so again by itself."""
    chats = {*await greeted(tx, shop_id), chat_id}
    await write(tx, shop_id, GREETED, {"chats": sorted(chats)})
    tx.wake("minding")


async def progress(tx: Tx, shop_id: int, feed: str) -> Progress:
    """Return how much of a list has been looked at."""
    if not (await read(tx, shop_id, feed)).get("first_look"):
        return "nothing"
    return "all" if (await read(tx, shop_id, f"{feed}.walk")).get("done") else "some"


async def total(tx: Tx, shop_id: int, feed: str) -> int | None:
    """Return how many the marketplace said a list holds, while it is read for the first time."""
    walk = await read(tx, shop_id, f"{feed}.walk")
    told = walk.get("total")
    return told if isinstance(told, int) and not walk.get("done") else None


async def ticket_reply(tx: Tx, shop_id: int) -> Habit:
    """Return what replies were last seen to do to a ticket's text; ``auto`` until one was."""
    habit = (await read(tx, shop_id, TICKET_REPLY)).get("habit")
    return habit if habit in {"replace", "thread"} else "auto"


async def is_history(tx: Tx, shop_id: int, feed: str, placed_at: datetime | None) -> bool:
    """Say whether something placed then was there before we were.

    While the first walk goes on, what is not newer than the newest thing of the first look is
    history; afterwards nothing is.
    """
    walk = await read(tx, shop_id, f"{feed}.walk")
    if not walk or walk.get("done") or placed_at is None or not walk.get("watermark"):
        return False
    return placed_at <= datetime.fromisoformat(walk["watermark"])
