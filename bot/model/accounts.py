"""Accounts as the pool takes them: a line each, ``username:password`` or ``username|password``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, SecretStr

from .goods import mask

SEPARATORS = ":|"


class Columns(BaseModel):
    """Which columns of a table were read as login and password.

    ``others``: how many were left out.
    """

    model_config = ConfigDict(frozen=True)

    login: str
    password: str
    others: int = 0


@dataclass(frozen=True, slots=True)
class Accounts:
    """The lines of a paste that are accounts, each once, and what was left out.

    ``unread``: numbers, from 1, of lines that are no accounts. ``columns``: as which of its
    columns a table was read.
    """

    lines: tuple[SecretStr, ...]
    empty_lines: int = 0
    doubles: int = 0
    unread: tuple[int, ...] = ()
    columns: tuple[Columns, ...] = ()


def read_accounts(text: str) -> Accounts:
    """Read a paste, a line an account; what is none is left out and named."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip("\n")
    found: list[str] = []
    unread: list[int] = []
    empty = 0
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped:
            empty += 1
        elif parts(stripped) is None:
            unread.append(number)
        else:
            found.append(stripped)
    once = each_once(found)
    return Accounts(
        tuple(SecretStr(line) for line in once), empty, len(found) - len(once), tuple(unread)
    )


def each_line(text: str) -> Iterator[str]:
    """Yield the lines of a text without a list of them all."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin)
        end = len(text) if end < 0 else end
        yield text[begin:end]
        begin = end + 1


def parts(line: str) -> tuple[str, str] | None:
    """Return the login and the password of a line; None where it has not both.

    The first separator counts, whichever it is, so that a password may hold either. A line that
    breaks in the middle, by whatever sign, is no account.
    """
    if line.splitlines() != [line]:
        return None
    places = [line.index(sign) for sign in SEPARATORS if sign in line]
    if not places:
        return None
    login, password = line[: min(places)].strip(), line[min(places) + 1 :].strip()
    return (login, password) if login and password else None


def one_way(text: str) -> str:
    """Return goods as they are recognised: an account the same, however it is written.

    ``a|b`` and ``a : b`` are the account ``a:b``; what is no account stays as it is.
    """
    found = parts(text.strip())
    return text if found is None else f"{found[0]}:{found[1]}"


def each_once(texts: Iterable[str]) -> tuple[str, ...]:
    """Return goods without those that are there twice, however they are written."""
    once: dict[str, str] = {}
    for text in texts:
        once.setdefault(one_way(text), text)
    return tuple(once.values())


def ways(text: str) -> tuple[str, ...]:
    """Return the ways in which goods may have been written: as they are recognised, first."""
    found = parts(text.strip())
    if found is None:
        return (text,)
    login, word = found
    return tuple(dict.fromkeys((f"{login}:{word}", f"{login}|{word}", text.strip())))


def masked(line: SecretStr) -> tuple[str, str]:
    """Return a line's login and password, each shown by its ends alone."""
    found = parts(line.get_secret_value())
    if found is None:
        return mask(line), ""
    return mask(SecretStr(found[0])), mask(SecretStr(found[1]))
