"""What every projection is: something computed from a repository that can be thrown away.

*Following equals rebuilding* is the definition: however a history arrived, in whatever slices and
through whatever door, the projection's state is the state of one rebuild.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from wiki.model import RepositoryReader

Progress = Callable[[str, int, int], None]
"""Told during a rebuild: what is being done, how much is done, how much there is (0: unknown)."""

Follows = Literal["trees", "commits"]


def no_progress(what: str, done: int, total: int) -> None:
    """For whoever does not watch."""


class Projection(Protocol):
    """State computed from a repository, kept in files of its own.

    The position (a commit id) and the version (of the projection's code) are stored atomically with
    the data. ``""`` is the position of a repository without commits.
    """

    name: str
    version: int
    follows: Follows
    """"trees": ``advance`` works between any two commits. "commits": ``old`` must be an ancestor."""

    def position(self) -> str | None:
        """The commit the data stands at; None if absent, damaged or of another version."""

    def advance(self, reader: RepositoryReader, old: str, new: str) -> None:
        """Bring the data from ``old`` to ``new``. Only one process does so at a time."""

    def rebuild(self, reader: RepositoryReader, head: str, progress: Progress) -> None:
        """Make the data anew beside what there is, then swap. ``head`` is "" without commits."""

    def close(self) -> None:
        """Let go of open files."""


@dataclass(frozen=True, slots=True)
class ProjectionState:
    """How a projection stands, for the health page. ``behind`` is None where it cannot be told."""

    name: str
    position: str | None
    version: int
    behind: int | None
    error: str = ""
