"""How a command speaks: what was asked for on stdout, what stands in its way on stderr."""

from __future__ import annotations

import sys
import unicodedata


class NotDoneError(Exception):
    """What was asked for was not done, and nothing was changed; ``str()`` is the sentence."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


def say(line: str = "") -> None:
    """Print a line of what was asked for."""
    print(plain(line), flush=True)


def complain(line: str) -> None:
    """Print a line of what is in the way."""
    print(plain(line), file=sys.stderr, flush=True)


def plain(text: str) -> str:
    """Return a text without signs that move a terminal's cursor or change its colours."""
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign)[0] != "C" else "?" for sign in text
    )
