"""Rendered pages kept by the id of their text: in memory, and in a file that may always be lost."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog

from wiki.text.render import RENDER_VERSION, Rendered

MEMORY_CHARACTERS = 24_000_000
MAX_ROWS = 60_000
_TRIM_EVERY = 500

T = TypeVar("T")

_log = structlog.get_logger("strata.rendering")


class RenderCache:
    """Two layers; whatever goes wrong with the file, pages are rendered again and nobody waits."""

    def __init__(self, file: Path) -> None:
        self._memory: OrderedDict[str, Rendered] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        self._disk = _Disk(file)

    def get(self, oid: str) -> Rendered | None:
        """What was rendered from this text, if it is still known."""
        with self._lock:
            known = self._memory.get(oid)
            if known is not None:
                self._memory.move_to_end(oid)
                return known
        stored = self._disk.get(oid)
        if stored is not None:
            self._remember(oid, stored)
        return stored

    def put(self, oid: str, rendered: Rendered) -> None:
        """Keep a page."""
        self._remember(oid, rendered)
        self._disk.put(oid, rendered)

    def close(self) -> None:
        """Let go of the file."""
        self._disk.close()

    def _remember(self, oid: str, rendered: Rendered) -> None:
        if len(rendered.html) > MEMORY_CHARACTERS // 8:
            return
        with self._lock:
            old = self._memory.pop(oid, None)
            self._size += len(rendered.html) - (len(old.html) if old else 0) + 500 * (old is None)
            self._memory[oid] = rendered
            while self._size > MEMORY_CHARACTERS:
                _, dropped = self._memory.popitem(last=False)
                self._size -= len(dropped.html) + 500


class _Disk:
    """One SQLite table. It is no truth: never synced, recreated when damaged."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._pid = 0
        self._written = 0

    def get(self, oid: str) -> Rendered | None:
        return self._attempt(lambda db: _read(db, oid))

    def put(self, oid: str, rendered: Rendered) -> None:
        value = zlib.compress(json.dumps(rendered.as_json()).encode(), 1)
        self._attempt(lambda db: self._write(db, oid, value))

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _attempt(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What ``work`` answers; None if the file will not have it."""
        with self._lock:
            try:
                return work(self._open())
            except sqlite3.OperationalError as error:
                _log.info("render cache busy", error=str(error))
                self._drop()
            except (sqlite3.Error, OSError, zlib.error, ValueError, KeyError, TypeError) as error:
                _log.warning("render cache damaged, made anew", error=str(error))
                self._drop()
                with contextlib.suppress(OSError):
                    self._file.unlink(missing_ok=True)
        return None

    def _write(self, db: sqlite3.Connection, oid: str, value: bytes) -> None:
        with db:
            db.execute("REPLACE INTO rendered VALUES (?, ?, ?)", (oid, RENDER_VERSION, value))
            self._written += 1
            if self._written % _TRIM_EVERY == 1:
                db.execute("DELETE FROM rendered WHERE version != ?", (RENDER_VERSION,))
                db.execute(
                    "DELETE FROM rendered WHERE rowid <= (SELECT max(rowid) FROM rendered) - ?",
                    (MAX_ROWS,),
                )

    def _open(self) -> sqlite3.Connection:
        if self._db is None or self._pid != os.getpid():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._file, timeout=0.3, check_same_thread=False)
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=OFF")
            db.execute(
                "CREATE TABLE IF NOT EXISTS rendered"
                " (oid TEXT PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL)"
            )
            self._db, self._pid = db, os.getpid()
        return self._db

    def _drop(self) -> None:
        if self._db is not None and self._pid == os.getpid():
            with contextlib.suppress(sqlite3.Error):
                self._db.close()
        self._db = None


def _read(db: sqlite3.Connection, oid: str) -> Rendered | None:
    row = db.execute(
        "SELECT value FROM rendered WHERE oid = ? AND version = ?", (oid, RENDER_VERSION)
    ).fetchone()
    return Rendered.from_json(json.loads(zlib.decompress(row[0]))) if row else None
