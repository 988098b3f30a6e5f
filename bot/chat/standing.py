"""Messages of which a chat has one, and which keep up with the truth: reminder, pinned line."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.model.facts import Reader, ReminderFacts
from bot.model.outgoing import Outgoing
from bot.model.reminder import summed_up
from bot.model.urgency import IDLE
from bot.store import outbox, pins, reminders, waiting
from bot.store.database import Tx
from bot.store.sending import Queued
from bot.views.pinned import pinned_line
from bot.views.reminder import reminder

VIEWS: Final = frozenset({reminders.VIEW, pins.VIEW})


async def draw(
    tx: Tx, shop_id: int, queued: Queued, reader: Reader, now: datetime
) -> Outgoing | None:
    """Return what such a message says now; None where it needs not be sent any more."""
    if queued.view == pins.VIEW:
        return pinned_line(pins.line_of(queued.body), reader, now)
    waits = summed_up(await waiting.all_of(tx, shop_id, now))
    if waits.empty and queued.action == "send":
        return None  # it was done while the message waited
    kept = await reminders.of_chat(tx, shop_id, queued.chat_id)
    until = None if kept is None else kept.reminded.snoozed_until
    return reminder(ReminderFacts(waits, until), reader, now)


async def sent(tx: Tx, queued: Queued, message_id: int, now: datetime) -> None:
    """Remember which message it became."""
    if queued.action != "send":
        return
    if queued.view == pins.VIEW:
        await pins.was_sent(tx, queued.shop_id, queued.chat_id, message_id, now)
        await outbox.act(
            tx,
            shop_id=queued.shop_id,
            chat_id=queued.chat_id,
            person_id=queued.person_id,
            action="pin",
            message_id=message_id,
            now=now,
            urgency=IDLE,
        )
    else:
        await reminders.was_sent(tx, queued.shop_id, queued.chat_id, message_id, now)


async def gone(tx: Tx, queued: Queued) -> None:
    """Forget the message: it is no longer there."""
    if queued.target_message_id is not None:
        await reminders.gone(tx, queued.chat_id, queued.target_message_id)
        await pins.gone(tx, queued.chat_id, queued.target_message_id)
