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
# What was on its way, or held to go by itself: whoever confirmed it is shown by the new bot how it
# stands, and how it ends. In their own chat: of a group the new bot may be no member.
_UNDER_WAY: Final = """
    INSERT INTO messages (shop_id, chat_id, action, view, subject_kind, subject_id, person_id,
                          urgency, silent, state, not_before, attempts, created_at, error)
    SELECT shop_id, who, 'send', 'intent', 'intent', named, who, 0, 0, 'pending', :at, 0, :at, ''
    FROM (SELECT *, COALESCE(confirmed_by, proposed_by) AS who, CAST(id AS TEXT) AS named
          FROM intents)
    WHERE (state IN ('sending', 'unknown') OR (state = 'proposed' AND fires_at IS NOT NULL))
    AND who IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM messages WHERE messages.state IN ('pending', 'sending')
        AND messages.subject_kind = 'intent' AND messages.subject_id = named)
    ORDER BY id
"""
_WRITTEN_DOWN: Final = """
    INSERT INTO audit (shop_id, at, deed, subject_kind, subject_id)
    SELECT id, :at, 'bot_changed', 'bot', :bot FROM shops
"""


def bots_of(database: Path) -> frozenset[int]:
    """Return the IDs of the bots that a database speaks through, normally one; blocking.

    None are known of one that is not there, or never started. Raises StoreError.
    """
    return migrate.look(database, at_rest=migrate.is_at_rest(database)).bots


def begin_anew(database: Path, bot_id: int, now: datetime) -> None:
    """Let a database speak through this bot from now on: what it kept of its chats goes.

    Orders, people, settings and what is to be told stay; what was under way is shown anew.
    Blocking. Raises StoreError, also where a bot runs on it; nothing is changed then.
    """
    lock = DatabaseLock.take(database)
    try:
        with opened(database) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for table, statement in _OF_CHATS:
                if _has(connection, table):
                    connection.execute(statement, {"at": stamp(now)} if ":at" in statement else {})
            connection.execute(_UNDER_WAY, {"at": stamp(now)})
            connection.execute(_WRITTEN_DOWN, {"at": stamp(now), "bot": str(bot_id)})
            connection.execute("INSERT INTO offsets VALUES (?, 0)", (bot_id,))
            connection.execute("COMMIT")
    finally:
        lock.release()


def _has(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)
    )
    return found.fetchone() is not None
