"""Looking things up in commits' trees, listing them and comparing them, without a process.

Everything goes through the object store's cache of parsed trees, so finding a page in a known commit
costs a dictionary look-up per folder on its path, and comparing a commit with its parent reads only
the folders that differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiki.errors import RepositoryDamaged
from wiki.git.objects import ObjectStore
from wiki.git.treeformat import ParsedTree, RawEntry, is_folder, mode_of
from wiki.model import TreeChange, TreeEntry

MAX_DEPTH = 500
"""Folders nested deeper than this are not read: only an attack nests so deep."""

_EMPTY = ParsedTree()


def to_bytes(path: str) -> bytes:
    """A path as git stores it."""
    return path.encode("utf-8", "surrogateescape")


def to_text(path: bytes) -> str:
    """A path as the wiki handles it; bytes that are no UTF-8 become surrogate escapes."""
    return path.decode("utf-8", "surrogateescape")


def find_entry(store: ObjectStore, root: str, path: str) -> TreeEntry | None:
    """The file or folder at ``path`` under the tree ``root``; None if there is none."""
    oid, mode = root, 0o040000
    if path:
        for segment in to_bytes(path).split(b"/"):
            if mode != 0o040000:
                return None
            entry = store.tree(oid).by_name.get(segment)
            if entry is None:
                return None
            oid, mode = entry[2].hex(), mode_of(entry)
    return TreeEntry(path, mode, oid)


def list_folder(store: ObjectStore, root: str, path: str) -> list[TreeEntry]:
    """The entries of one folder; empty if there is no such folder."""
    folder = find_entry(store, root, path)
    if folder is None or folder.mode != 0o040000:
        return []
    prefix = path + "/" if path else ""
    return [_entry(prefix, entry) for entry in store.tree(folder.oid).entries]


def walk(store: ObjectStore, root: str) -> Iterator[TreeEntry]:
    """Every file under a tree in git's order; unreadable folders are left out."""
    stack = [iter([TreeEntry("", 0o040000, root)])]
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
        elif entry.mode != 0o040000:
            yield entry
        elif len(stack) <= MAX_DEPTH:
            stack.append(iter(_readable(store, entry)))


def compare(store: ObjectStore, old: str | None, new: str) -> Iterator[TreeChange]:
    """Files that differ between two trees, sorted within folders by name.

    Raises:
        RepositoryDamaged: a folder on either side cannot be read.
    """
    pending = [("", old, new)]
    while pending:
        prefix, left, right = pending.pop()
        before = store.tree(left) if left else _EMPTY
        after = store.tree(right) if right else _EMPTY
        if prefix.count("/") > MAX_DEPTH:
            continue
        for name in _different_names(before, after):
            was, now = before.by_name.get(name), after.by_name.get(name)
            path = prefix + to_text(name)
            pending_folder = _folders(path, was, now)
            if pending_folder is not None:
                pending.append(pending_folder)
            old_file = _file(prefix, was)
            new_file = _file(prefix, now)
            if old_file is not None or new_file is not None:
                yield TreeChange(path, old_file, new_file)


def _different_names(before: ParsedTree, after: ParsedTree) -> list[bytes]:
    different = set(before.entries) ^ set(after.entries)
    return sorted({name for _, name, _ in different})


def _folders(
    path: str, was: RawEntry | None, now: RawEntry | None
) -> tuple[str, str | None, str] | None:
    """The pair of folders to compare next, where a folder stands on either side."""
    left = was[2].hex() if was is not None and is_folder(was) else None
    right = now[2].hex() if now is not None and is_folder(now) else ""
    return (path + "/", left, right) if left or right else None


def _file(prefix: str, entry: RawEntry | None) -> TreeEntry | None:
    return None if entry is None or is_folder(entry) else _entry(prefix, entry)


def _entry(prefix: str, entry: RawEntry) -> TreeEntry:
    return TreeEntry(prefix + to_text(entry[1]), mode_of(entry), entry[2].hex())


def _readable(store: ObjectStore, folder: TreeEntry) -> list[TreeEntry]:
    prefix = folder.path + "/" if folder.path else ""
    try:
        return [_entry(prefix, entry) for entry in store.tree(folder.oid).entries]
    except RepositoryDamaged:
        return []
