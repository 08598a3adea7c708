"""Everything known of a space, in the columns that reports are computed from.

Put together once per version of the space and kept: after one more change only what is new is read.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from wiki.analytics.calendar import local_day
from wiki.analytics.facts import DOORS, NOBODY, Facts, Positions
from wiki.analytics.gathering import Gathered, Misdated, gather
from wiki.analytics.joining import joined
from wiki.analytics.logged import (
    Logged,
    LoggedChanges,
    LoggedCommits,
    LoggedPages,
    LoggedWords,
    Teams,
)
from wiki.analytics.people import Decision
from wiki.config import Settings
from wiki.errors import IndexNotReady
from wiki.model import Author, Identity
from wiki.projections.history.columns import HistoryColumns
from wiki.services.fact_words import changed_pages, words_of
from wiki.services.kept import Kept
from wiki.services.linking import with_links
from wiki.services.people import mailmap_of, people_of
from wiki.services.report_windows import zone_of
from wiki.services.space import Space
from wiki.services.teams import teams_file, teams_of

MOST_SPACES = 8
"""So many spaces are kept at hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A whole history made ready for reports: ``head`` is the version it is about, ``commits`` how many
    were read; impossible dates and what was decided about people are named. ``key`` is equal only
    for the same facts."""

    key: object
    head: str
    facts: Facts
    commits: int
    misdated: tuple[Misdated, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    columns: HistoryColumns
    material: Material


_kept: dict[str, _Kept] = {}
_locks: dict[str, threading.Lock] = {}
_lock = threading.Lock()


def facts_of(space: Space, settings: Settings, now: int) -> Facts:
    """Everything known of a space; ``now`` in UTC seconds.

    Raises:
        IndexNotReady: its history is being built.
    """
    return material_of(space, settings, now).facts


def material_of(space: Space, settings: Settings, now: int) -> Material:
    """A space's whole history made ready, once per version of it (and once a day: clocks).

    Raises:
        IndexNotReady: the history is being built.
    """
    name = str(space.index_folder)
    with _lock:
        lock = _locks.setdefault(name, threading.Lock())
    with lock:
        known = _kept.get(name)
        key = _key(space, settings, now)
        if known is None or known.material.key != key:
            with without_collecting():
                known = _renewed(space, settings, now, key, known)
            with _lock:
                _kept.pop(name, None)
                _kept[name] = known
                while len(_kept) > MOST_SPACES:
                    _kept.pop(next(iter(_kept)))
    return known.material


_together = Kept(4)


def wiki_material(spaces: Sequence[Space], settings: Settings, now: int) -> Material:
    """Several spaces put together; one whose history is being built is left out and said to be.

    Raises:
        IndexNotReady: all of them are being built.
    """
    found, missing = [], []
    for space in spaces:
        try:
            found.append(material_of(space, settings, now))
        except IndexNotReady:
            missing.append(space.title)
    if not found:
        raise IndexNotReady(", ".join(missing))
    key = (tuple(each.key for each in found), tuple(missing))
    return _together.get(key, lambda: _joined(key, found, missing))


def _joined(key: object, found: Sequence[Material], missing: Sequence[str]) -> Material:
    facts = joined([each.facts for each in found])
    if missing:
        note = f"Still being read: {', '.join(missing)}."
        facts = replace(facts, partial=f"{facts.partial} {note}".strip(), kept={})
    return Material(
        key,
        "",
        facts,
        sum(each.commits for each in found),
        tuple(each for one in found for each in one.misdated),
        tuple(each for one in found for each in one.decisions),
    )


def _key(space: Space, settings: Settings, now: int) -> object:
    position = space.history.position()
    if position is None:
        raise IndexNotReady(space.name)
    day = local_day(now, zone_of(settings)).isoformat()
    return (
        str(space.index_folder),
        position,
        space.structure.position(),
        space.authorship.position(),
        mailmap_of(space).oid,
        space.veil.former().version,
        teams_file(space)[1],
        settings.reports,
        space.repository.partial,
        day,
    )


def _renewed(space: Space, settings: Settings, now: int, key: object, known: _Kept | None) -> _Kept:
    columns = space.history.columns(known.columns if known else None)
    people = people_of(space, settings)
    cut = space.repository.partial or unread_words(columns.partial)
    teams = teams_of(space, settings)
    told, words, note = words_of(space.authorship, columns)
    edges = space.repository.edges
    gathered = gather_columns(
        space.name, told, people.identities, settings, now, teams, words, edges
    )
    partial = f"{cut} {note}".strip()
    facts = replace(gathered.facts, partial=partial, cut=bool(cut), kept={})
    facts = with_links(facts, space.structure)
    material = Material(
        key,
        columns.position,
        facts,
        len(facts.commits.at),
        gathered.misdated,
        people.decisions,
    )
    return _Kept(columns, material)


def unread_words(reason: str) -> str:
    """Why a history could not be read to its end, as a sentence; "" if it could."""
    return f"Older history cannot be read: {reason.rstrip('.')}." if reason else ""


def gather_columns(
    space: str,
    columns: HistoryColumns,
    people: Mapping[Author, Identity],
    settings: Settings,
    now: int,
    teams: Teams | None = None,
    words: LoggedWords | None = None,
    edges: Collection[str] = (),
) -> Gathered:
    """Facts of what was recorded; whoever ``people`` does not know is somebody alone. The commits ``edges``,
    at which a history that is not whole begins, bring what others wrote: they count as imports."""
    numbers = _credited(columns)
    identities = [_identity(people, columns.authors[n]) for n in numbers.tolist()]
    logged = replace(_logged(space, columns, numbers, edges), words=words)
    bulk_pages = settings.reports.bulk_pages
    return gather(logged, identities, now=now, bulk_pages=bulk_pages, teams=teams or Teams())


def _credited(columns: HistoryColumns) -> Positions:
    """The numbers of everybody who wrote or co-wrote."""
    return np.unique(np.concatenate((columns.commits[2], columns.credits[1])))


def _identity(people: Mapping[Author, Identity], author: Author) -> Identity:
    return people.get(author) or Identity(author.email or author.name, author.name)


def _logged(
    space: str, columns: HistoryColumns, authors: Positions, edges: Collection[str]
) -> Logged:
    oid, place, author, author_time, commit_time, offset, door, merge, pages, met = columns.commits
    if edges:
        first = np.isin(oid, np.array([each.encode() for each in edges], oid.dtype))
        door = np.where(first, DOORS.index("import"), door).astype(door.dtype)
    commit, page, path, kind, content, revert, size, added, removed = columns.changes
    co_commit, co_author = columns.credits
    used, place_of = changed_pages(columns)
    return Logged(
        space,
        LoggedCommits(
            oid,
            place,
            np.searchsorted(authors, author).astype(np.int32),
            author_time,
            commit_time,
            offset,
            door,
            merge,
            pages,
            met,
            co_commit,
            np.searchsorted(authors, co_author).astype(np.int32),
        ),
        LoggedChanges(
            commit,
            place_of[page],
            path,
            kind,
            content,
            revert,
            size,
            added,
            removed,
        ),
        _pages(columns, used, place_of),
        columns.paths,
    )


def _pages(columns: HistoryColumns, used: Positions, place_of: Positions) -> LoggedPages:
    """The pages that were ever changed, and where they are now; of several places the first by name."""
    here = np.flatnonzero(columns.live[0] != NOBODY)
    place = place_of[columns.live[0][here]]
    here, place = here[place != NOBODY], place[place != NOBODY]
    size = np.bincount(place, columns.live[1][here], len(used)).astype(np.int64)
    path = np.full(len(used), NOBODY, np.int32)
    path[place] = here
    for each in np.flatnonzero(np.bincount(place, minlength=len(used)) > 1).tolist():
        path[each] = min(here[place == each].tolist(), key=columns.paths.__getitem__)
    births = tuple(columns.births[n] for n in used.tolist())
    return LoggedPages(births, path, size)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Hundreds of thousands of values that live on need not be searched for garbage as they come."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
