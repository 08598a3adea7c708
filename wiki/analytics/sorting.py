"""What a report leaves out, and how much that is."""

from __future__ import annotations

import numpy as np

from wiki.analytics.facts import Facts, Sort
from wiki.analytics.figures import Cell, Column, Hidden, Table
from wiki.analytics.suppression import shown
from wiki.model import Window

_LABELS: tuple[tuple[Sort, str], ...] = (
    ("people", "Edits by people (counted)"),
    ("bots", "Edits by machines"),
    ("bulk", "Bulk changes: one change to very many pages, or an import"),
    ("merges", "Merges of two lines of history"),
    ("renames", "Renames and moves without a change of content"),
)


def left_out(facts: Facts, window: Window, minimum: int = 1) -> Table:
    """Changes of the window by how they are counted."""
    contributors = len(np.unique(facts.credits.person[facts.credited(window)]))
    rows: list[tuple[Cell, ...]] = []
    for sort, label in _LABELS:
        changes = facts.edits(window) if sort == "people" else facts.rows(sort, window)
        if sort == "people" and not shown(contributors, minimum):
            rows.append((label, *[Hidden.WITHHELD] * 3))
            continue
        commits = len(np.unique(facts.changes.commit[changes]))
        pages = len(np.unique(facts.changes.page[changes]))
        rows.append((label, len(changes), commits, pages))
    return Table(
        "left_out",
        "What is counted, and what is left out",
        "Only edits by people count in the figures above. The rest is listed here so that nothing is hidden.",
        (
            Column("sort", "Kind", "text"),
            Column("rows", "Changes to pages", "edits"),
            Column("changes", "Saved changes", "changes"),
            Column("pages", "Pages", "pages"),
        ),
        tuple(rows),
    )
