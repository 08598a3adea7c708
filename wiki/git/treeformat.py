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
    """A folder's entries in git's order, and the same by name."""

    entries: tuple[RawEntry, ...]
    by_name: Mapping[bytes, RawEntry] = field(repr=False, compare=False)


def parse_tree(raw: bytes) -> ParsedTree:
    """The entries of a tree object.

    Raises:
        TreeUnreadable: bytes are left over that are no entry.
    """
    entries = tuple(_ENTRY.findall(raw))
    if sum(len(mode) + len(name) + 22 for mode, name, _ in entries) != len(raw):
        raise TreeUnreadable
    return ParsedTree(entries, {entry[1]: entry for entry in entries})


def write_tree(entries: list[RawEntry]) -> bytes:
    """The tree object of these entries, in the order given."""
    return b"".join([b"%s %s\0%s" % entry for entry in entries])


def splice(tree: ParsedTree, changes: Mapping[bytes, RawEntry | None]) -> list[RawEntry]:
    """The entries with some replaced, added or (None) removed; all others keep place and bytes."""
    in_place = {
        name: new
        for name, new in changes.items()
        if new is not None and _same_place(tree.by_name.get(name), new)
    }
    kept = [
        in_place.get(entry[1], entry)
        for entry in tree.entries
        if entry[1] not in changes or entry[1] in in_place
    ]
    added = [new for name, new in changes.items() if new is not None and name not in in_place]
    if added:
        keys = [_order(entry) for entry in kept]
        for entry in added:
            place = bisect_left(keys, _order(entry))
            kept.insert(place, entry)
            keys.insert(place, _order(entry))
    return kept


def is_folder(entry: RawEntry) -> bool:
    return mode_of(entry) == FOLDER


def mode_of(entry: RawEntry) -> int:
    return int(entry[0], 8)


def object_id(kind: str, data: bytes) -> str:
    """The id git gives to an object of these bytes."""
    header = f"{kind} {len(data)}\0".encode()
    return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()


def _same_place(old: RawEntry | None, new: RawEntry) -> bool:
    return old is not None and is_folder(old) == is_folder(new)


def _order(entry: RawEntry) -> bytes:
    """Git sorts folders as if their names ended with a slash."""
    return entry[1] + b"/" if is_folder(entry) else entry[1]
