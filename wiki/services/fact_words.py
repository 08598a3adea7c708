"""The words of a space's edits joined with its history: what the authorship tells, by change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import TypeVar

import numpy as np

from wiki.analytics.facts import NOBODY, Copies, Positions, Restorations, Words
from wiki.analytics.logged import LoggedWords
from wiki.errors import IndexNotReady
from wiki.model import RepositoryReader
from wiki.projections.authorship import Authorship
from wiki.projections.authorship.rows import WordLedger
from wiki.projections.history.columns import KINDS, HistoryColumns
from wiki.projections.projection import Progress

T = TypeVar("T")

STILL_READ = "Who wrote which words is still being read."


def words_of(
    authorship: Authorship, columns: HistoryColumns
) -> tuple[HistoryColumns, LoggedWords | None, str]:
    """A history with what merges left out, its words, and what to say where they are still being read."""
    try:
        return *_told(authorship.ledger(), columns), ""
    except IndexNotReady:
        return columns, None, STILL_READ


def _told(ledger: WordLedger, columns: HistoryColumns) -> tuple[HistoryColumns, LoggedWords]:
    columns = with_left_out(ledger, columns)
    return columns, logged_words(ledger, columns)


def read_words(
    repository: RepositoryReader,
    head: str,
    folder: Path,
    columns: HistoryColumns,
    progress: Progress,
) -> tuple[HistoryColumns, LoggedWords]:
    """A history with what merges left out, and all words of a repository, read in a folder that goes away
    again."""
    authorship = Authorship(folder)
    try:
        authorship.rebuild(repository, head, progress)
        return _told(authorship.ledger(), columns)
    finally:
        authorship.close()


def with_left_out(ledger: WordLedger, columns: HistoryColumns) -> HistoryColumns:
    """The history with one more change wherever a merge left out words of a page that it took whole from
    the other side, or took away: the log knows no change there, and the words end with it."""
    commit, page, path = columns.changes[:3]
    if not len(commit):
        return columns
    at, where = _commits(ledger, columns), _paths(ledger.paths, columns.paths)[ledger.path]
    logged = _found(commit, path, at, where, len(columns.paths)) != NOBODY
    rows = np.flatnonzero((ledger.removed > 0) & ~logged & (at != NOBODY) & (where != NOBODY))
    rows = rows[columns.commits[7][at[rows]]]
    place = columns.commits[1]
    # The page is the one that the last change there was made to.
    key = path.astype(np.int64) * (len(place) + 1)
    rank = np.empty(len(place), np.int64)
    rank[np.argsort(place, kind="stable")] = np.arange(len(place))
    order = np.argsort(key + rank[commit], kind="stable")
    asked = where[rows].astype(np.int64) * (len(place) + 1) + rank[at[rows]]
    before = order[np.searchsorted((key + rank[commit])[order], asked) - 1]
    known = path[before] == where[rows]
    rows, before = rows[known], before[known]
    if not len(rows):
        return columns
    gone = np.isin(rows, ledger.died[ledger.whole])
    more = (
        at[rows],
        page[before],
        where[rows],
        np.where(gone, KINDS.index("deleted"), KINDS.index("modified")),
        np.ones(len(rows), np.bool_),
        np.zeros(len(rows), np.bool_),
        columns.changes[6][before],
        np.zeros(len(rows), np.int32),
        np.zeros(len(rows), np.int32),
    )
    pairs = zip(columns.changes, more, strict=True)
    return replace(
        columns,
        changes=tuple(np.concatenate((old, new.astype(old.dtype))) for old, new in pairs),
    )


def logged_words(ledger: WordLedger, columns: HistoryColumns) -> LoggedWords:
    """Words by logged change, and their lives; those of edits that the history does not know are left
    out."""
    commit, path = columns.changes[0], columns.changes[2]
    if not len(commit):
        return _NO_WORDS
    place_of = _paths(ledger.paths, columns.paths)
    where = place_of[ledger.path]
    change = _found(commit, path, _commits(ledger, columns), where, len(columns.paths))
    total = len(commit)
    return LoggedWords(
        _by_change(change, ledger.added, total),
        _by_change(change, ledger.removed, total),
        _by_change(change, ledger.restored, total),
        _lives(ledger, columns, change, place_of),
        _comebacks(ledger, change),
        _copies(ledger, columns, change, place_of),
    )


def _paths(names: tuple[str, ...], known: tuple[str, ...]) -> Positions:
    """Where each of the ledger's paths is among the history's."""
    return _looked_up(dict(zip(known, range(len(known)), strict=True)), names)


def _commits(ledger: WordLedger, columns: HistoryColumns) -> Positions:
    """The number of each edit's commit. Edits of one commit stand together, so each is looked up once."""
    if not len(ledger.commit):
        return np.zeros(0, np.int32)
    first = np.flatnonzero(np.append(True, ledger.commit[1:] != ledger.commit[:-1]))
    ids = columns.commits[0].tolist()
    numbers = dict(zip(ids, range(len(ids)), strict=True))
    found = _looked_up(numbers, ledger.commit[first].tolist())
    return np.repeat(found, np.diff(first, append=len(ledger.commit)))


def _looked_up(places: Mapping[T, int], wanted: Sequence[T]) -> Positions:
    """Where each is; ``NOBODY`` where it is not. There are tens of thousands, so no loop of ours."""
    found = map(places.get, wanted, repeat(NOBODY))
    return np.fromiter(found, np.int32, len(wanted))


def _found(
    commit: Positions, path: Positions, wanted: Positions, where: Positions, paths: int
) -> Positions:
    """The logged change of each edit."""
    keys = commit.astype(np.int64) * paths + path
    asked = wanted.astype(np.int64) * paths + where
    # Changes were recorded commit by commit, so they are nearly in order already.
    order = np.argsort(keys, kind="stable")
    place = np.minimum(np.searchsorted(keys, asked, sorter=order), len(keys) - 1)
    change = order[place].astype(np.int32)
    change[(keys[change] != asked) | (wanted == NOBODY) | (where == NOBODY)] = NOBODY
    return change


def _by_change(change: Positions, counts: Positions, total: int) -> Positions:
    known = change != NOBODY
    return np.bincount(change[known], counts[known], total).astype(np.int32)


def _lives(
    ledger: WordLedger, columns: HistoryColumns, change: Positions, place_of: Positions
) -> Words:
    """A life ends on the page of the change that ended it; one that goes on is where its path is now."""
    born = change[ledger.born]
    ended = ledger.died != NOBODY
    died = np.where(ended, change[ledger.died], np.int32(NOBODY))
    pages, page_of = _pages(columns)
    page = np.where(ended, page_of[died], pages[place_of[ledger.place]])
    known = (born != NOBODY) & (~ended | (died != NOBODY)) & (page != NOBODY)
    return Words(
        born[known],
        died[known],
        page[known].astype(np.int32),
        ledger.whole[known],
        ledger.count[known],
    )


def _copies(
    ledger: WordLedger, columns: HistoryColumns, change: Positions, place_of: Positions
) -> Copies:
    """Each group of words once on every further page."""
    pages, _ = _pages(columns)
    born = change[ledger.born[ledger.also_life]]
    page = pages[place_of[ledger.also_place]]
    home = pages[place_of[ledger.place[ledger.also_life]]]
    known = np.flatnonzero((born != NOBODY) & (page != NOBODY) & (home != NOBODY) & (page != home))
    keys = ledger.also_group[known].astype(np.int64) * (len(columns.roots) + 1) + page[known]
    rows = known[np.unique(keys, return_index=True)[1]]
    group, count = ledger.also_group[rows], ledger.also_count[rows]
    return Copies(born[rows], page[rows], home[rows], group, count)


def _pages(columns: HistoryColumns) -> tuple[Positions, Positions]:
    """For each path, and for each change, the position of its page among those ever changed."""
    _, place_of = changed_pages(columns)
    here = np.append(columns.live[0], np.int32(NOBODY))
    found = np.where(here == NOBODY, np.int32(NOBODY), place_of[here])
    return found, np.append(place_of[columns.changes[1]], np.int32(NOBODY))


def changed_pages(columns: HistoryColumns) -> tuple[Positions, Positions]:
    """The pages that were ever changed, and the place among them of each page recorded (``NOBODY``:
    no page, only another file)."""
    changed = np.zeros(len(columns.roots), np.bool_)
    changed[columns.roots[columns.changes[1]]] = True
    used = np.flatnonzero(changed).astype(np.int32)
    place = np.full(len(columns.roots), NOBODY, np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    return used, place[columns.roots]


def _comebacks(ledger: WordLedger, change: Positions) -> Restorations:
    back, removed, born = (
        change[edits] for edits in (ledger.back, ledger.back_removed, ledger.back_born)
    )
    known = (back != NOBODY) & (removed != NOBODY) & (born != NOBODY)
    return Restorations(back[known], removed[known], born[known], ledger.back_count[known])


_NONE = np.zeros(0, np.int32)
_NO_WORDS = LoggedWords(
    _NONE,
    _NONE,
    _NONE,
    Words(_NONE, _NONE, _NONE, np.zeros(0, np.bool_), _NONE),
    Restorations(_NONE, _NONE, _NONE, _NONE),
)
