"""Another bot of Telegram's for a database: what it kept of the chats of the first goes.

The numbers of messages that are kept mean something in that bot's chats alone: through another bot
an edit or a deletion would hit whatever has the same number there.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from . import migrate
from .backup import opened
from .emptying import stamp
from .lock import DatabaseLock

# Everything that was kept of the chats of the bot of before. What waits to be said is said by the
# new one. Each with the table and the columns that an older version may not have.
_OF_CHATS: Final = (
    (
        "inbox",
        "UPDATE inbox SET sealed = NULL, aside_at = NULL, handled_at = COALESCE(handled_at, :at)",
    ),
    ("cards", "DELETE FROM cards"),
    ("errands", "DELETE FROM errands"),
    ("drafts", "UPDATE drafts SET sealed = NULL, state = 'expired' WHERE state = 'open'"),
    ("intents", "UPDATE intents SET source_message_id = NULL"),
    ("pins", "DELETE FROM pins"),
    ("reminders", "UPDATE reminders SET message_id = NULL, shown = ''"),
    (
        "notices",
        "UPDATE notices SET message_row = NULL WHERE message_row IN (SELECT id FROM messages "
        "WHERE state IN ('pending', 'sending') AND target_message_id IS NOT NULL)",
    ),
    (
        "messages",
        "DELETE FROM messages WHERE state IN ('pending', 'sending') "
        "AND target_message_id IS NOT NULL",
    ),
    (
        "messages",
        "UPDATE messages SET message_id = NULL, target_message_id = NULL, reply_to = NULL",
    ),
    ("offsets", "DELETE FROM offsets"),
)


def bots_of(database: Path) -> frozenset[int]:
    """Return the IDs of the bots that a database speaks through, normally one; blocking.

    None are known of one that is not there, or never started. Raises StoreError.
    """
    return migrate.look(database, at_rest=migrate.is_at_rest(database)).bots


def begin_anew(database: Path, bot_id: int, now: datetime) -> None:
    """Let a database speak through this bot from now on: what it kept of its chats goes.

    Orders, people, settings and what is to be told stay. Blocking. Raises StoreError, also where a
    bot runs on it; nothing is changed then.
    """
    lock = DatabaseLock.take(database)
    try:
        with opened(database) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for table, statement in _OF_CHATS:
                if _has(connection, table):
                    connection.execute(statement, {"at": stamp(now)} if ":at" in statement else {})
            connection.execute("INSERT INTO offsets VALUES (?, 0)", (bot_id,))
            connection.execute("COMMIT")
    finally:
        lock.release()


def _has(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)
    )
    return found.fetchone() is not None
