"""Token buckets: how many messages Telegram takes, per chat, per group and in all."""

import math
from dataclasses import dataclass

from sandbox.clock import Clock

from .errors import too_many
from .options import TelegramOptions

_MINUTE = 60.0
_SLACK = 1e-9


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class Limits:
    """The buckets of one bot. A refused call takes nothing out of any of them."""

    def __init__(self, options: TelegramOptions, clock: Clock) -> None:
        self._options = options
        self._clock = clock
        self._buckets: dict[tuple[str, int], _Bucket] = {}

    def spend(self, chat_id: int, *, group: bool, messages: int = 1) -> None:
        """Take the tokens for `messages` sent to a chat.

        Raises ApiError 429 with whole seconds in retry_after when any bucket is short.
        """
        if not self._options.limits:
            return
        options = self._options
        asked = [
            ("chat", chat_id, float(options.chat_burst), options.chat_per_second),
            ("all", 0, float(options.overall_per_second), float(options.overall_per_second)),
        ]
        if group:
            per_minute = float(options.group_per_minute)
            asked.append(("group", chat_id, per_minute, per_minute / _MINUTE))
        now = self._clock.monotonic()
        wait = 0.0
        buckets: list[tuple[_Bucket, float]] = []
        for kind, key, size, rate in asked:
            bucket = self._buckets.setdefault((kind, key), _Bucket(size, now))
            bucket.level = min(size, bucket.level + (now - bucket.at) * rate)
            bucket.at = now
            # An album larger than the bucket passes when the bucket is full, and leaves a debt.
            need = min(float(messages), size)
            wait = max(wait, (need - bucket.level) / rate)
            buckets.append((bucket, float(messages)))
        if wait > _SLACK:
            raise too_many(max(1, math.ceil(wait - _SLACK)))
        for bucket, cost in buckets:
            bucket.level -= cost
