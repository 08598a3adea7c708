"""Those who begin: how many there are, how far they go, and whether they stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, tzinfo

import numpy as np

from wiki.analytics.calendar import Step, after, buckets, floor, indices, local_day, midnight
from wiki.analytics.contributors import Careers, careers_of
from wiki.analytics.facts import Facts, Ints, Mask, Positions
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.suppression import concealed, head_count, nested, shown, suppress
from wiki.model import Window

STAGES = (1, 2, 5, 25)
MONTHS = 12
PERIODS = ((30, 60), (60, 90), (90, 120), (120, 150), (150, 180))

_DAY = 86400


def editors_over_time(
    facts: Facts, window: Window, step: Step, zone: tzinfo, minimum: int
) -> Table:
    """People who edited in each week or month of the window, the newcomers among them, and edits."""
    cut = buckets(window, step, zone)
    credited = facts.credited(window)
    bucket, person = indices(cut, facts.credits.at[credited]), facts.credits.person[credited]
    edits = np.bincount(indices(cut, facts.changes.at[facts.edits(window)]), minlength=len(cut))
    hidden = concealed(bucket, person, minimum)
    editors = _people_in(bucket, person, len(facts.people), len(cut))
    first = careers_of(facts).first
    begun = first[(first >= window.since) & (first < window.until)]
    new = np.bincount(indices(cut, begun), minlength=len(cut))
    newcomers = _newcomer_cells(editors, new, minimum)
    rows = (
        (
            each.start,
            head_count(int(editors[i]), minimum),
            None if facts.cut else newcomers[i],
            Hidden.WITHHELD if i in hidden else int(edits[i]),
            "" if each.whole else "part",
        )
        for i, each in enumerate(cut)
    )
    return Table(
        "over_time",
        f"Contributors by {step}",
        f"Different people who edited in each {step}, those among them who had never edited before, and their edits.",
        (
            Column("start", f"{step.capitalize()} from", "text"),
            Column("people", "Contributors", "people"),
            Column("new", "New among them", "people"),
            Column("edits", "Edits", "edits"),
            Column("part", "", "text"),
        ),
        tuple(rows),
        f"The window cuts the first or last {step} where it says “part”.",
    )


def _people_in(bucket: Positions, person: Positions, everybody: int, buckets: int) -> Ints:
    """How many different people there are in each bucket."""
    pairs = np.unique(bucket.astype(np.int64) * max(everybody, 1) + person)
    return np.bincount(pairs // max(everybody, 1), minlength=buckets)


def _newcomer_cells(editors: Ints, new: Ints, minimum: int) -> dict[int, Value]:
    """Newcomers by bucket; together with those who are not new they make up the bucket's people. Where
    nobody edited nobody is new, as everybody sees: a value hidden there would hide no other."""
    some = np.flatnonzero(editors).tolist()
    cells = {f"new {i}": int(new[i]) for i in some}
    cells |= {f"old {i}": int(editors[i] - new[i]) for i in some}
    groups = [[f"new {i}", f"old {i}"] for i in some]
    groups.append([f"new {i}" for i in some])
    visible = suppress(cells, groups, minimum)
    return {i: visible.get(f"new {i}", 0) for i in range(len(new))}


def funnel(facts: Facts, window: Window, minimum: int) -> Table:
    """How many of all who ever edited reached a 2nd, 5th and 25th edit by the window's end."""
    careers = careers_of(facts)
    reached = [careers.nth(stage, window.until) for stage in STAGES]
    counts = [len(people) for people, _ in reached]
    values = (head_count(counts[0], minimum), *nested(counts[1:], minimum, counts[0]))
    rows: list[tuple[Cell, ...]] = []
    for stage, value, (people, times) in zip(STAGES, values, reached, strict=True):
        is_told = isinstance(value, int) and value > 0
        share: Value = value / counts[0] if isinstance(value, int) and counts[0] else None
        days: Value = float(np.median((times - careers.first[people]) / _DAY)) if is_told else None
        rows.append((_stage(stage), value, share if is_told else value, days))
    return Table(
        "funnel",
        "From the first edit on",
        "Of everybody who edited by the window’s end: how many made a second, fifth and twenty-fifth "
        "edit, and the median number of days from their first edit to it. Those who began lately had "
        "less time.",
        (
            Column("stage", "Reached", "text"),
            Column("people", "People", "people"),
            Column("share", "Share", "share"),
            Column("days", "Median days since the first", "days"),
        ),
        tuple(rows),
    )


def _stage(edits: int) -> str:
    return {1: "1st edit", 2: "2nd edit"}.get(edits, f"{edits}th edit")


def retention(facts: Facts, window: Window, zone: tzinfo = UTC, minimum: int = 1) -> Table:
    """Of each month's newcomers, the share who edited again 30–60, 60–90, … days after their first.

    The last twelve months up to the window's end. A cell is empty while the period has not passed
    for all of that month's newcomers.
    """
    months = _months(window, zone)
    careers = careers_of(facts)
    cohorts = [_cohort(careers, month, window, zone) for month in months]
    sizes = suppress(
        {str(i): len(cohort) for i, cohort in enumerate(cohorts)},
        [[str(i) for i in range(len(cohorts))]],
        minimum,
    )
    columns = [
        _retained(facts, cohorts, months, sizes, period, window, zone, minimum)
        for period in PERIODS
    ]
    rows: list[tuple[Cell, ...]] = [
        (month, sizes[str(i)], *(column[i] for column in columns)) for i, month in enumerate(months)
    ]
    everyone = sum(len(cohort) for cohort in cohorts)
    rows.append(("All", head_count(everyone, minimum), *(column[-1] for column in columns)))
    return Table(
        "retention",
        "Do newcomers come back?",
        "Share of the people whose first edit lies in a month who edited again so many days after it. "
        "A month stays empty until the days have passed for everybody; in the line “All” each share is of those "
        "newcomers for whom they have, not of all of them.",
        (
            Column("month", "First edit in", "text"),
            Column("people", "Newcomers", "people"),
            *(Column(f"d{low}", f"{low}–{high} days", "share") for low, high in PERIODS),
        ),
        tuple(rows),
    )


def _months(window: Window, zone: tzinfo) -> list[date]:
    """The last twelve months that begin before the window's end."""
    month = floor(local_day(window.until - 1, zone), "month")
    months = [month]
    while len(months) < MONTHS:
        month = floor(date.fromordinal(month.toordinal() - 1), "month")
        months.append(month)
    return months[::-1]


def cohort_of(facts: Facts, window: Window, zone: tzinfo, row: int) -> Positions:
    """The newcomers of a row of the table of retention; the last row is of all its months."""
    cohorts = [_cohort(careers_of(facts), month, window, zone) for month in _months(window, zone)]
    return cohorts[row] if row < len(cohorts) else np.concatenate(cohorts)


def _cohort(careers: Careers, month: date, window: Window, zone: tzinfo) -> Positions:
    """The people who began in a month, up to the window's end."""
    begin, end = midnight(month, zone), midnight(after(month, "month"), zone)
    return np.flatnonzero(careers.began(begin, min(end, window.until))).astype(np.int32)


def _retained(
    facts: Facts,
    cohorts: Sequence[Positions],
    months: Sequence[date],
    sizes: dict[str, Value],
    period: tuple[int, int],
    window: Window,
    zone: tzinfo,
    minimum: int,
) -> list[Value]:
    """One column: a share a cohort, then that of all cohorts for which the period has passed."""
    passed = [
        i
        for i, month in enumerate(months)
        if midnight(after(month, "month"), zone) + period[1] * _DAY <= window.until
        and len(cohorts[i])
    ]
    back = _came_back(facts, period, window)
    stayed = {i: int(np.count_nonzero(back[cohorts[i]])) for i in passed}
    cells = {f"stayed {i}": stayed[i] for i in passed}
    cells |= {f"left {i}": len(cohorts[i]) - stayed[i] for i in passed}
    groups = [[f"{side} {i}" for i in passed] for side in ("stayed", "left")]
    groups += [[f"stayed {i}", f"left {i}"] for i in passed]
    unknown = {
        f"{side} {i}"
        for side in ("stayed", "left")
        for i in passed
        if isinstance(sizes[str(i)], Hidden)
    }
    visible = suppress(cells, groups, minimum, unknown)
    column: list[Value] = [None] * len(months)
    for i in passed:
        told = visible[f"stayed {i}"]
        column[i] = told / len(cohorts[i]) if isinstance(told, int) else told
    return [*column, _overall(sum(stayed.values()), sum(len(cohorts[i]) for i in passed), minimum)]


def _overall(stayed: int, people: int, minimum: int) -> Value:
    if not people:
        return None
    if shown(stayed, minimum) and shown(people - stayed, minimum):
        return stayed / people
    return Hidden.FEW


def _came_back(facts: Facts, period: tuple[int, int], window: Window) -> Mask:
    """Who edited between so many days after their first edit, before the window's end."""
    rows = facts.credited()
    person, at = facts.credits.person[rows], facts.credits.at[rows]
    since = at - careers_of(facts).first[person]
    low, high = (days * _DAY for days in period)
    found = np.zeros(len(facts.people), np.bool_)
    found[person[(since >= low) & (since < high) & (at < window.until)]] = True
    return found
