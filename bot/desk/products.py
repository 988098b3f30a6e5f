"""Products: finding them, listing them, reading one anew."""

from __future__ import annotations

from datetime import datetime

from bot.model.person import Act, Person
from bot.model.product import Product
from bot.model.product_facts import ProductListFacts
from bot.model.shelf import Shelf, mark_of
from bot.store import batches, intents, outbox, people, positions
from bot.store import products as known_products
from bot.store.database import Tx
from bot.store.products import KnownProduct
from bot.supplier.budget import Priority
from bot.supplier.errors import Refused

from .errors import NotPossible
from .orders import PAGE
from .shop import Shop, must


async def the_product(tx: Tx, shop: Shop, key: str) -> KnownProduct:
    """Return the product with this ID or short ID. Raises NotPossible."""
    known = await known_products.get_product(tx, shop.shop_id, key)
    if known is None:
        raise NotPossible("product_not_found", number=key)
    return known


async def open_card(
    tx: Tx, shop: Shop, person: Person, key: str, *, chat_id: int, reply_to: int | None
) -> None:
    """Show a product's card. Raises NotPossible."""
    must(person, Act.SEE)
    known = await the_product(tx, shop, key)
    await outbox.show(
        tx,
        shop_id=shop.shop_id,
        chat_id=chat_id,
        person_id=person.person_id,
        subject_kind="product",
        subject_id=known.product.product_id,
        reply_to=reply_to,
        now=shop.now(),
    )


async def product_page(
    tx: Tx, shop: Shop, person: Person, shelf: Shelf, page: int
) -> ProductListFacts:
    """Return one page of a shelf of our products; a page beyond the end is the last."""
    must(person, Act.SEE)
    rows, total = await known_products.page(tx, shop.shop_id, shelf, page, PAGE)
    pages = max(1, -(-total // PAGE))
    if page > pages:
        page = pages
        rows, total = await known_products.page(tx, shop.shop_id, shelf, page, PAGE)
    looked_at = await positions.progress(tx, shop.shop_id, "products")
    shown = tuple(row.product for row in rows)
    return ProductListFacts(
        rows=shown,
        shelf=shelf,
        page=page,
        pages=pages,
        total=total,
        looked_at=looked_at,
        category=await category_of(tx, shop, shelf),
        shop_paused=await batches.paused_shop(tx, shop.shop_id) is not None,
    )


async def categories(tx: Tx, shop: Shop, person: Person) -> tuple[tuple[str, str], ...]:
    """Return (ID, path) of the categories that our products are in. Raises NotPossible."""
    must(person, Act.SEE)
    return await known_products.categories(tx, shop.shop_id)


async def category_of(tx: Tx, shop: Shop, shelf: Shelf) -> str:
    """Return what the category of a shelf is called; empty where it has none."""
    if not shelf.category:
        return ""
    known = await known_products.categories(tx, shop.shop_id)
    return next((path for one, path in known if mark_of(one) == shelf.category), shelf.category)


async def nobody_changes(tx: Tx, shop: Shop, product: Product, wanted: str) -> None:
    """Raise NotPossible while somebody's act on a product is under way or unknown."""
    live = await intents.live_of(tx, shop.shop_id, "product", product.product_id)
    if live is None:
        return
    names = await people.names(tx, {live.confirmed_by or 0})
    raise NotPossible(
        "product_busy",
        title=product.title,
        by=names.get(live.confirmed_by or 0, ""),
        doing=live.kind.value,
        wanted=wanted,
    )


async def read_product(shop: Shop, product_id: str, *titles: str) -> Product | None:
    """Read a product from the marketplace's list for a person, and take in what it shows.

    It is searched for by its ``titles`` first. None: the whole list does not show it. Raises
    SupplierError.
    """
    for title in dict.fromkeys(each for each in titles if each):
        found = await _searched(shop, product_id, title)
        if found is not None:
            return found
    began = shop.now()
    async for product in shop.marketplace.every_product(priority=Priority.PERSON):
        if product.product_id == product_id:
            return await _taken_in(shop, product, began)
    return None


async def _searched(shop: Shop, product_id: str, title: str) -> Product | None:
    began = shop.now()
    try:
        listed = await shop.marketplace.list_products(search=title[:100], priority=Priority.PERSON)
    except Refused:
        return None  # a marketplace that cannot search is read from the beginning
    for product in listed.items:
        if product.product_id == product_id:
            return await _taken_in(shop, product, began)
    return None


async def _taken_in(shop: Shop, product: Product, looked_at: datetime) -> Product:
    async with shop.store.write() as tx:
        await known_products.take_in(
            tx, shop.shop_id, (product,), looked_at=looked_at, now=shop.now()
        )
    return product
