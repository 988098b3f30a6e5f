"""What the views draw products, lists of them and changes of them from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .batch import Batch, Item
from .facts import LookedAt
from .intent import Intent
from .new_product import NewForm
from .product import Product
from .shelf import EVERYTHING, Shelf
from .stock_source import StockBatch


@dataclass(frozen=True, slots=True)
class ProductListFacts:
    """A page of the list of our products.

    ``category``: what the shelf's category is called. ``shop_paused``: what was on sale is paused,
    and can be brought back.
    """

    rows: tuple[Product, ...]
    shelf: Shelf
    page: int  # from 1
    pages: int
    total: int
    looked_at: LookedAt = "all"
    category: str = ""
    shop_paused: bool = False


@dataclass(frozen=True, slots=True)
class SelectionFacts:
    """A page of products to pick several of, and which are picked.

    ``asks``: what is to be written about them: price. ``total``: how many the shelf holds.
    """

    draft_id: int
    state: str
    rows: tuple[Product, ...] = ()
    shelf: Shelf = EVERYTHING
    page: int = 1
    pages: int = 1
    total: int = 0
    chosen: frozenset[str] = frozenset()
    asks: str = ""


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """Changes of several products at once: all of them, and the page that is shown."""

    batch: Batch
    items: tuple[Item, ...]
    page: int = 1
    by: str = ""


@dataclass(frozen=True, slots=True)
class ProductDeed:
    """Something that one of us did to a product: changed, status, stock, created or deleted."""

    deed: Literal["changed", "status", "stock", "created", "deleted"]
    at: datetime
    who: str
    field: str = ""  # that was changed
    status: str = ""  # that was set
    lines: int = 0  # accounts that were added


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product as known.

    ``live``, ``confirming``, ``ended``: as of an order. ``listed``: our own list showed it; else
    it is known from orders alone. ``waiting``: orders of it on which units are owed.
    """

    product: Product
    listed: bool = True
    gone_at: datetime | None = None
    looked_at: datetime | None = None
    waiting: int = 0
    deeds: tuple[ProductDeed, ...] = ()
    live: Intent | None = None
    live_by: str = ""
    confirming: Intent | None = None
    ended: Intent | None = None
    more: bool = False
    # At or below how many its stock is low (as it says itself, or the shop does), and whether it
    # is: ok, low or out.
    low_at: int = -1
    own_bound: bool = False
    stands: str = ""
    picture: str = ""  # the address of its first one


@dataclass(frozen=True, slots=True)
class ProductIntentFacts:
    """A message that is about an intent of a product; ``by``: the name of who confirmed it.

    ``picture``: the address of the first picture that it is about.
    """

    intent: Intent
    by: str = ""
    picture: str = ""
    batch: StockBatch | None = None  # what was said of where an import came from
    # Of a large import of which nobody knows whether its last call went through: the ends of it.
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class ProductPromptFacts:
    """A message that asks for something of a product, and what became of that.

    ``kind``: stock, low_at, new_product, or the field that is to change. ``state``: open, or how
    it ended. ``categories``: (ID, path) of those to choose from, shown from ``page`` on.
    """

    draft_id: int
    kind: str
    state: str
    product: Product | None = None
    category: str = ""  # of a new one
    form: NewForm | None = None  # of a new one, what was told so far
    categories: tuple[tuple[str, str], ...] = ()
    page: int = 1
