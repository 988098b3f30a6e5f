"""Goods that were put in the place of others: nothing else of their order changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.model.order import Order
from bot.model.shown_units import units_in
from bot.store import units
from bot.store.database import Tx


class Recognising:
    """Which orders show units that are not known as theirs yet.

    A unit that the marketplace swapped for another changes no count and no status: it is no news,
    but it must be recognised when it is about to be sold again. What was looked through is
    remembered by keyed hash, in memory alone.
    """

    def __init__(self) -> None:
        self._looked_through: dict[str, bytes] = {}

    async def unknown(self, tx: Tx, shop_id: int, shown: Sequence[Order]) -> frozenset[str]:
        """Return the IDs of those orders that show a unit nobody has written down."""
        goods = {
            order.order_id: order.delivered_info.get_secret_value()
            for order in shown
            if order.delivered_info is not None
        }
        marks = {name: tx.vault.unit_hash(text) for name, text in goods.items()}
        fresh = [name for name, mark in marks.items() if self._looked_through.get(name) != mark]
        if not fresh:
            return frozenset()
        known = await units.of_orders(tx, shop_id, fresh)
        found = set()
        for name in fresh:
            there: Collection[bytes] = known.get(name, ())
            if all(_is_there(there, *tx.vault.unit_hashes(unit)) for unit in units_in(goods[name])):
                self._looked_through[name] = marks[name]
            else:
                found.add(name)
        return frozenset(found)


def _is_there(there: Collection[bytes], own: bytes, *others: bytes) -> bool:
    """Say whether a unit is known as it is recognised today, and not by a way of before as well."""
    return own in there and not any(each in there for each in others)
