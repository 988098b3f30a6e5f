"""Pictures of products: photos, image files and albums, wherever one is wanted."""

from __future__ import annotations

from telegram import Message, Update

from bot.chat.subjects import Subject, subject_of
from bot.desk import drafts, pictures
from bot.desk.errors import NotPossible
from bot.desk.pictures import Aim
from bot.model.files import UserFile
from bot.model.press import Press

from . import new_products, words
from .turn import Turn, TurnContext


async def photo(update: Update, context: TurnContext) -> None:
    """A photo is a product's picture where one is wanted; elsewhere the marketplace takes text."""
    turn, message = context.turn, update.message
    if message is None or not message.photo:
        return
    largest = max(message.photo, key=lambda size: size.width * size.height)
    file = UserFile(
        file_id=largest.file_id,
        mime="image/jpeg",
        size=largest.file_size,
        album=message.media_group_id or "",
    )
    if not await taken(turn, message, file):
        await words.not_text(update, context)


async def taken(turn: Turn, message: Message, file: UserFile) -> bool:
    """Take a picture for the product that it is for; say whether it is for any."""
    aim = await _aim(turn, message, file)
    if aim is None:
        return False
    await pictures.take(
        turn.tx,
        turn.shop,
        turn.member,
        file,
        aim,
        chat_id=turn.chat_id,
        message_id=message.message_id,
        now=turn.now,
    )
    await turn.react("👀")
    return True


async def _aim(turn: Turn, message: Message, file: UserFile) -> Aim | None:
    to = message.reply_to_message
    bot_id = turn.update.get_bot().id
    if to is not None and to.from_user is not None and to.from_user.id == bot_id:
        subject = await subject_of(turn.tx, turn.shop.shop_id, to)
        if subject is not None:
            return await _of_subject(turn, message, subject)
    if not turn.private:
        return None
    if file.album:
        first = await pictures.of_album(turn.tx, turn.member, turn.chat_id, file.album)
        if first is not None:
            return first
    draft = await drafts.current(turn.tx, turn.chat_id, turn.member, turn.now)
    if draft is not None:
        return await _of_draft(turn, message, draft)
    return await pictures.of_latest(turn.tx, turn.member, turn.chat_id)


async def _of_subject(turn: Turn, message: Message, subject: Subject) -> Aim | None:
    if subject.kind == "product":
        return Aim(product_id=subject.id)
    if subject.kind == "intent":
        return await pictures.of_preview(turn.tx, turn.shop, subject.id)
    draft = await drafts.of_prompt(turn.tx, subject.id) if subject.kind == "draft" else None
    return None if draft is None else await _of_draft(turn, message, draft)


async def _of_draft(turn: Turn, message: Message, draft: drafts.Draft) -> Aim | None:
    if draft.kind == "pictures":
        return Aim(draft.subject_id, draft_id=draft.id)
    if draft.kind != "new_product":
        return None
    if not message.caption:
        raise NotPossible("pictures_later")
    # The caption says what the product is; the preview takes the picture in.
    intent = await new_products.written(turn, draft.subject_id, message.caption, message.message_id)
    if draft.person_id == turn.member.person_id:
        await drafts.used(turn.tx, draft, turn.now)
    return Aim(intent_id=intent.id)


async def asked(turn: Turn, press: Press) -> None:
    """Ask for a product's pictures, or offer to take those away that it has."""
    if press.arg == "none":
        await pictures.take_away(
            turn.tx, turn.shop, turn.member, press.subject, chat_id=turn.chat_id, now=turn.now
        )
        return
    await drafts.await_of_product(
        turn.tx, turn.shop, turn.member, press.subject, "pictures", turn.chat_id, turn.now
    )
