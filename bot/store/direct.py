"""Statements that go to the driver as they are, and what it raises in our own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError

from .driver import OneTripConnection
from .errors import from_sqlite


async def execute(
    driver: OneTripConnection, sql: str, values: Sequence[Any] = ()
) -> tuple[list[Any], int]:
    """Execute one statement; return its rows, and how many it wrote.

    Raises StoreError, or the library's DBAPIError without the values. Cancelled, it is executed
    all the same, before whatever is asked next.
    """
    with _our_words(sql):
        return await driver.go(partial(_executed, sql, values))


async def roll_back(driver: OneTripConnection) -> None:
    """Undo the transaction that is open, if there is one; raises as `execute` does."""
    with _our_words("ROLLBACK"):
        await driver.go(_rolled_back)


@contextmanager
def _our_words(sql: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        ours = from_sqlite(error)
        if ours is not None:
            raise ours from error
        raise DBAPIError.instance(sql, None, error, sqlite3.Error) from error


def _rolled_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # of some errors SQLite has made an end by itself
        connection.execute("ROLLBACK")


def _executed(
    sql: str, values: Sequence[Any], connection: sqlite3.Connection
) -> tuple[list[Any], int]:
    cursor = connection.execute(sql, values)
    try:
        rows = [] if cursor.description is None else cursor.fetchall()
        return rows, cursor.rowcount  # of a statement that returns rows, known only now
    finally:
        cursor.close()
