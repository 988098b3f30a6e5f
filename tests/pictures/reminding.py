"""``supplier-bot`` that reminds after two seconds: a picture of it needs no quarter of an hour."""

from __future__ import annotations

import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.model.preferences import Preferences
from bot.store import preferences
from bot.watch import minding

_SOON = partial(Preferences, remind_after=timedelta(seconds=2))
setattr(preferences, "Preferences", _SOON)  # noqa: B010
setattr(minding, "EVERY", 1.0)  # noqa: B010

if __name__ == "__main__":
    from bot.cli import main

    main()
