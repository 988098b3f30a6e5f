"""The tables that the migrations make are the tables that the code speaks of."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from bot.store import migrate
from bot.store.tables import metadata


def described(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Everything about each table that matters, in no order that a rebuild would change."""
    found: dict[str, dict[str, Any]] = {}
    objects = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema "
        "WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'alembic_version'"
    ).fetchall()
    for _, name, _, sql in [row for row in objects if row[0] == "table"]:
        columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
        keys = connection.execute(f"PRAGMA foreign_key_list({name})").fetchall()
        indexes = connection.execute(f"PRAGMA index_list({name})").fetchall()
        found[name] = {
            # name, type, not null, default, place in the primary key
            "columns": {tuple(column[1:]) for column in columns},
            # table, from, to, on update, on delete
            "foreign keys": {tuple(key[2:7]) for key in keys},
            "unique": {
                tuple(
                    column[2]
                    for column in connection.execute(f"PRAGMA index_info({index[1]})").fetchall()
                )
                for index in indexes
                if index[3] == "u"
            },
            "autoincrement": "AUTOINCREMENT" in sql,
        }
    for _, name, table, sql in [row for row in objects if row[0] == "index"]:
        found[table][f"index {name}"] = re.sub(r"\s+", " ", sql)
    return found


@pytest.fixture
def migrated(database: Path) -> dict[str, dict[str, Any]]:
    migrate.bring_up(database, None)
    with closing(sqlite3.connect(database)) as connection:
        return described(connection)


def test_the_migrations_make_exactly_the_tables_of_the_code(
    migrated: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    other = tmp_path / "metadata.db"
    engine = create_engine(f"sqlite:///{other}")
    metadata.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(other)) as connection:
        wanted = described(connection)
    assert sorted(migrated) == sorted(wanted)
    for name, table in wanted.items():
        assert migrated[name] == table, name


def test_the_comparison_sees_the_condition_of_an_index(
    migrated: dict[str, dict[str, Any]],
) -> None:
    assert migrated["intents"]["index ix_intents_one_live"].endswith(
        "WHERE state IN ('sending', 'unknown')"
    )


def test_the_frozen_text_of_the_newest_version_is_what_the_migrations_make(
    migrated: dict[str, dict[str, Any]],
) -> None:
    frozen = Path(__file__).with_name(f"version_{migrate.HEAD}.sql")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(frozen.read_text("utf-8"))
        assert described(connection) == migrated


# Not of one shop: people, chats and who tries codes are Telegram's, the inbox is the bot's.
WITHOUT_SHOP = {"shops", "people", "chats", "offsets", "inbox", "vault_marks", "tries"}


def test_every_row_that_belongs_to_a_shop_says_to_which(
    migrated: dict[str, dict[str, Any]],
) -> None:
    without = {
        name
        for name, table in migrated.items()
        if ("shops", "shop_id", "id") not in {key[:3] for key in table["foreign keys"]}
    }
    assert without == WITHOUT_SHOP
