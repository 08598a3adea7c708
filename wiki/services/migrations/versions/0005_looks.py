"""Who looked at figures about whom."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "looks",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("viewer", sa.String(200), nullable=False),
        sa.Column("space", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("door", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_looks"),
    )
    for column in ("at", "subject"):
        op.create_index(f"ix_looks_{column}", "looks", [column])
