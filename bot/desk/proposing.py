"""How a proposal is made and shown: in the buttons of a card, or as a message of its own."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr

from bot.model.intent import Intent, Kind, SubjectKind
from bot.model.person import Person
from bot.model.plan import Plan
from bot.store import cards, intents, outbox
from bot.store.database import Tx

from .errors import NotPossible
from .shop import Shop

MAX_TEXT = 4_000  # characters of what goes to a buyer


def text_for_buyer(text: SecretStr) -> str:
    """Return a text as it can be sent to a buyer. Raises NotPossible."""
    plain = text.get_secret_value().strip()
    if not plain:
        raise NotPossible("empty_reply")
    if len(plain) > MAX_TEXT:
        raise NotPossible("reply_too_long", limit=str(MAX_TEXT))
    return plain


async def in_a_card(
    tx: Tx,
    shop: Shop,
    person: Person,
    kind: Kind,
    subject: tuple[SubjectKind, str],
    plan: Plan,
    *,
    chat_id: int,
    card_id: int | None,
    now: datetime,
    at_once: bool,
) -> Intent:
    """Propose a change on the card ``card_id``; without one, in a message of its own.

    What comes of it stands there, too. ``at_once``: it is confirmed as it is made.
    """
    intent = await intents.propose(
        tx,
        shop_id=shop.shop_id,
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        plan=plan,
        chat_id=chat_id,
        person_id=person.person_id,
        now=now,
    )
    if card_id is None:
        await _shown(tx, shop, person, intent, None, now)
    else:
        await cards.face(tx, chat_id, card_id, intent.id, now)
    if at_once:
        await intents.confirm(tx, intent, person.person_id, now)
    return intent


async def in_answer(
    tx: Tx,
    shop: Shop,
    person: Person,
    kind: Kind,
    subject: tuple[SubjectKind, str],
    plan: Plan,
    *,
    chat_id: int,
    message_id: int | None,
    now: datetime,
) -> Intent:
    """Propose what a person's message asks for, in an answer to that message.

    Without ``message_id`` it follows from another act of theirs.
    """
    intent = await intents.propose(
        tx,
        shop_id=shop.shop_id,
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        plan=plan,
        chat_id=chat_id,
        person_id=person.person_id,
        source_message_id=message_id,
        now=now,
    )
    await _shown(tx, shop, person, intent, message_id, now)
    return intent


async def _shown(
    tx: Tx, shop: Shop, person: Person, intent: Intent, reply_to: int | None, now: datetime
) -> None:
    await outbox.show(
        tx,
        shop_id=shop.shop_id,
        chat_id=intent.chat_id,
        person_id=person.person_id,
        subject_kind="intent",
        subject_id=str(intent.id),
        reply_to=reply_to,
        now=now,
    )
