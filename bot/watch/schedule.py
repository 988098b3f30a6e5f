"""When the marketplace is asked next: decisions as numbers, without a clock of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FEEDS: Final = 2  # orders and tickets

# Nothing happened for this long (seconds): every second, then every third interval is enough.
_CALM: Final = 300.0
_ASLEEP: Final = 900.0

_FIRST_MINUTE: Final = 60.0
_TRIES_AT_FIRST: Final = 15.0
_TRIES_LATER: Final = 60.0
# What a marketplace may ask us to wait at most: after more, nobody would know what happens there.
_LONGEST_WAIT: Final = 60.0

# Seconds until the rest is looked at again after a mistake of ours, which may happen every time.
AFTER_A_MISTAKE: Final = 15.0

SAY_AFTER: Final = 30.0  # trouble that is over sooner is not worth a message

_BACKGROUND: Final = 0.8  # of all calls; the rest is kept for persons
_HEADS: Final = 0.6
_MOST_SWEEPING: Final = 6.0
_LEAST_PAUSE: Final = 1.0  # seconds between two calls for what is open, however large the budget


@dataclass(frozen=True, slots=True)
class Pace:
    """How the calls a minute are shared out. All of it in seconds, for one list.

    ``head``: between two looks at the head, at least. ``open``: between two calls for what is not
    finished. ``sweep``: between two pages of the sweep. ``open_after``: how long something that is
    not finished may go without a look.
    """

    head: float
    open: float
    sweep: float
    open_after: float


def share_out(calls_per_minute: int, poll_seconds: float) -> Pace:
    """Share out the calls: heads first, and never so many that nothing is left for the rest."""
    head = max(poll_seconds, FEEDS * 60.0 / (_HEADS * calls_per_minute))
    spare = _BACKGROUND * calls_per_minute - FEEDS * 60.0 / head
    each = spare / FEEDS * 0.9  # for one list; a tenth is left for heads that find something
    sweeps = min(each / 2, _MOST_SWEEPING)
    return Pace(
        head=head,
        open=max(60.0 / (each - sweeps), _LEAST_PAUSE),
        sweep=60.0 / sweeps,
        open_after=max(4 * head, 20.0),
    )


def pause(head_seconds: float, quiet_for: float) -> float:
    """Return the seconds until the next look when nothing has happened for ``quiet_for``."""
    if quiet_for < _CALM:
        return head_seconds
    return head_seconds * (2 if quiet_for < _ASLEEP else 3)


def retry(head_seconds: float, failing_for: float, tries: int, asked: float | None) -> float:
    """Return the seconds until the next try while the marketplace fails.

    Doubling from the usual interval on: at most 15 in the first minute, 60 after; what the
    marketplace itself ``asked`` us to wait is kept.
    """
    most = _TRIES_AT_FIRST if failing_for < _FIRST_MINUTE else _TRIES_LATER
    delay: float = min(head_seconds * 2.0 ** min(max(tries - 1, 0), 10), most)
    return max(delay, min(asked or 0.0, _LONGEST_WAIT))


def sweep_minutes(pages: int, pace: Pace) -> float:
    """Return the longest time, in minutes, until everything on so many pages was looked at."""
    seconds = pace.head * 3 if pages <= 1 else (pages + 1) * pace.sweep
    return seconds / 60.0
