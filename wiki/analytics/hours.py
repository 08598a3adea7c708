"""When people edit: weekdays and hours on the authors' own clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.ledger import people_of
from wiki.analytics.suppression import shown
from wiki.model import PageChange

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL_HOURS = 9

_STEPS = (1, 3, 6)
_VISIBLE = 0.6
_Spot = tuple[int, int]
_T = TypeVar("_T")


def local_spot(change: PageChange) -> _Spot:
    """The weekday (0 is Monday) and the hour on the author's clock."""
    local = datetime.fromtimestamp(change.at, UTC) + timedelta(minutes=change.offset)
    return local.weekday(), local.hour


def offsets(edits: Sequence[PageChange]) -> int:
    """How many different offsets from UTC the authors' clocks had."""
    return len({change.offset for change in edits})


def outside_share(edits: Sequence[PageChange], contributors: int, minimum: int) -> Value:
    """Share of edits outside the nine consecutive hours of the day that hold most of them."""
    if not edits:
        return None
    if not shown(contributors, minimum):
        return Hidden.FEW
    by_hour = [0] * 24
    people: list[set[str]] = [set() for _ in range(24)]
    for change in edits:
        hour = local_spot(change)[1]
        by_hour[hour] += 1
        people[hour].update(people_of(change))
    inside = {start: sum(_around(by_hour, start)) for start in range(24)}
    best = max(inside, key=lambda start: (inside[start], -start))
    behind: set[str] = set().union(*_around(people, best + USUAL_HOURS, 24 - USUAL_HOURS))
    return 1 - inside[best] / len(edits) if shown(len(behind), minimum) else Hidden.FEW


def weekday_hours(edits: Sequence[PageChange], contributors: int, minimum: int) -> Table:
    """Edits by weekday and local hour; in coarser steps of hours where most cells are too small."""
    cells: dict[_Spot, list[PageChange]] = defaultdict(list)
    if contributors and shown(contributors, minimum):
        for change in edits:
            cells[local_spot(change)].append(change)
    for step in _STEPS:
        values = _grid(cells, step, minimum)
        visible = sum(value for value in values.values() if isinstance(value, int))
        if visible >= _VISIBLE * len(edits):
            break
    return Table(
        "hours",
        "When people edit",
        "Edits by weekday and hour on the authors’ own clocks; hours are those that begin then.",
        (
            Column("weekday", "Weekday", "text"),
            *(Column(f"h{hour:02}", _label(hour, step), "edits") for hour in range(0, 24, step)),
        ),
        tuple(_row(values, weekday, step) for weekday in range(7)) if cells else (),
        f"Shown only where {minimum} people or more edited." if minimum > 1 else "",
    )


def _around(cycle: Sequence[_T], start: int, length: int = USUAL_HOURS) -> list[_T]:
    return [cycle[(start + step) % len(cycle)] for step in range(length)]


def _grid(cells: dict[_Spot, list[PageChange]], step: int, minimum: int) -> dict[_Spot, Value]:
    edits: dict[_Spot, int] = defaultdict(int)
    people: dict[_Spot, set[str]] = defaultdict(set)
    for (weekday, hour), changes in cells.items():
        spot = weekday, hour // step
        edits[spot] += len(changes)
        people[spot].update(*(people_of(change) for change in changes))
    hidden = {spot for spot, behind in people.items() if not shown(len(behind), minimum)}
    rest = sorted(set(people) - hidden, key=lambda spot: (len(people[spot]), spot))
    while hidden and rest and not _safe(hidden, people, minimum):
        hidden.add(rest.pop(0))
    return {spot: Hidden.FEW if spot in hidden else count for spot, count in edits.items()}


def _safe(hidden: set[_Spot], people: dict[_Spot, set[str]], minimum: int) -> bool:
    """Whether the edits of all hidden cells together (known from the total) concern enough people."""
    return len(hidden) > 1 and len(set[str]().union(*(people[spot] for spot in hidden))) >= minimum


def _row(values: dict[_Spot, Value], weekday: int, step: int) -> tuple[Cell, ...]:
    return WEEKDAYS[weekday], *(values.get((weekday, part), 0) for part in range(24 // step))


def _label(hour: int, step: int) -> str:
    return f"{hour:02}" if step == 1 else f"{hour:02}–{hour + step:02}"
