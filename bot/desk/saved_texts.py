"""Saved texts: made, changed, ordered, deleted, and used to answer a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.model.intent import Intent
from bot.model.languages import language_of_code
from bot.model.person import Act, Person
from bot.model.saved_text import SavedText, filled, values_of
from bot.store import audit, orders, saved_texts
from bot.store.database import Tx

from . import drafts, replies, tongues
from .errors import NotPossible
from .proposing import MAX_TEXT
from .shop import Shop, must

KIND: Final = "saved_text"  # of the draft that asks for one
MOST: Final = 40  # as many as one message offers


async def all_of(tx: Tx, shop: Shop, person: Person) -> tuple[SavedText, ...]:
    """Return every saved text, in its order. Raises NotPossible."""
    must(person, Act.REPLY)
    return await saved_texts.all_of(tx, shop.shop_id)


async def the_text(tx: Tx, shop: Shop, person: Person, key: str) -> SavedText:
    """Return one saved text, by its ID or by that and a language. Raises NotPossible."""
    text_id, _ = parted(key)
    for one in await all_of(tx, shop, person):
        if str(one.id) == text_id:
            return one
    raise NotPossible("saved_text_gone")


def parted(key: str) -> tuple[str, str]:
    """Return the ID and the language that a key names; no language: as it was written first.

    Raises NotPossible for a language that is none of ours.
    """
    text_id, _, code = key.partition(".")
    if code and not language_of_code(code):
        raise NotPossible("gone")
    return text_id, language_of_code(code)


async def language_for(tx: Tx, shop: Shop, ticket_key: str) -> str:
    """Return the language in which a ticket's buyer writes; empty where that is not clear."""
    known = await replies.the_ticket(tx, shop, ticket_key)
    return await tongues.of_ticket(tx, shop, known.ticket)


async def ask(tx: Tx, shop: Shop, person: Person, key: str, chat_id: int, now: datetime) -> None:
    """Ask for a new text, or (``key``) for what is to take the place of one. Raises NotPossible."""
    if key:
        await the_text(tx, shop, person, key)
    elif len(await all_of(tx, shop, person)) >= MOST:
        raise NotPossible("saved_texts_full", limit=str(MOST))
    await drafts.await_saved_text(tx, shop, person, key, chat_id, now)


async def keep(tx: Tx, shop: Shop, person: Person, key: str, text: str, now: datetime) -> SavedText:
    """Keep a new text, or put it in the place of one. Raises NotPossible."""
    must(person, Act.REPLY)
    text = text.strip()
    if not text:
        raise NotPossible("empty_reply")
    if len(text) > MAX_TEXT:
        raise NotPossible("reply_too_long", limit=str(MAX_TEXT))
    if not key:
        if len(await all_of(tx, shop, person)) >= MOST:
            raise NotPossible("saved_texts_full", limit=str(MOST))
        kept = await saved_texts.add(tx, shop.shop_id, text, person.person_id, now)
    else:
        kept = (await the_text(tx, shop, person, key)).with_version(parted(key)[1], text)
        await saved_texts.change(tx, shop.shop_id, kept, person.person_id, now)
    await _write_down(tx, shop, person, "text_saved", kept, now)
    return kept


async def remove(tx: Tx, shop: Shop, person: Person, key: str, now: datetime) -> SavedText:
    """Forget a text, or a version of one; return what it was. Raises NotPossible."""
    gone = await the_text(tx, shop, person, key)
    language = parted(key)[1]
    if language:
        left = gone.without(language)
        await saved_texts.change(tx, shop.shop_id, left, person.person_id, now)
    else:
        await saved_texts.remove(tx, shop.shop_id, gone.id)
    await _write_down(tx, shop, person, "text_deleted", gone, now)
    return gone


async def move(tx: Tx, shop: Shop, person: Person, key: str, *, up: bool) -> SavedText:
    """Change places with the one above or below; at the end nothing moves. Raises NotPossible."""
    moved = await the_text(tx, shop, person, key)
    ids = [one.id for one in await all_of(tx, shop, person)]
    at = ids.index(moved.id)
    other = at - 1 if up else at + 1
    if 0 <= other < len(ids):
        ids[at], ids[other] = ids[other], ids[at]
        await saved_texts.put_in_order(tx, shop.shop_id, tuple(ids))
    return moved


async def use(
    tx: Tx,
    shop: Shop,
    person: Person,
    ticket_key: str,
    key: str,
    *,
    zone: ZoneInfo,
    shown_at: datetime | None,
    chat_id: int,
    private: bool,
    now: datetime,
) -> Intent:
    """Hold a saved text as the reply to a ticket, its variables filled in. Raises NotPossible.

    ``shown_at``: when it was offered. Where a variable could not be filled in, a tap is required.
    """
    chosen = await the_text(tx, shop, person, key)
    ticket = (await replies.the_ticket(tx, shop, ticket_key)).ticket
    known = await orders.by_id(tx, shop.shop_id, ticket.order_id) if ticket.order_id else None
    order = None if known is None else known.order
    text, whole = filled(
        chosen.version(parted(key)[1]), values_of(ticket.buyer_id, order, now, zone)
    )
    return await replies.hold(
        tx,
        shop,
        person,
        ticket.ticket_id,
        SecretStr(text),
        chat_id=chat_id,
        message_id=None,
        private=private,
        now=now,
        stale=await replies.wrote_since(tx, shop, ticket.ticket_id, shown_at),
        careful=not whole,
    )


async def _write_down(
    tx: Tx, shop: Shop, person: Person, deed: str, text: SavedText, now: datetime
) -> None:
    # Not its words: they may hold what must not stand in the clear.
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person.person_id,
        deed=deed,
        subject_kind="text",
        subject_id=str(text.id),
        now=now,
    )
