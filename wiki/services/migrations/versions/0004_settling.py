"""What somebody chooses where edits met is kept with the draft."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty."""
    op.add_column(
        "drafts",
        sa.Column("settling", sa.Text, nullable=False, server_default=sa.text("''")),
    )
