"""``python -m benchmarks [start|memory|idle|press|push|crowd|...]``: measure, and judge."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

import psutil

from . import crowd, idle, memory, money, press, push, start, stock
from .figures import Figure, table
from .practice import TookTooLong

MEASUREMENTS: dict[str, Callable[[], list[Figure]]] = {
    "start": start.measure,
    "memory": memory.measure,
    "idle": idle.measure,
    "press": press.measure,
    "push": push.measure,
    "crowd": crowd.measure,
    "money": money.measure,
    "stock": stock.measure,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table; return 1 when a bound was missed or a measurement did not come to its end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], *MEASUREMENTS], metavar="what")
    asked = parser.parse_args(argv).what or list(MEASUREMENTS)
    print(f"{psutil.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f} at the start")
    figures: list[Figure] = []
    failed = False
    for name in asked:
        began = time.monotonic()
        try:
            figures += MEASUREMENTS[name]()
        except (TookTooLong, AssertionError) as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(figures))
    return 1 if failed or any(figure.missed for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
