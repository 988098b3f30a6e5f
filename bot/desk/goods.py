"""Delivered goods, read live for a person: shown for as long as they want, kept nowhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import SecretStr

from bot.model.goods import rows_of
from bot.model.person import Act, Person
from bot.model.stock_source import dumped
from bot.store import audit, errands, outbox, preferences, stock
from bot.store.database import Tx
from bot.store.errands import Errand
from bot.supplier.errors import SupplierError

from . import safety
from .ending import Ending, NotYet
from .errors import NotPossible
from .failing import not_sent
from .orders import read_anew, the_order
from .shop import Shop, must

# How often it is looked whether the message is there in which the goods are to stand: minutes,
# for a chat that Telegram holds back.
_LOOKS: Final = 60
_BETWEEN: Final = timedelta(seconds=0.2)
_LONGEST_BETWEEN: Final = timedelta(seconds=5)


async def show(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    *,
    private: bool,
    chat_id: int,
    now: datetime,
) -> None:
    """Have the goods of an order read and shown, in a message of their own.

    That message is there before they are, so that whatever dies it is known, and deleted. Raises
    NotPossible; in a group they are shown to nobody.
    """
    must(person, Act.DELIVER)
    if not private:
        raise NotPossible("goods_private")
    await safety.pin_first(tx, shop, person, now)
    order = (await the_order(tx, shop, key)).order
    row = await outbox.tell(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        view="note",
        body={"name": "reading_goods", "values": {"number": order.number}},
        now=now,
    )
    await _send(tx, shop, person, order.order_id, 1, chat_id, now, row=row)


async def turn_page(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    page: int,
    *,
    chat_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Read another page of goods into the message that shows them; its time begins anew.

    Raises NotPossible where it is none that goes away by itself.
    """
    must(person, Act.DELIVER)
    await safety.pin_first(tx, shop, person, now)
    order = (await the_order(tx, shop, key)).order
    if not await outbox.vanishes(tx, chat_id, message_id):
        raise NotPossible("gone")
    await _send(tx, shop, person, order.order_id, page, chat_id, now, message_id=message_id)


async def hide(
    tx: Tx, shop: Shop, person: Person, chat_id: int, message_id: int, now: datetime
) -> None:
    """Take shown goods away at once. Raises NotPossible where it is no such message."""
    if not await outbox.vanishes(tx, chat_id, message_id):
        raise NotPossible("gone")
    await outbox.vanish(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        message_id=message_id,
        at=now,
        now=now,
    )


async def _send(
    tx: Tx,
    shop: Shop,
    person: Person,
    order_id: str,
    page: int,
    chat_id: int,
    now: datetime,
    *,
    row: int | None = None,
    message_id: int | None = None,
) -> None:
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind="goods",
        chat_id=chat_id,
        person_id=person.person_id,
        body={"order_id": order_id, "page": page, "row": row},
        edit_message_id=message_id,
        now=now,
    )


async def read_goods(shop: Shop, errand: Errand) -> Ending:
    """Read the goods of an order; return what puts them into their message. Raises NotYet."""
    message_id = errand.edit_message_id
    if message_id is None:
        async with shop.store.read() as tx:
            message_id = await outbox.message_of(tx, int(errand.body["row"]))
    if message_id is None and errand.attempts >= _LOOKS:
        return _nothing
    if message_id is None:
        raise NotYet(min(_BETWEEN * (errand.attempts + 1), _LONGEST_BETWEEN))
    there = message_id
    view = ""
    body: dict[str, Any] = {}
    try:
        order = await read_anew(shop, errand.body["order_id"])
    except SupplierError as error:
        outcome = not_sent(error, shop.away_since() or shop.now())
        view, body = "failed", outcome.model_dump(mode="json")
    else:
        rows = rows_of(order.delivered_info)
        rows = None if rows is None else tuple(row for row in rows if row.strip())
        values = {"number": order.number}
        if rows is None:
            view, body = "note", {"name": "goods_not_shown", "values": values}
        elif not rows:
            view, body = "note", {"name": "nothing_delivered", "values": values}
        else:
            shows = {"order_id": order.order_id, "number": order.number, "units": rows}
            view, body = "goods", {**shows, "page": errand.body["page"]}
            body["origins"] = await _origins(shop, order.product_id, rows)

    async def ending(tx: Tx) -> None:
        now = shop.now()
        wants = await preferences.of_person(tx, shop.shop_id, errand.person_id)
        if view == "goods":
            body["seconds"] = int(wants.goods_for.total_seconds())
        await outbox.tell(
            tx,
            shop_id=shop.shop_id,
            chat_id=errand.chat_id,
            person_id=errand.person_id,
            view=view,
            body=body,
            edit=there,
            now=now,
        )
        if view != "goods":
            return
        # Behind the edit, and in one transaction with it: what shows goods goes away.
        await outbox.vanish(
            tx,
            shop_id=shop.shop_id,
            chat_id=errand.chat_id,
            person_id=errand.person_id,
            message_id=there,
            at=now + wants.goods_for,
            now=now,
        )
        await audit.write(
            tx,
            shop_id=shop.shop_id,
            person_id=errand.person_id,
            deed="goods_shown",
            subject_kind="order",
            subject_id=errand.body["order_id"],
            now=now,
        )

    return ending


async def _origins(shop: Shop, product_id: str | None, rows: tuple[str, ...]) -> dict[str, Any]:
    """Return, by a unit's place, from which import of accounts it is, as far as is known."""
    async with shop.store.read() as tx:
        lines = [SecretStr(row) for row in rows]
        found = await stock.origins(tx, shop.shop_id, product_id, lines)
    return {str(at + 1): dumped(batch) for at, batch in found.items()}


async def _nothing(tx: Tx) -> None:
    """Show nothing: the message that was to hold the goods never came."""
