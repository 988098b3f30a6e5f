"""Languages that only a test speaks."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.views import drawing, languages

_MARKED = re.compile("⟦[^⟦⟧]*⟧")


def forget() -> None:
    """Forget what was read of the languages, so that another folder of them counts."""
    languages.known.cache_clear()
    languages._read.clear()
    drawing._read.cache_clear()


class Marked(gettext.NullTranslations):
    """English between ⟦ and ⟧, by which it is seen what went through a translation."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


@contextmanager
def marked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, names: tuple[str, ...] = ("ru",)
) -> Iterator[None]:
    """Have these languages beside English, in which every text is marked."""
    for name in names:
        path = folder / name / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        path.touch()
    monkeypatch.setattr(languages, "LOCALES", folder)
    monkeypatch.setattr(languages, "_compiled", lambda _path: Marked())
    forget()
    try:
        yield
    finally:
        forget()


def unmarked(text: str) -> str:
    """Return what of a text went through no translation: data, or what was forgotten."""
    while (inner := _MARKED.sub("", text)) != text:
        text = inner
    return text
