"""Changes behind a number, each with how much of what is counted it has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wiki.analytics.facts import Facts, Ints, Positions
from wiki.analytics.question import Behind, Counted


def edits_with(facts: Facts, edits: Positions, columns: Sequence[tuple[str, str]]) -> Behind:
    """Those of some edits that have something in some columns of the changes: (title, column)."""
    found: list[tuple[str, Ints]] = [
        (title, getattr(facts.changes, column)[edits].astype(np.int64)) for title, column in columns
    ]
    some = np.any([values > 0 for _, values in found], axis=0)
    return Behind(
        "changes", edits[some], tuple(Counted(title, values[some]) for title, values in found)
    )
