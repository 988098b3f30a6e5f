"""Draws the prompt of a setting when it is sent: what it asks for, or what holds since."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import Reader
from bot.model.outgoing import Outgoing
from bot.model.preferences import SettingsFacts
from bot.store import preferences
from bot.store.database import Tx
from bot.store.drafts import Draft
from bot.views.settings import setting_prompt


async def prompt(tx: Tx, shop_id: int, draft: Draft, reader: Reader, now: datetime) -> Outgoing:
    """Return the prompt of a setting."""
    facts = SettingsFacts(
        preferences=await preferences.of_person(tx, shop_id, reader.person_id),
        low_stock=await preferences.low_stock(tx, shop_id),
        zone=reader.time_zone.key,
    )
    return setting_prompt(draft.id, draft.kind, draft.state, facts, reader, now)
