"""/templates: the texts that a shop keeps, and answering a ticket with one of them."""

from __future__ import annotations

from datetime import timedelta

from telegram import Update

from bot.desk import drafts, enclosing, replies, saved_texts
from bot.desk.saved_texts import KIND
from bot.model.languages import language_of_code
from bot.model.press import Press
from bot.model.saved_text import SavedText
from bot.views import saved_texts as views
from bot.views.saved_texts import LANGUAGES

from .turn import Turn, TurnContext

__all__ = ["KIND"]


async def templates_command(update: Update, context: TurnContext) -> None:
    """/templates: every saved text."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await _list(turn)


async def listed(turn: Turn, press: Press) -> None:
    """Every saved text, in place of the one that was looked at."""
    await _list(turn)


async def _list(turn: Turn, deleted: SavedText | None = None) -> None:
    texts = await saved_texts.all_of(turn.tx, turn.shop, turn.member)
    said = views.saved_text_list(texts, turn.reader, turn.now, deleted)
    await turn.show(said, in_place=turn.pressed is not None)


async def opened(turn: Turn, press: Press) -> None:
    """One text, whole, the version in a language, or the languages to choose from."""
    text = await saved_texts.the_text(turn.tx, turn.shop, turn.member, press.subject)
    await _show(turn, text, language_of_code(press.arg) or press.arg)


async def _show(turn: Turn, text: SavedText, side: str = "") -> None:
    texts = await saved_texts.all_of(turn.tx, turn.shop, turn.member)
    place = [one.id for one in texts].index(text.id) + 1
    said = views.saved_text(text, place, len(texts), turn.reader, turn.now, side)
    await turn.show(said, in_place=turn.pressed is not None)


async def ask(turn: Turn, press: Press) -> None:
    """Ask for a new text, for another in the place of one, or for a version of it."""
    key = _key(press)
    await saved_texts.ask(turn.tx, turn.shop, turn.member, key, turn.chat_id, turn.now)


def _key(press: Press) -> str:
    return f"{press.subject}.{press.arg}" if press.arg else press.subject


async def written(turn: Turn, key: str, text: str) -> None:
    """Keep what was asked for, and show it as it is now."""
    kept = await saved_texts.keep(turn.tx, turn.shop, turn.member, key, text, turn.now)
    await turn.react("👀")
    await _show(turn, kept, saved_texts.parted(key)[1])


async def moved(turn: Turn, press: Press) -> None:
    """Move a text up or down."""
    up = press.arg == "up"
    text = await saved_texts.move(turn.tx, turn.shop, turn.member, press.subject, up=up)
    await _show(turn, text)


async def deleted(turn: Turn, press: Press) -> None:
    """Delete a text; the list says which. Of a version, the languages say which are left."""
    gone = await saved_texts.remove(turn.tx, turn.shop, turn.member, _key(press), turn.now)
    if press.arg:
        await _show(turn, gone.without(language_of_code(press.arg)), LANGUAGES)
    else:
        await _list(turn, gone)


async def which(turn: Turn, press: Press) -> None:
    """Ask which text is to answer a ticket."""
    ticket = (await replies.the_ticket(turn.tx, turn.shop, press.subject)).ticket
    texts = await saved_texts.all_of(turn.tx, turn.shop, turn.member)
    if texts:
        buyers = await saved_texts.language_for(turn.tx, turn.shop, ticket.ticket_id)
        await turn.show(views.which_saved_text(texts, ticket, buyers, turn.reader, turn.now))
    else:
        await _list(turn)


async def use(turn: Turn, press: Press) -> None:
    """Hold the text as a reply; the question which one it should be goes away."""
    if turn.pressed is None:
        return
    await saved_texts.use(
        turn.tx,
        turn.shop,
        turn.member,
        press.subject,
        press.arg,
        zone=turn.reader.time_zone,
        # Telegram tells the second alone: it was shown by the end of it.
        shown_at=turn.pressed.date + timedelta(seconds=1),
        chat_id=turn.chat_id,
        private=turn.private,
        now=turn.now,
    )
    await turn.take_out(turn.pressed.message_id)


async def which_enclosed(turn: Turn, press: Press) -> None:
    """Ask which text is to stand in a delivery."""
    plan, texts, buyers = await enclosing.offered(
        turn.tx, turn.shop, turn.member, press.subject, press.arg, turn.now
    )
    if texts:
        said = views.which_enclosed(press.subject, plan, texts, buyers, turn.reader)
        await turn.show(said)
    else:
        await _list(turn)


async def enclose(turn: Turn, press: Press) -> None:
    """Put the text into the preview; the question which one it should be goes away."""
    if turn.pressed is None:
        return
    intent_id, _, version = press.subject.partition(".")
    zone = turn.reader.time_zone
    await enclosing.enclose(
        turn.tx, turn.shop, turn.member, intent_id, version, press.arg, zone=zone, now=turn.now
    )
    await turn.take_out(turn.pressed.message_id)
