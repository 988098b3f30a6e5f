"""Money, numbers and days as other languages than English write them, by Babel's tables.

Babel's tables are read when the first person with such a language is written to: 20 ms, and two
megabytes without what stands in them that no figure needs.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel.core import Locale

_NUMBER: Final = re.compile("[#0,.]+")
# The largest of Babel's tables: names of countries, zones and units, spans of time.
_NOT_NEEDED: Final = (
    "compact_currency_formats",
    "compact_decimal_formats",
    "compound_unit_patterns",
    "currency_names",
    "currency_names_plural",
    "date_fields",
    "interval_formats",
    "languages",
    "meta_zones",
    "scripts",
    "territories",
    "time_zones",
    "unit_display_names",
    "unit_patterns",
)


@functools.cache
def _tables(language: str) -> Locale:
    """Read Babel's tables of a language, and let go what no figure needs."""
    from babel import localedata  # noqa: PLC0415 - see the module's docstring
    from babel.core import Locale  # noqa: PLC0415

    locale = Locale.parse(language)
    tables = localedata.load(str(locale))
    for name in _NOT_NEEDED:
        tables.pop(name, None)
    return locale


def money(written: str, currency: str, language: str) -> str:
    """Return an amount, given as ``1,204.50``, with the currency as the language has it."""
    from babel.numbers import get_currency_symbol  # noqa: PLC0415 - see the module's docstring

    locale = _tables(language)
    sign = get_currency_symbol(currency, locale)
    pattern = locale.currency_formats["standard"].pattern
    if sign[-1:].isalpha():  # letters never touch the number
        pattern = pattern.replace("¤#", "¤\xa0#")
    return _NUMBER.sub(number(written, language), pattern).replace("¤", sign)


def number(written: str, language: str) -> str:
    """Return a number, given as ``1,204.50``, with the language's own marks."""
    from babel.numbers import get_decimal_symbol, get_group_symbol  # noqa: PLC0415

    locale = _tables(language)
    marks = {",": get_group_symbol(locale), ".": get_decimal_symbol(locale)}
    return "".join(marks.get(sign, sign) for sign in written)


def day(at: datetime, language: str, *, with_year: bool) -> str:
    """Return a day by its short month, with its year or without."""
    from babel.dates import format_skeleton  # noqa: PLC0415

    return format_skeleton("yMMMd" if with_year else "MMMd", at, locale=_tables(language))


def moment(day: str, time: str, language: str) -> str:
    """Return a day and a time, in the order of the language."""
    from babel.dates import get_datetime_format  # noqa: PLC0415

    pattern = str(get_datetime_format("medium", locale=_tables(language)))
    return pattern.replace("{1}", day).replace("{0}", time)


def months(language: str) -> list[str]:
    """Return the short names of the months, January first."""
    from babel.dates import get_month_names  # noqa: PLC0415

    names = get_month_names("abbreviated", locale=_tables(language))
    return [names[month] for month in range(1, 13)]
