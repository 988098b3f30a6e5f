"""Questions in a terminal. What is secret is never echoed, and nothing typed is markup."""

from __future__ import annotations

import io
from collections.abc import Mapping
from getpass import getpass
from typing import Final

from rich.console import Console
from rich.prompt import Prompt
from rich.rule import Rule
from rich.text import Text

from .said import plain

_YES: Final = frozenset({"y", "yes"})
_NO: Final = frozenset({"n", "no"})


class Terminal:
    """Asks the person who sits at it."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)

    def say(self, text: str = "") -> None:
        """Show a text."""
        self._console.print(Text(plain(text)))

    def title(self, text: str) -> None:
        """Begin a part."""
        self._console.print()
        self._console.print(Rule(Text(text), align="left"))

    def ask(self, question: str, default: str = "") -> str:
        """Return what was typed, without white space around it; ``default`` for nothing."""
        shown = Text(f"{question} [{default}]" if default else question)
        answer = Prompt.ask(shown, console=self._console, default=default, show_default=False)
        return (answer or "").strip()

    def secret(self, question: str) -> str:
        """Return what was typed unseen, without white space around it."""
        # The prompt comes when the echo is off: what is typed at once must not be seen, either.
        try:
            return getpass(plain(f"{question} (what you type or paste is not shown): ")).strip()
        except UnicodeDecodeError:
            return "\ufffd"  # nothing that is asked for may hold it

    def agreed(self, question: str, *, default: bool) -> bool:
        """Return whether the person said yes."""
        while True:
            answer = self.ask(f"{question} ({'Y/n' if default else 'y/N'})").lower()
            if not answer:
                return default
            if answer in _YES | _NO:
                return answer in _YES

    def choose(self, question: str, options: Mapping[str, str], default: str) -> str:
        """Return the key of the option that was chosen by its number."""
        keys = list(options)
        for number, key in enumerate(keys, 1):
            self.say(f"  {number}  {options[key]}")
        while True:
            answer = self.ask(question, str(keys.index(default) + 1))
            if answer in options:
                return answer
            if answer.isdecimal() and 1 <= int(answer) <= len(keys):
                return keys[int(answer) - 1]
            self.say(f"Type a number from 1 to {len(keys)}.")

    def qr_code(self, link: str) -> None:
        """Show a link as a QR code where the terminal can show one."""
        import segno  # noqa: PLC0415 - for this one line alone

        if not (self._console.encoding or "").lower().startswith("utf"):
            return
        drawn = io.StringIO()
        segno.make(link, error="l").terminal(drawn, compact=True)
        lines = drawn.getvalue().splitlines()
        if self._console.is_terminal and len(lines) < self._console.width:
            # As it comes: the library paints with colours of its own.
            self._console.file.write(drawn.getvalue())
            self._console.file.flush()
