"""Never faster than Telegram allows: a chat, a group, and all together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

# Telegram's FAQ: about one message a second to a chat, 20 a minute to a group, 30 a second in
# all, with short bursts. A little slower than that: clocks and networks are not exact.
_CHAT_RATE: Final = 0.95
_CHAT_BURST: Final = 4.5
_GROUP_RATE: Final = 19 / 60
_GROUP_BURST: Final = 4.0
_ALL_RATE: Final = 28.0
_ALL_BURST: Final = 25.0
_FORGET_ABOVE: Final = 2_000
# Seconds after which every bucket is full again, whatever was sent before.
FORGOTTEN_AFTER: Final = 60.0


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: float
    tokens: float
    at: float

    def fill(self, now: float) -> None:
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now

    def wait(self, now: float) -> float:
        self.fill(now)
        return self.until(1.0, now)

    def until(self, tokens: float, now: float) -> float:
        self.fill(now)
        return 0.0 if self.tokens >= tokens else (tokens - self.tokens) / self.rate


class Pacer:
    """Token buckets with an injected monotonic clock, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._all = _Bucket(_ALL_RATE, _ALL_BURST, _ALL_BURST, clock())
        self._chats: dict[int, _Bucket] = {}
        self._held: dict[int | None, float] = {}
        self._refused: dict[int, float] = {}  # chats that a 429 holds back, and until when

    def resume(self, sent: Iterable[tuple[int, float]], held: Iterable[int]) -> None:
        """Count what an earlier process sent: each chat, and how many seconds ago, oldest first.

        ``held``: the chat of each message of which nobody knows whether it went out. More may
        have gone out there, in one short life after the other: such a chat begins with nothing.
        """
        now = self._clock()
        self._all.at = now - FORGOTTEN_AFTER
        for chat_id, ago in sent:
            moment = now - max(ago, 0.0)
            for bucket in (self._all, self._chat(chat_id, moment)):
                bucket.fill(moment)
                bucket.tokens -= 1
        for chat_id in held:
            self._chat(chat_id, now).tokens = 0.0
            self._all.fill(now)
            self._all.tokens -= 1

    def _chat(self, chat_id: int, now: float) -> _Bucket:
        bucket = self._chats.get(chat_id)
        if bucket is None:
            rate, burst = (_GROUP_RATE, _GROUP_BURST) if chat_id < 0 else (_CHAT_RATE, _CHAT_BURST)
            bucket = self._chats[chat_id] = _Bucket(rate, burst, burst, now)
        return bucket

    def wait(self, chat_id: int, *, idle: bool = False) -> float:
        """Return the seconds until a call for this chat may go; 0 when it may now.

        ``idle``: it has time until the chat has been quiet for long enough to bear a burst, and
        all of us for half of one, so that nothing that comes meanwhile waits for it.
        """
        now = self._clock()
        held = max(self._held.get(chat_id, 0.0), self._held.get(None, 0.0)) - now
        if idle:
            chat = self._chat(chat_id, now)
            return max(held, chat.until(chat.burst, now), self._all.until(self._all.burst / 2, now))
        return max(held, self._chat(chat_id, now).wait(now), self._all.wait(now))

    def take(self, chat_id: int) -> None:
        """Count a call that goes out now."""
        now = self._clock()
        for bucket in (self._all, self._chat(chat_id, now)):
            bucket.fill(now)
            bucket.tokens -= 1
        if len(self._chats) > _FORGET_ABOVE:
            self._forget(now)

    def arrived(self, chat_id: int) -> None:
        """Note that a counted call is over: no earlier than this is it certain to have arrived.

        It may have been on its way for long. Where Telegram's bucket was full until then, ours
        has filled meanwhile with what Telegram's has not.
        """
        now = self._clock()
        for bucket in (self._all, self._chat(chat_id, now)):
            bucket.fill(now)
            bucket.tokens = min(bucket.tokens, bucket.burst - 1)

    def give_back(self, chat_id: int) -> None:
        """Take back what was counted for a call that did not go out, or that has no limit."""
        now = self._clock()
        for bucket in (self._all, self._chat(chat_id, now)):
            bucket.tokens = min(bucket.burst, bucket.tokens + 1)

    def hold(self, chat_id: int | None, seconds: float) -> None:
        """Hold a chat back (or, without one, everything) as long as Telegram said."""
        self._held[chat_id] = max(self._held.get(chat_id, 0.0), self._clock() + seconds)

    def throttled(self, chat_id: int, seconds: float) -> None:
        """Hold back what a 429 was about.

        Telegram does not say whether that is one chat or all of us: a second chat that is
        refused while the first is held means all.
        """
        now = self._clock()
        others = [other for other in self._refused.items() if other[0] != chat_id]
        self._refused = {**{c: until for c, until in others if until > now}, chat_id: now + seconds}
        self.hold(chat_id, seconds)
        if len(self._refused) > 1:
            self.hold(None, seconds)

    def _forget(self, now: float) -> None:
        for chat_id, bucket in list(self._chats.items()):
            bucket.fill(now)
            if bucket.tokens >= bucket.burst:
                del self._chats[chat_id]
        for held, until in list(self._held.items()):
            if until <= now:
                del self._held[held]
