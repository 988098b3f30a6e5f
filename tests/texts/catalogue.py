"""Catalogues: what the templates say, and what a language's file says for it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from bot.views import languages
from bot.views.drawing import TEMPLATES

# As the templates are read when a message is drawn.
_OPTIONS: Final = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
_KEYWORDS: Final = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_NOTE: Final = "Translators:"  # how a comment in a template begins that is for them


def of_templates(templates: Path = TEMPLATES) -> Catalog:
    """Return every text of the templates, in their order; where one stands is its file's name."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for path in sorted(templates.glob("*.*")):
        with path.open("rb") as file:
            for _, message, notes, context in extract(
                "jinja2", file, _KEYWORDS, [_NOTE], _OPTIONS, strip_comment_tags=True
            ):
                found.add(message, locations=[(path.name, 0)], auto_comments=notes, context=context)
    return found


def path_of(language: str) -> Path:
    """Return where a language's file is."""
    return languages.LOCALES / language / "LC_MESSAGES" / "messages.po"


def languages_in() -> list[str]:
    """Return the languages that have a file."""
    return sorted(
        path.parent.parent.name for path in languages.LOCALES.glob("*/LC_MESSAGES/messages.po")
    )


def read(language: str) -> Catalog:
    """Return a language's file. Raises ValueError where it cannot be read as one."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, charset="utf-8", abort_invalid=True)


def in_step(language: str, texts: Catalog, before: Catalog | None) -> Catalog:
    """Return a language's catalogue as the templates want it.

    A translation stays with its text alone: a text that was changed begins without one, rather
    than with a guess. What no template says any more is kept at the end, as obsolete.
    """
    after = Catalog(locale=language, charset="utf-8", fuzzy=False)
    for text in texts:
        if not text.id:
            continue
        old = before.get(_first(text), text.context) if before is not None else None
        after.add(
            text.id,
            _kept(text, old),
            locations=text.locations,
            auto_comments=text.auto_comments,
            user_comments=old.user_comments if old is not None else (),
            flags=(text.flags | (old.flags & {"fuzzy"})) if old is not None else text.flags,
            context=text.context,
        )
    for old in _all_of(before):
        if old.string and after.get(_first(old), old.context) is None:
            after.obsolete[_first(old) if old.context is None else (_first(old), old.context)] = old
    return after


def write(language: str, catalogue: Catalog) -> bool:
    """Write a language's file; say whether anything in it changed."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else b""
    after = as_written(language, catalogue)
    path.write_bytes(after)
    return after != before


def as_written(language: str, catalogue: Catalog) -> bytes:
    """Return the file of a catalogue: no dates, no line numbers, always in the same order."""
    body = io.BytesIO()
    write_po(body, catalogue, width=100, omit_header=True, include_lineno=False)
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return head.encode() + body.getvalue().lstrip(b"\n")


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _kept(text: Message, old: Message | None) -> str | tuple[str, ...]:
    if old is None or old.id != text.id:
        return ("",) if text.pluralizable else ""
    return tuple(old.string) if isinstance(old.string, (list, tuple)) else str(old.string)


def _all_of(catalogue: Catalog | None) -> list[Message]:
    if catalogue is None:
        return []
    return [*(each for each in catalogue if each.id), *catalogue.obsolete.values()]
