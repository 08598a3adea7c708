"""The account database: its tables, its transactions, and its upgrades.

SQLite by default, PostgreSQL by URL. It also keeps what belongs to accounts or to this server and not
to the content: personal access tokens, drafts, and where spaces are exchanged with. It may be missing or broken at any time without any page being
lost, so nothing is opened before first use and every failure becomes ``AccountsUnavailable``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from wiki.errors import AccountsUnavailable

SCHEMA = "0005"
"""The revision of ``migrations/versions`` that this code works with."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(160), nullable=False, unique=True),
    sa.Column("skeleton", sa.String(160), nullable=False, unique=True),
    sa.Column("shown_name", sa.String(200), nullable=False),
    sa.Column("email", sa.String(400), nullable=False),
    # NULL where there is no address, so that many may have none.
    sa.Column("email_key", sa.String(400), unique=True),
    sa.Column("password_hash", sa.String(300), nullable=False),
    # Until when (UTC seconds) the password counts as one-time; 0: the person chose it.
    sa.Column("one_time_until", sa.BigInteger, nullable=False),
    sa.Column("role", sa.Integer, nullable=False),
    sa.Column("epoch", sa.String(32), nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("signed_in_at", sa.BigInteger, nullable=False),
    # The address that an administrator gave or confirmed; what the person typed proves nothing.
    sa.Column("confirmed_email", sa.String(400), nullable=False, server_default=sa.text("''")),
    sa.Column("left_named_reports", sa.Boolean, nullable=False, server_default=sa.text("false")),
)

attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("bucket", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("since", sa.BigInteger, nullable=False),
)


def _counted() -> sa.Column[int]:
    """An id that the database counts up."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column("id", number, primary_key=True, autoincrement=True)


audit = sa.Table(
    "audit",
    metadata,
    _counted(),
    sa.Column("at", sa.BigInteger, nullable=False, index=True),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("event", sa.String(60), nullable=False),
    sa.Column("subject", sa.String(400), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("address", sa.String(80), nullable=False),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("account", sa.String(32), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    # SHA-256 of the secret, in hexadecimal: the secret itself is told once and kept nowhere.
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("may_write", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    # UTC seconds; 0: it does not expire, was never used.
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("used_at", sa.BigInteger, nullable=False),
)

drafts = sa.Table(
    "drafts",
    metadata,
    # A digest of account, space, page and part, so that a place has one draft, however long its name.
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account", sa.String(32), nullable=False, index=True),
    sa.Column("space", sa.String(64), nullable=False),
    # The page's name as bytes: those of an imported file need be no UTF-8. Empty for a new page.
    sa.Column("page", sa.LargeBinary, nullable=False),
    # The section's anchor, or what tells one new page from another.
    sa.Column("part", sa.Text, nullable=False),
    # A digest of space and page, by which others at the same page are found.
    sa.Column("subject", sa.String(40), nullable=False, index=True),
    # The name typed for a new page.
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("base", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    # What the form holds in which somebody settles what met; "" for a text in the editor.
    sa.Column("settling", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("size", sa.Integer, nullable=False),
    # Which open editor wrote it last, and that editor's own count.
    sa.Column("writer", sa.String(32), nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    # Since when somebody has been at it without a pause.
    sa.Column("began_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False, index=True),
)

looks = sa.Table(
    "looks",
    metadata,
    _counted(),
    sa.Column("at", sa.BigInteger, nullable=False, index=True),
    # The account that looked; "" for somebody not signed in.
    sa.Column("viewer", sa.String(200), nullable=False),
    sa.Column("space", sa.String(64), nullable=False),
    # The mark of the person looked at; "" where a report named people.
    sa.Column("subject", sa.String(32), nullable=False, index=True),
    sa.Column("what", sa.String(200), nullable=False),
    sa.Column("door", sa.String(10), nullable=False),
)

remotes = sa.Table(
    "remotes",
    metadata,
    sa.Column("space", sa.String(64), primary_key=True),
    sa.Column("url", sa.String(2000), nullable=False),
    sa.Column("branch", sa.String(250), nullable=False),
    # "fetch", "push" or "both".
    sa.Column("direction", sa.String(10), nullable=False),
    sa.Column("user", sa.String(200), nullable=False),
    sa.Column("hook_digest", sa.String(64), nullable=False),
    sa.Column("every_seconds", sa.Integer, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    # Whether somebody, or the other side, asked for it to be done now.
    sa.Column("wanted", sa.Boolean, nullable=False),
    # The commits at which the other side and the space stood after the last exchange.
    sa.Column("seen", sa.String(64), nullable=False),
    sa.Column("given", sa.String(64), nullable=False),
    sa.Column("tried_at", sa.BigInteger, nullable=False),
    sa.Column("done_at", sa.BigInteger, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("trouble", sa.Text, nullable=False),
)


class Database:
    """Connections to the account database. Thread-safe; opens its own after a fork."""

    def __init__(self, url: str, instance: Path) -> None:
        self._file = None if url else instance / "accounts.sqlite3"
        self._url = url
        self._engine: sa.Engine | None = None
        self._identity: tuple[int, int, int] | None = None
        self._opening = threading.Lock()

    @property
    def place(self) -> str:
        """Where the database is, for an operator's eyes; never with a password."""
        return str(self._file) if self._file else sa.make_url(self._url).render_as_string()

    def create(self) -> None:
        """Make what is missing and bring it up to date."""
        with translated():
            if self._file and not self._file.exists():
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600))
        with self.reading():
            pass

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads."""
        with translated(), self._ready().begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that holds the database's write lock from its beginning."""
        with translated(), _write(self._ready()) as connection:
            yield connection

    def integrity(self) -> str:
        """What SQLite finds wrong with its file, or ""."""
        if not self._file:
            return ""
        with self.reading() as connection:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        return "" if found == "ok" else found

    def close(self) -> None:
        """Give back all connections; the next use opens new ones."""
        with self._opening:
            engine, self._engine, self._identity = self._engine, None, None
        if engine is not None:
            engine.dispose()

    def _ready(self) -> sa.Engine:
        identity = self._look()
        engine = self._engine
        if engine is not None and identity == self._identity:
            return engine
        with self._opening:
            if self._engine is None or identity != self._identity:
                self._open(identity)
            assert self._engine is not None
            return self._engine

    def _look(self) -> tuple[int, int, int]:
        """Which process and which file: a fork or a restored backup needs new connections."""
        if self._file is None:
            return os.getpid(), 0, 0
        try:
            status = self._file.stat()
        except FileNotFoundError:
            raise AccountsUnavailable(f"{self._file} is missing; “strata init” makes one") from None
        return os.getpid(), status.st_dev, status.st_ino

    def _open(self, identity: tuple[int, int, int]) -> None:
        old, self._engine = self._engine, None
        if old is not None:
            forked = self._identity is not None and self._identity[0] != identity[0]
            old.dispose(close=not forked)
        engine = _sqlite(self._file) if self._file else sa.create_engine(self._url)
        upgrade(engine)
        self._engine, self._identity = engine, identity


def _sqlite(path: Path) -> sa.Engine:
    """An engine on a file that must exist (SQLite would silently make an empty one)."""
    url = sa.URL.create(
        "sqlite", database=f"file:{path.absolute()}", query={"mode": "rw", "uri": "true"}
    )
    engine = sa.create_engine(
        url, connect_args={"isolation_level": None, "timeout": 5}, poolclass=sa.QueuePool
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _write(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Database trouble becomes a refusal whose text holds neither statement nor password."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise AccountsUnavailable(str(error.orig).strip().split("\n", 1)[0]) from error
    except sa.exc.SQLAlchemyError as error:
        raise AccountsUnavailable(type(error).__name__) from error
    except OSError as error:
        raise AccountsUnavailable(str(error.strerror or error)) from error


def upgrade(engine: sa.Engine) -> None:
    """Bring the tables to ``SCHEMA`` in one transaction under a lock: a crash leaves the old ones.

    Raises:
        AccountsUnavailable: a newer version of Strata has used this database.
    """
    with engine.begin() as connection:
        if _revision(connection) == SCHEMA:
            return
    with _write(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(713000)"))
        if _revision(connection) != SCHEMA:
            _run_migrations(connection)


def _revision(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return str(
        connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""
    )


def _run_migrations(connection: sa.Connection) -> None:
    # Imported here: a start that has nothing to upgrade is quicker without.
    import alembic.command
    import alembic.config
    from alembic.util import CommandError

    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        alembic.command.upgrade(config, "head")
    except CommandError as error:
        raise AccountsUnavailable(
            "the database was made by a newer version of Strata; install that version, or restore "
            "the backup made before the upgrade"
        ) from error
