"""Commits with the differences they made to pages, as the authorship reads them.

Light tuples: a whole history of them goes by in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

PatchKind = Literal["A", "M", "D", "R", "C"]
"""Added, modified, deleted, renamed, copied."""


class PagePatch(NamedTuple):
    """What a commit did to one page, against its first parent.

    ``hunks`` are git's, without lines of context, from the first ``@@`` on (b"": there are none); None where
    the texts must be compared by whoever wants to know. Ids are b"" where there is no text.
    """

    kind: PatchKind
    path: str
    old_path: str
    old_oid: bytes
    new_oid: bytes
    hunks: bytes | None


class MergedPage(NamedTuple):
    """A page that a merge left otherwise than all or some of its parents had it (b"": not there).

    ``old_paths``: where each parent had it ("": nowhere). ``hunks`` are git's combined ones, without
    lines of context, each beginning behind its first ``@@@``; None where the texts must be compared.
    """

    path: str
    parents: tuple[bytes, ...]
    oid: bytes
    old_paths: tuple[str, ...] = ()
    hunks: list[bytes] | None = None

    @property
    def is_made(self) -> bool:
        """Whether the merge put together a text that no parent has there."""
        before = zip(self.parents, self.old_paths, strict=False)
        return bool(self.oid) and (self.oid, self.path) not in before


class PatchedCommit(NamedTuple):
    """A commit. ``time`` is the committer's, in UTC seconds; a merge has ``merged`` pages and no patches."""

    oid: str
    parents: tuple[str, ...]
    time: int
    patches: list[PagePatch]
    merged: Sequence[MergedPage] = ()
