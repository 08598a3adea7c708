"""Git's own encoding of folders (trees), taken apart and put together without changing a byte."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

FILE = 0o100644
FOLDER = 0o040000
SYMLINK = 0o120000
SUBMODULE = 0o160000

_ENTRY = re.compile(rb"([0-7]{1,7}) ([^\0]+)\0(.{20})", re.DOTALL)

RawEntry = tuple[bytes, bytes, bytes]
"""Mode (octal digits), name, and binary id, exactly as they stand in the tree."""


class TreeUnreadable(ValueError):
    """The bytes are no tree."""


@dataclass(frozen=True, slots=True)
class ParsedTree:
    """A folder: the tree object's bytes, its entries in git's order, and the same by name."""

    raw: bytes = field(default=b"", repr=False)
    entries: tuple[RawEntry, ...] = ()
    by_name: Mapping[bytes, RawEntry] = field(default_factory=dict, repr=False, compare=False)


def parse_tree(raw: bytes) -> ParsedTree:
    """The entries of a tree object.

    Raises:
        TreeUnreadable: bytes are left over that are no entry.
    """
    entries = tuple(_ENTRY.findall(raw))
    if sum(len(mode) + len(name) + 22 for mode, name, _ in entries) != len(raw):
        raise TreeUnreadable
    return ParsedTree(raw, entries, {entry[1]: entry for entry in entries})


def splice(tree: ParsedTree, changes: Mapping[bytes, RawEntry | None]) -> ParsedTree:
    """The folder with some entries replaced, added or (None) removed.

    All others keep their place and bytes. Nothing is parsed and few entries are looked at: a save in
    a folder of thousands of pages must not cost more than in a small one.
    """
    raw, entries, by_name = tree.raw, list(tree.entries), dict(tree.by_name)
    for name, new in changes.items():
        old = by_name.pop(name, None)
        if old is not None:
            index = entries.index(old)
            start = _offset(raw, entries, index)
            raw = raw[:start] + raw[start + _size(old) :]
            del entries[index]
        if new is not None:
            # Where an entry keeps its kind this finds the place it had.
            index = bisect_left(entries, _order(new), key=_order)
            start = _offset(raw, entries, index)
            raw = raw[:start] + write_entry(new) + raw[start:]
            entries.insert(index, new)
            by_name[name] = new
    return ParsedTree(raw, tuple(entries), by_name)


def is_folder(entry: RawEntry) -> bool:
    return mode_of(entry) == FOLDER


def mode_of(entry: RawEntry) -> int:
    return int(entry[0], 8)


def object_id(kind: str, data: bytes) -> str:
    """The id git gives to an object of these bytes."""
    header = f"{kind} {len(data)}\0".encode()
    return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()


def write_entry(entry: RawEntry) -> bytes:
    """One entry as it stands in a tree."""
    return b"%s %s\0%s" % entry


def _size(entry: RawEntry) -> int:
    return len(entry[0]) + len(entry[1]) + 22


def _offset(raw: bytes, entries: list[RawEntry], index: int) -> int:
    """Where the entry of this index begins in the tree's bytes."""
    if index == len(entries):
        return len(raw)
    text = write_entry(entries[index])
    if raw.count(text) == 1:
        return raw.find(text)
    # The name of another entry ends like this one: only counting is sure.
    return sum(_size(entry) for entry in entries[:index])


def _order(entry: RawEntry) -> bytes:
    """Git sorts folders as if their names ended with a slash."""
    return entry[1] + b"/" if is_folder(entry) else entry[1]
