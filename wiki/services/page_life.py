"""A page's whole life: its versions, what happened to it, and who wrote how much of it when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from wiki.errors import PageNotFound
from wiki.model import page_name
from wiki.projections.authorship.rows import VersionRuns
from wiki.projections.history import Scope
from wiki.services.contested_passages import Contested, contested_passages
from wiki.services.history import Change, described
from wiki.services.kept import Kept
from wiki.services.page_moments import Moment, main_line, moments_of, standing
from wiki.services.people import Person, mailmap_of
from wiki.services.space import Space
from wiki.services.version_text import NAMED, Credits
from wiki.services.wiki import Wiki

MOST_VERSIONS = 2_000
"""Of a page with more versions, only the newest are told of."""

SAMPLES = 300
"""Versions at which the words are counted by person; of more, so many are taken evenly."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one person wrote of the page at each sample; the last of all layers, whose ``person`` is
    None, is everybody else."""

    person: Person | None
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """A page's moments, oldest first.

    ``shown`` are the positions of those that left a text; ``words`` how many words each has, in the
    same order, None where it cannot be told. ``current`` is the position of the one whose text is
    there now (None: the page is deleted); ``line`` those that led to it, or to the last. ``samples``
    are some of ``line``; at a deletion all layers are 0. ``contested`` are the first of
    ``contested_total``. ``left_out`` says how many older changes are not told of.
    """

    moments: tuple[Moment, ...]
    shown: tuple[int, ...]
    words: tuple[int | None, ...]
    current: int | None
    line: frozenset[int]
    credit: Credits
    samples: tuple[int, ...]
    layers: tuple[Layer, ...]
    contested: tuple[Contested, ...]
    contested_total: int
    left_out: int


_kept = Kept(24)


def life_of(wiki: Wiki, space: Space, path: str) -> Life:
    """The life of the page that is, or was last, at a path; kept until something changes.

    Raises:
        PageNotFound: nothing was ever recorded of such a page.
        IndexNotReady: the history is being read.
    """
    head = space.repository.head()
    entry = space.repository.entry(head, path) if head else None
    there = entry.oid if entry else ""
    key = (
        str(space.index_folder),
        path,
        there,
        space.history.position(),
        space.authorship.position(),
        mailmap_of(space).oid,
        space.veil.former().version,
    )
    life: Life = _kept.get(key, lambda: _live(wiki, space, path, there))
    return life


def _live(wiki: Wiki, space: Space, path: str, there: str) -> Life:
    scope = Scope(page=path)
    rows = space.history.changes(scope, limit=MOST_VERSIONS)
    if not rows:
        raise PageNotFound(space.name, page_name(path))
    left_out = space.history.count(scope) - len(rows) if len(rows) == MOST_VERSIONS else 0
    moments = moments_of(described(wiki, space, rows), rows)
    current = standing(moments, there) if there else None
    line = main_line(moments, len(moments) - 1 if current is None else current)
    shown = tuple(position for position, moment in enumerate(moments) if moment.oid)
    runs, commits = space.authorship.runs(
        (moments[position].change.oid, moments[position].path) for position in shown
    )
    changes = _changes(wiki, space, moments, commits)
    samples, layers = _layers(moments, line, dict(zip(shown, runs, strict=True)), commits, changes)
    ranks = {layer.person.who: rank for rank, layer in enumerate(layers) if layer.person}
    last = max((n for n, position in enumerate(shown) if position in line), default=0)
    contested, total = contested_passages(space, moments, shown, runs, last)
    words = tuple(version.tokens if version else None for version in runs)
    return Life(
        moments, shown, words, current, frozenset(line), Credits(changes, ranks),
        samples, layers, contested, total, left_out,
    )  # fmt: skip


def _changes(
    wiki: Wiki, space: Space, moments: Sequence[Moment], commits: Sequence[str]
) -> dict[str, Change]:
    """Every change that wrote a word here, also those of other pages from which words were moved."""
    found = {moment.change.oid: moment.change for moment in moments}
    missing = sorted(set(commits) - found.keys())
    for change in described(wiki, space, space.history.changes_of(missing)):
        found[change.oid] = change
    return found


# -- who wrote how much ----------------------------------------------------------------------


def _layers(
    moments: Sequence[Moment],
    line: Sequence[int],
    runs: Mapping[int, VersionRuns | None],
    commits: Sequence[str],
    changes: Mapping[str, Change],
) -> tuple[tuple[int, ...], tuple[Layer, ...]]:
    """The samples, and how many words each person has in each."""
    people: dict[str, Person] = {change.person.who: change.person for change in changes.values()}
    # Writers are commits by number; those of an unknown change are nobody in particular.
    writers = [changes[commit].person.who if commit in changes else "" for commit in commits]
    samples = tuple(line[index] for index in _sampled(len(line)))
    counts: list[Counter[str]] = []
    for position in samples:
        version = runs.get(position)
        if version is None and moments[position].oid and counts:
            counts.append(counts[-1])  # what cannot be told is drawn as it was before
        else:
            counts.append(_counted(version, writers))
    named = _most(counts, [moments[position].at for position in samples], people)
    layers = [Layer(people[who], tuple(each[who] for each in counts)) for who in named]
    rest = tuple(sum(n for who, n in each.items() if who not in named) for each in counts)
    return samples, (*layers, Layer(None, rest))


def _counted(version: VersionRuns | None, writers: Sequence[str]) -> Counter[str]:
    """How many of a version's words are whose."""
    counts: Counter[str] = Counter()
    if version is not None:
        words = np.bincount(version.writer, version.count)
        for writer in np.flatnonzero(words).tolist():
            counts[writers[writer]] += int(words[writer])
    return counts


def _sampled(count: int) -> tuple[int, ...]:
    if count <= SAMPLES:
        return tuple(range(count))
    return tuple(sorted({round(i * (count - 1) / (SAMPLES - 1)) for i in range(SAMPLES)}))


def _most(
    counts: Sequence[Counter[str]], times: Sequence[int], people: Mapping[str, Person]
) -> list[str]:
    """Those whose words fill most of the page: as it is now, and on average over its life."""
    weight: dict[str, float] = defaultdict(float)
    life = max(1, times[-1] - times[0])
    for each, (begin, end) in zip(counts, pairwise(times), strict=False):
        for who, words in each.items():
            weight[who] += words * (end - begin) / life
    for who, words in counts[-1].items():
        weight[who] += words
    ordered = sorted(weight, key=lambda who: (-weight[who], who))
    return [who for who in ordered if who in people and weight[who] > 0][:NAMED]
