"""Several products at once: what is to become of them is shown before and after, and asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from bot.model.batch import (
    MAX_ITEMS,
    MAX_PRICE,
    Batch,
    BatchKind,
    Change,
    Item,
    Table,
    Why,
    changed,
)
from bot.model.person import Act, Person
from bot.model.product import ACTIVE, PAUSED, Product
from bot.model.shelf import Shelf
from bot.store import batches, outbox
from bot.store import products as known_products
from bot.store.database import Tx

from .errors import NotPossible
from .shop import Shop, must

Left = list[tuple[str, str]]


async def propose_prices(
    tx: Tx,
    shop: Shop,
    person: Person,
    ids: Iterable[str],
    change: Change | None,
    *,
    chat_id: int,
    message_id: int | None,
    now: datetime,
) -> None:
    """Show what prices are to become, before and after, and ask.

    A table names its products itself; anything else is for those in ``ids``. Raises NotPossible.
    """
    must(person, Act.MONEY)
    if change is None:
        raise NotPossible("prices_not_read")
    items: list[Item] = []
    left: Left = []
    if isinstance(change, Table):
        left += [(line, "unread") for line in change.unread]
        for product, price in await _named(tx, shop, change, left):
            _add(items, left, product, price)
        if change.listed and items:
            # Of a whole list only what is to change is worth a word.
            left = [each for each in left if each[1] != "same"]
    else:
        picked = await known_products.by_ids(tx, shop.shop_id, set(ids))
        if not picked:
            raise NotPossible("nothing_picked")
        for known in picked:
            before = known.product.price
            after = None if before is None else changed(before, change)
            if before is None:
                left.append((known.product.title, "no_price"))
            else:
                _add(items, left, known.product, after)
    await propose(tx, shop, person, "price", "selected", items, left, chat_id, message_id, now)


async def _named(
    tx: Tx, shop: Shop, table: Table, left: Left
) -> list[tuple[Product, Decimal | None]]:
    """Return the products that a table names by ID or title, once each."""
    rows, _ = await known_products.page(tx, shop.shop_id, Shelf(), 1, MAX_ITEMS * 10)
    by_id = {row.product.product_id: row.product for row in rows}
    by_title: dict[str, list[Product]] = {}
    for row in rows:
        by_title.setdefault(_plain(row.product.title), []).append(row.product)
    found: dict[str, tuple[Product, Decimal | None]] = {}
    for name, price in table.rows:
        meant = [by_id[name]] if name in by_id else by_title.get(_plain(name), [])
        if len(meant) != 1:
            left.append((name, "two" if meant else "not_found"))
        elif meant[0].product_id in found:
            left.append((name, "twice"))
        else:
            fits = price if 0 < price <= MAX_PRICE else None
            found[meant[0].product_id] = (meant[0], fits)
    return list(found.values())


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def _add(items: list[Item], left: Left, product: Product, after: Decimal | None) -> None:
    if after is None:
        left.append((product.title, "no_such_price"))
    elif after == product.price:
        left.append((product.title, "same"))
    else:
        before = "" if product.price is None else format(product.price, "f")
        items.append(_item(items, product, before, format(after, "f")))


def _item(items: Sequence[Item], product: Product, before: str, after: str) -> Item:
    return Item(len(items), product.product_id, product.title, before, after)


async def propose_status(
    tx: Tx,
    shop: Shop,
    person: Person,
    ids: Iterable[str],
    status: str,
    *,
    chat_id: int,
    now: datetime,
    why: Why = "selected",
) -> None:
    """Show which products are to be paused, or put on sale, and ask. Raises NotPossible."""
    must(person, Act.CHANGE_STATUS)
    items: list[Item] = []
    left: Left = []
    picked = await known_products.by_ids(tx, shop.shop_id, set(ids))
    if not picked and why == "selected":
        raise NotPossible("nothing_picked")
    for known in picked:
        product = known.product
        if product.status == status:
            left.append((product.title, "same"))
        elif product.status not in {ACTIVE, PAUSED}:
            left.append((product.title, "other_status"))
        else:
            items.append(_item(items, product, product.status, status))
    await propose(tx, shop, person, "status", why, items, left, chat_id, None, now)


async def pause_shop(tx: Tx, shop: Shop, person: Person, *, chat_id: int, now: datetime) -> None:
    """Offer to pause everything that is on sale. Raises NotPossible."""
    rows, _ = await known_products.page(tx, shop.shop_id, Shelf("active"), 1, MAX_ITEMS + 1)
    ids = [row.product.product_id for row in rows]
    await propose_status(tx, shop, person, ids, PAUSED, chat_id=chat_id, now=now, why="pause_shop")


async def open_shop(tx: Tx, shop: Shop, person: Person, *, chat_id: int, now: datetime) -> None:
    """Offer to put on sale again what the pause of the shop took off. Raises NotPossible."""
    must(person, Act.CHANGE_STATUS)
    pause = await batches.paused_shop(tx, shop.shop_id)
    if pause is None:
        raise NotPossible("shop_not_paused")
    items, left = await taken_back(tx, pause)
    if not items:
        # Somebody put all of it on sale again, one by one.
        await batches.set_undone(tx, pause.id, pause.id, now)
        raise NotPossible("shop_not_paused")
    await propose(
        tx, shop, person, "status", "open_shop", items, left, chat_id, None, now, pause.id
    )


async def taken_back(tx: Tx, batch: Batch) -> tuple[list[Item], Left]:
    """Return the changes that bring back what was before a batch, where its own still stand."""
    did = [item for item in await batches.items_of(tx, batch.id) if item.state == "done"]
    known = await known_products.by_ids(tx, batch.shop_id, {item.product_id for item in did})
    here = {each.product.product_id: each.product for each in known}
    items: list[Item] = []
    left: Left = []
    for item in did:
        product = here.get(item.product_id)
        if product is None:
            left.append((item.title, "gone"))
        elif not _is(batch.kind, product, item.after):
            left.append((item.title, "moved"))
        elif not item.before:
            left.append((item.title, "no_price"))
        else:
            items.append(_item(items, product, item.after, item.before))
    return items, left


def _is(kind: BatchKind, product: Product, value: str) -> bool:
    if kind == "price":
        return bool(value) and product.price == Decimal(value)
    return product.status == value


async def propose(
    tx: Tx,
    shop: Shop,
    person: Person,
    kind: BatchKind,
    why: Why,
    items: Sequence[Item],
    left: Left,
    chat_id: int,
    message_id: int | None,
    now: datetime,
    undoes: int | None = None,
) -> None:
    """Write down what is to be changed, and ask. Raises NotPossible where it is nothing, or much.

    ``undoes``: the batch whose changes these take back.
    """
    if len(items) > MAX_ITEMS:
        raise NotPossible("too_many_picked", limit=str(MAX_ITEMS))
    if not items:
        raise NotPossible("nothing_would_change", why=left[0][1] if left else "same")
    batch = await batches.propose(
        tx,
        shop.shop_id,
        kind=kind,
        why=why,
        items=items,
        left_out=left,
        chat_id=chat_id,
        person_id=person.person_id,
        now=now,
        undoes=undoes,
    )
    await outbox.show(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        subject_kind="batch",
        subject_id=str(batch.id),
        reply_to=message_id,
        now=now,
    )
