"""Reminders: letting one be, for an hour or until the morning."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model.person import Act, Person
from bot.model.reminder import Until, snoozed_until
from bot.model.urgency import INTERACTIVE
from bot.store import outbox, reminders
from bot.store.database import Tx

from .shop import Shop, must


async def snooze(
    tx: Tx,
    shop: Shop,
    person: Person,
    until: Until,
    *,
    zone: ZoneInfo,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Let a chat be reminded of nothing until then; ``zone``: the clock of who asks for it.

    The reminder ``message_id`` says so. Raises NotPossible.
    """
    must(person, Act.SEE)
    await reminders.snooze(tx, shop.shop_id, chat_id, snoozed_until(until, now, zone))
    await outbox.tell(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        view=reminders.VIEW,
        body={},
        now=now,
        edit=message_id,
        urgency=INTERACTIVE,
    )
