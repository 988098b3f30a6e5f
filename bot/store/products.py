"""Products as known: what the last look at our own list showed, never an account of a pool."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Float, Row, Select, cast, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.press import short_id
from bot.model.product import ACTIVE, Product, ProductSnapshot
from bot.model.shelf import Shelf, mark_of

from . import cards
from .chunks import chunks
from .database import Tx
from .plans import kept
from .prepared import prepared
from .tables import orders, products

# What is kept of a product: nothing that nobody knows, which may be its pool.
_KEPT = set(ProductSnapshot.model_fields)
# What moves without anything having changed.
_UNTOLD = ("updated_at", "created_at")
_ADD: Final = kept(insert(products))


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """A product as the last look showed it.

    ``listed``: our own list showed it; else it is known from orders alone. ``gone_at``: when the
    list was first seen without it.
    """

    product: Product
    short_id: str
    delivery_mode: str
    listed: bool
    gone_at: datetime | None
    looked_at: datetime
    low_at: int | None = None  # its own bound of a low stock
    stands: str = ""  # its stock: ok, low or out


def _known(row: Row[Any]) -> KnownProduct:
    kept = {"title": row.title, **row.snapshot, "product_id": row.product_id}
    return KnownProduct(
        product=Product.model_validate(kept),
        short_id=row.short_id,
        delivery_mode=row.delivery_mode,
        listed=row.listed_at is not None,
        gone_at=row.gone_at,
        looked_at=row.looked_at,
        low_at=row.low_at,
        stands=row.stock_state,
    )


async def by_id(tx: Tx, shop_id: int, product_id: str) -> KnownProduct | None:
    """Return the product with exactly this ID."""
    row = (await tx.execute(*_product(shop_id, product_id))).first()
    return None if row is None else _known(row)


@prepared
def _product(shop_id: int, product_id: str) -> Select[Any]:
    return select(products).where(
        products.c.shop_id == shop_id, products.c.product_id == product_id
    )


async def get_product(tx: Tx, shop_id: int, key: str) -> KnownProduct | None:
    """Return a product by its ID or its short ID."""
    found = await by_id(tx, shop_id, key)
    if found is not None or not key:
        return found
    statement = select(products).where(products.c.shop_id == shop_id, products.c.short_id == key)
    row = (await tx.execute(statement.limit(1))).first()
    return None if row is None else _known(row)


async def with_card(tx: Tx, shop_id: int, product_id: str | None) -> str:
    """Return the ID of a product that our list has shown; of another one nothing."""
    if not product_id:
        return ""
    return (await tx.execute(*_has_card(shop_id, product_id))).scalar() or ""


@prepared
def _has_card(shop_id: int, product_id: str) -> Select[Any]:
    return select(products.c.product_id).where(
        products.c.shop_id == shop_id,
        products.c.product_id == product_id,
        products.c.listed_at.is_not(None),
    )


def _chosen(filter_: str) -> tuple[ColumnElement[bool], ...]:
    match filter_:
        case "active":
            return (products.c.status == ACTIVE,)
        case "paused":
            return (products.c.status != ACTIVE,)
        case "out":
            return (products.c.stock <= 0,)
        case "low":
            return (products.c.status == ACTIVE, products.c.stock_state.in_(("low", "out")))
        case _:
            return ()


def _holds(word: str) -> ColumnElement[bool]:
    """Say where a word stands in a product's title. Of other letters than ASCII's, as orders do."""
    forms = {word, word.lower(), word.upper(), word.capitalize(), word.title()}
    return or_(
        *(products.c.title.contains(form, autoescape=True) for form in sorted(forms)),
        products.c.product_id == word,
    )


def _listed(shop_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        products.c.shop_id == shop_id,
        products.c.listed_at.is_not(None),
        products.c.gone_at.is_(None),
    )


_PRICE = cast(func.json_extract(products.c.snapshot, "$.price"), Float)
_SOLD = func.json_extract(products.c.snapshot, "$.sales_count")
_TITLE = (func.lower(products.c.title), products.c.product_id)
_SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "t": (),
    "p": (_PRICE.is_(None), _PRICE),
    "d": (_PRICE.is_(None), _PRICE.desc()),
    "s": (products.c.stock.is_(None), products.c.stock),
    "b": (_SOLD.is_(None), _SOLD.desc()),
}


async def _on(tx: Tx, shop_id: int, shelf: Shelf) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of the products of a shelf: each of its words stands in the title."""
    where = (*_listed(shop_id), *_chosen(shelf.chosen), *map(_holds, shelf.words.split()))
    if shelf.category:
        known = await categories(tx, shop_id)
        ids = [one for one, _ in known if mark_of(one) == shelf.category]
        where += (func.json_extract(products.c.snapshot, "$.category_id").in_(ids),)
    low, high = shelf.bounds
    if low is not None:
        where += (float(low) <= _PRICE,)
    if high is not None:
        where += (float(high) >= _PRICE,)
    return where


async def page(
    tx: Tx, shop_id: int, shelf: Shelf, page: int, size: int
) -> tuple[tuple[KnownProduct, ...], int]:
    """Return one page (from 1) of a shelf, and how many products it holds in all."""
    where = await _on(tx, shop_id, shelf)
    counting = select(func.count()).select_from(products).where(*where)
    total = (await tx.execute(counting)).scalar_one()
    statement = (
        select(products)
        .where(*where)
        .order_by(*_SORTS[shelf.sort], *_TITLE)
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    rows = (await tx.execute(statement)).all()
    return tuple(_known(row) for row in rows), int(total)


async def by_ids(tx: Tx, shop_id: int, ids: Collection[str]) -> tuple[KnownProduct, ...]:
    """Return those of these products that our list shows, by title."""
    found: list[KnownProduct] = []
    for some in chunks(ids):
        statement = select(products).where(*_listed(shop_id), products.c.product_id.in_(some))
        found += [_known(row) for row in (await tx.execute(statement)).all()]
    return tuple(sorted(found, key=lambda each: (each.product.title.lower(), each.short_id)))


async def count(tx: Tx, shop_id: int) -> int:
    """Return how many products our list shows."""
    statement = select(func.count()).select_from(products).where(*_listed(shop_id))
    return int((await tx.execute(statement)).scalar_one())


async def waiting_orders(tx: Tx, shop_id: int, product_id: str) -> int:
    """Return how many orders of a product wait for goods."""
    statement = select(func.count()).where(
        orders.c.shop_id == shop_id, orders.c.waits.is_(True), orders.c.product_id == product_id
    )
    return int((await tx.execute(statement)).scalar_one())


async def categories(tx: Tx, shop_id: int) -> tuple[tuple[str, str], ...]:
    """Return (ID, path) of every category that a product of ours is in, by path."""
    rows = (await tx.execute(select(products.c.snapshot).where(*_listed(shop_id)))).scalars()
    found = {
        str(kept["category_id"]): str(kept.get("category_path") or kept["category_id"])
        for kept in rows
        if kept.get("category_id")
    }
    return tuple(sorted(found.items(), key=lambda each: each[1].lower()))


async def with_title(tx: Tx, shop_id: int, title: str) -> tuple[str, ...]:
    """Return the IDs of the products that have exactly this title."""
    statement = select(products.c.product_id).where(
        products.c.shop_id == shop_id, products.c.title == title
    )
    return tuple((await tx.execute(statement)).scalars())


async def take_in(
    tx: Tx, shop_id: int, shown: Iterable[Product], *, looked_at: datetime, now: datetime
) -> None:
    """Store products as our list showed them; a look older than the last one changes nothing."""
    for product in shown:
        await _put(tx, shop_id, product, looked_at=looked_at, now=now)


async def became(tx: Tx, shop_id: int, product_id: str, now: datetime, **changes: Any) -> None:
    """Take in what the marketplace's answer to a write of ours says of a product."""
    known = await by_id(tx, shop_id, product_id)
    if known is not None and known.listed:
        product = known.product.model_copy(update=changes)
        await _put(tx, shop_id, product, looked_at=now, now=now)


async def _put(
    tx: Tx, shop_id: int, product: Product, *, looked_at: datetime, now: datetime
) -> None:
    row = (await tx.execute(*_product(shop_id, product.product_id))).first()
    if row is not None and row.listed_at is not None and row.looked_at > looked_at:
        return
    told = product.model_dump(mode="json", include=_KEPT, exclude_unset=True)
    # An order tells of a product what our list leaves out, the warranty above all.
    kept = {**({} if row is None else row.snapshot), **told}
    fingerprint = _fingerprint(kept)
    changed = row is None or row.fingerprint != fingerprint or row.gone_at is not None
    values = {
        "short_id": short_id(product.product_id),
        "title": product.title,
        "status": product.status[:64],
        "stock": product.stock,
        "snapshot": kept,
        "fingerprint": fingerprint,
        "listed_at": now if row is None or row.listed_at is None else row.listed_at,
        "gone_at": None,
        "looked_at": looked_at,
    }
    if row is None:
        values |= {"first_seen_at": now, "changed_at": now, "revision": 1}
        mine = {"shop_id": shop_id, "product_id": product.product_id}
        await tx.execute(_ADD, {**mine, **values})
    else:
        if changed:
            values |= {"changed_at": now, "revision": row.revision + 1}
        await tx.execute(
            update(products)
            .where(products.c.shop_id == shop_id, products.c.product_id == product.product_id)
            .values(**values)
        )
    if changed:
        await cards.touch(tx, shop_id, "product", product.product_id, now)


def _fingerprint(kept: dict[str, Any]) -> str:
    told = {name: value for name, value in kept.items() if name not in _UNTOLD}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


async def is_gone(tx: Tx, shop_id: int, product_id: str, now: datetime) -> None:
    """Record that a product was deleted."""
    await _gone(tx, shop_id, products.c.product_id == product_id, now)


async def unseen_are_gone(tx: Tx, shop_id: int, since: datetime, now: datetime) -> None:
    """Record as gone what no look since then showed: looks that covered the whole list."""
    await _gone(tx, shop_id, products.c.looked_at < since, now)


async def _gone(tx: Tx, shop_id: int, which: ColumnElement[bool], now: datetime) -> None:
    rows = await tx.execute(
        update(products)
        .where(*_listed(shop_id), which)
        .values(gone_at=now, changed_at=now)
        .returning(products.c.product_id)
    )
    for product_id in tuple(rows.scalars()):
        await cards.touch(tx, shop_id, "product", product_id, now)
