"""The object store: reading through one long-lived ``cat-file``, writing in this process.

GitPython opens the repository and keeps the ``cat-file`` process. Around it stands what it leaves to
its user: one thread at a time, a new process after a fork or a crash, damage told as such, and its
processes started by ``wiki.git.process`` like all others (it would hand down the server's whole
environment). Loose objects are written here: GitPython starts a process for each, and its gitdb
compresses a folder of thousands of pages for longer than the rest of the save takes.
"""

from __future__ import annotations

import os
import secrets
import threading
import zlib
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from wiki.errors import EXHAUSTED, Overloaded, RepositoryDamaged
from wiki.git import process
from wiki.git.treeformat import ParsedTree, TreeUnreadable, object_id, parse_tree

if TYPE_CHECKING:
    from wiki.git.catfile import CatFile

# Of the raw trees; parsed they take about eight times as much memory.
_CACHED_TREE_BYTES = 2_000_000
_COMPRESSED_TREE_BYTES = 16_000
_RENAMES = 20
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


class ObjectStore:
    """All objects of one bare repository. Safe between threads, and after a fork."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self._lock = threading.Lock()
        self._owner = 0
        self._open: CatFile | None = None
        self._trees = _TreeCache(_CACHED_TREE_BYTES)

    def find(self, oid: str) -> tuple[str, bytes] | None:
        """An object's kind and bytes; None if it is missing or cannot be read.

        Raises:
            Overloaded: git cannot be started at this moment.
        """
        process.full_id(oid)
        with self._lock:
            for _ in range(2):
                try:
                    kind, size, data = self._cat_file().get(oid)
                except ValueError as error:
                    if "missing" in str(error):
                        return None
                except (OSError, AttributeError) as error:
                    if isinstance(error, OSError) and error.errno in EXHAUSTED:
                        raise Overloaded(os.strerror(error.errno or 0)) from error
                else:
                    if len(data) == size:
                        return kind, data
                # git died: a broken object kills it, and so may an administrator.
                self._drop()
        return None

    def read(self, oid: str, kind: str) -> bytes:
        """The bytes of an object of this kind.

        Raises:
            RepositoryDamaged: missing, unreadable, or of another kind.
        """
        found = self.find(oid)
        if found is None or found[0] != kind:
            state = "missing or damaged" if found is None else f"a {found[0]}"
            raise RepositoryDamaged(self.name, f"{kind} {oid[:12]} is {state}")
        return found[1]

    def tree(self, oid: str) -> ParsedTree:
        """A folder by its tree's id.

        Raises:
            RepositoryDamaged: it cannot be read.
        """
        cached = self._trees.get(oid)
        if cached is not None:
            return cached
        raw = b"" if oid == _EMPTY_TREE else self.read(oid, "tree")
        try:
            parsed = parse_tree(raw)
        except TreeUnreadable:
            raise RepositoryDamaged(self.name, f"tree {oid[:12]} is malformed") from None
        self._trees.put(oid, parsed)
        return parsed

    def write(self, kind: str, data: bytes) -> str:
        """Write a loose object; not durable before the file system is synced.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        oid = object_id(kind, data)
        file = self.path / "objects" / oid[:2] / oid[2:]
        try:
            # An old, unreferenced object that is used again must look young to "git gc".
            os.utime(file)
        except FileNotFoundError:
            # Folders are mostly ids, which do not compress: big ones are not even tried.
            level = 0 if kind == "tree" and len(data) > _COMPRESSED_TREE_BYTES else 1
            _put(file, zlib.compress(b"%s %d\0%s" % (kind.encode(), len(data), data), level))
        return oid

    def remember_tree(self, oid: str, tree: ParsedTree) -> None:
        """Keep a tree just written: it is the next one to be read."""
        self._trees.put(oid, tree)

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _cat_file(self) -> CatFile:
        if self._open is None or self._owner != os.getpid():
            opener = _loaded()
            self._drop()
            self._open = opener(self.path, self.name)
            self._owner = os.getpid()
        return self._open

    def _drop(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened.close()


def _loaded() -> type[CatFile]:
    """GitPython takes longer to load than most commands to run: not before it is needed.

    Raises:
        Overloaded: it cannot be loaded now, since it looks for git while it is loaded.
    """
    try:
        from wiki.git.catfile import CatFile
    except ImportError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno in EXHAUSTED:
            raise Overloaded(os.strerror(cause.errno or 0)) from error
        raise
    return CatFile


def _put(file: Path, data: bytes) -> None:
    """Make a read-only file that is never seen half written."""
    temporary = file.parents[1] / f"tmp_obj_{secrets.token_hex(8)}"
    try:
        temporary.write_bytes(data)
        temporary.chmod(0o444)
        _rename(temporary, file)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _rename(temporary: Path, file: Path) -> None:
    """Move a file into its folder; while git packs, it removes such folders as soon as they are empty."""
    for _ in range(_RENAMES):
        with suppress(FileNotFoundError):
            temporary.rename(file)
            return
        with suppress(FileExistsError):
            file.parent.mkdir()
    temporary.rename(file)


class _TreeCache:
    """The trees read last, up to a number of bytes. Trees never change, so neither do entries."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, ParsedTree] = OrderedDict()

    def get(self, oid: str) -> ParsedTree | None:
        with self._lock:
            found = self._kept.get(oid)
            if found is None:
                return None
            self._kept.move_to_end(oid)
            return found

    def put(self, oid: str, tree: ParsedTree) -> None:
        size = len(tree.raw)
        with self._lock:
            if oid in self._kept or size > self._limit // 2:
                return
            self._kept[oid] = tree
            self._size += size
            while self._size > self._limit:
                _, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped.raw)
