"""The lines of large imports, a call's lines a row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to what is there; every row is kept."""
    op.create_table(
        "stock_lines",
        sa.Column("intent_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_stock_lines_shop_id")),
        sa.PrimaryKeyConstraint("intent_id", "place", name=op.f("pk_stock_lines")),
    )
