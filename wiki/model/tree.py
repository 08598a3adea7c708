"""What a git tree holds, and how two trees differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file in a commit's tree.

    ``path`` is relative to the repository's root, with ``/``; bytes that are no UTF-8 are kept by
    surrogate escapes. ``mode`` is git's (0o100644, 0o100755, 0o120000 symlink, 0o160000 submodule,
    0o040000 folder). ``oid`` is the object's full hex id.
    """

    path: str
    mode: int
    oid: str


@dataclass(frozen=True, slots=True)
class TreeChange:
    """A file that differs between two trees; ``None`` where it is not there."""

    path: str
    old: TreeEntry | None
    new: TreeEntry | None
