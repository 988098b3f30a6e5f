"""What a copy of the database must not hold or do: goods, and whatever was under way in it.

The copy's own bot went on after it was made. What was open then has ended since, so that a copy
that is used again must neither send nor confirm any of it.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.model.intent import Kind

# Their plans are goods; whether they went through shows on the order, and in no plan of ours.
# A new product may come with the accounts of its pool; whether it was made, a person sees.
_OF_GOODS: Final = (
    Kind.DELIVER.value,
    Kind.REPLACE.value,
    Kind.ADD_STOCK.value,
    Kind.NEW_PRODUCT.value,
)
_LOOKED_FOR: Final = {"reason": "crash", "checking": True}


@dataclass(frozen=True, slots=True)
class Ended:
    """What was under way, of which no look can tell, and how many questions were open."""

    under_way: tuple[tuple[str, str, str], ...] = ()  # kind, subject's kind, subject's ID
    open_questions: int = 0


def stamp(now: datetime) -> str:
    """Return a time as the columns keep it."""
    return now.astimezone(UTC).isoformat(timespec="microseconds")


def empty(connection: sqlite3.Connection, now: datetime) -> Ended:
    """Take goods out of a copy of the newest version, and end what was open in it.

    What surely can be found out by reading stays, as unknown: the next start looks for it. Done
    twice it changes nothing more. The caller's transaction is used.
    """
    run = connection.execute
    at = stamp(now)
    # From Telegram: handled since, or fetched again with what was never acknowledged.
    run(
        "UPDATE inbox SET sealed = NULL, error = '', aside_at = NULL, "
        "handled_at = COALESCE(handled_at, ?)",
        (at,),
    )
    run("UPDATE offsets SET next_update_id = 0")  # it still speaks through the same bot
    run("DELETE FROM pairings")
    run("DELETE FROM invitations")  # accepted since, or not to be any more
    run("DELETE FROM errands")
    run("DELETE FROM stock_lines")  # goods, of imports that end below
    run("UPDATE batches SET state = 'expired', finished_at = ? WHERE state = 'proposed'", (at,))
    run(
        "UPDATE batches SET state = 'stopped', reason = 'asked', finished_at = ? "
        "WHERE state = 'running'",
        (at,),
    )
    run("UPDATE drafts SET sealed = NULL")
    run("UPDATE drafts SET state = 'expired' WHERE state = 'open'")
    # To Telegram: sent since.
    run("UPDATE notices SET state = 'dropped' WHERE state = 'pending'")
    run(
        "UPDATE notices SET message_row = NULL WHERE message_row IN "
        "(SELECT id FROM messages WHERE state IN ('pending', 'sending'))"
    )
    run("DELETE FROM messages WHERE state IN ('pending', 'sending')")
    run("UPDATE messages SET sealed = NULL")
    return _end_intents(connection, at)


def _end_intents(connection: sqlite3.Connection, at: str) -> Ended:
    run = connection.execute
    goods = ", ".join(f"'{kind}'" for kind in _OF_GOODS)
    live = "state IN ('sending', 'unknown')"
    under_way = tuple(
        run(
            f"SELECT kind, subject_kind, subject_id FROM intents "  # noqa: S608 - our own words
            f"WHERE {live} AND kind IN ({goods}) ORDER BY id"
        ).fetchall()
    )
    (questions,) = run("SELECT count(*) FROM intents WHERE state = 'proposed'").fetchone()
    # Units and lines on their way: they may have arrived, and are warned of elsewhere.
    gone = f"SELECT id FROM intents WHERE NOT ({live}) OR kind IN ({goods})"  # noqa: S608
    run(
        f"UPDATE unit_hashes SET state = 'doubtful', doubted = 1 "  # noqa: S608
        f"WHERE state NOT IN ('confirmed', 'doubtful') AND intent_id IN ({gone})"
    )
    run(f"UPDATE unit_hashes SET intent_id = NULL WHERE intent_id IN ({gone})")  # noqa: S608
    run(f"UPDATE stock_hashes SET kept = 1 WHERE intent_id IN ({gone})")  # noqa: S608
    run(f"UPDATE cards SET intent_id = NULL, face = '' WHERE intent_id IN ({gone})")  # noqa: S608
    run(
        f"DELETE FROM cards WHERE subject_kind = 'intent' AND "  # noqa: S608
        f"subject_id IN (SELECT CAST(id AS TEXT) FROM ({gone}))"
    )
    run(f"DELETE FROM intents WHERE id IN ({gone})")  # noqa: S608
    # The rest is looked for, whatever it was about to do.
    run(
        "UPDATE intents SET state = 'unknown', fires_at = NULL, checks = 0, unseen_since = NULL, "
        "dispatched_at = COALESCE(dispatched_at, confirmed_at, created_at), "
        "unknown_since = COALESCE(unknown_since, dispatched_at, confirmed_at, created_at), "
        "next_check_at = ?, outcome = ?",
        (at, json.dumps(_LOOKED_FOR, separators=(",", ":"))),
    )
    return Ended(under_way, int(questions))
