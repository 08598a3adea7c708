"""A space's history as recorded: what ``gathering`` makes facts from.

Positions in these columns are those of recorded rows, in the order in which they arrived.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.facts import (
    NO_COPIES,
    Codes,
    Copies,
    Ints,
    Mask,
    Positions,
    Restorations,
    Team,
    Words,
)


@dataclass(frozen=True, slots=True, eq=False)
class LoggedCommits:
    """Commits as recorded: times in UTC seconds even if impossible; ``place`` puts parents before
    children; ``author`` is a number of a name and address; ``pages`` how many pages it touched, ``met`` a
    position in ``MEETS``.
    Co-authors: ``co_commit`` was also written by ``co_author``."""

    oid: NDArray[np.bytes_]
    place: Ints
    author: Positions
    author_time: Ints
    commit_time: Ints
    offset: Positions
    door: Codes
    merge: Mask
    pages: Ints
    met: Codes
    co_commit: Positions
    co_author: Positions


@dataclass(frozen=True, slots=True, eq=False)
class LoggedChanges:
    """Changes to pages as recorded; ``commit``, ``page`` and ``path`` are positions."""

    commit: Positions
    page: Positions
    path: Positions
    kind: Codes
    content: Mask
    revert: Mask
    size: Ints
    lines_added: Positions
    lines_removed: Positions


@dataclass(frozen=True, slots=True, eq=False)
class LoggedPages:
    """Pages as recorded: ``path`` where each is now (``NOBODY``: it is gone), ``size`` its bytes."""

    identity: tuple[str, ...]
    path: Positions
    size: Ints


@dataclass(frozen=True, slots=True, eq=False)
class LoggedWords:
    """Words of changes (one entry a logged change), and lives, comebacks and further pages of words as in
    ``Words``, ``Restorations`` and ``Copies``, with positions of logged changes."""

    added: Positions
    removed: Positions
    restored: Positions
    lives: Words
    restorations: Restorations
    copies: Copies = NO_COPIES


@dataclass(frozen=True, slots=True, eq=False)
class Logged:
    """Everything recorded of one space."""

    space: str
    commits: LoggedCommits
    changes: LoggedChanges
    pages: LoggedPages
    paths: tuple[str, ...]
    words: LoggedWords | None = None
    partial: str = ""


@dataclass(frozen=True, slots=True)
class Teams:
    """The teams there are, and the team of each person who is in one, by the person's key."""

    teams: tuple[Team, ...] = ()
    members: dict[str, int] = field(default_factory=dict)


NO_TEAMS = Teams()
