from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import StatementError

from bot.store.types import Exact, Instant, Json

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Instant),
    Column("amount", Exact),
    Column("body", Json),
)

zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=zones)  # noqa: DTZ001
amounts = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda amount: -30 < amount.adjusted() < 30
)


def kept(**row: object) -> tuple[object, ...]:
    """What a database gives back for one row of `things`."""
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            things.create(connection)
            connection.execute(insert(things).values(**row))
            return tuple(connection.execute(select(*(things.c[name] for name in row))).one())
    finally:
        engine.dispose()


@settings(deadline=None)
@given(times)
def test_a_time_comes_back_as_the_same_moment_in_utc(at: datetime) -> None:
    (back,) = kept(at=at)
    assert back == at
    assert isinstance(back, datetime)
    assert back.tzinfo == UTC


@settings(deadline=None)
@given(times, times)
def test_times_sort_as_text_the_way_they_passed(one: datetime, two: datetime) -> None:
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            things.create(connection)
            connection.execute(insert(things), [{"at": one}, {"at": two}])
            found = connection.execute(select(things.c.at).order_by(things.c.at)).scalars().all()
            later = connection.execute(select(things.c.id).where(things.c.at > one)).all()
    finally:
        engine.dispose()
    assert found == sorted([one, two])
    assert bool(later) == (two > one)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(StatementError, match="without a zone"):
        kept(at=datetime(2026, 3, 2, 12, 4))  # noqa: DTZ001


@settings(deadline=None)
@given(amounts)
def test_money_comes_back_with_every_digit(amount: Decimal) -> None:
    (back,) = kept(amount=amount)
    assert isinstance(back, Decimal)
    assert back == amount
    assert format(back, "f") == format(amount, "f")


@pytest.mark.parametrize("amount", [0.1, 1, "88.01", Decimal("NaN"), Decimal("Infinity")])
def test_money_that_is_not_an_exact_number_is_refused(amount: object) -> None:
    with pytest.raises(StatementError, match="money"):
        kept(amount=amount)


def test_json_and_nothing_come_back() -> None:
    body = {"title": "Net\u202eflix 😀", "list": [1, None, True]}
    assert kept(body=body, at=None, amount=None) == (body, None, None)
    assert kept(body=None) == (None,)
