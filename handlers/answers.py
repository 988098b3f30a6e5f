"""What was written where something is awaited: by a prompt, or by the card of a thing."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr
from telegram import Message

from bot.desk import arriving, buyers, drafts, new_tickets, replacing, replies, sources
from bot.desk.errors import NotPossible
from bot.model.altered import may_be_altered
from bot.model.goods import looks_like_goods
from bot.model.intent import is_of_before
from bot.model.pieces import Piece
from bot.model.ticket import RESOLVED
from bot.views import talk

from . import batches, exports, new_products, products, reports, saved_texts, settings
from .turn import Turn


def piece(message: Message, text: str) -> Piece:
    """Return a message as a piece of a paste."""
    formats = (entity.type for entity in message.entities or ())
    return Piece(
        message_id=message.message_id,
        text=SecretStr(text),
        sent_at=message.date,
        altered=may_be_altered(text, formats),
    )


async def take(turn: Turn, message: Message, draft: drafts.Draft, text: str) -> None:
    """Take what a prompt asked for. Its draft may have ended: then its prompt was replied to."""
    if draft.kind == "new_product":
        if not await new_products.answered(turn, draft, piece(message, text)):
            return
        await drafts.used(turn.tx, draft, turn.now)
        return
    if draft.kind == "reply":
        await reply(turn, message, draft.subject_id, text, draft.asked_at)
    elif draft.kind == "resolve":
        await reply(turn, message, draft.subject_id, text, draft.asked_at, status=RESOLVED)
    elif draft.kind == "new_ticket":
        await _write(turn, message, draft.subject_id, text)
    elif await _kept(turn, draft, text) or await _of_product(turn, message, draft, text):
        pass
    elif draft.kind == "replace":
        await _replace(turn, message, draft, text)
        return
    else:
        await deliver(turn, message, draft.subject_id, text)
    if draft.person_id == turn.member.person_id:
        await drafts.used(turn.tx, draft, turn.now)


async def _kept(turn: Turn, draft: drafts.Draft, text: str) -> bool:
    """Keep what was asked for, of which the marketplace hears nothing; say whether it is such."""
    if draft.kind == products.LOW_AT:
        await products.low_stock_written(turn, draft.subject_id, text)
    elif draft.kind == sources.KIND:
        await sources.say(turn.tx, turn.shop, turn.member, draft.subject_id, text, turn.now)
        await turn.react("👀")
    elif draft.kind == saved_texts.KIND:
        await saved_texts.written(turn, draft.subject_id, text)
    elif draft.kind == exports.DAYS:
        await exports.written(turn, draft.subject_id, text)
    elif draft.kind == reports.DAYS:
        await reports.written(turn, text)
    elif draft.kind in settings.TYPED:
        await settings.written(turn, draft, text)
    elif draft.kind == "note":
        await buyers.note(turn.tx, turn.shop, turn.member, draft.subject_id, text, turn.now)
        await turn.react("👀")
    else:
        return False
    return True


async def _of_product(turn: Turn, message: Message, draft: drafts.Draft, text: str) -> bool:
    """Take what was asked for of a product, or of several; say whether it is such."""
    if draft.kind == "stock" or (draft.kind == "in_stock" and looks_like_goods(text)):
        # Accounts, where a number was asked for, are for its pool.
        await products.stock_written(turn, draft.subject_id, piece(message, text))
    elif draft.kind == batches.KIND:
        await batches.written(turn, draft, text, message.message_id)
    elif draft.kind == new_products.COPY:
        await new_products.copy_written(turn, draft.subject_id, text, message.message_id)
    elif draft.kind == "pictures":
        raise NotPossible("picture_not_read")
    elif draft.kind in products.FIELDS:
        await products.field_written(turn, draft.subject_id, draft.kind, text, message.message_id)
    else:
        return False
    return True


async def deliver(turn: Turn, message: Message, order_id: str, text: str) -> None:
    """Take the goods of an order, and show what would be delivered."""
    await arriving.goods_for(
        turn.tx,
        turn.shop,
        turn.member,
        order_id,
        (piece(message, text),),
        chat_id=turn.chat_id,
        now=turn.now,
    )
    await turn.react("👀")


async def _replace(turn: Turn, message: Message, draft: drafts.Draft, text: str) -> None:
    """Take the new unit; its draft ends with it, and not where a number picked the broken one."""
    await replacing.preview(
        turn.tx,
        turn.shop,
        turn.member,
        draft,
        (piece(message, text),),
        chat_id=turn.chat_id,
        now=turn.now,
    )
    await turn.react("👀")


async def _write(turn: Turn, message: Message, order_id: str, text: str) -> None:
    """Open a ticket to the buyer of an order."""
    await new_tickets.hold(
        turn.tx,
        turn.shop,
        turn.member,
        order_id,
        SecretStr(text),
        title=lambda number: talk.new_ticket_title(number, text, turn.reader),
        chat_id=turn.chat_id,
        message_id=message.message_id,
        private=turn.private,
        now=turn.now,
        careful=is_of_before(message.date, turn.now),
    )
    await turn.react("👀")


async def reply(
    turn: Turn,
    message: Message,
    ticket_id: str,
    text: str,
    shown_at: datetime | None,
    *,
    status: str = "",
) -> None:
    """Hold a reply; ``shown_at``: when what it answers was shown."""
    await replies.hold(
        turn.tx,
        turn.shop,
        turn.member,
        ticket_id,
        SecretStr(text),
        chat_id=turn.chat_id,
        message_id=message.message_id,
        private=turn.private,
        now=turn.now,
        careful=is_of_before(message.date, turn.now),
        status=status,
        stale=await replies.wrote_since(turn.tx, turn.shop, ticket_id, shown_at),
    )
    await turn.react("👀")
