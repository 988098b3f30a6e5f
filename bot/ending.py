"""An end that is asked for: SIGTERM or Ctrl-C, heard from the first moment on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Asked:
    """Whether the end was asked for. A plain mark: a signal may come in the midst of anything."""

    def __init__(self) -> None:
        self.yet = False


@contextmanager
def asked_to_end(asked: Asked | None = None) -> Iterator[Asked]:
    """Note the signals instead of dying of them; whoever starts something looks at the mark.

    ``asked``: a mark that is kept already, to be kept on.
    """
    asked = asked or Asked()

    def note(_signal: int, _frame: FrameType | None) -> None:
        asked.yet = True

    before = {name: signal.signal(name, note) for name in SIGNALS}
    try:
        yield asked
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Let both signals end what only looks, or asks a person, wherever it is.

    Ctrl-C is a KeyboardInterrupt, as everywhere in Python.
    """
    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, signal.SIG_DFL),
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
    }
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
