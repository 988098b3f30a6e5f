"""Translations: English stands in the templates; others are read from ``bot/locales``."""

from __future__ import annotations

import functools
import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from bot.model.languages import ENGLISH, NAMES

LOCALES = Path(__file__).parent.parent / "locales"
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


_read: dict[str, gettext.NullTranslations] = {}


def translations(language: str) -> gettext.NullTranslations:
    """Return the translations for ``language``; none at all where nobody translated it."""
    found = known(language)
    spoken = _read.get(found)
    if spoken is None:
        english = found == ENGLISH
        spoken = gettext.NullTranslations() if english else _compiled(_file(found))
        _read[found] = spoken
    return spoken


def is_read(language: str) -> bool:
    """Say whether nothing has to be read from the disk before ``language`` is spoken."""
    found = known(language)
    return found == ENGLISH or found in _read


@contextmanager
def in_passing() -> Iterator[None]:
    """Forget afterwards what was read meanwhile: languages that perhaps nobody here speaks."""
    before = set(_read)
    try:
        yield
    finally:
        for name in _read.keys() - before:
            del _read[name]


@functools.lru_cache(maxsize=256)  # what apps call their language has no end
def known(language: str) -> str:
    """Return the language that is spoken to who asks for ``language``: ``ru`` for ``ru-RU``.

    Who asks for a region that is not there gets another one of the same language.
    """
    base, _, region = language.replace("-", "_").partition("_")
    base = base.lower()
    sisters = (name for name in NAMES if name.startswith(f"{base}_"))
    for name in (f"{base}_{region.upper()}", base, *sisters):
        # What a person's app calls its language becomes part of a path: nothing else may be in it.
        fits = _LANGUAGE.fullmatch(name) and not name.startswith(ENGLISH)
        if fits and _file(name).is_file():
            return name
    return ENGLISH


def spoken_to(*languages: str) -> str:
    """Return the first of ``languages`` that is spoken: a person's own, then the shop's."""
    for language in languages:
        found = known(language)
        if found != ENGLISH or language.lower()[:2] == ENGLISH:
            return found
    return ENGLISH


def offered() -> dict[str, str]:
    """Return the languages that a person can choose, each with its own name."""
    return {each: name for each, name in NAMES.items() if known(each) == each}


# --- the language in which something is drawn just now -------------------------------------
# One environment of templates serves all languages: a catalogue costs a megabyte, the compiled
# templates of a language cost six and half a second.

_spoken: ContextVar[tuple[str, gettext.NullTranslations]] = ContextVar(
    "spoken", default=(ENGLISH, gettext.NullTranslations())
)


@contextmanager
def speaking(language: str) -> Iterator[str]:
    """Draw in ``language`` for as long as the block lasts; yield what is spoken of it."""
    name = known(language)
    token = _spoken.set((name, translations(name)))
    try:
        yield name
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """Return the language in which something is drawn just now."""
    return _spoken.get()[0]


def say(text: str) -> str:
    """Return a sentence in the language of now."""
    return _spoken.get()[1].gettext(text)


def say_counted(one: str, many: str, count: int) -> str:
    """Return a sentence in the form that ``count`` asks for."""
    return _spoken.get()[1].ngettext(one, many, count)


def say_in(context: str, text: str) -> str:
    """Return a sentence that means something else elsewhere."""
    return _spoken.get()[1].pgettext(context, text)


def say_counted_in(context: str, one: str, many: str, count: int) -> str:
    """Return a sentence that means something else elsewhere, in the form for ``count``."""
    return _spoken.get()[1].npgettext(context, one, many, count)


def _file(name: str) -> Path:
    return LOCALES / name / "LC_MESSAGES" / "messages.po"


def _compiled(path: Path) -> gettext.NullTranslations:
    from .catalogue import catalogue  # noqa: PLC0415 - English needs none

    return catalogue(path)
