"""Money, numbers and days as other languages than English write them, by Babel's tables.

Babel's tables of one language take four megabytes and 20 ms, of each further one less than one:
they are read when the first person with such a language is written to.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

_NUMBER: Final = re.compile("[#0,.]+")


def money(written: str, currency: str, language: str) -> str:
    """Return an amount, given as ``1,204.50``, with the currency as the language has it."""
    from babel.core import Locale  # noqa: PLC0415 - see the module's docstring
    from babel.numbers import get_currency_symbol  # noqa: PLC0415

    sign = get_currency_symbol(currency, language)
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    if sign[-1:].isalpha():  # letters never touch the number
        pattern = pattern.replace("¤#", "¤\xa0#")
    return _NUMBER.sub(number(written, language), pattern).replace("¤", sign)


def number(written: str, language: str) -> str:
    """Return a number, given as ``1,204.50``, with the language's own marks."""
    from babel.numbers import get_decimal_symbol, get_group_symbol  # noqa: PLC0415

    marks = {",": get_group_symbol(language), ".": get_decimal_symbol(language)}
    return "".join(marks.get(sign, sign) for sign in written)


def day(at: datetime, language: str, *, with_year: bool) -> str:
    """Return a day by its short month, with its year or without."""
    from babel.dates import format_skeleton  # noqa: PLC0415

    return format_skeleton("yMMMd" if with_year else "MMMd", at, locale=language)


def moment(day: str, time: str, language: str) -> str:
    """Return a day and a time, in the order of the language."""
    from babel.dates import get_datetime_format  # noqa: PLC0415

    pattern = str(get_datetime_format("medium", locale=language))
    return pattern.replace("{1}", day).replace("{0}", time)


def months(language: str) -> list[str]:
    """Return the short names of the months, January first."""
    from babel.dates import get_month_names  # noqa: PLC0415

    names = get_month_names("abbreviated", locale=language)
    return [names[month] for month in range(1, 13)]
