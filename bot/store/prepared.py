"""Statements that are built once, and executed with other values each time.

To build a small statement, and to find what was compiled for one that was built like it, takes
thrice as long as SQLite takes to execute it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec

from sqlalchemy import BindParameter, Executable, bindparam

from .plans import kept

P = ParamSpec("P")
Bound = tuple[Executable, dict[str, Any]]


def prepared(build: Callable[P, Executable]) -> Callable[P, Bound]:
    """Turn a function that builds a statement of values into one that gives both of them.

    ``await tx.execute(*statement(values))``. It is built at the first call, with a placeholder for
    each argument: arguments may be compared with columns and be put into them, and nothing else
    may depend on them. One that is annotated as a ``Collection`` stands in an ``in_``.
    """
    # No column is called so: SQLAlchemy keeps the names of a statement's own columns for itself.
    names = {name: f"{name}_" for name in build.__annotations__ if name != "return"}
    bound = tuple(names.values())

    @cache
    def of_placeholders() -> Executable:
        placeholders: tuple[BindParameter[Any], ...] = tuple(
            bindparam(
                names[name], expanding=str(build.__annotations__[name]).startswith("Collection")
            )
            for name in names
        )
        built: Any = build  # of placeholders, whatever it is annotated to take
        statement: Executable = built(*placeholders)
        return kept(statement)

    def with_values(*args: P.args, **kwargs: P.kwargs) -> Bound:
        values: dict[str, Any] = dict(zip(bound, args, strict=False))
        values.update((names[name], value) for name, value in kwargs.items())
        return of_placeholders(), values

    return with_values
