"""How a statement that is kept is executed: what the library works out is worked out once.

SQLAlchemy compiles a statement once, and then takes ten times as long as SQLite does to bind its
values, to switch to the driver and back, and to wrap its rows. A plan holds what all of that comes
to: the SQL, what turns a value into SQLite's own and back, and the names of a row.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TupleType

from .direct import execute
from .driver import OneTripConnection

ExecutableT = TypeVar("ExecutableT", bound=Executable)
_Convert = Callable[[Any], Any]
_kept: Final[dict[Executable, _Kept]] = {}
# The SQL differs with the size of a collection: there is a plan for each, up to this one.
_LARGEST: Final = 8


def kept(statement: ExecutableT) -> ExecutableT:
    """Note that a statement lives as long as the process, and is executed again and again."""
    _kept[statement] = _Kept(statement)
    return statement


def plan_for(statement: Executable, dialect: Dialect, given: Mapping[str, Any]) -> Plan | None:
    """Return the plan of a statement that is kept, for these values.

    None for any other statement, and for what only the library can execute.
    """
    known = _kept.get(statement)
    return None if known is None else known.plan(dialect, given)


class Values(list[Any]):
    """The first column of an answer."""

    def all(self) -> list[Any]:
        """Return the values."""
        return self

    def first(self) -> Any:
        """Return the first value; None where there is no row."""
        return self[0] if self else None


class Answer:
    """The rows of an executed plan, with the methods of the library's own results."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Return the rows; each has its columns as attributes, too."""
        return self._rows

    def first(self) -> Any:
        """Return the first row; None where there is none."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """Return the only row; None where there is none. Raises MultipleResultsFound."""
        if len(self._rows) > 1:
            raise MultipleResultsFound("Multiple rows were found when one was required")
        return self.first()

    def one(self) -> Any:
        """Return the only row. Raises NoResultFound or MultipleResultsFound."""
        if not self._rows:
            raise NoResultFound("No row was found when one was required")
        return self.one_or_none()

    def scalar(self) -> Any:
        """Return the first column of the first row; None where there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """Return the first column of the only row. Raises as `one` does."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """Return the first column of the only row, or None. Raises as `one_or_none` does."""
        row = self.one_or_none()
        return None if row is None else row[0]

    def scalars(self) -> Values:
        """Return the first column of every row."""
        return Values(row[0] for row in self._rows)


class Plan:
    """One statement with one set of names for its values."""

    __slots__ = ("_converts", "_expansions", "_make", "_sql", "_values")

    def __init__(
        self,
        sql: str,
        values: Sequence[tuple[str | None, _Convert | None, Any]],
        columns: Sequence[tuple[str, _Convert | None]],
        expansions: Mapping[str, Sequence[str]],
    ) -> None:
        """``values``: in SQLite's order, a name and its conversion, or None and what is fixed.

        ``expansions``: of a collection, the names of its single values. Raises ValueError where
        the columns have names that the attributes of a row cannot have.
        """
        self._sql = sql
        self._values = tuple(values)
        self._expansions = tuple(expansions.items())
        self._converts = tuple((at, by) for at, (_, by) in enumerate(columns) if by is not None)
        row: Any = namedtuple("Row", [name for name, _ in columns])  # type: ignore[misc]
        self._make = partial(tuple.__new__, row)

    async def run(self, driver: OneTripConnection, given: Mapping[str, Any]) -> Answer:
        """Execute it with these values. Raises StoreError, or the library's DBAPIError."""
        if self._expansions:
            given = dict(given)
            for name, single in self._expansions:
                given.update(zip(single, given[name], strict=True))
        values = tuple(
            fixed if name is None else given[name] if convert is None else convert(given[name])
            for name, convert, fixed in self._values
        )
        rows, rowcount = await execute(driver, self._sql, values)
        return Answer(list(map(self._row, rows)), rowcount)

    def _row(self, raw: Sequence[Any]) -> Any:
        if self._converts:
            raw = list(raw)
            for at, convert in self._converts:
                raw[at] = convert(raw[at])
        return self._make(raw)


class _Kept:
    """A statement with its plans: by the names of its values, and the sizes of collections."""

    __slots__ = ("_collections", "_plans", "_statement")

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._collections: tuple[str, ...] | None = None
        self._plans: dict[tuple[str | int, ...], Plan | None] = {}

    def plan(self, dialect: Dialect, given: Mapping[str, Any]) -> Plan | None:
        """Return the plan for these values; None where only the library can execute it."""
        if self._collections is None:
            compiled = self._statement.compile(dialect=dialect)
            self._collections = tuple(
                compiled.bind_names[bind] for bind in compiled.post_compile_params if bind.required
            )
        key: tuple[str | int, ...] = tuple(given)
        for name in self._collections:
            size = len(given[name])
            if size > _LARGEST:
                return None
            key = (*key, size)
        if key not in self._plans:
            self._plans[key] = self._work_out(dialect, given)
        return self._plans[key]

    def _work_out(self, dialect: Dialect, given: Mapping[str, Any]) -> Plan | None:
        compiled = self._statement.compile(dialect=dialect, column_keys=list(given))
        if not isinstance(compiled, SQLCompiler) or (
            compiled.literal_execute_params
            or compiled.insert_prefetch  # what Python would fill in
            or compiled.update_prefetch
            or any(
                bind.callable is not None or isinstance(bind.type, TupleType)
                for bind in compiled.bind_names
            )
        ):
            return None
        expanded = compiled.construct_expanded_state(dict(given))
        of_single = {
            single: name for name, all_ in expanded.parameter_expansion.items() for single in all_
        }
        # By name: one value may be compared with columns of several types, and is converted once,
        # for the last of them that converts anything.
        converts: dict[str, _Convert] = {}
        for bind, name in compiled.bind_names.items():
            its = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if its is not None:
                converts[name] = its
        values: list[tuple[str | None, _Convert | None, Any]] = []
        for name in expanded.positiontup or ():
            of_all = of_single.get(name, name)
            convert = converts.get(of_all)
            if compiled.binds[of_all].key in given:
                values.append((name, convert, None))
            else:
                value = expanded.parameters[name]
                values.append((None, None, convert(value) if convert else value))
        columns = [
            (str(column.keyname), column.type.dialect_impl(dialect).result_processor(dialect, None))
            for column in compiled._result_columns  # noqa: SLF001 - what a row has, in order
        ]
        expansions = {
            name: all_ for name, all_ in expanded.parameter_expansion.items() if name in given
        }
        try:
            return Plan(expanded.statement, values, columns, expansions)
        except ValueError:  # a name twice, or one that no attribute can have
            return None
