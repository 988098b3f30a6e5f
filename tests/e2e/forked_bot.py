"""``supplier-bot run``, forked: the nursery of the end-to-end tests."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from .forking import prepare, serve


def live(order: dict[str, Any]) -> int:
    """Run the command, which ends by raising SystemExit."""
    from bot.cli import main

    if order["hasty"]:
        importlib.import_module("tests.e2e.hasty")
    sys.argv = ["supplier-bot", "run"]
    main()
    return 0


if __name__ == "__main__":
    prepare()
    serve(live)
