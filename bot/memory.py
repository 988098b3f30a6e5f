"""How the process keeps its memory small: it is to run beside others on a small server."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from typing import Final

_ARENA_MAX: Final = -8  # M_ARENA_MAX of glibc's malloc.h


def one_arena() -> None:
    """Let all threads share one heap, before there are any: each would keep megabytes of its own.

    One thread runs at a time anyway. Where malloc is not glibc's, nothing happens.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def settle() -> None:
    """Take what was made for the whole run out of the collector's way.

    A look through all of it takes a tenth of a second, in which nobody is answered; and what is
    in the way makes looks rare, so that what is no longer needed would pile up between them.
    """
    gc.collect()
    gc.freeze()
