"""How the process keeps its memory small: it is to run beside others on a small server."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_DECORATION: Final = ("click", "rich", "pygments")
_ARENA_MAX: Final = -8  # M_ARENA_MAX of glibc's malloc.h


def one_arena() -> None:
    """Let all threads share one heap, before there are any: each would keep megabytes of its own.

    One thread runs at a time anyway. Where malloc is not glibc's, nothing happens.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


@contextmanager
def undecorated() -> Iterator[None]:
    """Let what is imported here do without what decorates a terminal.

    httpx loads it for a command line of its own, structlog for tracebacks that we do not draw,
    Alembic for its templates: 7 MB, and a tenth of the start.
    """
    left_out = [name for name in _DECORATION if name not in sys.modules]
    for name in left_out:
        sys.modules[name] = None  # type: ignore[assignment] # as if it were not installed
    try:
        yield
    finally:
        for name in left_out:
            del sys.modules[name]


def settle() -> None:
    """Take what was made for the whole run out of the collector's way.

    A look through all of it takes a tenth of a second, in which nobody is answered; and what is
    in the way makes looks rare, so that what is no longer needed would pile up between them.
    """
    gc.collect()
    gc.freeze()
