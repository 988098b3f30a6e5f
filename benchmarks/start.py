"""From ``supplier-bot run`` on a migrated database to the first getUpdates."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from .figures import Figure
from .practice import ANN, Bot, began, practice_shop

_TIMES = 5
_MOST_SECONDS = 2.0
# What the bot stands on, and nothing of its own: what no change of ours could make faster.
_LIBRARIES = (
    "import alembic, cryptography.fernet, httpx, jinja2, pydantic_settings, "
    "sqlalchemy.ext.asyncio, structlog, telegram.ext, typer"
)


def measure() -> list[Figure]:
    """Start it on a new database once, then five times on that."""
    with practice_shop() as (shop, folder):
        bot = Bot(shop, folder, [ANN])
        took: list[float] = []
        bare: list[float] = []
        for number in range(_TIMES + 1):
            seen = max((call["n"] for call in shop.telegram_calls()), default=0)
            asked = time.time()
            try:
                first = bot.start().ready(seen)
            finally:
                bot.end()
            if number:  # the first one migrates
                took.append(began(first) - asked)
                bare.append(_libraries())
    return [
        Figure("start: to the first getUpdates, median of 5", median(took), "s", _MOST_SECONDS, 2),
        Figure("start: the slowest of the 5", max(took), "s", digits=2),
        Figure("start: against importing the libraries alone", median(took) / median(bare), "x"),
    ]


def _libraries() -> float:
    from_here = time.monotonic()
    subprocess.run([sys.executable, "-c", _LIBRARIES], check=True, timeout=60)
    return time.monotonic() - from_here
