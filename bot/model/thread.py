"""The one text of a ticket, in which replies take the place of what was there or follow it."""

from __future__ import annotations

import html
import re
from typing import Literal

Shown = Literal["ours", "unclear", "no"]
# What a reply does to a ticket's text: takes its place, or follows it. ``auto``: whatever is seen.
Habit = Literal["auto", "replace", "thread"]

_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W_]")
_LONGEST_LABEL = 60  # of who wrote a part of a thread: "Supplier, 12:04:"
_OTHERS = ("buyer", "customer", "client", "admin", "moderator")


def reply_shown(reply: str, earlier: str, later: str, habit: Habit = "auto") -> Shown:
    """Say whether a ticket's text, read later, shows the reply that was sent to an earlier one.

    Ours: the reply took the text's place, or follows it (or stands before it), by itself or under
    the name of who wrote it. Unclear: its words are there once more than before, and so is
    something else, which may have been written by anybody. Where the owner says what the
    marketplace does (``habit``), what does anything else is unclear, too.
    """
    said, was, now = _folded(reply), _folded(earlier), _folded(later)
    if not said or now == was:
        return "no"
    seen = _habit_of(said, was, now)
    if seen and habit in {"auto", seen}:
        return "ours"
    words = re.compile(rf"(?<!\w){re.escape(said)}(?!\w)")
    return "unclear" if len(words.findall(now)) > len(words.findall(was)) else "no"


def learnt(reply: str, earlier: str, later: str) -> Habit:
    """Return what a reply that arrived was seen to do; ``auto`` where nothing can be told."""
    said, was, now = _folded(reply), _folded(earlier), _folded(later)
    if not said or not was or now == was:
        return "auto"
    return _habit_of(said, was, now) or "auto"


def addition(earlier: str, later: str) -> str:
    """Return what a thread's text holds besides the text before it; all, where it is another."""
    was, now = earlier.strip(), later.strip()
    if not was or now == was:
        return later
    if now.startswith(was):
        return now[len(was) :].strip()
    return now[: -len(was)].strip() if now.endswith(was) else later


def _habit_of(said: str, was: str, now: str) -> Literal["", "replace", "thread"]:
    if now == said:
        return "replace"
    return "thread" if was and _is_added(said, was, now) else ""


def _folded(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def _is_added(said: str, was: str, now: str) -> bool:
    if now.startswith(was) and now[len(was) :].endswith(said):
        return _is_label(now[len(was) : len(now) - len(said)])
    if now.endswith(was) and said in now[: -len(was)]:
        label, _, rest = now[: -len(was)].partition(said)
        return _is_label(label) and not _WORD.search(rest)
    return False


def _is_label(text: str) -> bool:
    """Say whether this is no more than what sets a part of a thread off, with our name at most."""
    if not _WORD.search(text):
        return True
    return (
        len(text) <= _LONGEST_LABEL
        and text.rstrip().endswith(":")
        and not any(other in text.casefold() for other in _OTHERS)
    )
