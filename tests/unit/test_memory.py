"""What the bot as a process does without."""

from __future__ import annotations

import subprocess
import sys


def test_what_decorates_a_terminal_is_not_loaded_by_the_bot_and_can_be_by_others() -> None:
    program = (
        "import sys\n"
        "from bot import memory\n"
        "with memory.undecorated():\n"
        "    import bot.settings, bot.running, bot.__main__, bot.app\n"
        "decoration = ('click', 'rich', 'pygments', 'typer')\n"
        "print([name for name in decoration if name in sys.modules])\n"
        "import rich.console\n"
        "print(rich.console.Console is not None)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split("\n")[:2] == ["[]", "True"]
