"""A projection's SQLite database: many readers, one writer, and a swap that readers notice.

A rebuild writes a new file; one small file, replaced atomically, names the database that counts, so
there is never a moment without one and a write-ahead log can never meet a database it does not
belong to. Readers in any thread and process look at that small file's identity before each use (one
``stat``) and open the new database when it changes. They never wait for the writer.

A database that SQLite cannot read is marked as damaged; its position is then None, so the next
follow rebuilds it, and until then readers are told ``IndexNotReady``.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wiki.errors import EXHAUSTED, IndexNotReady

log = logging.getLogger(__name__)

_BUSY_MS = 5000
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Faults that say nothing against the database itself."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The statements that make a database; indexes are made after a rebuild has filled it."""

    version: int
    tables: str
    indexes: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A connection; ``frozen``: to a disk nobody can write to now, so good for one use only."""

    connection: sqlite3.Connection
    stamp: tuple[int, int]
    generation: str
    frozen: bool = False


class Store:
    """The database of one projection in a space's folder. Safe between threads, and after a fork."""

    def __init__(self, folder: Path, name: str, schema: Schema) -> None:
        self.name = name
        self._folder, self._schema = folder, schema
        self._pointer = folder / f"{name}.current"
        self._marker = folder / f"{name}.damaged"
        self._lock = threading.Lock()
        self._idle: list[_Opened] = []
        self._inherited: list[_Opened] = []
        self._owner = os.getpid()
        self._checked = ""

    # -- reading ----------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with; one at a time per ``with``.

        Raises:
            IndexNotReady: there is no readable database at the moment.
        """
        # Turned bits within a row come to light as text that cannot be read, or as places and counts
        # that cannot be.
        with self._using(
            (sqlite3.Error, ValueError, LookupError, ArithmeticError, TypeError)
        ) as db:
            yield db

    @contextmanager
    def _using(self, faults: tuple[type[Exception], ...]) -> Iterator[sqlite3.Connection]:
        """A connection; those exceptions in its use are laid to the database's charge."""
        opened = self._take()
        try:
            yield opened.connection
        except faults as error:
            self._failed(opened, error)
            raise IndexNotReady(self._folder.name) from error
        except BaseException:
            self._give_back(opened)
            raise
        self._give_back(opened)

    def stamp(self) -> tuple[int, int] | None:
        """What changes when the database is swapped; None if there is none."""
        try:
            found = self._pointer.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def position(self) -> str | None:
        """The commit stored with the data; None if absent, damaged or of another version."""
        try:
            with self.reading() as db:
                generation = self._generation()
                if generation != self._checked:
                    _check(db)
                row = db.execute("SELECT position, version FROM meta").fetchone()
                self._checked = generation
        except IndexNotReady:
            return None
        if self._is_marked(generation) or row is None or row[1] != self._schema.version:
            return None
        return str(row[0])

    def close(self) -> None:
        """Close what no reader is using right now."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._owner == os.getpid():
            for opened in idle:
                opened.connection.close()

    # -- writing ----------------------------------------------------------------------------

    @contextmanager
    def writing(self, position: str) -> Iterator[sqlite3.Connection]:
        """A transaction that also moves the position; rolled back if anything fails.

        Raises:
            IndexNotReady: the database cannot be written; it is marked if it is damaged.
        """
        with self._using((sqlite3.Error,)) as db:
            db.execute("PRAGMA query_only=OFF")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("UPDATE meta SET position = ?", (position,))
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            finally:
                db.execute("PRAGMA query_only=ON")

    @contextmanager
    def rebuilding(self, position: str) -> Iterator[sqlite3.Connection]:
        """A new, empty database to fill; it takes the old one's place when all went well."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        path = self._folder / f"{self.name}-{secrets.token_hex(6)}.sqlite"
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode=OFF")
            db.execute("PRAGMA synchronous=OFF")
            db.execute("PRAGMA cache_size=-32768")
            db.executescript(f"BEGIN; {_META} {self._schema.tables}")
            yield db
            db.execute("INSERT INTO meta VALUES (?, ?)", (position, self._schema.version))
            db.execute("COMMIT")
            db.executescript(self._schema.indexes)
            db.execute("PRAGMA journal_mode=WAL")
            db.close()
            self._swap(path)
        except BaseException:
            db.close()
            path.unlink(missing_ok=True)
            raise

    def _swap(self, path: Path) -> None:
        _sync(path)
        draft = self._pointer.with_suffix(".next")
        draft.write_text(path.name)
        _sync(draft)
        draft.replace(self._pointer)
        _sync(self._folder)
        self._marker.unlink(missing_ok=True)
        self._checked = path.name
        self._sweep()

    def _sweep(self) -> None:
        """Remove databases that no longer count; whoever still reads one keeps it until done."""
        current = self._generation()
        for path in self._folder.glob(f"{self.name}-*.sqlite*"):
            if not current or not path.name.startswith(current):
                path.unlink(missing_ok=True)

    # -- connections ------------------------------------------------------------------------

    def _take(self) -> _Opened:
        stamp = self.stamp()
        stale: list[_Opened] = []
        if self._owner != os.getpid():
            # They belong to the parent; closing them here would meddle with its locks.
            self._inherited = self._idle
            self._idle, self._owner, self._lock = [], os.getpid(), threading.Lock()
        with self._lock:
            while self._idle:
                opened = self._idle.pop()
                if opened.stamp == stamp:
                    return opened
                stale.append(opened)
        for opened in stale:
            opened.connection.close()
        return self._open()

    def _give_back(self, opened: _Opened) -> None:
        with self._lock:
            if len(self._idle) < 8 and not opened.frozen:
                self._idle.append(opened)
                return
        opened.connection.close()

    def _open(self) -> _Opened:
        """A new connection to the database that counts; a swap just now is met by a second look."""
        for last in (False, False, True):
            stamp, generation = self.stamp(), self._generation()
            if stamp is None or not generation or self._is_marked(generation):
                break
            opened = None
            try:
                connection, frozen = _connected(self._folder / generation)
                opened = _Opened(connection, stamp, generation, frozen)
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if last or generation == self._generation():
                    self._failed(opened, error, generation)
                    break
            else:
                return opened
        raise IndexNotReady(self._folder.name)

    def _generation(self) -> str:
        """The file name of the database that counts; "" if there is none."""
        try:
            name = self._pointer.read_text("ascii", "replace").strip()
        except OSError:
            return ""
        return name if re.fullmatch(rf"{self.name}-[0-9a-f]+\.sqlite", name) else ""

    def _is_marked(self, generation: str) -> bool:
        try:
            return self._marker.read_text("ascii", "replace").strip() == generation
        except OSError:
            return False

    def _failed(self, opened: _Opened | None, error: Exception, generation: str = "") -> None:
        """Close the connection; if the database itself is at fault, say so to every process."""
        if opened is not None:
            opened.connection.close()
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if isinstance(error, sqlite3.ProgrammingError) or code & 0xFF in _PASSING:
            return
        broken = opened.generation if opened is not None else generation
        if _is_exhausted(self._folder / broken, code):
            return
        where = None if isinstance(error, sqlite3.Error) else error
        log.warning(
            "projection %s of %s is damaged: %s",
            self.name,
            self._folder.name,
            error,
            exc_info=where,
        )
        try:
            self._marker.write_text(broken)
        except OSError:
            log.warning("cannot mark %s as damaged", broken)


_META = "CREATE TABLE meta (position TEXT NOT NULL, version INTEGER NOT NULL);"


def _connected(path: Path) -> tuple[sqlite3.Connection, bool]:
    """A connection that was tried, and whether it is frozen: SQLite reads no write-ahead log on a
    disk it cannot write to, unless it is promised that nobody else can."""
    try:
        return _tried(path, "mode=rw"), False
    except sqlite3.OperationalError:
        if not os.statvfs(path.parent).f_flag & os.ST_RDONLY:
            raise
        return _tried(path, "mode=ro&immutable=1"), True


def _tried(path: Path, how: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_MS / 1000,
        cached_statements=64,
    )
    try:
        db.execute("PRAGMA query_only=ON")
        db.execute("PRAGMA synchronous=NORMAL")
        # Not mapped into memory: a file cut short by a fault would kill the process that reads it.
        db.execute("PRAGMA mmap_size=0")
        db.execute("PRAGMA cache_size=-2048")
        db.execute("SELECT position FROM meta").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _is_exhausted(path: Path, code: int) -> bool:
    """Whether files could not be opened just now, whatever is in them.

    SQLite opens up to three for one database. When the last of them was refused, closing the first
    has made room again for this look: a database that is there and opens was not what was missing.
    """
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        return error.errno in EXHAUSTED
    logs = [path.with_name(path.name + end) for end in ("-wal", "-shm")]
    return code & 0xFF == sqlite3.SQLITE_CANTOPEN and all(
        file.is_file() or not file.exists() for file in (path, *logs)
    )


def _check(db: sqlite3.Connection) -> None:
    found = db.execute("PRAGMA quick_check(1)").fetchone()
    if found is None or found[0] != "ok":
        raise sqlite3.DatabaseError(str(found))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stored(text: str) -> str:
    """A path or name as SQLite can keep it: bytes that are no UTF-8 written as NUL and two digits.

    Git's paths and names contain no NUL, so nothing else can look like it.
    """
    if text.isascii():
        return text
    if not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    return "".join(f"\0{ord(c) & 0xFF:02x}" if "\ud800" <= c <= "\udfff" else c for c in text)


def told(text: str) -> str:
    """The text that ``stored`` was given."""
    if "\0" not in text:
        return text
    first, *rest = text.split("\0")
    return first + "".join(chr(0xDC00 + int(part[:2], 16)) + part[2:] for part in rest)


def clean(text: str) -> str:
    """Text for showing, without anything SQLite or UTF-8 cannot keep."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def end_of(start: str) -> str:
    """The least text greater than all that begin with ``start``."""
    return start + "\U0010ffff"
