"""Reminders, the pinned line, what is remembered of buyers, and how long the pool takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is new; nothing that was there changes."""
    op.create_table(
        "reminders",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("said_at", sa.String(length=32), nullable=True),
        sa.Column("times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("snoozed_until", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("shown", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_reminders_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "chat_id", name=op.f("pk_reminders")),
    )
    op.create_table(
        "pins",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("looked_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_pins_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "chat_id", name=op.f("pk_pins")),
    )
    op.create_table(
        "buyers",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("buyer_id", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.String(length=8), server_default="", nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.String(length=32), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_buyers_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "buyer_id", name=op.f("pk_buyers")),
    )
    op.add_column("products", sa.Column("pool_seconds", sa.Integer(), nullable=True))
