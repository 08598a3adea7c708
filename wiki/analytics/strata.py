"""Words by when they were written: how they stand over time, and how long each year's last."""

from __future__ import annotations

from datetime import date, tzinfo

import numpy as np

from wiki.analytics.calendar import local_day, midnight
from wiki.analytics.columns import marked as marked_positions
from wiki.analytics.facts import Facts, Ints, Positions
from wiki.analytics.figures import Cell, Column, Hidden, Table
from wiki.analytics.lives import Lives, born_between, moment, writers
from wiki.analytics.suppression import concealed
from wiki.model import Window

COLUMNS = 120
"""So many moments are drawn at most; a longer history is looked at in longer steps."""

YEARS = 12
"""So many years are told apart at most; earlier ones are taken together."""

_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


def years_of(
    facts: Facts, born: Positions, zone: tzinfo, until: int
) -> tuple[Ints, tuple[str, ...]]:
    """The year of each of some changes before a time, as a position in the names returned.

    Only years in which there is one; if the history is long, its first years are taken together.
    """
    if not len(born):
        return np.zeros(0, np.int64), ()
    at = facts.changes.at
    first = local_day(int(at[born.min()]), zone).year
    last = max(local_day(until - 1, zone).year, first)
    begins = np.array([midnight(date(year, 1, 1), zone) for year in range(first, last + 1)])
    names = [str(each) for each in range(first, last + 1)]
    folded = max(0, len(names) - YEARS)
    if folded:
        names = [f"to {names[folded]}", *names[folded + 1 :]]
    year = np.clip(np.searchsorted(begins, at, "right") - 1 - folded, 0, len(names) - 1)[born]
    written = marked_positions(year, len(names))
    place = np.cumsum(written) - 1
    return place[year], tuple(name for name, is_one in zip(names, written, strict=True) if is_one)


def moments(first: int, until: int, zone: tzinfo) -> list[tuple[date, int]]:
    """Ends of months (their last days, with the second after) from a first time on, and ``until``."""
    day = local_day(first, zone).replace(day=1)
    end = local_day(until - 1, zone)
    months = (end.year - day.year) * 12 + end.month - day.month + 1
    step = next((step for step in _STEPS if months / step <= COLUMNS - 1), _STEPS[-1])
    found: list[tuple[date, int]] = []
    # Steps are counted from January, so that a wider step is looked at in the same months each year.
    month = day.year * 12 + (day.month - 1) // step * step + step
    while (at := midnight(date(month // 12, month % 12 + 1, 1), zone)) < until:
        found.append((date.fromordinal(local_day(at, zone).toordinal() - 1), at))
        month += step
    return [*found, (end, until)]


def strata_table(
    facts: Facts, lives: Lives, marked: Lives | None, window: Window, zone: tzinfo, minimum: int
) -> Table:
    """Words that stood at the end of each month, by the year in which people wrote them.

    ``marked`` are those of machines, bulk changes and imports, in a column of their own.
    """
    lives = born_between(lives, 0, moment(facts, window.until))
    year, names = years_of(facts, lives.born, zone, window.until)
    rows: tuple[tuple[Cell, ...], ...] = ()
    others = ("Machines, bulk and imports",) if marked is not None else ()
    if len(lives.born) or (marked is not None and len(marked.born)):
        days = moments(facts.first or window.until, window.until, zone)
        ends = np.array([moment(facts, at) for _, at in days])
        standing = _standing(lives, year, len(names), ends)
        hidden = _hidden(lives, year, ends, minimum)
        rest = [] if marked is None else [_standing(marked, None, 1, ends)[0]]
        rows = tuple(
            (
                day,
                *(Hidden.FEW if y in hidden[i] else int(standing[y, i]) for y in range(len(names))),
                *(int(column[i]) for column in rest),
            )
            for i, (day, _) in enumerate(days)
        )
    return Table(
        "strata",
        "Words by the year in which they were written",
        "Words that stood at each date, stacked by the year in which people wrote them; words of machines, bulk "
        "changes and imports are shown as one layer, whenever they were written.",
        (
            Column("day", "At the end of", "text"),
            *(Column(f"y{name.replace(' ', '_')}", name, "words") for name in names),
            *(Column("marked", name, "words") for name in others),
        ),
        rows,
        f"Years in which fewer than {minimum} people’s words stood are hidden."
        if minimum > 1
        else "",
        "area",
    )


def _standing(lives: Lives, group: Ints | None, groups: int, ends: Ints) -> Ints:
    """Words of each group that stand at each of some rising moments: groups × moments."""
    if group is None:
        group = np.zeros(len(lives.born), np.int64)
    size = len(ends) + 1
    # A word counts from the first moment after its birth up to the last before its end.
    last = int(max(lives.died.max(initial=0), ends[-1])) + 1
    place = np.searchsorted(ends, np.arange(last), "right")
    came = group * size + place[lives.born]
    went = group * size + place[lives.died]
    change = np.bincount(came, lives.count, groups * size)
    change -= np.bincount(went, lives.count, groups * size)
    return change.reshape(groups, size).cumsum(axis=1)[:, :-1].round().astype(np.int64)


def _hidden(lives: Lives, year: Ints, ends: Ints, minimum: int) -> list[set[int]]:
    """For each moment the years of which nothing is told, since too few people's words stand."""
    if minimum <= 1 or not len(lives.born):
        return [set() for _ in ends]
    everybody = int(lives.writer.max()) + 1
    code = year * everybody + lives.writer
    known = marked_positions(code, int(code.max()) + 1)
    place = (np.cumsum(known) - 1)[code]
    present = _standing(lives, place, int(known.sum()), ends) > 0
    of_year, whose = (each.astype(np.int32) for each in np.divmod(np.flatnonzero(known), everybody))
    return [concealed(of_year[here], whose[here], minimum) for here in present.T]


def ages_table(facts: Facts, standing: Ints, at: int, minimum: int) -> Table:
    """Standing words (as many of each change) by how long ago they were written."""
    born = np.flatnonzero(standing)
    days = np.maximum(at - facts.changes.at[born], 0) // 86400
    limits = (30, 90, 180, 365, 730, 1825)
    names = (
        "up to 30 days", "31 to 90 days", "91 to 180 days", "181 to 365 days",
        "one to two years", "two to five years", "more than five years",
    )  # fmt: skip
    group = np.searchsorted(np.array(limits), days)
    words = np.bincount(group, standing[born], len(names)).astype(np.int64)
    hidden = concealed(group.astype(np.int32), writers(facts)[born], minimum)
    total = int(words.sum())
    rows = tuple(
        (name, Hidden.FEW, Hidden.FEW)
        if i in hidden
        else (name, int(words[i]), int(words[i]) / total if total else None)
        for i, name in enumerate(names)
    )
    return Table(
        "word_ages",
        "How old the words are",
        "People’s words that stood at the window’s end, by how long before they were written.",
        (
            Column("age", "Written", "text"),
            Column("words", "Words", "words"),
            Column("share", "Share", "share"),
        ),
        rows,
        chart="columns",
    )


def median_age(facts: Facts, standing: Ints, at: int) -> float | None:
    """Days within which half of the standing words (as many of each change) were written."""
    # Changes are in the order of time, so that their words can be added up from the oldest on.
    running = np.cumsum(standing)
    if not len(running) or not running[-1]:
        return None
    middle = int(np.searchsorted(running, running[-1] / 2))
    return max(0, at - int(facts.changes.at[middle])) / 86400
