from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Select, String, Table, Update, create_engine

from bot.store.prepared import prepared

_things = Table("things", MetaData(), Column("id", Integer), Column("name", String))
_built: list[str] = []


@prepared
def _named(name: str) -> Select[Any]:
    _built.append("named")
    return _things.select().where(_things.c.name == name)


@prepared
def _among(ids: Collection[int], name: str) -> Select[Any]:
    return _things.select().where(_things.c.id.in_(ids), _things.c.name == name)


@prepared
def _rename(thing_id: int, name: str | None) -> Update:
    return _things.update().where(_things.c.id == thing_id).values(name=name)


def test_a_statement_is_built_once_and_finds_what_each_call_asks_for() -> None:
    with create_engine("sqlite://").begin() as conn:
        _things.create(conn)
        conn.execute(_things.insert(), [{"id": n, "name": name} for n, name in enumerate("abca")])

        assert [conn.execute(*_named(name)).all() for name in "bz"] == [[(1, "b")], []]
        assert _named("a")[0] is _named("b")[0]
        assert _built == ["named"]

        assert conn.execute(*_among([0, 3, 2], name="a")).all() == [(0, "a"), (3, "a")]
        assert conn.execute(*_among([], "a")).all() == []

        # An argument may be called as the column that it is put into.
        assert conn.execute(*_rename(0, None)).rowcount == 1
        assert conn.execute(*_named("a")).all() == [(3, "a")]
