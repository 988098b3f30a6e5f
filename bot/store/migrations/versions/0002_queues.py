"""A person's walk through the orders that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of the queues."""
    op.create_table(
        "queues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("order_ids", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=200), server_default="", nullable=False),
        sa.Column("last", sa.String(length=200), server_default="", nullable=False),
        sa.Column("moved_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_queues_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queues")),
        sa.UniqueConstraint(
            "shop_id", "chat_id", "person_id", name=op.f("uq_queues_shop_id_chat_id_person_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_queues_at", "queues", ["shop_id", "at"])
