"""Lines that were removed, by the text they had, and the tokens that came back."""

from __future__ import annotations

from array import array
from bisect import insort
from collections.abc import Callable
from typing import Any

import numpy as np

from wiki.projections.authorship.runs import MOST, SHIFT, Line

COLUMNS = {
    "back": "i", "back_removed": "i", "back_run": "q", "lost_key": "q", "lost_version": "i",
    "lost_line": "q", "lost_runs": "q",
}  # fmt: skip
"""The columns of numbers, and their item types.

``back``: versions that put back or moved a run of tokens, and the version that had removed it (itself:
it was moved; -1: that cannot be told). ``lost``: lines removed anywhere, by a key of their text (a line
of mixed origin is minus the place of its runs, less one).
"""

Rank = tuple[int, bytes, str]


class Losses:
    """What versions removed that any page may bring back, and what was brought back.

    ``rank`` orders versions by their numbers. What is already in a database (``stored`` losses and
    comebacks) is looked up in the columns, what is new in dictionaries.
    """

    def __init__(self, rank: Callable[[int], Rank]) -> None:
        for name, kind in COLUMNS.items():
            setattr(self, name, array(kind))
        self.stored = 0
        self.stored_comebacks = 0
        self._rank = rank
        self._lost: dict[int, list[tuple[int, Line]]] = {}
        self._put_back: dict[int, list[int]] = {}

    back: Any
    back_removed: Any
    back_run: Any
    lost_key: Any
    lost_version: Any
    lost_line: Any
    lost_runs: Any

    def know_stored(self) -> None:
        """Look up in the columns, which are a database's now, what they hold."""
        self.stored, self.stored_comebacks = len(self.lost_key), len(self.back)

    def record(self, key: int, version: int, line: Line) -> None:
        """A line was removed that any page may bring back."""
        known = self._known(key)
        self.lost_key.append(key)
        self.lost_version.append(version)
        if type(line) is int:
            self.lost_line.append(line)
        else:
            self.lost_line.append(-1 - len(self.lost_runs))
            self.lost_runs.append(len(line))  # type: ignore[arg-type]
            self.lost_runs.extend(line)
        entry = version, line
        if not known or self._rank_of(known[-1]) <= self._rank_of(entry):
            known.append(entry)
        else:
            insort(known, entry, key=self._rank_of)

    def of(self, key: int) -> list[tuple[int, Line]]:
        """The removed lines of one text, in rising order."""
        return self._known(key) if self.stored else self._lost.get(key, [])

    def has_any(self, keys: list[int]) -> bool:
        """Whether a line of one of these texts was ever removed."""
        if not self._lost.keys().isdisjoint(keys):
            return True
        if not self.stored:
            return False
        return bool(np.isin(self.lost_key.stored(), keys).any())

    def record_comeback(self, version: int, remover: int, run: int) -> None:
        """Tokens were put back or moved."""
        self.back.append(version)
        self.back_removed.append(remover)
        self.back_run.append(run)
        first = run >> SHIFT
        for token in range(first, first + (run & MOST)):
            self._put_back.setdefault(token, []).append(version)

    def comebacks(self, token: int) -> list[int]:
        """The versions that put a token back."""
        found = self._put_back.get(token, [])
        if self.stored_comebacks and self.back_run.stored().size:
            runs = self.back_run.stored()
            first = runs >> SHIFT
            rows = np.flatnonzero((first <= token) & (token < first + (runs & MOST)))
            found = [*(self.back[row] for row in rows.tolist()), *found]
        return found

    def _known(self, key: int) -> list[tuple[int, Line]]:
        known = self._lost.get(key)
        if known is None:
            known = self._lost[key] = []
            if self.stored:
                for row in np.flatnonzero(self.lost_key.stored() == key).tolist():
                    known.append((self.lost_version[row], self._line(row)))
                known.sort(key=self._rank_of)
        return known

    def _line(self, row: int) -> Line:
        line: int = self.lost_line[row]
        if line >= 0:
            return line
        at = -1 - line
        return tuple(self.lost_runs[at + 1 : at + 1 + self.lost_runs[at]])

    def _rank_of(self, entry: tuple[int, Line]) -> Rank:
        return self._rank(entry[0])
