"""What comes and goes by week, month or quarter: pages, lines, edits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

import numpy as np

from wiki.analytics.calendar import Bucket, Step, buckets, indices
from wiki.analytics.facts import Facts, Mask
from wiki.analytics.figures import Cell, Column, Hidden, Table, Unit
from wiki.analytics.pages import page_states, stocks
from wiki.analytics.suppression import concealed
from wiki.model import Window


def growth_table(facts: Facts, window: Window, step: Step, zone: tzinfo) -> Table:
    """Pages that stood, came and went."""
    cut = buckets(window, step, zone)
    found = stocks(page_states(facts), [bucket.until for bucket in cut], window.since)
    rows = [(stock.pages, stock.born, stock.restored, stock.deleted, stock.size) for stock in found]
    columns: tuple[tuple[str, str, Unit], ...] = (
        ("pages", "Pages", "pages"),
        ("new", "New", "pages"),
        ("restored", "Restored", "pages"),
        ("deleted", "Deleted", "pages"),
        ("size", "Size", "bytes"),
    )
    definition = (
        f"Pages and their size at the end of each {step}, and how many came and went in it."
    )
    return _table("growth", "Pages over time", definition, step, columns, cut, rows)


def churn_table(facts: Facts, window: Window, step: Step, zone: tzinfo, minimum: int) -> Table:
    """Lines that people wrote and removed."""
    cut = buckets(window, step, zone)
    edits = facts.edits(window)
    bucket = indices(cut, facts.changes.at[edits])
    added, removed = (
        np.bincount(bucket, lines[edits], len(cut)).astype(np.int64).tolist()
        for lines in (facts.changes.lines_added, facts.changes.lines_removed)
    )
    hidden = _hidden(facts, window, cut, minimum)
    rows = [
        _UNSAID if i in hidden else (plus, minus, plus - minus)
        for i, (plus, minus) in enumerate(zip(added, removed, strict=True))
    ]
    columns: tuple[tuple[str, str, Unit], ...] = (
        ("added", "Written", "lines"),
        ("removed", "Removed", "lines"),
        ("net", "Net", "lines"),
    )
    definition = "Lines that people’s edits added and removed; a changed line is one of each."
    title = f"Lines written and removed by {step}"
    return _table("churn", title, definition, step, columns, cut, rows)


def activity_table(facts: Facts, window: Window, step: Step, zone: tzinfo, minimum: int) -> Table:
    """People's edits, the pages they touched, and the edits that put a page back."""
    cut = buckets(window, step, zone)
    edits = facts.edits(window)
    bucket = indices(cut, facts.changes.at[edits])
    count = np.bincount(bucket, minlength=len(cut)).tolist()
    undone = facts.changes.revert[edits]
    reverts = np.bincount(bucket[undone], minlength=len(cut)).tolist()
    pairs = np.unique(
        bucket.astype(np.int64) * len(facts.pages.identity) + facts.changes.page[edits]
    )
    pages = np.bincount(pairs // max(1, len(facts.pages.identity)), minlength=len(cut)).tolist()
    hidden = _hidden(facts, window, cut, minimum)
    unsaid = _hidden(facts, window, cut, minimum, facts.changes.revert)
    rows = [
        _UNSAID
        if i in hidden
        else (count[i], pages[i], Hidden.WITHHELD if i in unsaid else reverts[i])
        for i in range(len(cut))
    ]
    columns: tuple[tuple[str, str, Unit], ...] = (
        ("edits", "Edits", "edits"),
        ("pages", "Pages edited", "pages"),
        ("reverts", "Undone", "edits"),
    )
    definition = f"People’s edits in each {step}, the different pages they touched, and those that put a page back."
    return _table("activity", f"Edits by {step}", definition, step, columns, cut, rows)


_UNSAID = (Hidden.WITHHELD, Hidden.WITHHELD, Hidden.WITHHELD)


def _hidden(
    facts: Facts, window: Window, cut: Sequence[Bucket], minimum: int, only: Mask | None = None
) -> set[int]:
    """The spans of which nothing is told, since too few people edited in them."""
    rows = facts.credited(window)
    if only is not None:
        rows = rows[only[facts.credits.change[rows]]]
    return concealed(indices(cut, facts.credits.at[rows]), facts.credits.person[rows], minimum)


def _table(
    key: str,
    title: str,
    definition: str,
    step: Step,
    columns: Iterable[tuple[str, str, Unit]],
    cut: Sequence[Bucket],
    rows: Sequence[tuple[Cell, ...]],
) -> Table:
    """Rows a bucket; the last column says which the window cuts."""
    return Table(
        key,
        title,
        definition,
        (
            Column("start", f"{step.capitalize()} from", "text"),
            *(Column(*column) for column in columns),
            Column("part", "", "text"),
        ),
        tuple(
            (bucket.start, *row, "" if bucket.whole else "part")
            for bucket, row in zip(cut, rows, strict=True)
        ),
    )
