"""``supplier-bot run``, from the settings to the end. Nothing heavy is imported above."""

from __future__ import annotations

import sys

from .ending import Asked, asked_to_end


def run(asked: Asked | None = None) -> int:
    """Run the bot with the settings of the environment and .env; return the exit status.

    ``asked``: a mark of an end that was asked for, where one is kept already.
    """
    # The parts take a second to be read: an end that is asked for meanwhile is kept in mind.
    with asked_to_end(asked) as noted:
        from . import memory  # noqa: PLC0415

        with memory.undecorated():
            from .settings_reading import WrongSettings, load_settings  # noqa: PLC0415

        try:
            settings = load_settings()
        except WrongSettings as wrong:
            for problem in wrong.problems:
                print(problem, file=sys.stderr)  # noqa: T201
            return 2
        if noted.yet:
            return 0
        with memory.undecorated():
            import asyncio  # noqa: PLC0415

            from .life import run_bot  # noqa: PLC0415

        memory.one_arena()
        return asyncio.run(run_bot(settings, noted))
