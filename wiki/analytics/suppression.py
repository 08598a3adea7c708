"""Small groups are not shown: cells of fewer than ``minimum`` people, and what would give them away.

The rules of METRICS § 9. Zero is shown: nobody is concerned. A total is shown: reports are about the
whole. So in every group of cells whose sum is known, what is hidden must be two cells or more and
together ``minimum`` people or more; otherwise the smallest shown cell is withheld with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wiki.analytics.columns import distinct, how_many
from wiki.analytics.facts import Positions
from wiki.analytics.figures import Hidden, Value

K = TypeVar("K", str, int)


def shown(people: int, minimum: int) -> bool:
    """Whether a value about so many people may be shown."""
    return people == 0 or people >= minimum


def head_count(people: int, minimum: int) -> Value:
    """A number of people, or that it is small."""
    return people if shown(people, minimum) else Hidden.FEW


def suppress(
    cells: Mapping[str, int],
    groups: Iterable[Sequence[str]],
    minimum: int,
    withheld: Iterable[str] = (),
) -> dict[str, Value]:
    """Head-counts with the small ones hidden; each of ``groups`` names cells whose sum is known.

    ``withheld`` cells are hidden from the start whatever their size.
    """
    hidden = {key for key, people in cells.items() if not shown(people, minimum)} | set(withheld)
    known_sums = [tuple(group) for group in groups]
    while extra := _giveaways(cells, known_sums, hidden, minimum):
        hidden.add(extra)
    return {key: _value(people, key in hidden, minimum) for key, people in cells.items()}


def nested(counts: Sequence[int], minimum: int, total: int) -> tuple[Value, ...]:
    """Head-counts of groups each inside the one before, all inside ``total`` people.

    One is shown if it and the difference to the last one shown are no small groups.
    """
    values: list[Value] = []
    last = total
    for people in counts:
        if shown(people, minimum) and shown(last - people, minimum):
            last = people
            values.append(people)
        else:
            values.append(Hidden.WITHHELD if people >= minimum else Hidden.FEW)
    return tuple(values)


def share_of(part: int, whole: int, minimum: int) -> Value:
    """``part`` people of ``whole`` as a share; hidden if either side of it is a small group."""
    if not whole:
        return None
    if not shown(part, minimum) or not shown(whole - part, minimum):
        return Hidden.FEW if not shown(part, minimum) else Hidden.WITHHELD
    return part / whole


def people_by(cell: NDArray[np.int64], person: Positions) -> dict[int, frozenset[int]]:
    """Who is behind each cell; entry by entry ``person`` is behind ``cell`` (both ≥ 0)."""
    if not len(cell):
        return {}
    most = int(person.max()) + 1
    pairs = np.unique(cell.astype(np.int64) * most + person)
    cells, starts = np.unique(pairs // most, return_index=True)
    parts = np.split(pairs % most, starts[1:])
    return {int(one): frozenset(who.tolist()) for one, who in zip(cells, parts, strict=True)}


def conceal(
    people: Mapping[K, frozenset[int]], groups: Iterable[Collection[K]], minimum: int
) -> set[K]:
    """Cells not to be shown, of cells that count something else than people (edits, say).

    ``people`` are those behind each cell, of whom one may be behind several; each of ``groups`` names
    cells whose sum is known. What is hidden in a group is two cells or more, with ``minimum`` people
    or more behind them together.
    """
    hidden = {key for key, behind in people.items() if not shown(len(behind), minimum)}
    known = sorted(([key for key in group if people.get(key)] for group in groups), key=len)
    while True:
        # The narrowest group first: what is hidden for it often serves the wider ones too.
        found = (_next(people, group, hidden, minimum) for group in known)
        extra = next((key for key in found if key is not None), None)
        if extra is None:
            return hidden
        hidden.add(extra)


def _next(
    people: Mapping[K, frozenset[int]], group: Sequence[K], hidden: set[K], minimum: int
) -> K | None:
    """The smallest shown cell of a group, if those hidden in it could be told without it."""
    inside = [key for key in group if key in hidden]
    concerned = frozenset[int]().union(*(people[key] for key in inside))
    if not inside or (len(inside) > 1 and len(concerned) >= minimum):
        return None
    rest = [key for key in group if key not in hidden]
    return min(rest, key=lambda key: (len(people[key]), key), default=None)


def concealed(cell: Positions, person: Positions, minimum: int) -> set[int]:
    """Cells of a breakdown whose sum is known that are not told: entry by entry, ``person`` is behind
    ``cell``. What is hidden concerns ``minimum`` people or more together, in two cells or more, so
    that the sum gives nobody away; nothing more can be hidden where all is.
    """
    if minimum <= 1 or not len(cell):
        return set()
    most = int(person.max()) + 1
    pairs = distinct(cell.astype(np.int64) * most + person)
    cells, people = pairs // most, pairs % most
    counts = np.bincount(cells)
    hidden = {int(each) for each in np.flatnonzero((counts > 0) & (counts < minimum))}
    rest = sorted(
        set(np.flatnonzero(counts).tolist()) - hidden, key=lambda each: (counts[each], each)
    )
    while hidden and rest:
        behind = how_many(people[np.isin(cells, list(hidden))])
        if len(hidden) > 1 and behind >= minimum:
            break
        hidden.add(rest.pop(0))
    return hidden


def _value(people: int, is_hidden: bool, minimum: int) -> Value:
    if not is_hidden:
        return people
    return Hidden.FEW if people < minimum else Hidden.WITHHELD


def _giveaways(
    cells: Mapping[str, int], groups: Sequence[Sequence[str]], hidden: set[str], minimum: int
) -> str:
    """A cell to withhold because its group gives hidden ones away; "" if all are safe."""
    for group in groups:
        inside = [key for key in group if key in hidden]
        if not inside:
            continue
        people = sum(cells[key] for key in inside)
        if len(inside) > 1 and (people >= minimum or people == 0):
            continue
        rest = [key for key in group if key not in hidden]
        if rest:
            return min(rest, key=lambda key: (cells[key] == 0, cells[key], key))
    return ""
