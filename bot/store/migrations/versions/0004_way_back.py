"""The way back from a card to the list in whose place it stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the cards that are there came from no list."""
    op.add_column(
        "cards", sa.Column("back", sa.String(length=64), server_default="", nullable=False)
    )
