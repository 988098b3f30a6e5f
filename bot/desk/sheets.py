"""Writes rows as .csv or .xlsx, one at a time. A cell never becomes a formula.

Imported by a process of its own alone: it is the only one that loads XlsxWriter.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bot.model.exports import Column

if TYPE_CHECKING:
    from bot.store.extract import Row, Value

# What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST: Final = 32_767  # characters that a cell of Excel holds
_EXACT: Final = 15  # digits of a number that Excel keeps
_WIDTHS: Final = {"text": 22, "count": 10, "money": 12, "time": 19, "flag": 10}
# Excel knows no earlier day, and nobody sells then.
_FIRST_YEAR: Final = 1901


class TooManyRows(Exception):  # noqa: N818 - it says what is so
    """A sheet holds no more rows than were asked for."""


def write_csv(path: Path, columns: tuple[Column, ...], rows: Iterable[Row], zone: ZoneInfo) -> int:
    """Write UTF-8 with the mark that Excel looks for; return how many rows. Times have an offset.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    many = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([name for name, _ in columns])
        for row in rows:
            writer.writerow([_written(value, zone) for value in row])
            many += 1
    return many


def _written(value: Value, zone: ZoneInfo) -> str | int:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return value
        case Decimal():
            return format(value, "f")
        case datetime():
            return _local(value, zone).isoformat(timespec="seconds")
        case _:
            return f"'{value}" if value.startswith(_FORMULA) else value


def write_xlsx(
    path: Path,
    columns: tuple[Column, ...],
    rows: Iterable[Row],
    zone: ZoneInfo,
    *,
    name: str,
    most: int,
) -> int:
    """Write one sheet with real numbers and times (of ``zone``, as Excel has no zones).

    Raises TooManyRows where there are more than ``most``.
    """
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - see above

    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    many = 0
    try:
        sheet = book.add_worksheet(name)
        head = book.add_format({"bold": True})
        formats = {
            "money": book.add_format({"num_format": "#,##0.00##########"}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        sheet.freeze_panes(1, 0)
        for place, (title, kind) in enumerate(columns):
            sheet.set_column(place, place, _WIDTHS[kind])
            sheet.write_string(0, place, title, head)
        for row in rows:
            if many >= most:
                raise TooManyRows
            many += 1
            for place, value in enumerate(row):
                _write(sheet, many, place, value, zone, formats)
        if many:
            sheet.autofilter(0, 0, many, len(columns) - 1)
    finally:
        book.close()
    return many


def _write(
    sheet: Any, row: int, place: int, value: Value, zone: ZoneInfo, formats: dict[str, Any]
) -> None:
    match value:
        case None:
            pass
        case bool():
            sheet.write_boolean(row, place, value)
        case int() if len(str(abs(value))) <= _EXACT:
            sheet.write_number(row, place, value)
        case Decimal() if len(value.as_tuple().digits) <= _EXACT:
            sheet.write_number(row, place, value, formats["money"])
        case datetime():
            there = _local(value, zone).replace(tzinfo=None)
            if there.year < _FIRST_YEAR:
                sheet.write_string(row, place, there.isoformat(" ", "seconds"))
            else:
                sheet.write_datetime(row, place, there, formats["time"])
        case _:
            sheet.write_string(row, place, str(value)[:_LONGEST])


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    try:
        return at.astimezone(zone).replace(microsecond=0)
    except (OverflowError, ValueError):
        return at
