"""At how many left a product is low: as it says itself, or as the shop's settings do."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from bot.model.person import Act, Person
from bot.store import audit, low_stock
from bot.store.database import Tx

from .errors import NotPossible
from .products import the_product
from .shop import Shop, must

_A_NUMBER = re.compile(r"\d{1,6}")
_MOST: Final = 100_000
_WORDS: Final[dict[str, int | None]] = {"off": -1, "usual": None}


def bound_of(text: str) -> int | None:
    """Return the bound that was typed: below 0 is never, None as usual. Raises NotPossible."""
    word = text.strip().strip("“”\"'").lower()
    if word in _WORDS:
        return _WORDS[word]
    if not word.isascii() or not _A_NUMBER.fullmatch(word) or int(word) > _MOST:
        raise NotPossible("low_at_not_read")
    return int(word)


async def set_bound(tx: Tx, shop: Shop, person: Person, key: str, text: str, now: datetime) -> None:
    """Keep at how many left a product is low. Raises NotPossible."""
    must(person, Act.STOCK)
    product_id = (await the_product(tx, shop, key)).product.product_id
    at = bound_of(text)
    await low_stock.set_bound(tx, shop.shop_id, product_id, at, now)
    await audit.write(
        tx,
        shop_id=shop.shop_id,
        person_id=person.person_id,
        deed="low_stock_set",
        subject_kind="product",
        subject_id=product_id,
        now=now,
        detail={"at": at},
    )
