"""A recorded history made into the columns that reports are computed from.

People are resolved, impossible dates placed, changes classified and ordered by time. What comes out
is the same whatever the order of the rows that go in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from wiki.analytics.facts import (
    DOORS,
    NO_COPIES,
    NOBODY,
    SORTS,
    Changes,
    Commits,
    Copies,
    Credits,
    Facts,
    Ints,
    Mask,
    Pages,
    Positions,
    Restorations,
    Words,
)
from wiki.analytics.logged import NO_TEAMS, Logged, LoggedCommits, LoggedWords, Teams
from wiki.model import Identity

EARLIEST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
"""Nobody wrote with git before; an older date is a clock that was wrong."""

TOLERANCE = 86400
"""Clocks a day ahead are believed: time zones and impatience explain them."""

_PEOPLE, _BOTS, _BULK, _MERGES, _RENAMES = range(len(SORTS))


@dataclass(frozen=True, slots=True)
class Misdated:
    """A commit whose author's date cannot be; ``placed_at`` is where it is counted (UTC seconds)."""

    commit: str
    author_time: int
    placed_at: int


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Facts, what was wrong with dates, and where each logged change is among ``facts.changes``."""

    facts: Facts
    misdated: tuple[Misdated, ...]
    position: Positions


def gather(
    logged: Logged,
    identities: Sequence[Identity],
    *,
    now: int,
    bulk_pages: int = 50,
    teams: Teams = NO_TEAMS,
) -> Gathered:
    """Columns from records; ``identities`` gives each author's person.

    A commit that touches more than ``bulk_pages`` pages is bulk. ``now`` in UTC seconds: no author
    wrote later.
    """
    people, person_of = _people(identities)
    commits, rank, misdated = _commits(logged, person_of, now, bulk_pages)
    is_bot = np.array([person.is_bot for person in people], np.bool_)
    owners = _owners(logged.commits, rank, person_of, is_bot)
    changes, order = _changes(logged, commits, rank, owners, is_bot)
    position = np.empty(len(order), np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    credited = _credits(changes, owners)
    team = np.array([teams.members.get(person.key, NOBODY) for person in people], np.int32)
    words, restorations, copies = _words(logged.words, position)
    edits = changes.at[changes.sort == _PEOPLE]
    facts = Facts(
        commits,
        changes,
        credited,
        _pages(logged, changes),
        words,
        restorations,
        people,
        team,
        teams.teams,
        logged.paths,
        (logged.space,),
        int(changes.at[0]) if len(changes.at) else None,
        int(edits[-1]) if len(edits) else None,
        logged.partial,
        copies=copies,
    )
    return Gathered(facts, misdated, position)


def _people(identities: Sequence[Identity]) -> tuple[tuple[Identity, ...], Positions]:
    """Everybody by key (people before machines), and each author's position among them."""
    known: dict[tuple[str, bool], Identity] = {}
    for person in sorted(set(identities), key=lambda person: (person.key, person.name)):
        known.setdefault((person.key, person.is_bot), person)
    places = {key: place for place, key in enumerate(sorted(known))}
    author = [places[person.key, person.is_bot] for person in identities]
    return tuple(known[key] for key in sorted(known)), np.array(author, np.int32)


def _commits(
    logged: Logged, person_of: Positions, now: int, bulk_pages: int
) -> tuple[Commits, Positions, tuple[Misdated, ...]]:
    """Commits in order, each recorded one's place in it, and those with impossible dates."""
    raw = logged.commits
    order = np.lexsort((raw.oid, raw.place))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    possible = (raw.author_time >= EARLIEST) & (raw.author_time <= now + TOLERANCE)
    at = np.where(possible, raw.author_time, np.minimum(np.maximum(raw.commit_time, EARLIEST), now))
    bulk = (raw.door == DOORS.index("import")) | (raw.pages > bulk_pages)
    wrong = order[~possible[order]]
    misdated = tuple(
        Misdated(raw.oid[i].decode(), int(raw.author_time[i]), int(at[i])) for i in wrong
    )
    commits = Commits(
        raw.oid[order],
        np.zeros(len(order), np.int8),
        at[order],
        raw.offset[order],
        person_of[raw.author[order]],
        raw.door[order],
        raw.merge[order],
        bulk[order],
        raw.met[order],
    )
    return commits, rank, misdated


@dataclass(frozen=True, slots=True, eq=False)
class _Owners:
    """The people each commit is credited to: those of commit ``i`` begin at ``start[i]``."""

    start: Ints
    count: Ints
    person: Positions


def _owners(raw: LoggedCommits, rank: Positions, person_of: Positions, is_bot: Mask) -> _Owners:
    everybody = len(is_bot) or 1
    commit = np.concatenate((rank, rank[raw.co_commit])).astype(np.int64)
    person = np.concatenate((person_of[raw.author], person_of[raw.co_author]))
    pairs = np.unique((commit * everybody + person)[~is_bot[person]])
    count = np.bincount(pairs // everybody, minlength=len(rank))
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(count)))[:-1]
    return _Owners(start, count, (pairs % everybody).astype(np.int32))


def _changes(
    logged: Logged, commits: Commits, rank: Positions, owners: _Owners, is_bot: Mask
) -> tuple[Changes, Ints]:
    """Changes by time, and the order in which the logged ones were taken."""
    raw = logged.changes
    by_name = sorted(range(len(logged.paths)), key=logged.paths.__getitem__)
    name_rank = np.empty(len(by_name), np.int32)
    name_rank[by_name] = np.arange(len(by_name), dtype=np.int32)
    ranked = rank[raw.commit]
    by_time = np.empty(len(commits.at), np.int64)
    by_time[np.argsort(commits.at, kind="stable")] = np.arange(len(commits.at))
    # Rows come commit by commit, so they are nearly in order already.
    key = by_time[ranked] * max(1, len(by_name)) + name_rank[raw.path]
    order = np.argsort(key, kind="stable")
    commit, content = ranked[order], raw.content[order]
    by_machine = is_bot[commits.person[commit]] & (owners.count[commit] == 0)
    sort = np.select(
        [commits.merge[commit], ~content, by_machine, commits.bulk[commit]],
        [_MERGES, _RENAMES, _BOTS, _BULK],
        _PEOPLE,
    )
    words = logged.words
    none = np.zeros(len(order), np.int32)
    changes = Changes(
        commit,
        commits.at[commit],
        raw.page[order],
        raw.path[order],
        raw.kind[order],
        content,
        raw.revert[order],
        sort.astype(np.int8),
        raw.size[order],
        raw.lines_added[order],
        raw.lines_removed[order],
        none if words is None else words.added[order],
        none if words is None else words.removed[order],
        none if words is None else words.restored[order],
    )
    return changes, order


def _credits(changes: Changes, owners: _Owners) -> Credits:
    edits = np.flatnonzero(changes.sort == _PEOPLE).astype(np.int32)
    count = owners.count[changes.commit[edits]]
    change = np.repeat(edits, count)
    first = np.repeat(owners.start[changes.commit[edits]], count)
    within = np.arange(len(change)) - np.repeat(np.cumsum(count) - count, count)
    return Credits(change, owners.person[first + within], changes.at[change])


def _pages(logged: Logged, changes: Changes) -> Pages:
    """Pages with where they are, or were last: of one page's changes the log's order decides."""
    raw = logged.pages
    path = raw.path.copy()
    last = np.full(len(path), NOBODY, np.int32)
    # Of several values for one place numpy keeps the last.
    latest = np.lexsort((changes.at, changes.commit))
    last[changes.page[latest]] = changes.path[latest]
    alive = raw.path != NOBODY
    path[~alive] = last[~alive]
    return Pages(raw.identity, np.zeros(len(path), np.int8), path, alive, raw.size)


def _words(logged: LoggedWords | None, position: Positions) -> tuple[Words, Restorations, Copies]:
    if logged is None:
        none = np.zeros(0, np.int32)
        return (
            Words(none, none, none, np.zeros(0, np.bool_), none),
            Restorations(none, none, none, none),
            NO_COPIES,
        )
    lives, back = logged.lives, logged.restorations
    died = np.where(lives.died == NOBODY, np.int32(NOBODY), position[lives.died])
    words = Words(position[lives.born], died, lives.page, lives.whole, lives.count)
    restorations = Restorations(
        position[back.change], position[back.removed_by], position[back.born], back.count
    )
    return words, restorations, replace(logged.copies, born=position[logged.copies.born])
