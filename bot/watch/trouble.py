"""What is known of the marketplace's being away, and what is said of it in the chats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.model.change import Telling, as_wanted
from bot.model.preferences import Topic
from bot.model.urgency import MONEY
from bot.store import outbox, positions, preferences
from bot.store.database import Store, Tx
from bot.store.patience import patiently
from bot.store.preferences import Recipient
from bot.store.tables import messages
from bot.supplier.errors import Forbidden, NotAuthorised, Throttled, Unavailable

from .mishap import reason_of
from .schedule import SAY_AFTER

log = structlog.get_logger(__name__)

_PLACE = "trouble"
# Reasons that are our own: the marketplace is not to blame, and has not been heard of.
_OURS = frozenset({"store", "mistake"})


@dataclass(slots=True)
class FeedState:
    """How looking at one list goes. ``reason``: a machine's word for what is wrong."""

    last_good_at: datetime | None = None
    failing_since: datetime | None = None
    reason: str = ""
    tries: int = 0
    wait: float | None = None  # what the marketplace asked us to wait, in seconds
    urgent: bool = False  # it will not go away by itself: a person must act

    def well(self, now: datetime) -> bool:
        """Note a good answer; say whether that ends a trouble."""
        was_failing = self.failing_since is not None
        self.last_good_at, self.failing_since = now, None
        self.reason, self.tries, self.wait, self.urgent = "", 0, None, False
        return was_failing

    def ill(self, now: datetime, error: Exception) -> None:
        """Note a failure."""
        reason = reason_of(error)
        if self.failing_since is None or (self.ours and reason not in _OURS):
            self.failing_since = now
        self.tries += 1
        self.wait = error.wait if isinstance(error, Throttled | Unavailable) else None
        self.reason = reason
        self.urgent = isinstance(error, NotAuthorised | Forbidden)

    @property
    def ours(self) -> bool:
        """Whether it is our own database, or a mistake of ours, that fails."""
        return self.reason in _OURS


def worth_saying(feeds: dict[str, FeedState], now: datetime) -> FeedState | None:
    """Return the trouble that people should hear of: it lasts, or needs them."""
    for state in feeds.values():
        if state.failing_since is None or state.ours:
            continue
        if state.urgent or now - state.failing_since >= timedelta(seconds=SAY_AFTER):
            return state
    return None


class Trouble:
    """Says once in each chat that the marketplace is away, and once that it is back."""

    def __init__(
        self,
        store: Store,
        shop_id: int,
        feeds: dict[str, FeedState],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._shop_id = shop_id
        self._feeds = feeds
        self._now = now
        self._body: dict[str, Any] = {}

    @property
    def said(self) -> bool:
        """Whether people were told, and not yet that it is over."""
        return bool(self._body.get("said_at"))

    async def load(self) -> None:
        """Take up what the last process had said."""
        self._body = await patiently(self._load, "trouble")

    async def _load(self) -> dict[str, Any]:
        async with self._store.read() as tx:
            return dict(await positions.read(tx, self._shop_id, _PLACE))

    async def consider(self) -> None:
        """Say what is to be said now, if anything."""
        now = self._now()
        if self.said:
            states = self._feeds.values()
            if all(each.failing_since is None and each.last_good_at for each in states):
                await self._say_over(now)
            return
        worst = worth_saying(self._feeds, now)
        if worst is not None and worst.failing_since is not None:
            await self._say(worst.failing_since, worst.reason, now)

    async def _say(self, since: datetime, reason: str, now: datetime) -> None:
        body = {"since": since.isoformat(), "reason": reason}
        said = {**body, "said_at": now.isoformat()}
        async with self._store.write() as tx:
            for one, telling in await _told(tx, self._shop_id, now):
                await outbox.tell(
                    tx,
                    shop_id=self._shop_id,
                    chat_id=one.chat_id,
                    person_id=one.person_id,
                    view="trouble",
                    body=body,
                    now=now,
                    urgency=MONEY,
                    silent=telling.loudness != "loud",
                    replaces=f"trouble:{self._shop_id}:{one.chat_id}",
                )
            await positions.write(tx, self._shop_id, _PLACE, said)
        self._body = said
        log.warning("said that the marketplace is away", since=body["since"], reason=reason)

    async def _say_over(self, now: datetime) -> None:
        body = {"since": self._body.get("since"), "until": now.isoformat()}
        async with self._store.write() as tx:
            for one, _ in await _told(tx, self._shop_id, now):
                unsent = await tx.execute(
                    messages.delete().where(
                        messages.c.replaces == f"trouble:{self._shop_id}:{one.chat_id}",
                        messages.c.state == "pending",
                        messages.c.attempts == 0,
                    )
                )
                if unsent.rowcount:
                    continue  # nobody there has heard of the trouble
                await outbox.tell(
                    tx,
                    shop_id=self._shop_id,
                    chat_id=one.chat_id,
                    person_id=one.person_id,
                    view="trouble_over",
                    body=body,
                    now=now,
                    urgency=MONEY,
                    silent=True,
                    replaces=f"trouble_over:{self._shop_id}:{one.chat_id}",
                )
            await positions.write(tx, self._shop_id, _PLACE, {})
        self._body = {}
        log.info("said that the marketplace is back")


async def _told(tx: Tx, shop_id: int, now: datetime) -> tuple[tuple[Recipient, Telling], ...]:
    """Return, of each chat that wants to know, one person for whom it is told there, and how."""
    found: dict[int, tuple[Recipient, Telling]] = {}
    for one in await preferences.recipients(tx, shop_id, Topic.AWAY):
        quiet = one.quiet is not None and one.quiet.covers(now)
        telling = as_wanted(Telling("loud", "away"), wish=one.wish, quiet_hours=quiet)
        if telling.loudness != "off":
            found.setdefault(one.chat_id, (one, telling))
    return tuple(found.values())
