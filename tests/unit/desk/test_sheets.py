"""Files of rows: exact numbers, real times, and no cell that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import re
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.desk.sheets import TooManyRows, write_csv, write_xlsx
from bot.model.exports import Column
from bot.store.extract import Row

COLUMNS: tuple[Column, ...] = (
    ("title", "text"),
    ("units", "count"),
    ("amount", "money"),
    ("at", "time"),
    ("done", "flag"),
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ROW: Row = ("Netflix", 3, Decimal("-9.90"), NOON, True)


def texts(*titles: str) -> list[Row]:
    return [(title, None, None, None, None) for title in titles]


def sheet(path: Path) -> str:
    return zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()


def test_a_csv_says_exactly_what_is_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    nothing: Row = (None, None, None, None, None)
    assert write_csv(path, COLUMNS, [ROW, nothing], BERLIN) == 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["title", "units", "amount", "at", "done"],
            ["Netflix", "3", "-9.90", "2026-11-23T13:00:00+01:00", "yes"],
            ["", "", "", "", ""],
        ]


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1")


def test_no_text_of_a_csv_becomes_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, COLUMNS, texts(*FORMULAS, "a=1"), BERLIN)
    with path.open(encoding="utf-8-sig", newline="") as file:
        shown = [row[0] for row in csv.reader(file)][1:]
    assert shown == [*(f"'{each}" for each in FORMULAS), "a=1"]


def test_a_sheet_has_types_and_neither_formulas_nor_links(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [ROW, *texts(*FORMULAS, "https://example.org", "x" * 40_000, "<&>\x01\ud7ff")]
    rows.append(("big", 10**17, Decimal("12345678901234567.89"), datetime(1, 1, 1, tzinfo=UTC), 0))
    assert write_xlsx(path, COLUMNS, rows, BERLIN, name="orders", most=100) == len(rows)
    cells = sheet(path)
    assert "<f>" not in cells
    assert "hyperlink" not in cells
    first = re.search(r'<row r="2".*?</row>', cells)
    assert first is not None
    numbers = re.findall(r"<c [^>]*><v>([^<]*)</v>", first[0])
    # The time is the day's number, an hour later in Berlin.
    assert numbers == ["3", "-9.90", "46349.54166666666", "1"]
    assert ">12345678901234567.89<" in cells
    assert ">100000000000000000<" in cells


def test_more_rows_than_a_sheet_holds_are_said(tmp_path: Path) -> None:
    with pytest.raises(TooManyRows):
        write_xlsx(tmp_path / "a.xlsx", COLUMNS, [ROW, ROW], BERLIN, name="orders", most=1)
