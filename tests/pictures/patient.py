"""``supplier-bot`` at its quickest; held replies alone wait until their picture is taken."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.desk import replies
from bot.store import intents
from tests.e2e import hasty

__all__ = ["hasty"]  # what makes it quick

for module in (replies, intents):
    setattr(module, "REPLY_HOLD", timedelta(minutes=5))  # noqa: B010

if __name__ == "__main__":
    from bot.cli import main

    main()
