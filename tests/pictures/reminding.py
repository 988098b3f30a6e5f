"""``supplier-bot`` that reminds after two seconds: a picture of it needs no quarter of an hour.

It looks at its products every second, and says the morning summary once, as soon as one wants it.
"""

from __future__ import annotations

import sys
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.model.preferences import Preferences
from bot.model.summary import Reason
from bot.store import preferences
from bot.watch import minding, products, summaries

_SOON = partial(Preferences, remind_after=timedelta(seconds=2))
setattr(preferences, "Preferences", _SOON)  # noqa: B010
setattr(minding, "EVERY", 1.0)  # noqa: B010
setattr(products, "EVERY", 1.0)  # noqa: B010
_wanted: list[datetime | None] = []


def _once(_at: time, _zone: ZoneInfo, said_at: datetime | None, _now: datetime) -> Reason:
    """Let it be due until it was said the first time."""
    _wanted.append(said_at)
    return "due" if said_at == _wanted[0] else "said"


setattr(summaries, "decide", _once)  # noqa: B010

if __name__ == "__main__":
    from bot.cli import main

    main()
