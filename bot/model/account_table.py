"""Accounts in a table: its first line names the columns, and each row is an account.

It is read only where nothing can be meant otherwise: one column is named as a login, one as a
password, and every row has both. Where that is less certain no row is an account: read as any
other text it would be one as a whole, split at the colon of an address or of a time.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Final
from unicodedata import normalize

from pydantic import SecretStr

from .accounts import SEPARATORS, Accounts, Columns, each_line, parts, read_accounts
from .pieces import Piece, are_files, joined

_SIGNS: Final = (",", ";", "\t")
_LONGEST_HEAD: Final = 2000
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_NO_ACCOUNT: Final = str.maketrans(dict.fromkeys(SEPARATORS, " "))
# What a spreadsheet makes of a long number, of a word that it takes for a formula, and of what was
# to stay as it is: what stood there before is not known.
_CHANGED: Final = re.compile(r"\d(?:[.,]\d+)?E[+-]\d{2,3}|#[A-Z/0]+[?!]|#N/A|=\".*\"")
# As columns are called, without what stands between their words.
_LOGIN: Final = frozenset({"login", "логин"})
_LOGINS: Final = _LOGIN | {
    *("user", "username", "userid", "account", "accountname"),
    *("email", "mail", "emailaddress", "useremail", "loginemail"),
    *("почта", "пользователь", "имяпользователя", "аккаунт"),
    *("账号", "帐号", "用户名", "用户", "邮箱"),
    *("usuario", "correo", "cuenta", "usuário", "conta", "tàikhoản", "tênđăngnhập"),
}
_PASSWORDS: Final = frozenset(
    {"password", "pass", "passwd", "pwd", "пароль", "密码", "contraseña", "senha", "mậtkhẩu"}
)


@dataclass(frozen=True, slots=True)
class Lines:
    """Accounts as they are read, a line each; ``columns``: of the tables that some came in."""

    text: str = field(repr=False)
    columns: tuple[Columns, ...] = ()


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands between cells, the columns' names, and the places of the two, where certain."""

    sign: str
    names: list[str]
    login: int | None
    password: int | None


def accounts_in(pieces: Sequence[Piece]) -> Accounts:
    """Read accounts that came in messages or files; a table, where it is certain, as one."""
    lines = as_lines(pieces)
    return replace(read_accounts(lines.text), columns=lines.columns)


def as_lines(pieces: Sequence[Piece]) -> Lines:
    """Return what came in messages or files with a table's rows as lines; each file by itself."""
    if not are_files(pieces):
        text = joined(pieces).get_secret_value()
        return _as_lines(text) or Lines(text)
    read = [(piece, _as_lines(piece.text.get_secret_value())) for piece in pieces]
    changed = [
        piece if lines is None else piece.model_copy(update={"text": SecretStr(lines.text)})
        for piece, lines in read
    ]
    columns = dict.fromkeys(
        each for _, lines in read if lines is not None for each in lines.columns
    )
    return Lines(joined(changed).get_secret_value(), tuple(columns))


def _as_lines(text: str) -> Lines | None:
    """Return the accounts of a table, none where anything in it is not certain.

    None where this is no table at all.
    """
    lines = each_line(text)
    head = next((line for line in lines if line.strip(" \t\ufeff")), "").lstrip("\ufeff")
    if re.fullmatch(r"sep=.", head):
        head = next(lines, "")  # a spreadsheet's own line, above the columns
    if _heads_accounts(head):
        # Not sold as an account, and named among what is left out.
        return Lines(text.replace(head, head.translate(_NO_ACCOUNT), 1)) if any(lines) else None
    found = _columns(head)
    if found is None:
        return None
    return _rows(lines, found) or Lines(_without_rows(text, found.sign))


def _heads_accounts(head: str) -> bool:
    """Say whether a line names what stands in the accounts below it, written as they are."""
    found = parts(head.strip())
    if found is None:
        return False
    login, password = (_word(part) for part in found)
    return login in _LOGINS and password in _PASSWORDS


def _word(cell: str) -> str:
    """Return what a column is called, without what stands between its words."""
    return _NO_LETTERS.sub("", normalize("NFC", cell).casefold())


def _without_rows(text: str, sign: str) -> str:
    """Return a text of which no row is an account any more; each line keeps its number."""
    return "\n".join(
        line.translate(_NO_ACCOUNT) if sign in line else line for line in each_line(text)
    )


def _rows(lines: Iterator[str], found: _Head) -> Lines | None:
    """Return the rows below a head as accounts; None where there is none, or one is not certain."""
    names, login, password = found.names, found.login, found.password
    if login is None or password is None:
        return None
    rows = csv.reader(lines, delimiter=found.sign, skipinitialspace=True, strict=True)
    written, count = StringIO(), 0
    try:
        for count, row in enumerate(rows, start=1):
            line = _line(row, names, login, password)
            if line is None or rows.line_num != count:
                return None
            written.write(line + "\n")
    except csv.Error:
        return None
    columns = Columns(login=names[login], password=names[password], others=len(names) - 2)
    return Lines(written.getvalue(), (columns,)) if count else None


def _columns(head: str) -> _Head | None:
    """Return the columns that a line names; None where a login or a password is not among them."""
    if len(head) > _LONGEST_HEAD:
        return None
    for sign in _SIGNS:
        try:
            cells = next(csv.reader([head], delimiter=sign, skipinitialspace=True, strict=True), [])
        except csv.Error:
            continue
        while cells and not cells[-1].strip():
            cells.pop()
        words = [_word(cell) for cell in cells]
        if _LOGINS.isdisjoint(words) or _PASSWORDS.isdisjoint(words):
            continue
        login = _only(words, _LOGINS)
        if login is None:
            # What is called login is it, whatever mailbox stands beside it.
            login = _only(words, _LOGIN)
        return _Head(sign, [cell.strip() for cell in cells], login, _only(words, _PASSWORDS))
    return None


def _only(words: Sequence[str], wanted: frozenset[str]) -> int | None:
    places = [at for at, word in enumerate(words) if word in wanted]
    return places[0] if len(places) == 1 else None


def _line(row: Sequence[str], names: Sequence[str], login: int, password: int) -> str | None:
    """Return a row as an account, or empty for an empty one; None where it is not certain."""
    cells = [cell.strip() for cell in row]
    if any(cells[len(names) :]):
        return None  # a comma in a password that no quotes hold
    if not any(cells[: len(names)]) or cells[: len(names)] == names:
        return ""
    if len(cells) <= max(login, password):
        return None
    if _CHANGED.fullmatch(cells[login]) or _CHANGED.fullmatch(cells[password]):
        return None
    line = f"{cells[login]}:{cells[password]}"
    # What would be read back as another account was not meant by the column's name.
    return line if parts(line) == (cells[login], cells[password]) else None
