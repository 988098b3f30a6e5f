"""What is wrong with a translation: each problem in one line that names the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from typing import Final

from babel.messages.catalog import Catalog, Message

from bot.views.words import units

from .catalogue import path_of, read
from .glossary import strangers, unconfirmed

_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s|%%|%")
_TAG: Final = re.compile(r"</?[a-z]+[^<>]*>")
# What stays as it is in every language: commands, variables of the environment, kinds of files,
# the beginnings of numbers, examples of what can be typed, and every number.
_FIXED: Final = re.compile(
    r"(?<![\w<])/[a-z]+|\b[A-Z]+_[A-Z_]+\b|\.(?:txt|csv|xlsx|png)\b|\bTKT?(?=…)"
    r"|<code>[^%<]*</code>|\blogin[:|]password\b|\bBerlin\b|\bUTC\+3\b|\bUTF-8\b|\d+(?:[.:-]\d+)*"
)
_PICTURE: Final = re.compile("[\u2190-\u21ff\u2300-\u2bff\U0001f000-\U0001faff]")
# A stranger's words stand between marks that they cannot hold themselves.
_SAID: Final = re.compile(r"[“„«]%\((\w+)\)s[”“»]")
_ALL: Final = range(1000)
LABELS: Final = ("labels.txt", "settings.txt")
LABEL_UNITS: Final = 64
_SHORT: Final = 24  # what a phone shows of a button that has its row almost for itself


def problems(language: str, texts: Catalog) -> list[str]:
    """Return everything that is wrong with a language's file, measured by the templates."""
    try:
        spoken = read(language)
    except Exception as error:  # noqa: BLE001 - Babel raises what it likes on a broken file
        return [f"the file cannot be read: {error}"]
    found = list(_of_head(language, spoken))
    for text in texts:
        if not text.id:
            continue
        said = spoken.get(_first(text), text.context)
        found.extend(f"{why}: {_shown(text)}" for why in _of_text(text, said, spoken))
        if said is not None:
            forms = (said.string,) if isinstance(said.string, str) else tuple(said.string or ())
            looked_at = unconfirmed if _is_label(text) else strangers
            found.extend(looked_at(language, _many(text), tuple(filter(None, forms))))
    wanted = {(_first(text), text.context) for text in texts}
    found.extend(
        f"obsolete, no template says it: {_shown(said)}"
        for said in (*spoken, *spoken.obsolete.values())
        if said.id and (_first(said), said.context) not in wanted
    )
    return found


def of_templates(texts: Catalog) -> list[str]:
    """Return what is wrong with the templates' own texts, whatever the language."""
    found = []
    for text in texts:
        if isinstance(text.id, str):
            continue
        one, many = (_placeholders(each) for each in text.id)
        if not set(one) <= set(many):
            found.append(f"the singular says more than the plural: {_shown(text)}")
    return found


def _of_head(language: str, spoken: Catalog) -> Iterator[str]:
    written = path_of(language).read_text(encoding="utf-8")
    # Read from the file alone: of what Babel knows of a language no file needs to be right.
    header = re.search(r'"Plural-Forms: nplurals=(\d+); plural=(.+?);\\n"', written)
    wanted = Catalog(locale=language)
    if header is None:
        yield "no Plural-Forms in its header"
        return
    forms, rule = int(header[1]), c2py(header[2])
    right = c2py(wanted.plural_expr)
    if forms != wanted.num_plurals or any(rule(n) != right(n) for n in _ALL):
        yield f"its Plural-Forms are not {wanted.plural_forms}"
    if spoken.charset.lower() != "utf-8":
        yield "it is not UTF-8"


def _of_text(text: Message, said: Message | None, spoken: Catalog) -> Iterator[str]:
    if said is None or not said.string or not any(said.string):
        yield "missing"
        return
    if said.id != text.id:
        yield "its plural is another one"
        return
    if said.fuzzy:
        yield "fuzzy"
    if isinstance(text.id, str):
        yield from _of_form(text, text.id, str(said.string))
        return
    forms = tuple(said.string)
    if len(forms) != spoken.num_plurals or not all(forms):
        yield f"{sum(map(bool, forms))} plural forms, not {spoken.num_plurals}"
        return
    rule = c2py(spoken.plural_expr)
    for place, form in enumerate(forms):
        alone = {n for n in _ALL if rule(n) == place} <= {0, 1}
        yield from _of_form(text, text.id[0] if alone else text.id[1], form, alone=alone)


def _of_form(text: Message, english: str, form: str, *, alone: bool = False) -> Iterator[str]:
    """Compare one form with the English that it stands for.

    ``alone``: it stands for one of something, and may leave the number out or say it.
    """
    many = _many(text)
    wanted, got = _placeholders(english), _placeholders(form)
    if got != wanted and not (alone and got == _placeholders(many)):
        yield f"its variables are {_named(got)}, not {_named(wanted)}: “{form}”"
    for what, pattern in (("tags", _TAG), ("fixed words", _FIXED), ("pictures", _PICTURE)):
        here, there = Counter(pattern.findall(form)), Counter(pattern.findall(english))
        if here != there and not (alone and here == Counter(pattern.findall(many))):
            yield f"its {what} are {_named(here)}, not {_named(there)}: “{form}”"
    if not _is_well_formed(form):
        yield f"its tags are not closed where they should be: “{form}”"
    if _SAID.findall(english) and set(_SAID.findall(form)) != set(_SAID.findall(english)):
        yield f"somebody's words stand without their quotation marks: “{form}”"
    if form != form.strip() or "  " in form or "\n" in form:
        yield f"spaces or lines that the English has not: “{form}”"
    room = min(LABEL_UNITS, max(_SHORT, 2 * units(english)))
    if _is_label(text) and units(english) <= LABEL_UNITS and units(form) > room:
        yield f"too long for its button: “{form}”"


def _is_well_formed(text: str) -> bool:
    """Say whether every tag is closed by its own, and no other sign is one of HTML's."""
    is_open: list[str] = []
    for tag in _TAG.findall(text):
        name = tag.strip("</>").split()[0]
        if not tag.startswith("</"):
            is_open.append(name)
        elif not is_open or is_open.pop() != name:
            return False
    return not is_open and not set("<>") & set(_TAG.sub("", text))


def _is_label(text: Message) -> bool:
    return any(name in LABELS for name, _ in text.locations)


def _placeholders(text: str) -> Counter[str]:
    """Return the variables of a text; a lone per cent sign, which breaks it, counts as one."""
    return Counter(
        match[1] or match[0] for match in _PLACEHOLDER.finditer(text) if match[0] != "%%"
    )


def _named(counted: Counter[str]) -> str:
    return ", ".join(sorted(counted.elements())) or "none"


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _many(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[1]


def _shown(message: Message) -> str:
    context = f" ({message.context})" if message.context else ""
    return f"“{_first(message)}”{context}"
