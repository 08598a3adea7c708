"""Small groups are not shown: cells of fewer than ``minimum`` people, and what would give them away.

The rules of METRICS § 9. Zero is shown: nobody is concerned. A total is shown: reports are about the
whole. So in every group of cells whose sum is known, what is hidden must be two cells or more and
together ``minimum`` people or more; otherwise the smallest shown cell is withheld with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from wiki.analytics.figures import Hidden, Value


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
