"""Products that are looked at, imports of several calls, and lines of stock by hash."""

from __future__ import annotations

import base64
import hashlib
import re

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FITS = re.compile(r"[A-Za-z0-9._-]{1,40}")


def _short(identity: str) -> str:
    """What buttons carry, as it was when this was written."""
    if _FITS.fullmatch(identity):
        return identity
    digest = hashlib.sha256(identity.encode()).digest()[:18]
    return "~" + base64.urlsafe_b64encode(digest).decode()


def upgrade() -> None:
    """Add to what is there; every row is kept."""
    op.add_column("intents", sa.Column("progress", sa.Text(), nullable=True))
    op.create_table(
        "stock_hashes",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("product_id", sa.String(length=200), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_stock_hashes_shop_id")),
        sa.UniqueConstraint(
            "shop_id", "hash", "product_id", name=op.f("uq_stock_hashes_shop_id_hash_product_id")
        ),
    )
    op.create_index("ix_stock_hashes_intent_id", "stock_hashes", ["intent_id"], unique=False)
    for column in (
        sa.Column("short_id", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("status", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("listed_at", sa.String(length=32), nullable=True),
        sa.Column("gone_at", sa.String(length=32), nullable=True),
    ):
        op.add_column("products", column)
    products = sa.table("products", sa.column("product_id"), sa.column("short_id"))
    connection = op.get_bind()
    for (identity,) in connection.execute(sa.select(products.c.product_id).distinct()).all():
        connection.execute(
            products.update()
            .where(products.c.product_id == identity)
            .values(short_id=_short(identity))
        )
    op.create_index("ix_products_short_id", "products", ["shop_id", "short_id"], unique=False)
