"""The rules of products: created, changed, illustrated, deleted as long as nobody bought them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.marketplace import pool
from sandbox.marketplace.ledger import CONTROL, Origin
from sandbox.marketplace.market import Market, RefusedError
from sandbox.marketplace.records import Category, Product

MAX_IMAGE = 10 * 1024 * 1024
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


@dataclass(frozen=True)
class Draft:
    """A new product, read and checked."""

    category: Category
    title: str
    description: str
    price: Decimal
    stock: int = 0
    fields: dict[str, Any] | None = None
    accounts: Sequence[tuple[str, str]] = ()


def create(market: Market, origin: Origin, draft: Draft) -> Product:
    """Put a new product up."""
    now = market.now()
    number = market.products.next_number
    product = Product(
        id=market.new_id(),
        number=number,
        business_id=500 + number,
        category=draft.category,
        title=draft.title,
        description=draft.description,
        price=draft.price,
        stock=draft.stock,
        created_at=now,
        updated_at=now,
        approval_status=market.options.approval,
    )
    for name, value in (draft.fields or {}).items():
        setattr(product, name, value)
    market.products.add(product)
    market.note(origin, "product_created", product.id, title=product.title)
    pool.add_accounts(market, origin, product, draft.accounts)
    return product


def approve(market: Market, product: Product) -> None:
    """Let the marketplace's own people say that a product may be sold."""
    if product.approval_status == "approved":
        return
    product.approval_status = "approved"
    market.touch(product)
    market.note(CONTROL, "product_approved", product.id)


def update(
    market: Market,
    origin: Origin,
    product: Product,
    fields: dict[str, Any],
    accounts: Sequence[tuple[str, str]],
) -> None:
    """Change some fields of a product, and fill its pool when accounts came along."""
    changed = sorted(name for name, value in fields.items() if getattr(product, name) != value)
    for name in changed:
        setattr(product, name, fields[name])
    if changed:
        market.touch(product)
        market.note(origin, "product_updated", product.id, fields=changed)
    pool.add_accounts(market, origin, product, accounts)


def delete(market: Market, origin: Origin, product: Product) -> None:
    """Take a product away for good; raises RefusedError when anyone ever ordered it."""
    if product.order_ids or product.sales_count:
        raise RefusedError("A product that has been sold cannot be deleted.")
    market.products.remove(product)
    market.note(origin, "product_deleted", product.id, title=product.title)


def keep_image(market: Market, origin: Origin, content: bytes) -> str:
    """Keep an uploaded picture and return the path it is served at.

    Raises RefusedError for what is not a picture, or is over 10 MB.
    """
    kind = next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)
    if kind is None:
        raise RefusedError("Upload a valid image (PNG, JPEG, GIF or WebP).")
    if len(content) > MAX_IMAGE:
        raise RefusedError("The image is larger than 10 MB.")
    name = hashlib.sha256(content).hexdigest()
    path = f"/media/product_images/{name}.webp"
    market.images[path] = (kind, content)
    market.note(origin, "image_uploaded", name, path=path, size=len(content))
    return path
