"""What the bot as a process does without."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from bot.lean import not_searched


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


def test_what_is_not_installed_is_looked_for_once_and_what_is_stays() -> None:
    name = "no_such_module_of_anybody"
    not_searched(name)
    try:
        assert name in sys.modules
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)
    finally:
        del sys.modules[name]
    not_searched("this")  # there, and not imported yet
    assert "this" not in sys.modules
