"""``supplier-bot run``, with a trap in it: the processes of the kill harness.

The bot itself is unchanged. Waits that only patience would lengthen are shorter: Telegram's pace
(tested elsewhere), the two minutes after which a negative is believed, the time-outs of calls, the
pause between two pages of the sweep. A call of an import takes two lines: a short paste is several.

Each bot is forked: see tests.e2e.nursery.
"""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.e2e import forking

POINT, NTH, NOTE = "KILL_POINT", "KILL_NTH", "KILL_NOTE"
# Longer than any answer of the practice shop that is late on purpose.
NEGATIVE_AFTER = timedelta(seconds=4)
CALL_SECONDS = 2.0
SWEEPS_A_MINUTE = 200.0
LINES_A_CALL = 2


def prepare() -> None:
    """Import what a bot needs, and shorten its patience."""
    from bot.model import product_plans

    vars(product_plans)["PIECE"] = LINES_A_CALL  # before anybody has it by name

    forking.prepare()

    from bot import life
    from bot.chat import pacer
    from bot.desk import executor
    from bot.supplier.caller import Timeouts
    from bot.watch import schedule

    for rate in ("_CHAT_RATE", "_CHAT_BURST", "_ALL_RATE", "_ALL_BURST"):
        setattr(pacer, rate, 10_000.0)
    vars(executor)["NEGATIVE_AFTER"] = NEGATIVE_AFTER
    vars(life)["_TIMEOUTS"] = Timeouts(read=CALL_SECONDS, write=CALL_SECONDS, total=CALL_SECONDS)
    vars(schedule)["_MOST_SWEEPING"] = SWEEPS_A_MINUTE


def live(_order: dict[str, Any]) -> int:
    """Run the bot, until it ends or the trap closes."""
    from bot.life import run_bot
    from bot.settings_reading import load_settings

    from .points import Trap, arm

    point = os.environ.get(POINT)
    if point:
        arm(Trap(point, int(os.environ[NTH]), Path(os.environ[NOTE])))
    return asyncio.run(run_bot(load_settings()))


if __name__ == "__main__":
    prepare()
    forking.serve(live)
