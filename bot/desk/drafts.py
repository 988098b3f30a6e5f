"""Conversations in progress: what a person was asked for, and what they gave so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from bot.model.person import Act, Person
from bot.store import drafts, intents
from bot.store.database import Tx

from .delivery import may_be_delivered
from .errors import NotPossible
from .orders import nobody_else, the_order
from .replies import the_ticket
from .shop import Shop, must


@dataclass(frozen=True, slots=True)
class Draft:
    """What the next message of this person is for.

    ``kind``: deliver (goods for an order), reply (text for a ticket), or goods (goods that came
    without an order: ``goods`` and the ``message_id`` they came in).
    """

    kind: str
    subject_id: str
    goods: SecretStr | None = None
    message_id: int | None = None


async def current(tx: Tx, chat_id: int, person: Person, now: datetime) -> Draft | None:
    """Return what this person is in the middle of; None where there is nothing, or it expired."""
    found = await drafts.current(tx, chat_id, person.person_id, now)
    if found is None:
        return None
    draft, body = found
    goods = body.get("goods") if isinstance(body, dict) else None
    return Draft(
        draft.kind,
        draft.subject_id,
        None if goods is None else SecretStr(goods),
        body.get("message_id") if isinstance(body, dict) else None,
    )


async def end(tx: Tx, chat_id: int, person: Person) -> bool:
    """End what this person is in the middle of; say whether there was anything."""
    return await drafts.end(tx, chat_id, person.person_id)


async def _open(
    tx: Tx, shop: Shop, person: Person, chat_id: int, draft: Draft, now: datetime
) -> None:
    body = {
        "goods": None if draft.goods is None else draft.goods.get_secret_value(),
        "message_id": draft.message_id,
    }
    row = drafts.Draft(
        chat_id=chat_id,
        person_id=person.person_id,
        kind=draft.kind,
        subject_kind="ticket" if draft.kind == "reply" else "order",
        subject_id=draft.subject_id,
        prompt_message_id=None,
        expires_at=now + drafts.LASTS,
    )
    await drafts.open_(tx, shop.shop_id, row, body, now)


async def await_goods(
    tx: Tx, shop: Shop, person: Person, key: str, chat_id: int, now: datetime
) -> tuple[str, int]:
    """Wait for the goods of an order; return its number and what is owed. Raises NotPossible."""
    must(person, Act.DELIVER)
    order = (await the_order(tx, shop, key)).order
    may_be_delivered(order)
    await nobody_else(tx, shop, "order", order.order_id)
    await _open(tx, shop, person, chat_id, Draft("deliver", order.order_id), now)
    return order.number, order.owed


async def await_reply(
    tx: Tx, shop: Shop, person: Person, key: str, chat_id: int, now: datetime
) -> str:
    """Wait for the reply to a ticket; return its number. Raises NotPossible."""
    must(person, Act.REPLY)
    ticket = (await the_ticket(tx, shop, key)).ticket
    await _open(tx, shop, person, chat_id, Draft("reply", ticket.ticket_id), now)
    return ticket.number


async def keep_goods(
    tx: Tx,
    shop: Shop,
    person: Person,
    goods: SecretStr,
    *,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Keep goods that came without an order until the person says for which. Sends nothing."""
    must(person, Act.DELIVER)
    await _open(tx, shop, person, chat_id, Draft("goods", "", goods, message_id), now)


async def subject_of_intent(tx: Tx, shop: Shop, intent_id: str) -> tuple[str, str]:
    """Return the order or ticket that an intent's message is about. Raises NotPossible."""
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id:
        raise NotPossible("intent_gone")
    return intent.subject_kind, intent.subject_id
