"""The pages that stand at a moment: by how many people, how old, how much edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wiki.analytics.facts import Facts, Ints, Mask, Positions
from wiki.analytics.figures import Cell, Column, Table
from wiki.analytics.pages import PageStates, page_states
from wiki.model import Window

DAY = 86400
MOST = np.iinfo(np.int64).max
_AGES = ((0, 30), (31, 90), (91, 180), (181, 365), (366, None))
_EDITS = ((0, 0), (1, 1), (2, 4), (5, 9), (10, 24), (25, None))
_KEPT = "page edits"


@dataclass(frozen=True, slots=True, eq=False)
class PageEdits:
    """Everybody's edits to the pages in scope.

    ``at`` holds their times page by page, from ``start`` on; ``edited`` is the page of each, in the
    same order. ``writer_page`` and ``writer_at`` say that a person first edited a page at a time.
    """

    states: PageStates
    edited: Positions
    at: Ints
    start: Ints
    writer_page: Positions
    writer_at: Ints

    def writers(self, until: int) -> Ints:
        """How many different people had edited each page before a time."""
        return np.bincount(
            self.writer_page[self.writer_at < until], minlength=len(self.states.born)
        )

    def count(self, window: Window) -> Ints:
        """How often each page was edited in a window."""
        inside = (self.at >= window.since) & (self.at < window.until)
        return np.bincount(self.edited[inside], minlength=len(self.states.born))

    def last(self, until: int) -> Ints:
        """When each page was last edited by a person before a time; when it was made, if it was not."""
        known = np.bincount(self.edited[self.at < until], minlength=len(self.states.born))
        times = self.states.born.copy()
        some = known > 0
        times[some] = self.at[self.start[some] + known[some] - 1]
        return times

    def age(self, pages: Positions, at: int) -> Ints:
        """Seconds from the last edit of pages to a time."""
        return np.maximum(0, at - self.last(at)[pages])


def page_edits(facts: Facts) -> PageEdits:
    """Everybody's edits by page, gathered once."""
    found = facts.kept.get(_KEPT)
    if not isinstance(found, PageEdits):
        found = facts.kept[_KEPT] = _gather(facts)
    return found


def _gather(facts: Facts) -> PageEdits:
    everybody = facts.everybody()
    mask = facts.page_mask()
    edits = everybody.edits()
    edits = edits[mask[facts.changes.page[edits]]]
    page = facts.changes.page[edits]
    order = np.argsort(page, kind="stable")
    count = np.bincount(page, minlength=len(mask))
    rows = everybody.credited()
    rows = rows[mask[facts.changes.page[facts.credits.change[rows]]]]
    credited = facts.changes.page[facts.credits.change[rows]].astype(np.int64)
    people = max(1, len(facts.people))
    # Rows are in order of time, and of equal ones the first is found.
    pairs, first = np.unique(credited * people + facts.credits.person[rows], return_index=True)
    return PageEdits(
        page_states(facts),
        page[order],
        facts.changes.at[edits][order],
        np.cumsum(count) - count,
        (pairs // people).astype(np.int32),
        facts.credits.at[rows][first],
    )


def authors_table(edits: PageEdits, standing: Positions, until: int) -> Table:
    """Pages by how many people wrote them."""
    counts = np.bincount(np.minimum(3, edits.writers(until)[standing]), minlength=4).tolist()
    return _distribution(
        "authors",
        "How many people edited each page",
        "Pages there at the window’s end by how many different people had edited them by then, through renames.",
        "Written by",
        [
            ("One person", counts[1]),
            ("Two people", counts[2]),
            ("Three or more", counts[3]),
            ("Machines or bulk changes only", counts[0]),
        ],
    )


def ages_table(edits: PageEdits, standing: Positions, at: int) -> Table:
    """Pages by days since their last edit."""
    return _distribution(
        "ages",
        "How long ago pages were last edited",
        "Pages there at the window’s end by whole days since a person last edited them.",
        "Last edited",
        _classes(edits.age(standing, at) // DAY, _AGES, "days ago"),
    )


def edits_table(edits: PageEdits, standing: Positions, window: Window) -> Table:
    """Pages by how often they were edited in the window."""
    return _distribution(
        "page_edits",
        "How often pages were edited",
        "Pages there at the window’s end by the number of edits people made to them in the window.",
        "Edits in the window",
        _classes(edits.count(window)[standing], _EDITS, "edits"),
    )


def age_class(days: Ints, place: int) -> Mask:
    """Which ages are in a row of the table of ages."""
    return _within(days, *_AGES[place])


def edits_class(edits: Ints, place: int) -> Mask:
    """Which numbers of edits are in a row of the table of edits."""
    return _within(edits, *_EDITS[place])


def _within(values: Ints, low: int, high: int | None) -> Mask:
    return (values >= low) & (values <= (MOST if high is None else high))


def _classes(
    values: Ints, ranges: Sequence[tuple[int, int | None]], unit: str
) -> list[tuple[str, int]]:
    return [
        (
            _range(low, high, unit),
            int(np.count_nonzero(_within(values, low, high))),
        )
        for low, high in ranges
    ]


def _range(low: int, high: int | None, unit: str) -> str:
    if high is None:
        return f"{low} {unit} or more" if unit == "edits" else f"more than {low - 1} {unit}"
    if low == high:
        return {0: "no edit", 1: "1 edit"}[low]
    return f"{low}–{high} {unit}"


def _distribution(
    key: str, title: str, definition: str, label: str, counts: Sequence[tuple[str, int]]
) -> Table:
    """Pages by class, with each class's share."""
    total = sum(count for _, count in counts)
    rows: list[tuple[Cell, ...]] = [
        (name, count, count / total if total else None) for name, count in counts
    ]
    columns = (
        Column("class", label, "text"),
        Column("pages", "Pages", "pages"),
        Column("share", "Share", "share"),
    )
    return Table(key, title, definition, columns, tuple(rows), chart="bars")
