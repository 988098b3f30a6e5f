"""What a copy of the database does not hold any more, row by row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.store.backup import back_up
from bot.store.emptying import Ended, empty, stamp
from bot.store.errors import BackupRefused
from bot.store.positions import RESTORED
from bot.store.restore import restoring
from tests.support.ready import ready_store

from .conftest import NOW

AT = stamp(NOW)
BEFORE = stamp(NOW - timedelta(hours=1))


class Copy:
    """A database of the newest version, with rows that hold what they must and what is said."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def put(self, table: str, **values: Any) -> None:
        made: dict[str, Any] = {}
        for _, name, kind, must, default, key in self.connection.execute(
            f'PRAGMA table_info("{table}")'
        ):
            if must and default is None and not (key and name == "id"):
                number = kind in {"INTEGER", "BIGINT", "BOOLEAN"}
                made[name] = 1 if number else b"1" if kind == "BLOB" else BEFORE
        made |= values
        places = ", ".join("?" * len(made))
        self.connection.execute(
            f"INSERT INTO {table} ({', '.join(made)}) VALUES ({places})",  # noqa: S608
            tuple(made.values()),
        )

    def rows(self, sql: str) -> list[Any]:
        return self.connection.execute(sql).fetchall()


@pytest.fixture
async def copy(tmp_path: Path) -> AsyncIterator[Copy]:
    await (await ready_store(tmp_path)).close()
    with closing(sqlite3.connect(tmp_path / "shop.db", isolation_level=None)) as connection:
        made = Copy(connection)
        made.put("shops", id=1)
        made.put("people", person_id=1)
        yield made


async def test_what_came_from_telegram_and_was_asked_for_is_over(copy: Copy) -> None:
    copy.put("inbox", update_id=1, sealed=b"x")
    copy.put("inbox", update_id=2, sealed=b"x", aside_at=BEFORE, error="odd")
    copy.put("inbox", update_id=3, handled_at=BEFORE)
    copy.put("offsets", bot_id=7, next_update_id=99)
    for table in ("pairings", "invitations", "errands", "stock_lines"):
        copy.put(table)
    copy.put("drafts", state="open", sealed=b"x")
    copy.put("drafts", state="used", sealed=b"x", chat_id=2)
    for state in ("proposed", "running", "stopped", "done"):
        copy.put("batches", state=state)
    empty(copy.connection, NOW)
    assert copy.rows("SELECT sealed, handled_at, aside_at, error FROM inbox") == [
        (None, AT, None, ""),
        (None, AT, None, ""),
        (None, BEFORE, None, ""),
    ]
    assert copy.rows("SELECT bot_id, next_update_id FROM offsets") == [(7, 0)]
    for table in ("pairings", "invitations", "errands", "stock_lines"):
        assert copy.rows(f"SELECT * FROM {table}") == [], table  # noqa: S608
    assert copy.rows("SELECT state, sealed FROM drafts") == [("expired", None), ("used", None)]
    assert copy.rows("SELECT state, reason, finished_at FROM batches") == [
        ("expired", "", AT),
        ("stopped", "asked", AT),
        ("stopped", "", None),
        ("done", "", None),
    ]


async def test_nothing_that_waited_is_told(copy: Copy) -> None:
    for number, state in enumerate(("pending", "sending", "sent", "aside"), 1):
        copy.put("messages", id=number, state=state, sealed=b"x", action="send", subject_kind="")
    for number in (1, 2, 3):
        copy.put("events", id=number, revision=number)
    copy.put("notices", event_id=1, state="pending")
    copy.put("notices", event_id=2, state="told", message_row=1)
    copy.put("notices", event_id=3, state="told", message_row=3)
    empty(copy.connection, NOW)
    assert copy.rows("SELECT id, state, sealed FROM messages") == [
        (3, "sent", None),
        (4, "aside", None),
    ]
    assert copy.rows("SELECT state, message_row FROM notices") == [
        ("dropped", None),
        ("told", None),
        ("told", 3),
    ]


async def test_what_was_under_way_is_looked_for_or_said_and_nothing_else_is_left(
    copy: Copy,
) -> None:
    acts: list[tuple[str, str, dict[str, Any]]] = [
        ("proposed", "refund", {}),
        ("sending", "deliver", {"dispatched_at": BEFORE}),
        ("sending", "refund", {"confirmed_at": BEFORE, "fires_at": BEFORE}),
        (
            "unknown",
            "product_edit",
            {
                "dispatched_at": BEFORE,
                "unknown_since": BEFORE,
                "unseen_since": BEFORE,
                "checks": 4,
                "next_check_at": stamp(NOW + timedelta(hours=1)),
            },
        ),
        ("unknown", "add_stock", {}),
        ("done", "deliver", {}),
    ]
    for number, (state, kind, more) in enumerate(acts, 1):
        of = {"id": number, "state": state, "kind": kind, "subject_id": f"s{number}"}
        copy.put("intents", subject_kind="order", **of, **more)
        copy.put("cards", message_id=number, subject_kind="intent", subject_id=str(number), live=0)
        face = {"subject_kind": "order", "subject_id": f"o{number}", "face": "more", "live": 0}
        copy.put("cards", message_id=10 + number, intent_id=number, **face)
    for state, number in (("reserved", 2), ("submitted", 3), ("confirmed", 6), ("reserved", 6)):
        unit = {"order_id": f"{state}{number}", "hash": f"{state}{number}".encode()}
        copy.put("unit_hashes", state=state, intent_id=number, **unit)
    copy.put("stock_hashes", intent_id=5, kept=0)
    copy.put("stock_hashes", intent_id=4, kept=0, hash=b"other")
    expected = Ended((("deliver", "order", "s2"), ("add_stock", "order", "s5")), 1)
    assert empty(copy.connection, NOW) == expected
    assert copy.rows(
        "SELECT id, state, fires_at, checks, unseen_since, dispatched_at, unknown_since,"
        " next_check_at, outcome FROM intents"
    ) == [(number, "unknown", None, 0, None, BEFORE, BEFORE, AT, looked_for()) for number in (3, 4)]
    assert copy.rows("SELECT subject_id FROM cards WHERE subject_kind = 'intent'") == [
        ("3",),
        ("4",),
    ]
    assert copy.rows("SELECT message_id FROM cards WHERE face = 'more'") == [(13,), (14,)]
    assert copy.rows("SELECT order_id, state, doubted, intent_id FROM unit_hashes") == [
        ("reserved2", "doubtful", 1, None),
        ("submitted3", "submitted", 0, 3),
        ("confirmed6", "confirmed", 0, None),
        ("reserved6", "doubtful", 1, None),
    ]
    assert copy.rows("SELECT intent_id, kept FROM stock_hashes ORDER BY 1") == [(4, 0), (5, 1)]
    # Done twice, it changes nothing more.
    dumped = list(copy.connection.iterdump())
    assert empty(copy.connection, NOW) == Ended()
    assert list(copy.connection.iterdump()) == dumped


@pytest.mark.parametrize("opens", [True, False], ids=["with its key", "with another key"])
async def test_what_is_restored_is_looked_at_afresh_and_holds_nothing_that_no_key_opens(
    copy: Copy, tmp_path: Path, *, opens: bool
) -> None:
    for table, key in (("orders", "order_id"), ("tickets", "ticket_id")):
        for finished in (0, 1):
            copy.put(table, **{key: str(finished)}, finished=finished, looked_at=BEFORE)
    feeds = {"orders", "orders.sweep", "tickets", "tickets.walk", "products"}
    for feed in feeds:
        copy.put("positions", feed=feed, body="{}")
    copy.put("intents", state="unknown", kind="refund")
    face = {"subject_kind": "order", "intent_id": 1, "live": 0}
    copy.put("cards", **face)
    for table in KEYED:
        copy.put(table, **({"intent_id": 1} if table == "unit_hashes" else {}))
    database, backup = tmp_path / "shop.db", tmp_path / "backup"
    back_up(database, backup, NOW)
    # What the one that is replaced knows of updates is taken over.
    copy.put("inbox", update_id=1, sealed=b"x", received_at=BEFORE)
    copy.connection.close()
    key_file = tmp_path / "shop.db.key"
    if not opens:
        key_file.write_bytes(Fernet.generate_key())
    kept = database.with_name(f"{database.name}.replaced-{NOW:%Y%m%dT%H%M%S%fZ}")
    with restoring(backup, database, key_file) as prepared:
        kept.touch()
        with pytest.raises(BackupRefused, match="there already"):
            prepared.carry_out(NOW)
        assert updates_of(database) == [(b"x",)]
        kept.unlink()
        prepared.carry_out(NOW)
    assert updates_of(kept) == [(b"x",)]
    with closing(sqlite3.connect(database)) as connection:
        rows = Copy(connection).rows
        assert rows("SELECT looked_at FROM orders ORDER BY finished") == [(LONG_AGO,), (BEFORE,)]
        tickets = rows("SELECT looked_at FROM tickets ORDER BY finished")
        assert tickets == ([(LONG_AGO,), (BEFORE,)] if opens else [])
        there = feeds - {"orders.sweep"} if opens else {"orders", "products"}
        assert {feed for (feed,) in rows("SELECT feed FROM positions")} == there | {RESTORED}
        for table in KEYED:
            assert len(rows(f"SELECT * FROM {table}")) == opens, table  # noqa: S608
        assert rows("SELECT sealed, handled_at FROM inbox") == [
            (b"x", None) if opens else (None, BEFORE)
        ]
        assert rows("SELECT intent_id FROM cards") == [(1 if opens else None,)]
        assert rows("PRAGMA foreign_key_check") == []


def updates_of(database: Path) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return Copy(connection).rows("SELECT sealed FROM inbox")


KEYED = ("unit_hashes", "stock_hashes", "person_pins")
LONG_AGO = stamp(datetime(1970, 1, 1, tzinfo=UTC))


def looked_for() -> str:
    return json.dumps({"reason": "crash", "checking": True}, separators=(",", ":"))
