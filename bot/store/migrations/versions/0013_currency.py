"""The currency that a shop sets for itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to what is there; every row is kept."""
    op.add_column(
        "shop_settings",
        sa.Column("currency", sa.String(length=8), nullable=False, server_default=""),
    )
