"""Toasts: what a pressed button answers at once, in one line."""

from __future__ import annotations

from enum import StrEnum

from .drawing import TOAST_UNITS, say_word
from .words import cut


class Toast(StrEnum):
    """Every toast there is; ``toasts.txt`` holds their words."""

    GONE = "gone"
    ON_IT = "on_it"
    NOT_YOURS = "not_yours"
    TAKEN = "taken"
    PAGE = "page"
    LOCKED = "locked"


def toast(name: str, language: str) -> str:
    """Return the toast ``name``, at most 200 UTF-16 units; raises ValueError for an unknown one."""
    return cut(say_word("toasts", Toast(name), language), TOAST_UNITS)
