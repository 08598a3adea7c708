"""When people edit: weekdays and hours on the authors' own clocks.

Hours tell more of a person than totals do (METRICS § 9), so a number of edits is shown only where
enough people are behind it, and where the numbers that are shown do not give the others away.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wiki.analytics.facts import Facts, Ints, Mask, Positions
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.suppression import conceal, people_by, shown
from wiki.model import Window

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL_HOURS = 9

_STEPS = (1, 3, 6)
_VISIBLE = 0.6
_THURSDAY = 3
"""Weekday of the first day of 1970; Monday is 0."""


@dataclass(frozen=True)
class Clocks:
    """The edits of a window by local time: for each of ``edits`` (positions of changes) its
    ``weekday`` and ``hour``, and for each credit of theirs its ``person`` and its edit's ``spot``
    (weekday times 24 and hour)."""

    edits: Positions
    weekday: Ints
    hour: Ints
    offsets: int
    person: Positions
    spot: Ints
    contributors: int

    @cached_property
    def usual(self) -> int:
        """The hour with which the nine hours in a row begin that hold most edits."""
        by_hour = np.bincount(self.hour, minlength=24)
        around = np.concatenate((by_hour, by_hour[: USUAL_HOURS - 1]))
        return int(np.argmax(np.convolve(around, np.ones(USUAL_HOURS, np.int64), "valid")))

    @cached_property
    def outside(self) -> Mask:
        """Which edits were made at other hours than the usual ones."""
        return is_outside(self.hour, self.usual)


def clocks(facts: Facts, window: Window) -> Clocks:
    """The window's edits on their authors' clocks."""
    edits = facts.edits(window)
    local = _local(facts, edits)
    rows = facts.credited(window)
    people = facts.credits.person[rows]
    theirs = _local(facts, facts.credits.change[rows])
    return Clocks(
        edits,
        _weekday(local),
        _hour(local),
        len(np.unique(facts.commits.offset[facts.changes.commit[edits]])),
        people,
        _weekday(theirs) * 24 + _hour(theirs),
        int(np.count_nonzero(np.bincount(people))),
    )


def is_outside(hours: Ints, usual: int) -> Mask:
    """Which hours of the day are not among the nine that begin with ``usual``."""
    outside: Mask = (hours - usual) % 24 >= USUAL_HOURS
    return outside


def outside_share(found: Clocks, minimum: int) -> Value:
    """Share of edits outside the usual hours; hidden where few people are on one side of it."""
    if not len(found.edits):
        return None
    outside = is_outside(found.spot % 24, found.usual)
    if not all(shown(len(np.unique(found.person[side])), minimum) for side in (outside, ~outside)):
        return Hidden.FEW
    return float(np.count_nonzero(found.outside) / len(found.edits))


def weekday_hours(found: Clocks, minimum: int) -> Table:
    """Edits by weekday and local hour; in coarser steps of hours where most cells are too small."""
    step, values = 24, np.zeros(0, np.int64)
    hidden: set[int] = set()
    for step in _STEPS:
        values = _cells(found.weekday * 24 + found.hour, step)
        hidden = _hidden(found, step, minimum)
        seen = values.sum() - values[sorted(hidden)].sum()
        if seen >= _VISIBLE * len(found.edits):
            break
    rows = tuple(_row(weekday, values, hidden, 24 // step) for weekday in range(7))
    return Table(
        "hours",
        "When people edit",
        "Edits by weekday and hour on the authors’ own clocks; hours are those that begin then.",
        (
            Column("weekday", "Weekday", "text"),
            *(Column(f"h{hour:02}", _label(hour, step), "edits") for hour in range(0, 24, step)),
        ),
        rows if shown(found.contributors, minimum) and len(found.edits) else (),
        _note(found, minimum),
        chart="heat",
    )


def span_words(usual: int) -> str:
    """The usual hours on a clock: ``08:00 to 17:00``."""
    return f"{usual:02}:00 to {(usual + USUAL_HOURS) % 24:02}:00"


def _local(facts: Facts, changes: Positions) -> Ints:
    """Seconds since 1970 on the clocks of the changes' authors."""
    offset = facts.commits.offset[facts.changes.commit[changes]].astype(np.int64)
    return facts.changes.at[changes] + offset * 60


def _weekday(local: Ints) -> Ints:
    return (local // 86400 + _THURSDAY) % 7


def _hour(local: Ints) -> Ints:
    return local // 3600 % 24


def _cells(spot: Ints, step: int) -> Ints:
    """Edits of each cell, weekday by weekday."""
    return np.bincount(_coarse(spot, step), minlength=7 * 24 // step)


def _coarse(spot: Ints, step: int) -> Ints:
    return spot // 24 * (24 // step) + spot % 24 // step


def _hidden(found: Clocks, step: int, minimum: int) -> set[int]:
    """Cells not to be shown. The edits of all, and of all outside the usual hours, are known."""
    if minimum <= 1:
        return set()
    cell = _coarse(found.spot, step)
    people = people_by(cell, found.person)
    groups = [set(people)]
    if outside_share(found, minimum) not in (None, Hidden.FEW):
        apart = np.flatnonzero(is_outside(np.arange(24), found.usual))
        groups.append({one for one in people if one % (24 // step) * step in apart})
        groups.append(groups[0] - groups[1])
    return conceal(people, groups, minimum)


def _row(weekday: int, values: Ints, hidden: set[int], width: int) -> tuple[Cell, ...]:
    spots = range(weekday * width, (weekday + 1) * width)
    return WEEKDAYS[weekday], *(Hidden.FEW if i in hidden else int(values[i]) for i in spots)


def _label(hour: int, step: int) -> str:
    return f"{hour:02}" if step == 1 else f"{hour:02}–{hour + step:02}"


def _note(found: Clocks, minimum: int) -> str:
    told = [] if minimum <= 1 else [f"Shown only where {minimum} people or more edited."]
    if outside_share(found, minimum) not in (None, Hidden.FEW):
        told.append(f"Most edits fall into the nine hours from {span_words(found.usual)}.")
    return " ".join(told)
