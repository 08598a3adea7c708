"""What a projection may ask of a repository; ``wiki.git`` answers it.

A protocol, so that projections and git stay strangers: a projection can be fed from anything that
tells a history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from wiki.model.history import Commit, FileChange
from wiki.model.patches import PatchedCommit
from wiki.model.pushing import PushRecord
from wiki.model.tree import TreeChange, TreeEntry


class RepositoryReader(Protocol):
    """Reading a repository by full object ids. All methods may raise RepositoryDamaged."""

    def head(self) -> str | None:
        """The branch's commit; None in a repository without commits."""

    def has_commit(self, oid: str) -> bool:
        """Whether the commit is here (not whether it is reachable)."""

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether ``old`` is reachable from ``new`` (true if equal)."""

    def tree(self, commit: str) -> Iterator[TreeEntry]:
        """Every file of the commit, in git's order; unreadable folders are left out."""

    def diff_trees(self, old: str | None, new: str) -> Iterator[TreeChange]:
        """Files that differ between two commits (``None``: the empty tree), renames not detected."""

    def read_blob(self, oid: str) -> bytes:
        """A file's bytes."""

    def read_blobs(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Many files in the order asked; None for one that is missing or damaged."""

    def log(
        self, new: str, exclude: Sequence[str] = (), *, detailed: bool = True
    ) -> Iterator[tuple[Commit, tuple[FileChange, ...]]]:
        """Every commit reachable from ``new`` but not from ``exclude``, parents before children.

        Renames and copies are detected and lines counted; without ``detailed`` no text is looked
        into, so only files moved whole are renames, and lines are not counted. Of a merge only the files that differ from all its parents
        are told. git's exit status and the number of commits are checked at the end.

        Raises:
            RepositoryDamaged: after the last readable commit, if git could not read to the end.
        """

    def commit_count(self, new: str, exclude: Sequence[str] = ()) -> int:
        """How many commits ``log`` should give, counted by git."""

    def pushes(self, commits: Iterable[str]) -> dict[str, PushRecord]:
        """Who brought each of these commits, as the log of pushes tells; the others are left out.

        A push is written down before its commits can be reached, and what is written of a commit that
        can be reached does not change.
        """

    def patches(self, new: str, exclude: Sequence[str] = ()) -> Iterator[PatchedCommit]:
        """The commits of ``log`` with what each did to pages.

        Raises:
            RepositoryDamaged: after the last readable commit, as ``log`` does.
        """
