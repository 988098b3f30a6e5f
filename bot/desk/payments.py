"""Payments: a page of the marketplace's list, those of one order, or those with some words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bot.model.payment import Payment
from bot.model.person import Act, Person
from bot.store import errands, positions
from bot.store import payments as known_payments
from bot.store.database import Tx
from bot.store.errands import Errand
from bot.supplier.budget import Priority

from .orders import PAGE, the_order
from .shop import Shop, must

# How far the list is read for the payments of an order of which none is known; it cannot be
# searched.
_PAGES: Final = 5


async def ask(
    tx: Tx,
    shop: Shop,
    person: Person,
    *,
    chat_id: int,
    now: datetime,
    page: int = 1,
    order_key: str = "",
    words: str = "",
    reply_to: int | None = None,
    edit: int | None = None,
) -> None:
    """Have a page of the payments read, or those of one order, or those in which ``words`` stand.

    ``edit``: the message that it is shown in; without one, a new one. Raises NotPossible.
    """
    must(person, Act.MONEY)
    body: dict[str, Any] = {"page": page, "words": words}
    if order_key:
        order = (await the_order(tx, shop, order_key)).order
        body |= {"order_id": order.order_id, "number": order.number}
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind="payments",
        chat_id=chat_id,
        person_id=person.person_id,
        body=body,
        reply_to=reply_to,
        edit_message_id=edit,
        now=now,
    )


async def read_payments(shop: Shop, errand: Errand) -> tuple[str, Any]:
    """Read what was asked for. Raises SupplierError."""
    body = errand.body
    if body.get("order_id"):
        return "payments", await _of_order(shop, str(body["order_id"]), str(body["number"]))
    page = max(int(body["page"]), 1)
    if body.get("words"):
        return "payments", await _searched(shop, str(body["words"]), page)
    listed = await shop.marketplace.list_payments(
        page=page, page_size=PAGE, priority=Priority.PERSON
    )
    # A marketplace may give more at once than it was asked for.
    size = max(listed.given, PAGE)
    pages = None if listed.total is None else max(-(-listed.total // size), 1)
    more = listed.given >= PAGE if pages is None else page < pages
    return "payments", {
        "rows": [_told(payment) for payment in listed.items],
        "page": page,
        "pages": pages,
        "total": listed.total,
        "more": more,
        "at": shop.now().isoformat(),
    }


async def _searched(shop: Shop, words: str, page: int) -> dict[str, Any]:
    """Search what is known: the marketplace cannot be asked."""
    async with shop.store.read() as tx:
        rows, total = await known_payments.search(
            tx, shop.shop_id, tuple(words.split()), page, PAGE
        )
        looked_at = await positions.progress(tx, shop.shop_id, "payments")
        known = await known_payments.count(tx, shop.shop_id)
    pages = max(-(-total // PAGE), 1)
    return {
        "rows": [_told(payment) for payment in rows],
        "page": min(page, pages),
        "pages": pages,
        "total": total,
        "more": page < pages,
        "words": words,
        "looked_at": looked_at,
        "known": known,
        "at": shop.now().isoformat(),
    }


async def _of_order(shop: Shop, order_id: str, number: str) -> dict[str, Any]:
    async with shop.store.read() as tx:
        known = await known_payments.of_order(tx, shop.shop_id, order_id)
    found = {known_payments.key_of(payment): _told(payment) for payment in known}
    for page in range(1, _PAGES + 1):
        # An order has one payment as a rule: what follows is not read to find a second.
        if found:
            break
        listed = await shop.marketplace.list_payments(page=page, priority=Priority.PERSON)
        found |= {
            known_payments.key_of(payment): _told(payment)
            for payment in listed.items
            if payment.order_id == order_id
        }
        if not listed.items:
            break
    return {
        "rows": list(found.values()),
        "number": number,
        "order_id": order_id,
        "page": 1,
        "at": shop.now().isoformat(),
    }


def _told(payment: Payment) -> dict[str, Any]:
    return payment.model_dump(mode="json", include=set(Payment.model_fields))
