"""What each person wants to be told and how, and at how many a stock is low."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to what is there; every row is kept."""
    op.create_table(
        "person_settings",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("reminds", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("remind_after", sa.Integer(), nullable=True),
        sa.Column("digest_over", sa.Integer(), nullable=True),
        sa.Column("goods_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_person_settings_shop_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_person_settings_person_id")
        ),
        sa.UniqueConstraint(
            "shop_id", "person_id", name=op.f("uq_person_settings_shop_id_person_id")
        ),
    )
    op.create_table(
        "shop_settings",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("low_stock", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_shop_settings_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop_settings")),
    )
    op.add_column("products", sa.Column("low_at", sa.Integer(), nullable=True))
    op.add_column(
        "products",
        sa.Column("stock_state", sa.String(length=8), nullable=False, server_default=""),
    )
