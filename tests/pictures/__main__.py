"""``make screenshots``: takes every picture, or those that are named."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import cards, page
from .scenes import SCENES
from .studio import studio

_DOCS = Path(__file__).parents[2] / "docs" / "images"
_MODULES = (cards, page)  # importing them names their scenes


def main() -> int:
    """Take the pictures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(SCENES)}; all unless named")
    parser.add_argument("--into", type=Path, default=_DOCS, help="the folder (docs/images)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in SCENES]
    if unknown:
        parser.error(f"no such picture: {', '.join(unknown)}")
    with studio(arguments.into) as here:
        here.prepare()
        for name, scene in SCENES.items():
            if arguments.names and name not in arguments.names:
                continue
            here.name = name
            scene(here)
            print(name, flush=True)  # noqa: T201
    total = sum(path.stat().st_size for path in here.taken)
    print(f"{len(here.taken)} pictures, {total / 1e6:.1f} MB")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
