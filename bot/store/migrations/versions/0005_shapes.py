"""What the units of a product usually look like."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of the shapes."""
    op.create_table(
        "product_shapes",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(length=200), nullable=False),
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_product_shapes_shop_id")),
        sa.UniqueConstraint(
            "shop_id",
            "product_id",
            "shape",
            name=op.f("uq_product_shapes_shop_id_product_id_shape"),
        ),
    )
