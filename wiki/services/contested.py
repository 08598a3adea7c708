"""Words of a page that one person took out and another soon brought back: what reports call contested, too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.contested import RADIUS
from wiki.projections.authorship.rows import VersionRuns

Names = NDArray[np.int64]
PASSAGE = 3
"""So many words side by side are a passage rather than scattered words."""

Comeback = tuple[int, int]
"""Positions of the versions that took words out and that brought them back."""


@dataclass(frozen=True, slots=True)
class Step:
    """One version of a page: its words' names, the position of the version it was made from (None:
    from nothing), whether it is an edit (not a merge, which only joins), and whose."""

    names: Names
    made_from: int | None
    edit: bool
    who: str


@dataclass(frozen=True, slots=True)
class Struggle:
    """Words with one and the same fate: their ``comebacks``, and where they stand in the version
    that brought them back last (positions among its words, rising)."""

    comebacks: tuple[Comeback, ...]
    places: tuple[int, ...]

    @property
    def version(self) -> int:
        """The version that brought them back last."""
        return self.comebacks[-1][1]

    @property
    def longest(self) -> int:
        """How many of the words at most stand side by side."""
        return max((len(run) for run in side_by_side(self.places)), default=0)


def numbered(runs: VersionRuns | None) -> Names:
    """A version's words as numbers, one for each."""
    if runs is None or not len(runs.count):
        return np.zeros(0, np.int64)
    before = np.cumsum(runs.count) - runs.count
    return np.repeat(runs.first - before, runs.count) + np.arange(runs.tokens, dtype=np.int64)


def find_struggles(steps: Sequence[Step]) -> list[Struggle]:
    """What was contested, most often first, then most words first.

    A word counts if somebody else than took it out brought it back within ``RADIUS`` versions, as in
    reports. That a page was deleted or made anew as a whole is no contest about words.
    """
    groups: dict[tuple[Comeback, ...], list[int]] = defaultdict(list)
    edits = np.cumsum([step.edit for step in steps]).tolist()
    for name, comebacks in _comebacks(steps).items():
        against = tuple(
            (out, back)
            for out, back in comebacks
            if steps[out].who != steps[back].who and edits[back] - edits[out] <= RADIUS
        )
        if against:
            groups[against].append(name)
    found = [
        Struggle(comebacks, _places(steps[comebacks[-1][1]].names, names))
        for comebacks, names in groups.items()
    ]
    found.sort(key=lambda each: (-len(each.comebacks), -len(each.places), each.comebacks))
    return _without_crumbs(found)


def _without_crumbs(struggles: Sequence[Struggle]) -> list[Struggle]:
    """Without single words that mostly went and came with longer passages: they are counted apart only
    because something else befell them, too."""
    told: set[int] = set()
    found: list[Struggle] = []
    for each in sorted(struggles, key=lambda each: each.longest < PASSAGE):
        backs = {back for _, back in each.comebacks}
        if each.longest >= PASSAGE:
            told |= backs
        elif 2 * len(backs & told) >= len(backs):
            continue
        found.append(each)
    kept = {id(each) for each in found}
    return [each for each in struggles if id(each) in kept]


def side_by_side(places: Sequence[int]) -> list[list[int]]:
    """Rising places in runs without a gap."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] + 1 == place:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _places(names: Names, wanted: Sequence[int]) -> tuple[int, ...]:
    places: list[int] = np.flatnonzero(np.isin(names, np.array(wanted))).tolist()
    return tuple(places)


def _comebacks(steps: Sequence[Step]) -> dict[int, list[Comeback]]:
    """Of every word that came back, when it went and when it returned."""
    size = max((int(step.names.max()) + 1 for step in steps if len(step.names)), default=0)
    out_by = np.full(size, -1, np.int64)
    there = np.zeros(size, np.bool_)
    found: dict[int, list[Comeback]] = defaultdict(list)
    for position, step in enumerate(steps):
        if step.made_from is None or not step.edit:
            continue
        gone, come = _difference(steps[step.made_from].names, step.names, there)
        back = come[out_by[come] >= 0]
        for name, out in zip(back.tolist(), out_by[back].tolist(), strict=True):
            found[name].append((out, position))
        out_by[back] = -1
        out_by[gone] = position
    return found


def _difference(old: Names, new: Names, there: NDArray[np.bool_]) -> tuple[Names, Names]:
    """Words of ``old`` that are not in ``new``, and the other way; ``there`` is scratch, all False."""
    there[old] = True
    come = _once(new[~there[new]])
    there[old] = False
    there[new] = True
    gone = _once(old[~there[old]])
    there[new] = False
    return gone, come


def _once(names: Names) -> Names:
    """Each name once; most edits bring or take few, and then there is nothing to sort."""
    return np.unique(names) if len(names) > 1 else names
