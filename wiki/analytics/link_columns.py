"""Links and tags through time, in columns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FOREVER = 1 << 62
"""Until when what is there now stands."""

GONE = -1
"""The marks of a file that is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """What every version of every file linked to and was tagged with.

    Files: ``paths``, in the order of their text within each of the spaces that ``space`` names;
    ``is_page`` tells pages. Versions, by file and then as they followed each other in the history:
    ``path`` (a position in ``paths``), ``change`` (in the facts' changes; -1 for what is no change of
    a page), ``marks`` (``GONE``: not there), and the time it stood, ``[since, until)`` in UTC seconds:
    a version never begins before the one it replaced. Marks ``i`` have the links
    ``lead[lead_start[i] : lead_start[i + 1]]`` and likewise the tags. A lead is what a link may mean:
    names of pages and paths of files, best first, within ``lead_space``.
    """

    paths: tuple[str, ...]
    space: NDArray[np.int8]
    is_page: NDArray[np.bool_]
    path: NDArray[np.int32]
    change: NDArray[np.int32]
    marks: NDArray[np.int32]
    since: NDArray[np.int64]
    until: NDArray[np.int64]
    lead_start: NDArray[np.int64]
    lead: NDArray[np.int32]
    tag_start: NDArray[np.int64]
    tag: NDArray[np.int32]
    leads: tuple[tuple[str, ...], ...]
    lead_space: NDArray[np.int8]
    tags: tuple[str, ...]
    kept: dict[str, object] = field(default_factory=dict, repr=False)

    def standing(self, at: int) -> NDArray[np.int64]:
        """The versions there just before a time, in the order of their files."""
        there = (self.since < at) & (self.until >= at) & (self.marks != GONE)
        return np.flatnonzero(there)


_POSITIONS = np.zeros(0, np.int32)
_TIMES = np.zeros(0, np.int64)
_CODES = np.zeros(0, np.int8)
_START = np.zeros(1, np.int64)

NO_LINKS = Links(
    paths=(),
    space=_CODES,
    is_page=np.zeros(0, np.bool_),
    path=_POSITIONS,
    change=_POSITIONS,
    marks=_POSITIONS,
    since=_TIMES,
    until=_TIMES,
    lead_start=_START,
    lead=_POSITIONS,
    tag_start=_START,
    tag=_POSITIONS,
    leads=(),
    lead_space=_CODES,
    tags=(),
)
"""Of a history whose links were not read."""
