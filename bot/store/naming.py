"""How people call what a row is about."""

from __future__ import annotations

from . import orders, products, tickets
from .database import Tx


async def called(tx: Tx, shop_id: int, subject_kind: str, subject_id: str) -> str:
    """Return a number or a title; the ID where nothing is known of it, or it has no other name."""
    match subject_kind:
        case "order":
            order = await orders.by_id(tx, shop_id, subject_id)
            return subject_id if order is None else order.order.number
        case "ticket":
            ticket = await tickets.by_id(tx, shop_id, subject_id)
            return subject_id if ticket is None else ticket.ticket.number
        case "product":
            product = await products.by_id(tx, shop_id, subject_id)
            return subject_id if product is None else product.product.title or subject_id
        case _:
            return subject_id
