"""Recorded links and tags joined with the history they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.facts import Facts, Ints, Positions
from wiki.analytics.link_columns import FOREVER, GONE, NO_LINKS, Links
from wiki.model import PAGE_SUFFIXES

_FAR = 1 << 36
"""Later than any time of a commit, in UTC seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class LoggedLinks:
    """Versions of the files of one space, hidden ones left out, as recorded, in any order that has parents first: which commit
    (a position in ``commits``) left which file (in ``paths``) with which marks (-1: not there). Marks
    ``i`` are the ``lead_count[i]`` next entries of ``lead`` and the ``tag_count[i]`` next of ``tag``."""

    commits: Sequence[str]
    paths: Sequence[str]
    leads: Sequence[tuple[str, ...]]
    tags: Sequence[str]
    lead_count: Positions
    lead: Positions
    tag_count: Positions
    tag: Positions
    version_commit: Positions
    version_path: Positions
    version_marks: Positions


def link(facts: Facts, logged: LoggedLinks) -> Facts:
    """Facts of one space with its links; versions of commits they do not know are left out."""
    order = sorted(range(len(logged.paths)), key=logged.paths.__getitem__)
    paths = tuple(logged.paths[i] for i in order)
    rank = _inverse(np.array(order, np.int32))
    places = _places(facts, logged.commits)[logged.version_commit]
    known = np.flatnonzero(places >= 0)
    path, commit = rank[logged.version_path[known]], places[known]
    by_file = np.lexsort((commit, path))
    path, commit = path[by_file], commit[by_file]
    since, until = _standing(path, facts.commits.at[commit])
    links = Links(
        paths,
        np.zeros(len(paths), np.int8),
        np.array([path.lower().endswith(PAGE_SUFFIXES) for path in paths], np.bool_),
        path,
        _changes(facts, paths, path, commit),
        logged.version_marks[known][by_file],
        since,
        until,
        _starts(logged.lead_count),
        logged.lead,
        _starts(logged.tag_count),
        logged.tag,
        tuple(logged.leads),
        np.zeros(len(logged.leads), np.int8),
        tuple(logged.tags),
    )
    return replace(facts, linked=links, kept={})


def _places(facts: Facts, commits: Sequence[str]) -> Positions:
    """Where each commit is among the facts'; -1 where it is not."""
    found = {oid: place for place, oid in enumerate(facts.commits.oid.tolist())}
    return np.array([found.get(oid.encode(), -1) for oid in commits], np.int32)


def _standing(path: Positions, at: Ints) -> tuple[Ints, Ints]:
    """From when to when each version stood, given versions by file in order."""
    base = path.astype(np.int64) * _FAR
    since = np.maximum.accumulate(base + at) - base
    until = np.full(len(path), FOREVER, np.int64)
    followed = np.flatnonzero(path[1:] == path[:-1])
    until[followed] = since[followed + 1]
    return since, until


def _changes(facts: Facts, paths: Sequence[str], path: Positions, commit: Positions) -> Positions:
    """The change that made each version; -1 where none is known."""
    changes = facts.changes
    if not len(changes.commit) or not len(path):
        return np.full(len(path), -1, np.int32)
    known = {name: place for place, name in enumerate(paths)}
    own = np.array([known.get(name, -1) for name in facts.paths], np.int64)[changes.path]
    # A file that left its path has no change of its own there: it is the page at its new path.
    keys = np.where(own >= 0, changes.commit.astype(np.int64) * len(paths) + own, -1)
    order = np.argsort(keys, kind="stable")
    wanted = commit.astype(np.int64) * len(paths) + path
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    found = order[at]
    return np.where(keys[found] == wanted, found, -1).astype(np.int32)


def _starts(counts: Positions) -> Ints:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)))


def _inverse(order: NDArray[np.int32]) -> Positions:
    found = np.empty(len(order), np.int32)
    found[order] = np.arange(len(order), dtype=np.int32)
    return found


def linked_together(parts: Sequence[Links], changes: Sequence[Positions]) -> Links:
    """The links of several spaces in the order of their codes; ``changes`` says where each change of
    a space is among the changes of all."""
    if not parts:
        return NO_LINKS
    return Links(
        tuple(path for part in parts for path in part.paths),
        _codes([len(part.paths) for part in parts]),
        np.concatenate([part.is_page for part in parts]),
        _shifted([part.path for part in parts], [len(part.paths) for part in parts]),
        np.concatenate(
            [
                np.where(part.change >= 0, place[part.change] if len(place) else -1, -1)
                for part, place in zip(parts, changes, strict=True)
            ]
        ).astype(np.int32),
        _shifted([part.marks for part in parts], [len(part.lead_start) - 1 for part in parts]),
        np.concatenate([part.since for part in parts]),
        np.concatenate([part.until for part in parts]),
        _starts(np.concatenate([np.diff(part.lead_start) for part in parts])),
        _shifted([part.lead for part in parts], [len(part.leads) for part in parts]),
        _starts(np.concatenate([np.diff(part.tag_start) for part in parts])),
        _shifted([part.tag for part in parts], [len(part.tags) for part in parts]),
        tuple(lead for part in parts for lead in part.leads),
        _codes([len(part.leads) for part in parts]),
        tuple(tag for part in parts for tag in part.tags),
    )


def _codes(lengths: Sequence[int]) -> NDArray[np.int8]:
    return np.repeat(np.arange(len(lengths), dtype=np.int8), lengths)


def _shifted(columns: Sequence[Positions], lengths: Sequence[int]) -> Positions:
    """Positions made positions in all parts one after the other."""
    bases = np.concatenate(([0], np.cumsum(lengths)))[:-1]
    moved = (
        np.where(column == GONE, GONE, column + base)
        for column, base in zip(columns, bases, strict=True)
    )
    return np.concatenate(list(moved)).astype(np.int32)
