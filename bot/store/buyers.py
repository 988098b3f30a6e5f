"""What the shop remembers of its buyers, for itself alone: a mark, and a note."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.dialects.sqlite import insert

from bot.model.facts import Buyer, BuyerMark

from . import cards
from .database import Tx
from .orders import buyer_counts
from .prepared import prepared
from .tables import buyers, orders, tickets
from .tables import cards as shown_in

# Of a buyer with hundreds of orders, the newest cards follow at once; the others when drawn next.
_CARDS = 40


async def about(tx: Tx, shop_id: int, buyer_id: str) -> Buyer:
    """Return what was seen of a buyer, and what is remembered of them."""
    counted = await buyer_counts(tx, shop_id, buyer_id)
    row = (await tx.execute(*_remembered(shop_id, buyer_id))).first()
    if row is None:
        return counted
    mark: BuyerMark = row.mark if row.mark in {"watch", "star"} else ""
    note = "" if row.sealed is None else tx.vault.unseal(row.sealed).decode()
    return replace(counted, mark=mark, note=note)


@prepared
def _remembered(shop_id: int, buyer_id: str) -> Select[Any]:
    return select(buyers.c.mark, buyers.c.sealed).where(
        buyers.c.shop_id == shop_id, buyers.c.buyer_id == buyer_id
    )


async def mark(
    tx: Tx, shop_id: int, buyer_id: str, given: BuyerMark, person_id: int, now: datetime
) -> None:
    """Give a buyer a mark, or take it away; every card of them follows."""
    await _put(tx, shop_id, buyer_id, person_id, now, mark=given)


async def note(
    tx: Tx, shop_id: int, buyer_id: str, text: str, person_id: int, now: datetime
) -> None:
    """Keep a note on a buyer in place of the one before; empty: none. Every card follows."""
    sealed = tx.vault.seal(text.encode()) if text else None
    await _put(tx, shop_id, buyer_id, person_id, now, sealed=sealed)


async def _put(
    tx: Tx, shop_id: int, buyer_id: str, person_id: int, now: datetime, **values: object
) -> None:
    values = {**values, "changed_at": now, "changed_by": person_id}
    adding = insert(buyers).values(shop_id=shop_id, buyer_id=buyer_id, **values)
    await tx.execute(
        adding.on_conflict_do_update(index_elements=["shop_id", "buyer_id"], set_=values)
    )
    for kind, table, key in (
        ("order", orders, orders.c.order_id),
        ("ticket", tickets, tickets.c.ticket_id),
    ):
        theirs = select(key).where(table.c.shop_id == shop_id, table.c.buyer_id == buyer_id)
        statement = (
            select(shown_in.c.subject_id)
            .where(
                shown_in.c.shop_id == shop_id,
                shown_in.c.subject_kind == kind,
                shown_in.c.live.is_(True),
                shown_in.c.subject_id.in_(theirs),
            )
            .order_by(shown_in.c.made_at.desc())
            .limit(_CARDS)
        )
        found = tuple((await tx.execute(statement)).scalars())
        for subject_id in dict.fromkeys(found):
            await cards.touch(tx, shop_id, kind, subject_id, now)
