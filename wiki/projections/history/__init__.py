"""The history: every commit, what it changed, and which page each file was through its names."""

from wiki.projections.history.history import History
from wiki.projections.history.rows import (
    ChangeRow,
    CommitRow,
    HistoryRow,
    Scope,
    Totals,
)

__all__ = [
    "ChangeRow",
    "CommitRow",
    "History",
    "HistoryRow",
    "Scope",
    "Totals",
]
