"""Those who begin: how many there are, how far they go, and whether they stay."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, tzinfo
from statistics import median

from wiki.analytics.calendar import Cutter, Step, after, buckets, floor, local_day, midnight
from wiki.analytics.figures import Cell, Column, Hidden, Table, Value
from wiki.analytics.ledger import Ledger, people_of
from wiki.analytics.suppression import head_count, nested, shown, suppress
from wiki.model import Window

STAGES = (1, 2, 5, 25)
MONTHS = 12
PERIODS = ((30, 60), (60, 90), (90, 120), (120, 150), (150, 180))

_DAY = 86400


def editors_over_time(
    ledger: Ledger, window: Window, step: Step, zone: tzinfo, minimum: int
) -> Table:
    """People who edited in each week or month of the window, the newcomers among them, and edits."""
    cut = buckets(window, step, zone)
    cutter = Cutter(cut)
    editors: list[set[str]] = [set() for _ in cut]
    edits = [0] * len(cut)
    for change in ledger.slice(window):
        index = cutter.index(change.at)
        edits[index] += 1
        editors[index].update(people_of(change))
    new = [0] * len(cut)
    for times in ledger.times.values():
        if times[0] in window:
            new[cutter.index(times[0])] += 1
    newcomers = _newcomer_cells(editors, new, minimum)
    rows = (
        (
            bucket.start,
            head_count(len(people), minimum),
            newcomers[index],
            edits[index],
            "" if bucket.whole else "part",
        )
        for index, (bucket, people) in enumerate(zip(cut, editors, strict=True))
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


def _newcomer_cells(
    editors: Sequence[set[str]], new: Sequence[int], minimum: int
) -> dict[int, Value]:
    """Newcomers by bucket; together with those who are not new they make up the bucket's people."""
    cells = {f"new {i}": count for i, count in enumerate(new)}
    cells |= {f"old {i}": len(people) - new[i] for i, people in enumerate(editors)}
    groups = [[f"new {i}", f"old {i}"] for i in range(len(new))]
    groups.append([f"new {i}" for i in range(len(new))])
    visible = suppress(cells, groups, minimum)
    return {i: visible[f"new {i}"] for i in range(len(new))}


def funnel(ledger: Ledger, window: Window, minimum: int) -> Table:
    """How many of all who ever edited reached a 2nd, 5th and 25th edit by the window's end."""
    known = [times[: bisect_left(times, window.until)] for times in ledger.times.values()]
    people = [[times for times in known if len(times) >= stage] for stage in STAGES]
    counts = [len(reached) for reached in people]
    values = (counts[0], *nested(counts[1:], minimum, counts[0]))
    rows: list[tuple[Cell, ...]] = []
    for stage, value, reached in zip(STAGES, values, people, strict=True):
        is_told = isinstance(value, int) and value > 0
        share: Value = value / counts[0] if isinstance(value, int) and counts[0] else None
        days: Value = (
            median((times[stage - 1] - times[0]) / _DAY for times in reached) if is_told else None
        )
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


def retention(ledger: Ledger, window: Window, zone: tzinfo = UTC, minimum: int = 1) -> Table:
    """Of each month's newcomers, the share who edited again 30–60, 60–90, … days after their first.

    The last twelve months up to the window's end. A cell is empty while the period has not passed
    for all of that month's newcomers.
    """
    months = _months(window, zone)
    cohorts = [_cohort(ledger, month, window, zone) for month in months]
    sizes = suppress(
        {str(i): len(cohort) for i, cohort in enumerate(cohorts)},
        [[str(i) for i in range(len(cohorts))]],
        minimum,
    )
    columns = [
        _retained(cohorts, months, sizes, period, window, zone, minimum) for period in PERIODS
    ]
    rows: list[tuple[Cell, ...]] = [
        (month, sizes[str(i)], *(column[i] for column in columns)) for i, month in enumerate(months)
    ]
    everyone = sum(len(cohort) for cohort in cohorts)
    rows.append(("All", everyone, *(column[-1] for column in columns)))
    return Table(
        "retention",
        "Do newcomers come back?",
        "Share of the people whose first edit lies in a month who edited again so many days after it. "
        "A month stays empty until the days have passed for everybody.",
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


def _cohort(ledger: Ledger, month: date, window: Window, zone: tzinfo) -> list[tuple[int, ...]]:
    """The edits, up to the window's end, of the people who began in a month."""
    begin, end = midnight(month, zone), midnight(after(month, "month"), zone)
    return [
        times[: bisect_left(times, window.until)]
        for times in ledger.times.values()
        if begin <= times[0] < min(end, window.until)
    ]


def _retained(
    cohorts: Sequence[Sequence[tuple[int, ...]]],
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
        if midnight(after(month, "month"), zone) + period[1] * _DAY <= window.until and cohorts[i]
    ]
    stayed = {i: sum(_came_back(times, period) for times in cohorts[i]) for i in passed}
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


def _came_back(times: Sequence[int], period: tuple[int, int]) -> bool:
    """Whether a person edited between so many days after their first edit."""
    low, high = (times[0] + days * _DAY for days in period)
    return bisect_left(times, high) > bisect_left(times, low)
