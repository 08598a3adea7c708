"""What a report leaves out, and how much that is."""

from __future__ import annotations

from wiki.analytics.figures import Cell, Column, Table
from wiki.analytics.ledger import Ledger, Sort
from wiki.model import Window

_LABELS: tuple[tuple[Sort, str], ...] = (
    ("people", "Edits by people (counted)"),
    ("bots", "Edits by machines"),
    ("bulk", "Bulk changes: one change to very many pages, or an import"),
    ("merges", "Merges of two lines of history"),
    ("renames", "Renames and moves without a change of content"),
)


def left_out(ledger: Ledger, window: Window) -> Table:
    """Rows of the window by how they are counted."""
    rows: list[tuple[Cell, ...]] = []
    for sort, label in _LABELS:
        changes = ledger.slice(window, sort)
        commits = len({change.commit for change in changes})
        pages = len({change.page for change in changes})
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
