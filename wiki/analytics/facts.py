"""A history in columns: what every report is computed from.

One entry of a column is one commit, change, page, person or group of words; columns that belong
together have equal lengths, and numbers in one column are positions in another. So a window or a
scope is a mask, and a report on a hundred thousand changes takes milliseconds. Everything here is
the same whatever the order in which commits arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.later import Later
from wiki.analytics.link_columns import NO_LINKS, Links
from wiki.model import Identity, Met, Window
from wiki.model.history import ChangeKind
from wiki.model.people import Door

Ints: TypeAlias = NDArray[np.int64]
Positions: TypeAlias = NDArray[np.int32]
Mask: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int8]

Sort = Literal["people", "bots", "bulk", "merges", "renames"]
SORTS: tuple[Sort, ...] = ("people", "bots", "bulk", "merges", "renames")
"""What a change is counted as (METRICS § 0); ``Changes.sort`` holds positions in this."""

DOORS: tuple[Door, ...] = ("web", "push", "api", "proposal", "import", "mcp")
MEETS: tuple[Met, ...] = ("", "merged", "looked", "resolved")
KINDS: tuple[ChangeKind, ...] = ("added", "modified", "deleted", "renamed", "copied")

NOBODY = -1
"""Where a position says that there is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Commits:
    """Every commit, parents before children. ``at`` is the author's time in UTC seconds (the commit's
    where the author's is impossible), ``offset`` minutes east of UTC, ``person`` its author; ``met`` how it met others' edits when it was saved (a position in ``MEETS``)."""

    oid: NDArray[np.bytes_]
    space: Codes
    at: Ints
    offset: Positions
    person: Positions
    door: Codes
    merge: Mask
    bulk: Mask
    met: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Every change of one page by one commit, ordered by (``at``, commit, path).

    ``page`` is the page's lasting identity, ``path`` (a position in ``Facts.paths``) its path after
    the change. ``content``: the text changed; ``sort`` as what it counts; ``size`` the page's bytes
    afterwards. Words are tokens (METRICS § 0): ``words_added`` new ones, ``words_removed`` those taken
    away, ``words_restored`` those brought back or moved here with their authors.
    """

    commit: Positions
    at: Ints
    page: Positions
    path: Positions
    kind: Codes
    content: Mask
    revert: Mask
    sort: Codes
    size: Ints
    lines_added: Positions
    lines_removed: Positions
    words_added: Positions
    words_removed: Positions
    words_restored: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Credits:
    """Whose each edit is: one entry a person and people's edit (``sort`` "people"), author and
    co-authors each once, machines left out; in the order of the changes, so by time."""

    change: Positions
    person: Positions
    at: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """Every page there ever was: ``identity`` is its birth (``<commit>:<path>``), ``path`` where it is or
    was last (a position in ``Facts.paths``), ``alive`` whether it is there now, ``size`` its bytes now."""

    identity: tuple[str, ...]
    space: Codes
    path: Positions
    alive: Mask
    size: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Lives of words, in groups: ``count`` words written by the change ``born`` and gone with the change
    ``died`` (``NOBODY``: they are there now). ``page`` is where they stand or stood last; ``whole``:
    they went because the whole page was deleted. A word brought back never died. One that stands on
    several pages is here once; ``Copies`` has the other pages.
    """

    born: Positions
    died: Positions
    page: Positions
    whole: Mask
    count: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """Words that stand on further pages than the one ``Words`` has them on, as it is now: ``count`` words
    that the change ``born`` wrote stand on ``page``, too, and count on the page ``home``. Rows of one
    ``group`` are the same words."""

    born: Positions
    page: Positions
    home: Positions
    group: Positions
    count: Positions


_NONE = np.zeros(0, np.int32)
NO_COPIES = Copies(_NONE, _NONE, _NONE, _NONE, _NONE)


@dataclass(frozen=True, slots=True, eq=False)
class Restorations:
    """Words brought back: ``change`` put back ``count`` words that the change ``removed_by`` had removed and
    ``born`` had written."""

    change: Positions
    removed_by: Positions
    born: Positions
    count: Positions


@dataclass(frozen=True, slots=True)
class Team:
    """A team as the space's ``teams.toml`` names it; ``head_count`` None if it does not say."""

    name: str
    head_count: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows that were chosen, and when each happened."""

    rows: Positions
    at: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Everything known of one or several spaces.

    ``team`` gives each person's team (a position in ``teams``; ``NOBODY`` without one). ``in_scope``
    masks changes and ``focus`` people: a report on a folder or a page counts only changes in scope, one
    on a team or a person only what the people in focus did, seen against everybody's.
    ``first`` and ``last`` are the times of the first change of all and of the last edit by a person.
    ``partial`` says why the history is incomplete ("" if it is not); ``cut`` whether its beginning is
    missing, so that of nobody the first edit is known.
    """

    commits: Commits
    changes: Changes
    credits: Credits
    pages: Pages
    words: Words
    restorations: Restorations
    people: tuple[Identity, ...]
    team: Positions
    teams: tuple[Team, ...]
    paths: tuple[str, ...]
    spaces: tuple[str, ...]
    first: int | None
    last: int | None
    partial: str = ""
    linked: Links | Later[Links] = NO_LINKS
    in_scope: Mask | None = None
    focus: Mask | None = None
    cut: bool = False
    copies: Copies = NO_COPIES
    kept: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    def links(self) -> Links:
        """The links and tags of the history; put together when first asked for."""
        return self.linked() if isinstance(self.linked, Later) else self.linked

    def edits(self, window: Window | None = None) -> Positions:
        """People's edits in the window (None: ever) that are in scope and in focus, by time."""
        return self._chosen("edits", self._edits, self.changes.at, window)

    def credited(self, window: Window | None = None) -> Positions:
        """Entries of ``credits`` in the window (None: ever) that are in scope and in focus, by time."""
        return self._chosen("credited", self._credited, self.credits.at, window)

    def _edits(self) -> Mask:
        mask: Mask = self.changes.sort == SORTS.index("people")
        if self.in_scope is not None:
            mask = mask & self.in_scope
        if self.focus is not None:
            credited = np.zeros(len(mask), np.bool_)
            credited[self.credits.change[self.focus[self.credits.person]]] = True
            mask = mask & credited
        return mask

    def _credited(self) -> Mask:
        mask = np.ones(len(self.credits.change), np.bool_)
        if self.in_scope is not None:
            mask &= self.in_scope[self.credits.change]
        if self.focus is not None:
            mask &= self.focus[self.credits.person]
        return mask

    def _chosen(
        self, name: str, mask: Callable[[], Mask], times: Ints, window: Window | None
    ) -> Positions:
        """Rows under a mask, found once, and of these the ones in the window."""
        known = self.kept.get(name)
        if not isinstance(known, _Rows):
            rows = np.flatnonzero(mask()).astype(np.int32)
            known = self.kept[name] = _Rows(rows, times[rows])
        return known.rows if window is None else self._within(known.rows, known.at, window)

    def edits_by_person(self, window: Window | None = None) -> Ints:
        """How many edits each person is credited with; one entry a person."""
        rows = self.credited(window)
        return np.bincount(self.credits.person[rows], minlength=len(self.people))

    def rows(self, sort: Sort, window: Window) -> Positions:
        """Changes of a sort in the window that are in scope, whoever made them, by time."""
        mask = self.changes.sort == SORTS.index(sort)
        if self.in_scope is not None:
            mask = mask & self.in_scope
        rows = np.flatnonzero(mask).astype(np.int32)
        return self._within(rows, self.changes.at[rows], window)

    def page_mask(self) -> Mask:
        """The pages it is about: those with a change in scope, and with an edit in focus if there is one."""
        if self.in_scope is None and self.focus is None:
            return np.ones(len(self.pages.identity), np.bool_)
        found = np.zeros(len(self.pages.identity), np.bool_)
        if self.focus is not None:
            found[self.changes.page[self.edits()]] = True
        else:
            found[self.changes.page[self.in_scope]] = True
        return found

    def everybody(self) -> Facts:
        """The same scope without the focus."""
        if self.focus is None:
            return self
        found = self.kept.get("everybody")
        if not isinstance(found, Facts):
            found = self.kept["everybody"] = self.narrowed(self.in_scope)
        return found

    def covers(self, window: Window) -> bool:
        """Whether the history goes back to a window's first day, so that one may compare with it."""
        return self.first is not None and self.first < window.since + 86400

    def narrowed(self, in_scope: Mask | None = None, focus: Mask | None = None) -> Facts:
        """The same facts with a scope or a focus of their own."""
        return replace(self, in_scope=in_scope, focus=focus, kept={})

    @staticmethod
    def _within(rows: Positions, times: Ints, window: Window) -> Positions:
        begin, end = np.searchsorted(times, (window.since, window.until))
        return rows[begin:end]
