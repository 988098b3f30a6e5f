"""The moments at which a process can die, and how to have it die there.

Nothing of the bot knows of them: the functions at those points are wrapped from outside, in the
process that is to be killed.
"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, Final

# Each point with what it comes after; the first four exist only before the first look is stored.
POINTS: Final = {
    "key made": "the key is made, and no database is there yet",
    "migrating": "some tables are made, and nothing of it is committed",
    "migrated": "the migration is committed, and the key's mark is not",
    "walking": "a page of the first walk is stored, and others are not read yet",
    "taken up": "what a dead process held is taken up, and nothing runs yet",
    "fetched": "Telegram gave updates, and they are not stored",
    "stored": "updates are stored with their offset, and Telegram does not know that we have them",
    "in hand": "within the handler's transaction, before the handler",
    "handled": "the handler is through, and its transaction is not committed",
    "committed": "the handler's transaction is committed",
    "confirmed": "an intent is confirmed, and not sent off",
    "checked": "the truth was checked just before sending, and the intent is not sent off",
    "sent off": "the intent is sent off, and the call not made",
    "in flight": "the call went out, the marketplace is slow, and nothing is answered",
    "answered": "the marketplace answered the call, and that is not stored",
    "settled": "what became of the call is stored",
    "looked after": "an unknown outcome was looked for, and what was found is not stored",
    "asked": "a question is answered by the marketplace, and the answer not passed on",
    "leased": "a message is leased, and not sent",
    "drawn": "a message is about to go to Telegram",
    "accepted": "Telegram took a message, and that is not recorded",
    "edited": "Telegram took an edit, and that is not recorded",
    "recorded": "it is recorded that Telegram took a message",
    "taken in": "within the transaction that takes a page in",
    "events": "events and notices are committed, and no message is made",
    "told": "messages are made of notices, and not committed",
}
EARLY: Final = ("key made", "migrating", "migrated", "walking")
# Those that only a confirmed deed comes to.
DEEDS: Final = (
    "confirmed",
    "checked",
    "sent off",
    "in flight",
    "answered",
    "settled",
    "looked after",
)
# What buyers do leads there.
NEWS: Final = ("taken in", "events", "told")
# The marketplace is made slow, or its answer is taken away, on purpose.
IN_FLIGHT: Final = "in flight"
LOOKED_AFTER: Final = "looked after"
ARRANGED: Final = (IN_FLIGHT, LOOKED_AFTER)
_UNDER_WAY: Final = 0.05  # seconds; a slow marketplace takes longer

Seen = Callable[[Any], bool]


class Trap:
    """Kills its own process at the ``nth`` passing of one point.

    ``note`` is a file that gets the point's name and the moment, so that a story can be told.
    """

    def __init__(self, point: str, nth: int, note: Path) -> None:
        self.point = point
        self._left = nth
        self._note = note

    def pass_by(self, point: str) -> None:
        """Die, if this is the moment."""
        if point != self.point:
            return
        self._left -= 1
        if self._left == 0:
            self._note.write_text(f"{point} {time.time()}", "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)


def _always(_: Any) -> bool:
    return True


def _after(trap: Trap, owner: Any, name: str, point: str, seen: Seen = _always) -> None:
    """Pass a point after an async function returned something that counts."""
    inner: Callable[..., Awaitable[Any]] = getattr(owner, name)

    @functools.wraps(inner)
    async def outer(*args: Any, **kwargs: Any) -> Any:
        result = await inner(*args, **kwargs)
        if seen(result):
            trap.pass_by(point)
        return result

    setattr(owner, name, outer)


def _within(trap: Trap, owner: Any, name: str, point: str) -> None:
    """Pass a point while an async function has been running for a moment."""
    inner: Callable[..., Coroutine[Any, Any, Any]] = getattr(owner, name)

    @functools.wraps(inner)
    async def outer(*args: Any, **kwargs: Any) -> Any:
        running = asyncio.ensure_future(inner(*args, **kwargs))
        done, _ = await asyncio.wait({running}, timeout=_UNDER_WAY)
        if not done:
            trap.pass_by(point)
        return await running

    setattr(owner, name, outer)


def _before(trap: Trap, owner: Any, name: str, point: str) -> None:
    """Pass a point before an async function begins."""
    inner: Callable[..., Awaitable[Any]] = getattr(owner, name)

    @functools.wraps(inner)
    async def outer(*args: Any, **kwargs: Any) -> Any:
        trap.pass_by(point)
        return await inner(*args, **kwargs)

    setattr(owner, name, outer)


def _around(trap: Trap, owner: Any, name: str, point: str, *, after: bool) -> None:
    """Pass a point before or after a plain function."""
    inner: Callable[..., Any] = getattr(owner, name)

    @functools.wraps(inner)
    def outer(*args: Any, **kwargs: Any) -> Any:
        if not after:
            trap.pass_by(point)
        result = inner(*args, **kwargs)
        if after:
            trap.pass_by(point)
        return result

    setattr(owner, name, outer)


def _is_something(result: Any) -> bool:
    return bool(result)


def arm(trap: Trap) -> None:
    """Wrap the functions at every point; to be called before the bot is put together."""
    from alembic import op

    from bot.app import App
    from bot.chat.drawing import Drawing
    from bot.chat.gateway import TelegramGateway
    from bot.chat.lanes import Lanes
    from bot.chat.sender import Sender
    from bot.desk.asking import Asking
    from bot.desk.confirming import DEEDS
    from bot.desk.executor import Executor
    from bot.store import inbox, migrate, news, opening
    from bot.supplier.client import Marketplace
    from bot.watch.teller import Teller
    from bot.watch.walk import Walk
    from handlers.dispatch import Dispatch

    _around(trap, opening, "load_or_make", "key made", after=True)
    _around(trap, op, "create_table", "migrating", after=True)
    _around(trap, migrate, "bring_up", "migrated", after=True)
    _after(trap, Walk, "step", "walking", _is_something)
    _before(trap, App, "run", "taken up")
    _after(trap, TelegramGateway, "get_updates", "fetched", _is_something)
    _around(trap, Lanes, "put", "stored", after=False)
    _after(trap, inbox, "handled", "in hand", _is_something)
    _after(trap, Dispatch, "__call__", "handled")
    _after(trap, Lanes, "_take", "committed")
    _before(trap, Executor, "_carry_out", "confirmed")
    kinds: Iterable[type[Any]] = {type(deed) for deed in DEEDS.values()}
    for deed in kinds:
        _after(trap, deed, "before", "checked")
        _before(trap, deed, "carry_out", "sent off")
        _before(trap, deed, "afterwards", "settled")
        _after(trap, deed, "look", "looked after")
    for call in (
        "refund_order",
        "update_delivered_info",
        "update_ticket",
        "update_product",
        "append_product_accounts",
    ):
        _within(trap, Marketplace, call, IN_FLIGHT)
        _after(trap, Marketplace, call, "answered")
    _after(trap, Asking, "_answer", "asked")
    _before(trap, Drawing, "draw", "leased")
    _before(trap, TelegramGateway, "send", "drawn")
    _after(trap, TelegramGateway, "send", "accepted")
    _after(trap, TelegramGateway, "edit", "edited")
    _after(trap, Sender, "_take", "recorded")
    _after(trap, news, "take_in_order", "taken in")
    _after(trap, news, "take_in_ticket", "taken in")
    _after(trap, Teller, "_waiting", "events", _is_something)
    _after(trap, Teller, "_tell_group", "told")
    _after(trap, Teller, "_tell_digest", "told")
