"""Buyer memory: a mark and a private note, which nobody outside the shop ever sees."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.model.facts import BuyerMark
from bot.model.person import Act, Person
from bot.store import audit, buyers
from bot.store.database import Tx

from . import drafts
from .errors import NotPossible
from .orders import the_order
from .replies import the_ticket
from .shop import Shop, must

NOTE_LIMIT: Final = 500  # characters: it stands on every card of theirs


async def mark(
    tx: Tx, shop: Shop, person: Person, kind: str, key: str, given: BuyerMark, now: datetime
) -> None:
    """Mark the buyer of an order or a ticket. Raises NotPossible."""
    must(person, Act.REPLY)
    buyer_id = await _buyer_of(tx, shop, kind, key)
    await buyers.mark(tx, shop.shop_id, buyer_id, given, person.person_id, now)
    await _write_down(tx, shop, person, "buyer_marked", buyer_id, now, mark=given)


async def await_note(
    tx: Tx, shop: Shop, person: Person, kind: str, key: str, chat_id: int, now: datetime
) -> None:
    """Ask for a note on the buyer of an order or a ticket. Raises NotPossible."""
    must(person, Act.REPLY)
    buyer_id = await _buyer_of(tx, shop, kind, key)
    await drafts.await_note(tx, shop, person, buyer_id, chat_id, now)


async def note(tx: Tx, shop: Shop, person: Person, buyer_id: str, text: str, now: datetime) -> None:
    """Keep a note in place of the one before. Raises NotPossible."""
    must(person, Act.REPLY)
    text = text.strip()
    if len(text) > NOTE_LIMIT:
        raise NotPossible("note_too_long", limit=str(NOTE_LIMIT))
    await buyers.note(tx, shop.shop_id, buyer_id, text, person.person_id, now)
    # Not its words: they may hold what must not stand in the clear.
    await _write_down(tx, shop, person, "buyer_noted", buyer_id, now, removed=not text)


async def remove_note(tx: Tx, shop: Shop, person: Person, draft_id: str, now: datetime) -> None:
    """Take away the note of the buyer whose prompt this is. Raises NotPossible."""
    draft = await drafts.of_prompt(tx, draft_id)
    if draft is None or draft.kind != "note" or not draft.open:
        raise NotPossible("gone")
    await note(tx, shop, person, draft.subject_id, "", now)
    await drafts.used(tx, draft, now)


async def _buyer_of(tx: Tx, shop: Shop, kind: str, key: str) -> str:
    if kind == "ticket":
        found = (await the_ticket(tx, shop, key)).ticket.buyer_id
    else:
        found = (await the_order(tx, shop, key)).order.buyer_id
    if not found:
        raise NotPossible("buyer_unknown")
    return found


async def _write_down(
    tx: Tx, shop: Shop, person: Person, deed: str, buyer_id: str, now: datetime, **detail: object
) -> None:
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person.person_id,
        deed=deed,
        subject_kind="buyer",
        subject_id=buyer_id,
        now=now,
        detail=detail,
    )
