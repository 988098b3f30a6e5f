"""``supplier-bot run``, forked: the nursery of the end-to-end tests.

Its clock may be ahead from the start, and each SIGUSR1 lets a minute pass at once.
"""

from __future__ import annotations

import importlib
import signal
import sys
from datetime import timedelta
from typing import Any

from .forking import prepare, serve


def live(order: dict[str, Any]) -> int:
    """Run the command, which ends by raising SystemExit."""
    from bot.cli import main

    if order["hasty"]:
        importlib.import_module("tests.e2e.hasty")
    app = importlib.import_module("bot.app")
    true, ahead = app.now, timedelta(minutes=order["ahead"])

    def a_minute_passes(*_: object) -> None:
        nonlocal ahead
        ahead += timedelta(minutes=1)

    signal.signal(signal.SIGUSR1, a_minute_passes)
    vars(app)["now"] = lambda: true() + ahead
    sys.argv = ["supplier-bot", "run"]
    main()
    return 0


if __name__ == "__main__":
    prepare()
    serve(live)
