"""The dispute file: what happened on an order, from everything that was seen and done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.model.change import NewsKind
from bot.model.dispute import DisputeFacts, Entry, What, without_goods
from bot.model.order import Order
from bot.model.person import Act, Person
from bot.model.ticket import Ticket
from bot.store import audit, events, orders, payments, people, tickets, units
from bot.store.database import Tx

from .conversations import all_texts
from .orders import the_order
from .replies import the_ticket
from .shop import Shop, must

_DEEDS: Final[dict[str, What]] = {
    "delivered": "delivered",
    "refunded": "refunded",
    "replaced": "replaced",
    "status_changed": "status",
    "ticket_status_changed": "ticket_status",
}
_ON_ORDERS: Final = ("delivered", "refunded", "replaced", "status_changed")


async def dispute(
    tx: Tx,
    shop: Shop,
    person: Person,
    kind: str,
    key: str,
    *,
    plain: Callable[[str], str],
) -> DisputeFacts:
    """Return what happened. ``kind``: order or ticket; ``plain`` reads a text that may be HTML.

    Raises NotPossible.
    """
    must(person, Act.SEE)
    order: Order | None = None
    if kind == "order":
        order = (await the_order(tx, shop, key)).order
        about = [each.ticket for each in await tickets.of_order(tx, shop.shop_id, order.order_id)]
        subject_id, number = order.order_id, order.number
    else:
        ticket = (await the_ticket(tx, shop, key)).ticket
        about, subject_id, number = [ticket], ticket.ticket_id, ticket.number
        if ticket.order_id:
            known = await orders.by_id(tx, shop.shop_id, ticket.order_id)
            order = None if known is None else known.order
    entries = [] if order is None else await _of_order(tx, shop, order)
    order_id = about[0].order_id if order is None and about else order and order.order_id
    hashes = await units.hashes_of(tx, shop.shop_id, order_id or "")

    def is_unit(text: str) -> bool:
        return any(each in hashes for each in tx.vault.unit_hashes(text))

    for each in about:
        entries += await _of_ticket(tx, shop, each)
        said = await all_texts(tx, shop, person, "ticket", each.ticket_id, 0)
        entries += [
            Entry(
                text.at,
                "buyer_wrote" if text.buyer else "we_wrote",
                text.name,
                without_goods(plain(text.text), is_unit),
                text.number,
            )
            for text in said.texts
        ]
    entries.sort(key=lambda entry: entry.at)
    return DisputeFacts(
        "order" if kind == "order" else "ticket", subject_id, number, order, tuple(entries)
    )


async def _of_order(tx: Tx, shop: Shop, order: Order) -> list[Entry]:
    entries = await _deeds(tx, shop, "order", order.order_id, _ON_ORDERS)
    if order.placed_at is not None:
        entries.append(Entry(order.placed_at, "placed", amount=order.total_amount))
    paid = [
        Entry(at, "paid", number=each.payment_no, amount=each.amount, status=each.status)
        for each in await payments.of_order(tx, shop.shop_id, order.order_id)
        if (at := each.paid_at or each.created_at) is not None
    ]
    kinds = (NewsKind.ORDER_PAID, NewsKind.ORDER_DELIVERED, NewsKind.ORDER_REFUNDED)
    for seen in await events.seen_of(tx, shop.shop_id, "order", order.order_id, kinds):
        if seen.kind == NewsKind.ORDER_PAID and not paid:
            paid.append(Entry(seen.seen_at, "paid"))
        elif seen.done_by is None and seen.kind == NewsKind.ORDER_REFUNDED:
            entries.append(Entry(seen.seen_at, "refunded"))
        elif seen.done_by is None and seen.kind == NewsKind.ORDER_DELIVERED:
            counts = (seen.detail or {}).get("delivered") or (0, 0)
            if counts[1] > counts[0]:
                entries.append(Entry(seen.seen_at, "delivered", units=int(counts[1])))
    if order.receipt_confirmed_at is not None:
        entries.append(Entry(order.receipt_confirmed_at, "receipt"))
    return entries + paid


async def _of_ticket(tx: Tx, shop: Shop, ticket: Ticket) -> list[Entry]:
    number = ticket.number
    entries = await _deeds(
        tx, shop, "ticket", ticket.ticket_id, ("ticket_status_changed",), number=number
    )
    if ticket.created_at is not None:
        entries.append(Entry(ticket.created_at, "ticket", number=number))
    kinds = (NewsKind.TICKET_MODERATOR,)
    for seen in await events.seen_of(tx, shop.shop_id, "ticket", ticket.ticket_id, kinds):
        entries.append(Entry(seen.seen_at, "moderator", number=number))
    return entries


async def _deeds(
    tx: Tx, shop: Shop, kind: str, subject_id: str, deeds: tuple[str, ...], *, number: str = ""
) -> list[Entry]:
    """Return what we did."""
    done = await audit.of(tx, shop.shop_id, kind, subject_id, deeds)
    names = await people.names(tx, {each.person_id for each in done if each.person_id is not None})
    entries = []
    for each in done:
        detail = each.detail or {}
        counted = detail.get("place", 1) if each.deed == "replaced" else detail.get("delivered", 0)
        entries.append(
            Entry(
                each.at,
                _DEEDS[each.deed],
                names.get(each.person_id or 0, ""),
                number=number or str(detail.get("refund_no", "")),
                units=int(counted or 0),
                status=str(detail.get("status", "")),
            )
        )
    return entries
