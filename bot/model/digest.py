"""How many news fit into one digest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

# More news than this for one chat within this time are a burst.
BURST: Final = 8
WINDOW: Final = timedelta(seconds=30)
# A digest is edited while the flood goes on; after this long a new one comes, since edits make
# no sound.
FRESH_FOR: Final = timedelta(minutes=3)
# Of Telegram's 4,096 units, what the numbers of one digest may take; the rest is for our words.
ROOM: Final = 3_500
# A number is shown in at most this many characters, and a line's end.
_LONGEST: Final = 40


def room_of(numbers: Iterable[str]) -> int:
    """Return how much of a digest's room these numbers take."""
    return sum(min(len(number), _LONGEST) + 1 for number in numbers)
