"""Payments as the marketplace lists them, when an order was delivered, and the morning summary."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What we delivered ourselves is known from the audit; of the rest nobody knows when it came.
_DELIVERED = """
UPDATE orders SET delivered_at = (
  SELECT max(audit.at) FROM audit
  WHERE audit.shop_id = orders.shop_id AND audit.subject_kind = 'order'
    AND audit.subject_id = orders.order_id AND audit.deed = 'delivered'
) WHERE owed = 0 AND delivered > 0
"""


def upgrade() -> None:
    """Add to what is there; every row is kept."""
    op.create_table(
        "payments",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("payment_key", sa.String(length=200), nullable=False),
        sa.Column("payment_no", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("order_id", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("amount", sa.String(length=48), nullable=True),
        sa.Column("method", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("status", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("paid_at", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=True),
        sa.Column("placed_at", sa.String(length=32), nullable=True),
        sa.Column("looked_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_payments_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "payment_key", name=op.f("pk_payments")),
    )
    op.create_index("ix_payments_order_id", "payments", ["shop_id", "order_id"])
    op.create_index("ix_payments_placed_at", "payments", ["shop_id", "placed_at"])
    op.create_index("ix_payments_payment_no", "payments", ["shop_id", "payment_no"])
    op.add_column("orders", sa.Column("delivered_at", sa.String(length=32), nullable=True))
    op.execute(_DELIVERED)
    op.add_column("person_settings", sa.Column("summary_at", sa.Integer(), nullable=True))
    op.add_column("person_settings", sa.Column("summary_said_at", sa.String(length=32)))
