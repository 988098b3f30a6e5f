"""How a product is delivered, said by a person: asked once, until deliveries show it."""

from __future__ import annotations

from datetime import datetime

from bot.model.change import Mode
from bot.model.person import Act, Person
from bot.model.urgency import INTERACTIVE
from bot.store import audit, cards, modes
from bot.store.database import Tx

from .orders import the_order
from .shop import Shop, must


async def say(tx: Tx, shop: Shop, person: Person, key: str, mode: Mode, now: datetime) -> None:
    """Remember that the product of an order is delivered so. Raises NotPossible."""
    must(person, Act.DELIVER)
    order = (await the_order(tx, shop, key)).order
    product_id = order.product_id or order.product.product_id
    if not product_id:
        return
    await modes.learn(tx, shop.shop_id, order, mode, now)
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person.person_id,
        deed="mode_said",
        subject_kind="product",
        subject_id=product_id,
        now=now,
        detail={"mode": mode},
    )
    for order_id in await modes.waiting_for(tx, shop.shop_id, product_id):
        await cards.touch(tx, shop.shop_id, "order", order_id, now, INTERACTIVE)
