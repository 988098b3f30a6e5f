"""The address table: method and path of every operation, shipped as data, overridden by a file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from .operations import ID_NAMES, Operation

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_READ_METHODS: Final = ("GET", "POST")
_NAMES: Final = frozenset(str(each) for each in Operation)
_KEYS: Final = frozenset({"method", "path", "confirmed"})

_BRACED: Final = re.compile(r"\{([^{}]*)\}")
_ANGLED: Final = re.compile(r"<(?:[A-Za-z_]+:)?([A-Za-z_]+)>")
_COLON: Final = re.compile(r"(?<=/):([A-Za-z_]+)(?=/|$)")
_SHOUTED: Final = re.compile(r"(?<=/)(PRODUCT_ID|ORDER_ID|TICKET_ID)(?=/|$)")
_ALLOWED: Final = re.compile(r"[A-Za-z0-9/_.~!$&'()*+,;=:@%{}-]*")


class AddressError(ValueError):
    """An address table that cannot be used; ``problems`` holds every one, in plain words."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True)
class Address:
    """Where one operation is: its HTTP method, its path, and whether that is known for certain."""

    method: str
    path: str
    confirmed: bool = False

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Names of the IDs that stand in the path."""
        return tuple(_BRACED.findall(self.path))

    def fill(self, ids: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """Return the path with its IDs percent-encoded, and the IDs that have no place in it."""
        path = _BRACED.sub(lambda found: quote(ids[found[1]], safe=""), self.path)
        inside = self.placeholders
        return path, {name: each for name, each in ids.items() if name not in inside}


@dataclass(frozen=True, slots=True)
class AddressTable(Mapping[Operation, Address]):
    """The address of every operation."""

    rows: Mapping[Operation, Address]

    def __getitem__(self, operation: Operation) -> Address:
        return self.rows[operation]

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def load_addresses(override: Path | None = None) -> AddressTable:
    """Return the shipped table, with the rows of a user's file in place of its own.

    Raises ``AddressError`` with every problem of the file.
    """
    shipped = resources.files(__package__).joinpath("endpoints.toml").read_text("utf-8")
    rows = parse_rows(tomllib.loads(shipped), confirmed=False)
    if override is not None:
        rows |= read_rows(override)
    return AddressTable(MappingProxyType(rows))


def read_rows(file: Path) -> dict[Operation, Address]:
    """Return the rows that stand in a user's file. Raises ``AddressError`` with its problems."""
    return parse_rows(_read(file), confirmed=True)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        problem = f"{file} cannot be read: {error.strerror or 'unknown reason'}"
    except UnicodeDecodeError:
        problem = f"{file} is not a text in UTF-8"
    except tomllib.TOMLDecodeError as error:
        problem = f"{file} is not TOML: {error}"
    raise AddressError((problem,))


def parse_rows(tables: Mapping[str, Any], *, confirmed: bool) -> dict[Operation, Address]:
    """Return the rows that stand in TOML tables, any subset of the operations.

    ``confirmed`` is what a row counts as that does not say. Raises ``AddressError``.
    """
    rows: dict[Operation, Address] = {}
    problems: list[str] = []
    for name, table in tables.items():
        if name not in _NAMES:
            problems.append(f"[{name}] is not an operation; the names are {', '.join(Operation)}")
            continue
        operation = Operation(name)
        if not isinstance(table, dict):
            problems.append(f"{name} must be a table: [{name}] with method and path below it")
            continue
        found, row = _row(operation, table, confirmed=confirmed)
        problems += [f"[{name}] {problem}" for problem in found]
        if row is not None:
            rows[operation] = row
    if problems:
        raise AddressError(tuple(problems))
    return rows


def _row(
    operation: Operation, table: Mapping[str, Any], *, confirmed: bool
) -> tuple[list[str], Address | None]:
    problems = [f'has an unknown key "{key}"' for key in table if key not in _KEYS]
    method = table.get("method")
    path = table.get("path")
    certain = table.get("confirmed", confirmed)
    if not isinstance(method, str):
        problems.append('lacks its method, for example method = "GET"')
    else:
        method = method.strip().upper()
        problems += _method_problems(operation, method)
    if not isinstance(path, str):
        problems.append('lacks its path, for example path = "/orders/api/supplier/list/"')
    else:
        path = normalise(path.strip())
        problems += _path_problems(operation, path)
    if not isinstance(certain, bool):
        problems.append("says confirmed with something else than true or false")
    if problems or not isinstance(method, str) or not isinstance(path, str):
        return problems, None
    return [], Address(method, path, confirmed=bool(certain))


def _method_problems(operation: Operation, method: str) -> list[str]:
    if method not in METHODS:
        return [f'has the method "{method}"; it must be one of {", ".join(METHODS)}']
    if operation.writes and method == "GET":
        return ["changes something: its method cannot be GET"]
    if not operation.writes and method not in _READ_METHODS:
        return [f"only reads: its method cannot be {method}"]
    if operation is Operation.UPLOAD_IMAGE and method == "DELETE":
        return ["uploads a file: its method cannot be DELETE"]
    return []


def normalise(path: str) -> str:
    """Return the path with every known spelling of a placeholder as ``{order_id}``."""
    path = _BRACED.sub(lambda found: "{" + found[1].strip().lower() + "}", path)
    path = _ANGLED.sub(lambda found: "{" + found[1].lower() + "}", path)
    path = _COLON.sub(lambda found: "{" + found[1].lower() + "}", path)
    return _SHOUTED.sub(lambda found: "{" + found[1].lower() + "}", path)


def _path_problems(operation: Operation, path: str) -> list[str]:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path) or path.startswith("//"):
        return [
            f'has the full URL "{path}"; only the path belongs here (SUPPLIER_API_URL has the rest)'
        ]
    if not path.startswith("/"):
        return [f'has the path "{path}"; it must start with "/"']
    if "?" in path or "#" in path:
        return [f'has the path "{path}"; it must not hold "?" or "#"']
    problems = []
    names = _BRACED.findall(path)
    for name in dict.fromkeys(names):
        if name not in ID_NAMES:
            known = ", ".join("{" + each + "}" for each in ID_NAMES)
            problems.append(f'has the unknown placeholder "{{{name}}}"; known are {known}')
        elif name not in operation.ids:
            problems.append(f'has the placeholder "{{{name}}}", but carries no such ID')
    bare = _BRACED.sub("", path)
    if not _ALLOWED.fullmatch(bare) or "{" in bare or "}" in bare:
        problems.append(f'has the path "{path}"; it holds a sign that a path cannot hold')
    if any(part in {".", ".."} for part in path.split("/")):
        problems.append(f'has the path "{path}"; it must not hold "." or ".." as a part')
    return problems
