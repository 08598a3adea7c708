"""Which address an administrator confirmed, and who left named reports."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns; nobody's address counts as confirmed and nobody has left."""
    confirmed = sa.Column(
        "confirmed_email", sa.String(400), nullable=False, server_default=sa.text("''")
    )
    left = sa.Column(
        "left_named_reports", sa.Boolean, nullable=False, server_default=sa.text("false")
    )
    op.add_column("accounts", confirmed)
    op.add_column("accounts", left)
