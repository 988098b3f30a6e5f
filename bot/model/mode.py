"""How a product is delivered, as far as it was learnt: by whom, and how long that takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .change import POOL_PATIENCE, Mode

# What took longer was not the pool's own pace: somebody filled it meanwhile.
LONGEST = timedelta(minutes=30)
# Of the slowest delivery, this much stays with each one that was quicker.
_FADES = 0.9
# A pool may take so many times as long as the slowest of late before anybody is called.
_TIMES = 2


@dataclass(frozen=True, slots=True)
class Learnt:
    """How a product is delivered. ``pool_seconds``: the slowest delivery from the pool of late."""

    mode: Mode = ""
    pool_seconds: int | None = None

    @property
    def patience(self) -> timedelta:
        """How long the pool may take before a person is called."""
        return max(POOL_PATIENCE, timedelta(seconds=_TIMES * (self.pool_seconds or 0)))


def slowest(before: int | None, took: timedelta) -> int | None:
    """Return the slowest delivery of late, in seconds, once one more took so long."""
    if not timedelta() <= took <= LONGEST:
        return before
    return max(round(took.total_seconds()), int((before or 0) * _FADES))
