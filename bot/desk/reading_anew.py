"""What already stands in a person's chat, drawn again: they read it another way from now on."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bot.model.person import Person
from bot.store import cards, outbox, pins, reminders
from bot.store.database import Tx

from .shop import Shop

_SEEN: Final = 6  # cards that may still be on a phone's screen


async def read_anew(tx: Tx, shop: Shop, person: Person, now: datetime) -> None:
    """Have the newest cards, the reminder and the pinned line say what they say anew."""
    chat_id = person.person_id
    await cards.redraw_newest(tx, shop.shop_id, chat_id, _SEEN, now)
    reminder = await reminders.of_chat(tx, shop.shop_id, chat_id)
    if reminder is not None and reminder.message_id is not None:
        await _again(tx, shop, chat_id, reminders.VIEW, {}, reminder.message_id, now)
    pin = (await pins.all_of(tx, shop.shop_id)).get(chat_id)
    if pin is not None and pin.message_id is not None:
        line = pins.body_of(pin.pinned.line)
        await _again(tx, shop, chat_id, pins.VIEW, line, pin.message_id, now)


async def _again(
    tx: Tx, shop: Shop, chat_id: int, view: str, body: Any, message_id: int, now: datetime
) -> None:
    await outbox.tell(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=chat_id,
        view=view,
        body=body,
        now=now,
        edit=message_id,
    )
