"""Personal access tokens, drafts, and the repositories that spaces are exchanged with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables, empty."""
    _tokens()
    _drafts()
    _remotes()


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("may_write", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_index("ix_tokens_account", "tokens", ["account"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("space", sa.String(64), nullable=False),
        sa.Column("page", sa.LargeBinary, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("writer", sa.String(32), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    for column in ("account", "subject", "updated_at"):
        op.create_index(f"ix_drafts_{column}", "drafts", [column])


def _remotes() -> None:
    op.create_table(
        "remotes",
        sa.Column("space", sa.String(64), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("branch", sa.String(250), nullable=False),
        sa.Column("direction", sa.String(10), nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("hook_digest", sa.String(64), nullable=False),
        sa.Column("every_seconds", sa.Integer, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("wanted", sa.Boolean, nullable=False),
        sa.Column("seen", sa.String(64), nullable=False),
        sa.Column("given", sa.String(64), nullable=False),
        sa.Column("tried_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("space", name="pk_remotes"),
    )
