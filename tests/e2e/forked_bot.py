"""``supplier-bot run``, forked: the nursery of the end-to-end tests."""

from __future__ import annotations

import importlib
import sys
from datetime import timedelta
from typing import Any

from .forking import prepare, serve


def live(order: dict[str, Any]) -> int:
    """Run the command, which ends by raising SystemExit."""
    from bot.cli import main

    if order["hasty"]:
        importlib.import_module("tests.e2e.hasty")
    if order["ahead"]:
        app = importlib.import_module("bot.app")
        true, ahead = app.now, timedelta(minutes=order["ahead"])
        vars(app)["now"] = lambda: true() + ahead
    sys.argv = ["supplier-bot", "run"]
    main()
    return 0


if __name__ == "__main__":
    prepare()
    serve(live)
