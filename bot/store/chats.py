"""Chats that refuse us: what is for them waits, and an owner elsewhere hears of it, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.model.person import Role
from bot.model.urgency import NEWS

from . import outbox, people
from .database import Tx
from .tables import subscriptions


async def pause_and_tell(
    tx: Tx, shop_id: int, chat_id: int, person_id: int, reason: str, now: datetime
) -> None:
    """Hold back everything for a chat, and tell every owner who can be told elsewhere.

    ``person_id``: for whom things were told there. A group that refuses us is not that person:
    nothing is said of anybody then.
    """
    if not await people.pause(tx, chat_id, reason, now) or chat_id != person_id:
        return
    if await people.member(tx, shop_id, person_id) is None:
        return
    who = (await people.names(tx, {person_id})).get(person_id, "")
    body = {"name": "chat_paused", "values": {"who": who or str(person_id)}}
    paused = await people.paused_chats(tx)
    for person in await people.members_of(tx, shop_id):
        if person.role is not Role.OWNER or person.person_id in paused:
            continue
        await outbox.tell(
            tx,
            shop_id=shop_id,
            chat_id=person.person_id,
            person_id=person.person_id,
            view="note",
            body=body,
            now=now,
            urgency=NEWS,
            silent=True,
            replaces=f"paused:{person.person_id}:{chat_id}",
        )


async def told_there(tx: Tx, shop_id: int, chat_id: int) -> int | None:
    """Return a member for whom things are told in a chat; None where nothing is.

    A private chat is its person's, whose ID it has.
    """
    if await people.member(tx, shop_id, chat_id) is not None:
        return chat_id
    statement = (
        select(subscriptions.c.person_id)
        .where(subscriptions.c.shop_id == shop_id, subscriptions.c.chat_id == chat_id)
        .order_by(subscriptions.c.since, subscriptions.c.person_id)
        .limit(1)
    )
    found = (await tx.execute(statement)).scalar()
    return None if found is None else int(found)
