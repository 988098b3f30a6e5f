"""``make screenshots``: takes every picture, or those that are named.

The Chinese ones need a font with these signs (on Debian: fonts-noto-cjk).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import fresh, keeping, lists, orders, own, page, products, tickets
from .scenes import SCENES
from .studio import studio

_DOCS = Path(__file__).parents[2] / "docs" / "images"
# In this order: what is played in one is to be seen in the next.
_MODULES = [each.__name__ for each in (orders, tickets, products, lists, own, keeping, page, fresh)]


def main() -> int:
    """Take the pictures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(SCENES)}; all unless named")
    parser.add_argument("--into", type=Path, default=_DOCS, help="the folder (docs/images)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in SCENES]
    if unknown:
        parser.error(f"no such picture: {', '.join(unknown)}")
    failed = []
    with studio(arguments.into) as here:
        here.prepare()
        for name, scene in sorted(
            SCENES.items(), key=lambda item: _MODULES.index(item[1].__module__)
        ):
            if arguments.names and name not in arguments.names:
                continue
            here.name = name
            try:
                scene(here)
            except Exception as error:  # noqa: BLE001
                failed.append(name)
                print(f"{name}: {error}", file=sys.stderr)  # noqa: T201
                here.shop.no_trouble()
            else:
                print(name, flush=True)  # noqa: T201
    total = sum(path.stat().st_size for path in here.taken)
    print(f"{len(here.taken)} pictures, {total / 1e6:.1f} MB")  # noqa: T201
    if failed:
        print(f"Not taken: {', '.join(failed)}", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
