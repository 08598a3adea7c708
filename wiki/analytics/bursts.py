"""Weeks in which far more was edited than usual."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, timedelta, tzinfo
from statistics import median

from wiki.analytics.calendar import floor, local_day
from wiki.analytics.figures import Cell, Column, Table
from wiki.analytics.ledger import Ledger
from wiki.model import Window

WEEKS_BEFORE = 26
TIMES_USUAL = 3
AT_LEAST = 20


def bursts(ledger: Ledger, window: Window, zone: tzinfo = UTC) -> Table:
    """The weeks that begin in the window with three times the usual number of edits or more."""
    weeks = Counter(floor(local_day(change.at, zone), "week") for change in ledger.edits)
    first = min(weeks, default=None)
    rows: list[tuple[Cell, ...]] = []
    for week, edits in sorted(weeks.items()):
        usual = _usual(weeks, first, week)
        in_window = local_day(window.since, zone) <= week < local_day(window.until, zone)
        if in_window and usual is not None and edits >= max(AT_LEAST, TIMES_USUAL * usual):
            rows.append((week, edits, usual))
    return Table(
        "bursts",
        "Weeks out of the ordinary",
        f"Weeks with at least {AT_LEAST} edits and at least {TIMES_USUAL} times the median of the "
        f"{WEEKS_BEFORE} weeks before.",
        (
            Column("week", "Week from", "text"),
            Column("edits", "Edits", "edits"),
            Column("usual", "Usual before", "number"),
        ),
        tuple(rows),
    )


def _usual(weeks: Counter[date], first: date | None, week: date) -> float | None:
    """The median week before a week; None before half a year of history."""
    earlier = [week - timedelta(weeks=back) for back in range(1, WEEKS_BEFORE + 1)]
    if first is None or earlier[-1] < first:
        return None
    return median(weeks[day] for day in earlier)
