"""When people edit: weekdays and hours on the authors' own clocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiki.analytics.facts import Facts, Ints, Mask, Positions
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.suppression import concealed, shown
from wiki.model import Window

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL_HOURS = 9

_STEPS = (1, 3, 6)
_VISIBLE = 0.6
_HOUR = 3600
_DAY = 86400
_FIRST_WEEKDAY = 3
"""The first of January 1970 was a Thursday."""


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """A window's edits, and once more each under every person it is credited to, on the authors'
    clocks: weekdays (0 is Monday) and hours."""

    edits: Positions
    weekday: Ints
    hour: Ints
    person: Positions
    person_weekday: Ints
    person_hour: Ints

    @classmethod
    def of(cls, facts: Facts, window: Window) -> Clock:
        """The edits in scope and focus."""
        edits, credited = facts.edits(window), facts.credited(window)
        weekday, hour = local_spots(facts, edits)
        again = local_spots(facts, facts.credits.change[credited])
        return cls(edits, weekday, hour, facts.credits.person[credited], *again)


def local_spots(facts: Facts, changes: Positions) -> tuple[Ints, Ints]:
    """The weekday (0 is Monday) and the hour of changes on their authors' clocks."""
    commit = facts.changes.commit[changes]
    local = facts.commits.at[commit] + facts.commits.offset[commit].astype(np.int64) * 60
    return (local // _DAY + _FIRST_WEEKDAY) % 7, local // _HOUR % 24


def offsets(facts: Facts, window: Window) -> int:
    """How many different offsets from UTC the authors' clocks had."""
    return len(np.unique(facts.commits.offset[facts.changes.commit[facts.edits(window)]]))


def usual_hours(clock: Clock) -> Mask:
    """The nine hours of the day in a row that hold most of the edits; the earliest of several."""
    by_hour = np.bincount(clock.hour, minlength=24)
    around = [int(np.roll(by_hour, -start)[:USUAL_HOURS].sum()) for start in range(24)]
    best = max(range(24), key=lambda start: (around[start], -start))
    inside = np.zeros(24, np.bool_)
    inside[[(best + step) % 24 for step in range(USUAL_HOURS)]] = True
    return inside


def outside_share(clock: Clock, contributors: int, minimum: int) -> Value:
    """Share of edits outside the nine consecutive hours of the day that hold most of them."""
    if not len(clock.edits):
        return None
    if not shown(contributors, minimum):
        return Hidden.FEW
    inside = usual_hours(clock)
    behind = len(np.unique(clock.person[~inside[clock.person_hour]]))
    within = int(np.count_nonzero(inside[clock.hour]))
    return 1 - within / len(clock.edits) if shown(behind, minimum) else Hidden.FEW


def weekday_hours(clock: Clock, contributors: int, minimum: int) -> Table:
    """Edits by weekday and local hour; in coarser steps of hours where most cells are too small."""
    is_told = bool(contributors) and shown(contributors, minimum)
    for step in _STEPS:
        cells, hidden = _grid(clock, step, minimum)
        visible = cells.sum() - sum(cells.flat[each] for each in hidden)
        if visible >= _VISIBLE * len(clock.edits):
            break
    return Table(
        "hours",
        "When people edit",
        "Edits by weekday and hour on the authors’ own clocks; hours are those that begin then.",
        (
            Column("weekday", "Weekday", "text"),
            *(Column(f"h{hour:02}", _label(hour, step), "edits") for hour in range(0, 24, step)),
        ),
        tuple(_row(cells, hidden, weekday) for weekday in range(7)) if is_told else (),
        f"Shown only where {minimum} people or more edited." if minimum > 1 else "",
        chart="heat",
    )


def _grid(clock: Clock, step: int, minimum: int) -> tuple[Ints, set[int]]:
    """Edits by weekday and step of hours, and the cells (counted row by row) that are not told."""
    parts = 24 // step
    spots = clock.weekday * parts + clock.hour // step
    behind = clock.person_weekday * parts + clock.person_hour // step
    cells = np.bincount(spots, minlength=7 * parts).reshape(7, parts)
    return cells, concealed(behind.astype(np.int32), clock.person, minimum)


def _row(cells: Ints, hidden: set[int], weekday: int) -> tuple[Cell, ...]:
    parts = cells.shape[1]
    values: list[Cell] = [
        Hidden.FEW if weekday * parts + part in hidden else int(cells[weekday, part])
        for part in range(parts)
    ]
    return WEEKDAYS[weekday], *values


def _label(hour: int, step: int) -> str:
    return f"{hour:02}" if step == 1 else f"{hour:02}–{hour + step:02}"
