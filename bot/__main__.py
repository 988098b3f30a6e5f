"""``supplier-bot``, and ``python -m bot``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. What runs for months does not carry it along: 5 MB."""
    if sys.argv[1:] == ["run"]:
        from .running import run  # noqa: PLC0415

        sys.exit(run())
    from .cli import main as command_line  # noqa: PLC0415

    command_line()


if __name__ == "__main__":
    main()
