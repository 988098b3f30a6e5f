"""``supplier-bot endpoints``: the address table, imported from the documentation, or shown."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.places import WrongPlace, check_place
from bot.supplier.addresses import Address, AddressError, AddressTable, load_addresses, read_rows
from bot.supplier.auth import check_base_url
from bot.supplier.operations import Operation
from bot.supplier.page_rows import Doubt, Note, PageReading, read_page
from bot.supplier.page_text import MAX_PAGE_BYTES, NotAPageError, lines_of

from .files import write_whole
from .said import NotDoneError, complain, say

DEFAULT_FILE: Final = Path("endpoints.toml")
_HEADER: Final = """\
# Method and path of the marketplace's operations, read from its documentation page by
# `supplier-bot endpoints import`. SUPPLIER_ENDPOINTS names this file.
"""
_NO_PAGE: Final = {
    "empty": "is empty.",
    "large": f"is larger than {MAX_PAGE_BYTES // 1024 // 1024} MB: that is no such page.",
    "pdf": "is a PDF: save the page as HTML or as text instead.",
    "archive": "is an archive: save the page as HTML or as text instead.",
    "binary": "is not a page of text: save the page as HTML or as text instead.",
}
_WHERE: Final = {
    "above": "each address was read as that of the title below it",
    "below": "each address was read as that of the title above it",
    "beside": "each address stands on the line of its title",
}
_DOUBTS: Final = {
    "two": "has more than one address ({what})",
    "host": "is on another host than the rest ({what})",
    "same": "has the same address as another operation ({what})",
    "unusable": "cannot be used: it {what}",
}
_NOTES: Final = {
    "query": 'what follows "?" in its address was left out: {what}',
    "named": "{what} in its path was read as its ID",
}


# --- import ----------------------------------------------------------------------------------


def import_page(
    source: str,
    *,
    output: Path | None,
    partial: bool,
    in_use: Path | None,
    supplier_api_url: str = "",
) -> Path:
    """Read a page, write the table to ``output`` and say what changed. Raises NotDoneError.

    ``in_use``: the file of SUPPLIER_ENDPOINTS, which is also where the table goes unless ``output``
    says otherwise. ``partial``: a page that lacks operations is taken, too.
    """
    try:
        url = check_base_url(supplier_api_url)
    except ValueError:
        url = ""  # it is not what this is about
    reading = read_source(source, supplier_api_url=url)
    check_reading(reading, source, partial=partial)
    file = take(reading, source, output=output, partial=partial, in_use=in_use)
    if in_use is None or file.resolve() != in_use.resolve():
        say(f"To use it, set SUPPLIER_ENDPOINTS={file}")
    return file


def take(
    reading: PageReading, source: str, *, output: Path | None, partial: bool, in_use: Path | None
) -> Path:
    """Write what was read, as in ``import_page``, say so, and return where it is."""
    file = output or in_use or DEFAULT_FILE
    before = _rows_in(file)
    used = _table_in_use(in_use)
    _say_reading(reading, source)
    _say_changes(reading.rows, used)
    if reading.doubts or reading.missing:
        _say_missing(reading)
    rows = {**(before or {}), **reading.rows} if partial else dict(reading.rows)
    _write(file, rows, before)
    return file


def read_source(source: str, *, supplier_api_url: str = "") -> PageReading:
    """Read a page from a file, from an address, or (``-``) from stdin. Raises NotDoneError."""
    if re.match(r"https?://", source, re.IGNORECASE):
        from .fetching import fetch  # noqa: PLC0415 - a file needs no network

        content = fetch(source, limit=MAX_PAGE_BYTES)
    else:
        content = _read(source)
    try:
        lines = lines_of(content)
    except NotAPageError as error:
        raise NotDoneError(f"{_named(source)} {_NO_PAGE[error.reason]}") from None
    return read_page(lines, load_addresses(), supplier_api_url=supplier_api_url)


def _read(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read(MAX_PAGE_BYTES + 1)
    if "://" in source:
        raise NotDoneError("Only files and addresses with http:// or https:// can be read.")
    try:
        with Path(source).open("rb") as handle:
            return handle.read(MAX_PAGE_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "that is no name of a file"
        raise NotDoneError(f"{source} cannot be read: {why}.") from None


def check_reading(reading: PageReading, source: str, *, partial: bool) -> None:
    """Raise NotDoneError for a page that is not to be taken."""
    name = _named(source)
    found = len(reading.rows)
    if reading.for_buyers:
        raise NotDoneError(
            f"{name} is the page of another API, for customers: the supplier API's is needed. "
            "Nothing was changed."
        )
    if reading.undecided:
        raise NotDoneError(
            f"{name} does not show whether an address belongs to the title above it or below it. "
            "Nothing was changed."
        )
    if not found and not reading.doubts:
        known = "names operations, but no addresses" if reading.titles else "shows no operations"
        raise NotDoneError(
            f"{name} {known}: open the documentation in your browser, save the page and import "
            "that file. Nothing was changed."
        )
    if not found or (reading.missing and not partial):
        missing = ", ".join(reading.missing)
        doubts = "".join(f" {_doubt(doubt)}." for doubt in reading.doubts)
        raise NotDoneError(
            f"{name} gives {found} of the {len(Operation)} operations; missing: {missing}.{doubts}"
            " Nothing was changed; --partial takes what was found."
        )


def _rows_in(file: Path) -> Mapping[Operation, Address] | None:
    """Return the rows of the file that would be replaced; None when there is none."""
    try:
        check_place(file, written=True)
    except WrongPlace as error:
        raise NotDoneError(f"{error}: nothing was changed.") from None
    if not file.exists():
        return None
    try:
        return read_rows(file)
    except AddressError:
        raise NotDoneError(
            f"{file} is there and is no address table that can be read: it is left as it is. "
            "Name another file with --output, or remove it."
        ) from None


def _table_in_use(in_use: Path | None) -> AddressTable:
    try:
        return load_addresses(in_use)
    except AddressError:
        return load_addresses()


def _say_reading(reading: PageReading, source: str) -> None:
    found = len(reading.rows)
    say(f"{_named(source)}: {found} of {len(Operation)} operations; {_WHERE[reading.where]}.")
    if reading.base:
        say(f"They are at {reading.base}: SUPPLIER_API_URL begins with that.")
    if reading.others:
        say(f"Addresses of other operations, passed over: {reading.others}.")
    for note in reading.notes:
        say(f"{note.operation}: {_note(note)}.")


def _say_changes(rows: Mapping[Operation, Address], used: AddressTable) -> None:
    same: list[Operation] = []
    changed: list[Operation] = []
    for operation, row in rows.items():
        old = used[operation]
        (same if (old.method, old.path) == (row.method, row.path) else changed).append(operation)
    if same:
        say(f"As in the table in use: {', '.join(same)}.")
    for operation in changed:
        old, row = used[operation], rows[operation]
        sure = " (which was known for certain: look twice)" if _certain(operation, old) else ""
        say(f"Changed: {operation}: {row.method} {row.path}, was {old.method} {old.path}{sure}")


def _certain(operation: Operation, old: Address) -> bool:
    shipped = load_addresses()[operation]
    return shipped.confirmed and shipped == old


def _say_missing(reading: PageReading) -> None:
    doubtful = {doubt.operation for doubt in reading.doubts}
    gone = [each for each in reading.missing if each not in doubtful]
    if gone:
        say(f"Missing on the page, and left as they are: {', '.join(gone)}.")
    for doubt in reading.doubts:
        say(f"Not taken: {_doubt(doubt)}.")


def _doubt(doubt: Doubt) -> str:
    return f"{doubt.operation} {_DOUBTS[doubt.kind].format(what=doubt.what)}"


def _note(note: Note) -> str:
    return _NOTES[note.kind].format(what=note.what)


def _named(source: str) -> str:
    return "What was pasted" if source == "-" else source


def _write(
    file: Path, rows: Mapping[Operation, Address], before: Mapping[Operation, Address] | None
) -> None:
    ordered = {each: rows[each] for each in Operation if each in rows}
    if before is not None and dict(before) == ordered:
        say(f"{file} holds exactly this already: it is left as it is.")
        return
    if before is not None:
        kept = file.with_name(f"{file.name}.before")
        write_whole(kept, file.read_text("utf-8"), mode=0o644)
        say(f"{file} was there: what it held is kept as {kept}.")
    write_whole(file, as_toml(ordered), mode=0o644)
    say(f"Written: {file}")


def as_toml(rows: Mapping[Operation, Address]) -> str:
    """Return rows as a file for SUPPLIER_ENDPOINTS."""
    return _HEADER + "".join(
        f"\n[{operation}]\nmethod = {json.dumps(row.method)}\npath = {json.dumps(row.path)}\n"
        for operation, row in rows.items()
    )


# --- show ------------------------------------------------------------------------------------


def show_table(in_use: Path | None) -> None:
    """Print every row of the table in use and where it comes from. Raises AddressError."""
    table = load_addresses(in_use)
    own = read_rows(in_use) if in_use is not None else {}
    width = max(len(each) for each in Operation)
    guesses = 0
    for operation in Operation:
        row = table[operation]
        guess = not row.confirmed
        guesses += guess
        origin = str(in_use) if operation in own else "shipped"
        sure = "a guess" if guess else "confirmed"
        say(f"{operation:<{width}}  {row.method:<6} {row.path}  [{origin}, {sure}]")
    if guesses:
        complain(
            f"{guesses} of {len(Operation)} are guesses: import the marketplace's documentation "
            "page with `supplier-bot endpoints import FILE-OR-URL`."
        )
