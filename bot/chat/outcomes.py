"""What becomes of a row of the outbox, and of the card it shows, once Telegram has answered."""

from __future__ import annotations

from datetime import datetime

from bot.model.outgoing import Outgoing
from bot.store import cards, chats, intents, moving, people, sending
from bot.store.cards import Card
from bot.store.database import Tx
from bot.store.sending import PLAIN, Queued

from . import standing
from .fate import Fate


async def accepted(
    tx: Tx,
    queued: Queued,
    drawn: Outgoing | None,
    message_id: int | None,
    now: datetime,
    *,
    changed: bool,
) -> None:
    """Record that Telegram took it; ``changed``: some card did since this one was drawn."""
    await sending.sent(tx, queued.id, message_id, now)
    if queued.view in cards.VIEWS and message_id is not None and drawn is not None:
        await _card(tx, queued, drawn, message_id, now, changed=changed)
    elif queued.view in standing.VIEWS and message_id is not None:
        await standing.sent(tx, queued, message_id, now)


async def _card(
    tx: Tx,
    queued: Queued,
    drawn: Outgoing,
    message_id: int,
    now: datetime,
    *,
    changed: bool,
) -> None:
    known = await cards.at(tx, queued.chat_id, message_id)
    card = Card(
        chat_id=queued.chat_id,
        message_id=message_id,
        shop_id=queued.shop_id,
        subject_kind=queued.subject_kind,
        subject_id=queued.subject_id,
        person_id=queued.person_id,
        intent_id=None if known is None else known.intent_id,
        live=True if known is None else known.live,
        shown=drawn.digest(),
    )
    await cards.shown(tx, card, now)
    if known is None and card.subject_kind == "intent":
        await intents.shown(tx, int(card.subject_id), now)
    if known is None and changed:
        # Something changed between the drawing and this row, perhaps this very subject: what
        # follows edits the card only from here on. A redraw that shows the same is no call.
        await cards.redraw(tx, card, now)


async def refused(tx: Tx, queued: Queued, fate: Fate, now: datetime, *, plain: bool) -> None:
    """Record what follows on a refusal; ``plain``: it can be sent without its formatting."""
    match fate.what:
        case "plain" if plain:
            # In its next turn, as any other call: the pace counts this one, too.
            await sending.again(tx, queued.id, now, PLAIN + fate.reason)
        case "wait":
            await sending.again(tx, queued.id, now + fate.wait, fate.reason)
        case "later" | "fault":
            await sending.again(tx, queued.id, now + fate.wait, fate.reason, counted=True)
        case "paused":
            await _pause(tx, queued, fate.reason, now)
        case "migrated" if fate.chat_id is not None:
            await moving.move_chat(tx, queued.chat_id, fate.chat_id, now)
        case "gone":
            await sending.aside(tx, queued.id, fate.reason, now)
            if queued.target_message_id is not None:
                await cards.gone(tx, queued.chat_id, queued.target_message_id)
                await standing.gone(tx, queued)
        case _:
            await sending.aside(tx, queued.id, fate.reason, now)


async def _pause(tx: Tx, queued: Queued, reason: str, now: datetime) -> None:
    """Keep everything for a chat that refuses us; an owner elsewhere is told, once."""
    if await people.member(tx, queued.shop_id, queued.person_id) is None:
        # A stranger who does not want our one sentence.
        await sending.aside(tx, queued.id, reason, now)
        return
    await sending.again(tx, queued.id, now, reason)
    await chats.pause_and_tell(tx, queued.shop_id, queued.chat_id, queued.person_id, reason, now)
