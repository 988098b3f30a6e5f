"""A text with the unit of a replacement that the marketplace refused: it stands below its offer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.model.intent import Intent, Kind, State
from bot.model.urgency import INTERACTIVE

from . import cards
from .database import Tx
from .tables import cards as cards_there
from .tables import intents

_TEXTS = (Kind.REPLY, Kind.NEW_TICKET)
_TAKEN_BACK = (State.REFUSED.value, State.EXPIRED.value)


async def stands(tx: Tx, intent: Intent) -> bool:
    """Say whether a text that a replacement's message offered stands below it, or went out."""
    own = select(cards_there.c.message_id).where(
        cards_there.c.chat_id == intent.chat_id,
        cards_there.c.subject_kind == "intent",
        cards_there.c.subject_id == str(intent.id),
    )
    statement = select(intents.c.id).where(
        intents.c.chat_id == intent.chat_id,
        intents.c.source_message_id.in_(own),
        intents.c.kind.in_([kind.value for kind in _TEXTS]),
        intents.c.state.not_in(_TAKEN_BACK),
    )
    return (await tx.execute(statement.limit(1))).first() is not None


async def redraw_its_offer(tx: Tx, intent: Intent, now: datetime) -> None:
    """Have the message drawn again that offered a text, if this is one: whether it still does."""
    if intent.kind not in _TEXTS or intent.source_message_id is None:
        return
    card = await cards.at(tx, intent.chat_id, intent.source_message_id)
    if card is not None and card.subject_kind == "intent":
        await cards.redraw(tx, card, now, INTERACTIVE)
