"""Templates to text and entities: Jinja2 writes HTML, it is read, and the result is made to fit.

Jinja2 and sulguk are imported when the first message is drawn, not when the bot starts;
:func:`warm` does it ahead.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.model.facts import Reader
from bot.model.outgoing import Button, Entity, Outgoing, Style
from bot.model.press import Press

from . import figures, languages, words
from .fit import fit
from .languages import known, speaking

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

Keyboard = tuple[tuple[Button, ...], ...]

TEMPLATES = Path(__file__).parent / "templates"
LABEL_UNITS = 64
TOAST_UNITS = 200  # Bot API: answerCallbackQuery.text
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def say_word(file: str, name: str, language: str, **values: object) -> str:
    """Return the short plain text ``name`` of ``file`` (labels, toasts, commands)."""
    macro = getattr(_module(f"{file}.txt"), name)
    with speaking(language):
        return " ".join(str(macro(**values)).split())


def say_number(value: int, language: str) -> str:
    """Return a number for a label, as the language writes it."""
    return figures.number(value, language=known(language))


def draw(template: str, language: str, **values: object) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities of ``template``, made to fit into one message."""
    source = _environment(html=True).get_template(f"{template}.html")
    with speaking(language):
        return _read(source.render(**values))


def draw_sentence(name: str, language: str, **values: object) -> tuple[str, tuple[Entity, ...]]:
    """Return text and entities of the macro ``name`` of ``sentences.html``."""
    macro = getattr(_module("sentences.html"), name)
    with speaking(language):
        return _read(str(macro(**values)))


def outgoing(drawn: tuple[str, tuple[Entity, ...]], keyboard: Keyboard = ()) -> Outgoing:
    """Return the message of a drawn text and its buttons; rows without buttons are left out."""
    return Outgoing(
        text=drawn[0], entities=drawn[1], keyboard=tuple(row for row in keyboard if row)
    )


def joined(
    first: tuple[str, tuple[Entity, ...]], second: tuple[str, tuple[Entity, ...]]
) -> tuple[str, tuple[Entity, ...]]:
    """Return one drawn text below another, made to fit into one message."""
    shift = words.units(first[0]) + 1
    moved = [each.model_copy(update={"offset": each.offset + shift}) for each in second[1]]
    entities = [each.model_dump() for each in (*first[1], *moved)]
    return fit(f"{first[0]}\n{second[0]}", entities)


def button(label: str, press: Press, style: Style = "") -> Button:
    """Return a button whose label fits."""
    return Button(label=words.cut(label, LABEL_UNITS), data=press.pack(), style=style)


def marked(label: str, *, chosen: bool = True) -> str:
    """Return a button's label, between two dots where it is the one that is chosen, or holds."""
    return f"· {label} ·" if chosen else label


def in_rows(buttons: Sequence[Button], a_row: int) -> Keyboard:
    """Return buttons in rows of ``a_row``; the last one may be shorter."""
    return tuple(tuple(buttons[at : at + a_row]) for at in range(0, len(buttons), a_row))


def warm(language: str = "en") -> None:
    """Read what the first message and toast in ``language`` would wait for; any thread may."""
    environment = _environment(html=True)
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
    for file in ("labels.txt", "toasts.txt", "commands.txt", "settings.txt", "sentences.html"):
        _module(file)
    with speaking(language) as name:  # its catalogue, and Babel's tables of it
        figures.money(Decimal(1), "USD", name)
    _read("<div>–</div>")


def months(language: str) -> list[str]:
    """Return the short names of the months, January first."""
    return figures.months(known(language))


class Pen:
    """What templates write values with, for one reader at one moment.

    Whatever a stranger wrote passes through :meth:`line`, :meth:`said` or :meth:`quote`.
    """

    def __init__(self, reader: Reader, now: datetime) -> None:
        self._reader = reader
        self._now = now
        self._language = known(reader.language)

    @property
    def now(self) -> datetime:
        """The moment it is drawn at."""
        return self._now

    def money(self, amount: Decimal | None) -> str:
        """Return an amount with the shop's currency; empty when there is none."""
        if amount is None:
            return ""
        return figures.money(amount, words.one_line(self._reader.currency, 12), self._language)

    def clock(self, at: datetime, *, dated: bool = False) -> str:
        """Return a time in the reader's zone."""
        zone = self._reader.time_zone
        return figures.clock(at, self._now, zone, self._language, dated=dated)

    def day(self, at: datetime) -> str:
        """Return a day in the reader's zone: ``21 Nov``, with its year where it is not this one."""
        return figures.day(at, self._now, self._reader.time_zone, self._language)

    def line(self, text: str, limit: int = words.TITLE_UNITS) -> str:
        """Return a text for the middle of a line."""
        return words.one_line(text, limit)

    def said(self, text: str, limit: int = 300) -> str:
        """Return a text for between “ and ”."""
        return words.said(text, limit)

    def quoted(self, text: str, limit: int) -> str:
        """Return a text for a button, between the language's marks; empty where it is."""
        said = words.quotable(text, limit)
        return say_word("labels", "quoted", self._language, said=said) if said else ""

    def name(self, text: str) -> str:
        """Return a person's name."""
        return words.said(text, 40)

    def code(self, text: str) -> str:
        """Return a number or a masked unit for monospace, where nothing is tappable."""
        return words.isolated(words.bare_line(text, 40))

    def short(self, number: str) -> str:
        """Return an order's or a ticket's number by its end, for monospace."""
        return words.isolated(words.short_number(number))

    def identity(self, identity: str) -> str:
        """Return an ID by its ends, for monospace."""
        return words.isolated(words.short_identity(identity))

    def quote(self, text: str, limit: int = words.QUOTE_UNITS) -> Markup:
        """Return a plain text as a block quote; a long one can be expanded."""
        from markupsafe import Markup  # noqa: PLC0415 - comes with Jinja2

        plain = words.as_written(text, limit) or "—"
        lines = plain.split("\n")
        long = len(lines) > 6 or len(plain) > 400  # noqa: PLR2004 - about a third of a screen
        body = Markup("<br/>").join(lines)
        opening = "<blockquote expandable>" if long else "<blockquote>"
        return Markup(opening) + body + Markup("</blockquote>")  # noqa: S704 - a constant


# The same card goes to everyone who is told of it; reading the HTML is most of the drawing.
@functools.lru_cache(maxsize=32)
def _read(source: str) -> tuple[str, tuple[Entity, ...]]:
    from .reading import read  # noqa: PLC0415 - see the module's docstring

    return fit(*read(_NOT_XML.sub("", source)))


def _number(value: Decimal | float, decimals: int = 0) -> str:
    return figures.number(value, decimals, languages.spoken())


@functools.cache
def _module(file: str) -> Any:
    return _environment(html=file.endswith(".html")).get_template(file).module


@functools.cache
def _environment(*, html: bool) -> Environment:
    # One for HTML and one for plain texts: a macro called from Python takes its environment's
    # escaping, not its file's.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    from .compiled import Compiled  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=html,  # noqa: S701 - off only for plain texts, which nobody reads as HTML
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=Compiled(TEMPLATES / "__pycache__"),
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["number"] = _number
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=languages.say,
        ngettext=languages.say_counted,
        pgettext=languages.say_in,
        npgettext=languages.say_counted_in,
        newstyle=True,
    )
    return environment
