"""Products as they are kept: by their newest look, and by what our own list shows."""

from __future__ import annotations

from datetime import timedelta

from bot.model.order import Order
from bot.model.product import Product
from bot.store import modes, products
from bot.store.database import Store
from bot.store.products import KnownProduct
from tests.support.world import START

LATER = START + timedelta(seconds=10)


def product(title: str) -> Product:
    return Product.model_validate({"product_id": "p1", "title": title, "status": "active"})


async def known(store: Store) -> KnownProduct:
    async with store.read() as tx:
        found = await products.by_id(tx, 1, "p1")
    assert found is not None
    return found


async def test_a_look_that_is_older_than_the_last_one_changes_nothing(store: Store) -> None:
    for title, looked_at in (("As it is", LATER), ("As it was", START)):
        async with store.write() as tx:
            await products.take_in(tx, 1, (product(title),), looked_at=looked_at, now=LATER)
    assert (await known(store)).product.title == "As it is"


async def test_what_an_order_told_of_a_product_is_no_look_at_our_list(store: Store) -> None:
    order = Order.model_validate(
        {"order_id": "o1", "product_id": "p1", "product": {"product_id": "p1", "title": "Told"}}
    )
    async with store.write() as tx:
        await modes.learn(tx, 1, order, "hand", LATER)
        # What a write of ours became says nothing of what our list would show.
        await products.became(tx, 1, "p1", LATER, status="inactive")
    assert not (await known(store)).listed
    async with store.write() as tx:
        await products.take_in(tx, 1, (product("Listed"),), looked_at=START, now=LATER)
    assert (await known(store)).listed
    assert (await known(store)).product.title == "Listed"
