"""Files of goods: in reply to a card or a prompt, or bare. What else is not text is refused."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Document, Message, Update

from bot.chat.subjects import subject_of
from bot.desk import drafts, files, orders, selecting
from bot.desk.errors import NotPossible
from bot.model.files import UserFile
from bot.model.new_product import STOCK_STEP
from bot.model.numbers import only_number
from bot.model.order import Order
from bot.model.pictures import named_as_picture
from bot.model.pieces import are_files

from . import pictures
from .turn import Turn, TurnContext


@dataclass(frozen=True, slots=True)
class _Aim:
    """What a file is for, as far as anything says it: an order or a product's pool."""

    order_id: str = ""
    product_id: str = ""
    draft_id: int | None = None  # of the prompt that asked
    wanted: files.Wanted = ""


async def document(update: Update, context: TurnContext) -> None:
    """A .txt or .csv file holds goods, wherever a paste would."""
    turn, message = context.turn, update.message
    if message is None or message.document is None:
        return
    file = _file(message.document, message.media_group_id or "")
    if named_as_picture(file.name, file.mime) and await pictures.taken(turn, message, file):
        return
    aim = await _aim(turn, message)
    if aim is None:
        return
    await files.take(
        turn.tx,
        turn.shop,
        turn.member,
        file,
        order_id=aim.order_id,
        product_id=aim.product_id,
        draft_id=aim.draft_id,
        wanted=aim.wanted,
        chat_id=turn.chat_id,
        message_id=message.message_id,
        sent_at=message.date,
        now=turn.now,
    )
    await turn.react("👀")


def _file(document: Document, album: str) -> UserFile:
    return UserFile(
        file_id=document.file_id,
        name=document.file_name or "",
        mime=document.mime_type or "",
        size=document.file_size,
        album=album,
    )


async def _aim(turn: Turn, message: Message) -> _Aim | None:
    """Return what a file is for, if anything says it, and the draft that asked.

    None where a file is not meant for us. Raises NotPossible where only a text can be.
    """
    to = message.reply_to_message
    ours = (
        to is not None and to.from_user is not None and to.from_user.id == turn.update.get_bot().id
    )
    subject = await subject_of(turn.tx, turn.shop.shop_id, to) if to is not None and ours else None
    if subject is None and not turn.private:
        if ours:
            raise NotPossible("card_too_old")
        return None
    if subject is not None:
        return await _of_subject(turn, subject.kind, subject.id)
    if not message.media_group_id or message.caption:
        # The later files of an album belong to where the first one went.
        number = only_number(message.caption or "")
        if number is not None:
            things = await orders.known_things(
                turn.tx, turn.shop, turn.member, number.kind, number.text
            )
            named = next((thing for thing in things if isinstance(thing, Order)), None)
            if named is not None:
                return _Aim(named.order_id)
    draft = await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    return _Aim() if draft is None else _of_draft(draft)


async def _of_subject(turn: Turn, kind: str, subject_id: str) -> _Aim:
    if kind == "intent":
        kind, subject_id = await drafts.subject_of_intent(turn.tx, turn.shop, subject_id)
    if kind == "draft":
        draft = await drafts.of_prompt(turn.tx, subject_id)
        return _Aim() if draft is None else _of_draft(draft)
    if kind == "product":
        return _Aim(product_id=subject_id)
    if kind != "order":
        if kind == "queue":
            raise NotPossible("queue_done")
        raise NotPossible("text_only", kind="reply" if kind == "ticket" else "")
    return _Aim(subject_id)


def _of_draft(draft: drafts.Draft) -> _Aim:
    if draft.kind == "goods":
        return _Aim()
    if draft.kind in {"stock", "in_stock"}:
        return _Aim(product_id=draft.subject_id, draft_id=draft.id)
    if draft.form is not None and (draft.form.step == STOCK_STEP or are_files(draft.pieces)):
        return _Aim(draft_id=draft.id, wanted="accounts")
    if draft.kind == selecting.KIND:
        return _Aim(draft_id=draft.id, wanted="prices")
    if draft.kind == "pictures":
        raise NotPossible("picture_not_read")
    if draft.kind not in {"deliver", "replace"}:
        raise NotPossible("text_only", kind=draft.kind)
    return _Aim(draft.subject_id, draft_id=draft.id)
