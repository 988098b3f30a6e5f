"""Units that were delivered or are on their way, by keyed hash.

The same unit never sells twice unnoticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import SecretStr
from sqlalchemy import or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.order import Order
from bot.model.shown_units import each_once, units_in

from . import one_account, shapes
from .chunks import chunks
from .database import Tx
from .tables import orders, unit_hashes

_ROWS_AT_ONCE = 200  # of five values each

RESERVED, SUBMITTED, CONFIRMED, UNKNOWN = "reserved", "submitted", "confirmed", "unknown"
# No look showed it, and what became of the call was never known: it may still arrive.
DOUBTFUL = "doubtful"


Places = dict[bytes, int]


def places(tx: Tx, units: Sequence[SecretStr]) -> Places:
    """Return the positions of units by every hash that may stand for one of them."""
    return {
        each: at
        for at, unit in enumerate(units)
        for each in tx.vault.unit_hashes(unit.get_secret_value())
    }


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where units went before, by their position: the number of another order.

    ``known``: they went there, or are on their way. ``doubtful``: they may have gone there, and
    are known nowhere. ``in_doubt``: the number of an order that one of them may be on its way to,
    reserved, submitted or unknown: until that is settled it is nobody else's.
    """

    known: dict[int, str]
    doubtful: dict[int, str]
    in_doubt: str | None = None


async def elsewhere(tx: Tx, shop_id: int, order_id: str, at: Places) -> Elsewhere:
    """Return where units went before, other than to this order."""
    known: dict[int, str] = {}
    doubtful: dict[int, str] = {}
    in_doubt = None
    for some in chunks(at):
        statement = (
            select(
                unit_hashes.c.hash, unit_hashes.c.state, unit_hashes.c.order_id, orders.c.order_no
            )
            .outerjoin(
                orders,
                (orders.c.shop_id == unit_hashes.c.shop_id)
                & (orders.c.order_id == unit_hashes.c.order_id),
            )
            .where(
                unit_hashes.c.shop_id == shop_id,
                unit_hashes.c.order_id != order_id,
                unit_hashes.c.hash.in_(some),
            )
        )
        for row in (await tx.execute(statement)).all():
            number = str(row.order_no or row.order_id)
            (doubtful if row.state == DOUBTFUL else known)[at[row.hash]] = number
            if row.state not in {CONFIRMED, DOUBTFUL}:
                in_doubt = in_doubt or number
    maybe = {place: number for place, number in doubtful.items() if place not in known}
    return Elsewhere(known, maybe, in_doubt)


async def known(tx: Tx, shop_id: int, order_id: str, units: Sequence[SecretStr]) -> dict[int, str]:
    """Return, by a unit's position, the number of another order that it went to before."""
    return (await elsewhere(tx, shop_id, order_id, places(tx, units))).known


async def doubtful(
    tx: Tx, shop_id: int, order_id: str, units: Sequence[SecretStr]
) -> dict[int, str]:
    """Return, by a unit's position, the number of another order that it may have gone to.

    Units that are known to have gone somewhere are left out.
    """
    return (await elsewhere(tx, shop_id, order_id, places(tx, units))).doubtful


async def in_doubt(tx: Tx, shop_id: int, order_id: str, units: Sequence[SecretStr]) -> str | None:
    """Return the number of another order that one of these units may be on its way to.

    Reserved, submitted or unknown: until that is settled the unit is nobody else's.
    """
    return (await elsewhere(tx, shop_id, order_id, places(tx, units))).in_doubt


async def went_anywhere(tx: Tx, shop_id: int, units: Sequence[SecretStr]) -> bool:
    """Say whether one of these units went to an order, may have, or is on its way to one."""
    for some in chunks(places(tx, units)):
        statement = (
            select(unit_hashes.c.order_id)
            .where(
                unit_hashes.c.shop_id == shop_id,
                unit_hashes.c.order_id != "",
                unit_hashes.c.hash.in_(some),
            )
            .limit(1)
        )
        if (await tx.execute(statement)).first() is not None:
            return True
    return False


async def on_order(
    tx: Tx, shop_id: int, order_id: str, units: Sequence[SecretStr]
) -> frozenset[int]:
    """Return the positions of units that this order is known to have already."""
    hashes = places(tx, units)
    statement = select(unit_hashes.c.hash).where(
        unit_hashes.c.shop_id == shop_id,
        unit_hashes.c.order_id == order_id,
        unit_hashes.c.state == CONFIRMED,
    )
    rows = (await tx.execute(statement)).scalars()
    return frozenset(hashes[value] for value in rows if value in hashes)


async def of_orders(tx: Tx, shop_id: int, order_ids: Sequence[str]) -> dict[str, set[bytes]]:
    """Return the hashes of the units that are known to be on each of these orders."""
    found: dict[str, set[bytes]] = {}
    for some in chunks(order_ids):
        statement = select(unit_hashes.c.order_id, unit_hashes.c.hash).where(
            unit_hashes.c.shop_id == shop_id,
            unit_hashes.c.order_id.in_(some),
            unit_hashes.c.state == CONFIRMED,
        )
        for row in (await tx.execute(statement)).all():
            found.setdefault(row.order_id, set()).add(row.hash)
    return found


_ADDING: Final = insert(unit_hashes)
_MARKING: Final = _ADDING.on_conflict_do_update(
    index_elements=["shop_id", "hash", "order_id"],
    set_={"state": _ADDING.excluded.state, "intent_id": _ADDING.excluded.intent_id},
    where=or_(unit_hashes.c.state != CONFIRMED, _ADDING.excluded.state == CONFIRMED),
)


async def mark(
    tx: Tx,
    shop_id: int,
    order_id: str,
    units: Sequence[SecretStr],
    state: str,
    intent_id: int,
    now: datetime,
) -> None:
    """Put units of an order into a state; one that is confirmed stays so."""
    if units:
        ways = [tx.vault.unit_hashes(unit.get_secret_value()) for unit in units]
        await one_account.gather(tx, shop_id, ways)
        rows = [
            {
                "shop_id": shop_id,
                "hash": own,
                "order_id": order_id,
                "state": state,
                "intent_id": intent_id,
                "seen_at": now,
            }
            for own, *_ in ways
        ]
        await tx.execute(_MARKING, rows)


async def release(tx: Tx, intent_id: int) -> None:
    """Free the units of an intent that is known to have delivered nothing.

    A doubt from an earlier delivery of the same units to the same order stays.
    """
    mine = (unit_hashes.c.intent_id == intent_id) & (unit_hashes.c.state != CONFIRMED)
    await tx.execute(unit_hashes.delete().where(mine, unit_hashes.c.doubted.is_(False)))
    await tx.execute(update(unit_hashes).where(mine).values(state=DOUBTFUL))


async def doubt(tx: Tx, intent_id: int) -> None:
    """Free the units of an intent of which no look showed anything, and remember the doubt."""
    await tx.execute(
        update(unit_hashes)
        .where(unit_hashes.c.intent_id == intent_id, unit_hashes.c.state != CONFIRMED)
        .values(state=DOUBTFUL, doubted=True)
    )


async def settle(tx: Tx, intent_id: int, state: str) -> None:
    """Put every unit of an intent into a state."""
    await tx.execute(
        update(unit_hashes)
        .where(unit_hashes.c.intent_id == intent_id, unit_hashes.c.state != CONFIRMED)
        .values(state=state)
    )


async def hashes_of(tx: Tx, shop_id: int, order_id: str) -> frozenset[bytes]:
    """Return the hash of every unit that went to an order, or may have."""
    statement = select(unit_hashes.c.hash).where(
        unit_hashes.c.shop_id == shop_id, unit_hashes.c.order_id == order_id
    )
    return frozenset((await tx.execute(statement)).scalars())


async def recognise(tx: Tx, shop_id: int, order: Order, now: datetime) -> None:
    """Remember, by keyed hash, every unit that the marketplace shows on an order."""
    if order.delivered_info is None:
        return
    text = order.delivered_info.get_secret_value()
    shown = [tx.vault.unit_hashes(unit) for unit in units_in(text)]
    await one_account.gather(tx, shop_id, shown)
    listed = list({own for own, *_ in shown})
    new: set[bytes] = set()
    for some in chunks(listed, _ROWS_AT_ONCE):
        adding = insert(unit_hashes).values(
            [
                {
                    "shop_id": shop_id,
                    "hash": value,
                    "order_id": order.order_id,
                    "state": CONFIRMED,
                    "seen_at": now,
                }
                for value in some
            ]
        )
        added = await tx.execute(
            adding.on_conflict_do_update(
                index_elements=["shop_id", "hash", "order_id"],
                set_={"state": CONFIRMED},
                where=unit_hashes.c.state != CONFIRMED,
            ).returning(unit_hashes.c.hash)
        )
        new.update(added.scalars())
    looks = (
        ways[0] for ways in each_once(text) if all(tx.vault.unit_hash(each) in new for each in ways)
    )
    product_id = order.product_id or order.product.product_id
    await shapes.learn(tx, shop_id, product_id, looks, now)
