"""A kept statement is executed by its plan, and answers as the library itself would."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Update,
    bindparam,
    func,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import (
    IntegrityError,
    MultipleResultsFound,
    NoResultFound,
    SQLAlchemyError,
    StatementError,
)

from bot.store.database import Store, Tx
from bot.store.errors import ReadOnly
from bot.store.plans import Answer, kept, plan_for
from bot.store.prepared import prepared
from bot.store.types import Exact, Instant, Json

SOON = datetime(2026, 3, 2, 12, 4, 5, 678, tzinfo=UTC)
things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("at", Instant),
    Column("price", Exact),
    Column("body", Json),
    Column("live", Boolean, nullable=False, server_default="1"),
    Column("made", String, default="by Python"),
)
ADD = kept(insert(things))
PUT = kept(
    insert(things)
    .on_conflict_do_update(index_elements=["name"], set_={"price": insert(things).excluded.price})
    .returning(things.c.id, things.c.price)
)
ALL = kept(select(things).order_by(things.c.id))
LIVE = kept(
    select(things.c.name)
    .where(things.c.live.is_(True), things.c.name.in_(("a", "b", "c")))
    .order_by(things.c.id)
    .limit(2)
)
names = iter("abc")
NEXT = kept(select(things.c.id).where(things.c.name == bindparam(None, callable_=names.__next__)))
UNNAMED = kept(select(things.c.id, things.c.name.label("class")))


@prepared
def named(name: str) -> Select[Any]:
    return select(things.c.id, things.c.name, things.c.body).where(things.c.name == name)


@prepared
def among(names: Collection[str], before: datetime) -> Select[Any]:
    return (
        select(things.c.name, func.count().label("n"))
        .where(things.c.name.in_(names), things.c.at < before)
        .group_by(things.c.name)
        .order_by(things.c.name)
    )


@prepared
def at_or_named(it: datetime) -> Select[Any]:
    return select(things.c.name).where(or_(things.c.at == it, things.c.name == it))


@prepared
def each_of(pairs: Collection[tuple[int, str]]) -> Select[Any]:
    return select(things.c.id).where(tuple_(things.c.id, things.c.name).in_(pairs))


@prepared
def priced(name: str, price: Decimal | None, live: bool) -> Update:
    return things.update().where(things.c.name == name).values(price=price, live=live)


@pytest.fixture(autouse=True)
async def some(store: Store) -> None:
    async with store.write() as tx:
        await tx.execute(text("drop table if exists things"))
        conn = await tx.conn.get_raw_connection()
        await conn.driver_connection._execute(  # type: ignore[union-attr]
            conn.driver_connection._conn.execute,  # type: ignore[union-attr]
            "create table things (id integer primary key, name varchar not null unique,"
            " at varchar, price varchar, body text, live boolean not null default 1, made varchar)",
        )
        for at, name in enumerate("abcdefghij"):
            values = {"name": name, "at": SOON + timedelta(hours=at), "body": [name, at, "é"]}
            await tx.conn.execute(things.insert(), {**values, "price": Decimal(at) / 4})


async def both(tx: Tx, statement: Any, given: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """Execute a statement by its plan and by the library; return the rows of both."""
    answer = await tx.execute(statement, dict(given))
    assert isinstance(answer, Answer)
    return answer.all(), [tuple(row) for row in (await tx.conn.execute(statement, given)).all()]


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        (ALL, {}),
        (LIVE, {}),
        named("c"),
        named("nobody"),
        at_or_named(SOON),
        *[among("abcdefghij"[:size], SOON + timedelta(hours=6)) for size in (0, 1, 2, 8)],
        among(["b"], SOON.astimezone(timezone(timedelta(hours=5))) + timedelta(hours=6)),
    ],
)
async def test_a_plan_reads_what_the_library_reads(
    store: Store, statement: Any, given: dict[str, Any]
) -> None:
    async with store.read() as tx:
        by_plan, by_library = await both(tx, statement, given)
    assert by_plan == by_library
    assert [type(value) for row in by_plan for value in row] == [
        type(value) for row in by_library for value in row
    ]


async def test_a_row_has_its_columns_as_attributes(store: Store) -> None:
    async with store.read() as tx:
        row = (await tx.execute(ALL)).all()[0]
    assert (row.name, row.at, row.price, row.body) == ("a", SOON, Decimal(0), ["a", 0, "é"])
    assert row.live is True


async def test_a_plan_writes_what_the_library_writes_and_says_how_many(store: Store) -> None:
    async with store.write() as tx:
        assert (await tx.execute(*priced("a", Decimal("2.50"), False))).rowcount == 1
        assert (await tx.execute(*priced("nobody", None, True))).rowcount == 0
        put = await tx.execute(PUT, {"name": "b", "price": Decimal(9)})
        assert [tuple(row) for row in put.all()] == [(2, Decimal(9))]
        assert put.rowcount == 1
        new = {"name": "new", "at": None, "price": None, "body": None, "made": "here"}
        await tx.execute(ADD, new)
    async with store.read() as tx:
        by_plan, by_library = await both(tx, ALL, {})
    assert by_plan == by_library
    assert {row.name: row.price for row in by_plan}["a"] == Decimal("2.50")
    assert by_plan[-1][1:] == ("new", None, None, None, True, "here")


async def test_what_needs_more_than_a_plan_is_left_to_the_library(store: Store) -> None:
    async with store.write() as tx:
        # A default of Python's; a large collection, or one of pairs; a name no attribute has; a
        # value that is asked for each time; what is not kept.
        await tx.execute(ADD, {"name": "defaults"})
        assert len((await tx.execute(*among("abcdefghi", SOON + timedelta(days=1)))).all()) == 9
        assert (await tx.execute(*each_of([(1, "a"), (2, "x")]))).scalars().all() == [1]
        assert len((await tx.execute(UNNAMED)).all()) == 11
        assert [(await tx.execute(NEXT)).scalar_one() for _ in range(3)] == [1, 2, 3]
        made = (await tx.execute(select(things.c.made).where(things.c.name == "defaults"))).all()
        assert [tuple(row) for row in made] == [("by Python",)]
        dialect = tx.conn.dialect
    assert plan_for(ADD, dialect, {"name": "x"}) is None
    statement, given = among("abcdefghi", SOON)
    assert plan_for(statement, dialect, given) is None
    assert plan_for(UNNAMED, dialect, {}) is None
    assert plan_for(things.select(), dialect, {}) is None


async def test_an_answer_counts_its_rows_as_the_library_does(store: Store) -> None:
    async with store.read() as tx:
        none, one = await tx.execute(*named("nobody")), await tx.execute(*named("c"))
        many = await tx.execute(ALL)
        assert (none.first(), none.one_or_none(), none.scalar()) == (None, None, None)
        assert none.scalar_one_or_none() is None
        assert one.one() == one.one_or_none() == one.first() == (3, "c", ["c", 2, "é"])
        assert one.scalar_one() == one.scalar_one_or_none() == one.scalar() == 3
        assert many.scalars().all() == [row[0] for row in many] == list(range(1, 11))
        assert (many.scalars().first(), none.scalars().first()) == (1, None)
    for ask in (none.one, none.scalar_one):
        with pytest.raises(NoResultFound):
            ask()
    for ask in (many.one, many.one_or_none, many.scalar_one):
        with pytest.raises(MultipleResultsFound):
            ask()


async def test_a_rule_of_the_database_is_told_as_by_the_library_and_without_the_values(
    store: Store,
) -> None:
    with pytest.raises(IntegrityError, match="UNIQUE") as told:
        async with store.write() as tx:
            await tx.execute(ADD, {"name": "a", "made": "Hunter2222"})
    assert "Hunter2222" not in str(told.value)
    assert isinstance(told.value.orig, sqlite3.IntegrityError)


async def test_a_reader_that_would_write_is_refused(store: Store) -> None:
    with pytest.raises(ReadOnly):
        async with store.read() as tx:
            await tx.execute(*priced("a", None, True))


async def test_a_value_that_is_missing_or_wrong_is_refused_before_anything_is_written(
    store: Store,
) -> None:
    statement, given = priced("a", Decimal(1), True)
    async with store.write() as tx:
        with pytest.raises(SQLAlchemyError):
            await tx.execute(statement, {"name_": "a"})
        with pytest.raises((TypeError, StatementError)):
            await tx.execute(statement, {**given, "price_": 1.5})
        with pytest.raises((ValueError, StatementError)):
            await tx.execute(*among(["a"], datetime(2026, 3, 2)))  # noqa: DTZ001
    async with store.read() as tx:
        assert (await tx.execute(ALL)).all()[0].price == Decimal(0)


async def test_a_cancelled_statement_is_rolled_back_and_the_next_one_works(store: Store) -> None:
    begun = asyncio.Event()

    async def never_told() -> None:
        async with store.write() as tx:
            begun.set()
            while True:
                await tx.execute(*priced("a", Decimal(7), True))

    task = asyncio.create_task(never_told())
    await begun.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.write() as tx:
        assert (await tx.execute(*named("a"))).one().id == 1
        await tx.execute(*priced("b", Decimal(8), True))
    async with store.read() as tx:
        prices = {row.name: row.price for row in await tx.execute(ALL)}
    assert (prices["a"], prices["b"]) == (Decimal(0), Decimal(8))
