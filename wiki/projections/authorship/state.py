"""What is known of every version of every page, in columns that only grow."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from wiki.projections.authorship import descent, losses, versions
from wiki.projections.authorship.columns import Source
from wiki.projections.authorship.losses import Losses
from wiki.projections.authorship.runs import Line
from wiki.projections.authorship.standing import Standing
from wiki.projections.authorship.steps import flat_lines, read_steps
from wiki.projections.authorship.versions import DELETED

_BUDGET = 6_000_000
"""So many lines of versions are kept at hand; others are put together again from the steps."""

COLUMNS = {"steps": "q", "steps_end": "q", "gone": "q", "gone_end": "q"}
"""Of versions: where their steps and the runs they removed end."""


class State(Standing):
    """The versions of a history with their texts, as lines made of numbered tokens."""

    def __init__(self) -> None:
        super().__init__()
        for name, kind in COLUMNS.items():
            setattr(self, name, array(kind))
        self.losses = Losses(self.rank)
        self._lists: dict[int, list[Line]] = {}
        self._held = 0

    source: Source | None = None
    steps: Any
    steps_end: Any
    gone: Any
    gone_end: Any

    def owners(self) -> Iterator[tuple[object, str, str]]:
        """Every column of numbers: whose attribute it is, its name and item type."""
        own = versions.COLUMNS | COLUMNS
        parts = (self, own), (self.descent, descent.COLUMNS), (self.losses, losses.COLUMNS)
        for owner, columns in parts:
            for name, kind in columns.items():
                yield owner, name, kind

    def close_version(self, version: int, added: int, removed: int, restored: int) -> None:
        """Write down what a version did, its steps and losses being recorded."""
        self.count_version(version, added, removed, restored)
        self.steps_end.append(len(self.steps))
        self.gone_end.append(len(self.gone))

    def record_step(self, position: int, removed: int, lines: list[Line]) -> None:
        """A step of the version being made: so many lines replaced at a position of the old text."""
        step: array[int]
        try:
            step = array("q", [position, removed, len(lines), *lines])  # type: ignore[list-item]
        except TypeError:  # one of them is of mixed origin
            step = array("q", [position, removed, -len(lines), *flat_lines(lines)])
        self.steps.extend(step)

    def record_line(self, position: int, line: Line) -> None:
        """A step that puts one line in the place of another."""
        if type(line) is int:
            self.steps.extend((position, 1, 1, line))
        else:
            self.steps.extend((position, 1, -1, -len(line), *line))  # type: ignore[arg-type,misc]

    def hold(self, version: int, lines: list[Line]) -> None:
        """Keep a version's lines at hand."""
        self._lists[version] = lines
        self._held += len(lines) + 8
        while self._held > _BUDGET and len(self._lists) > 1:
            first = next(iter(self._lists))
            self._held -= len(self._lists.pop(first)) + 8

    def lines(self, version: int) -> list[Line]:
        """A version's lines; not to be changed by the caller."""
        found = self._lists.get(version)
        if found is not None:
            return found
        pending = []
        each = version
        while each >= 0 and each not in self._lists:
            if self.kind[each] == DELETED:
                each = -1
                break
            pending.append(each)
            if self.parent[each] >= each:
                raise ValueError(f"version {each} comes before its parent")
            each = self.parent[each]
        lines = list(self._lists[each]) if each >= 0 else []
        for each in reversed(pending):
            self._apply(each, lines)
        self.hold(version, lines)
        return lines

    def steps_of(self, version: int) -> list[tuple[int, int, list[Line]]]:
        """A version's steps: position in the old text (``~position`` where the text stayed the same and
        only its origin changed), lines removed, lines put there."""
        at = self.steps_end[version - 1] if version else 0
        return read_steps(self.steps[at : self.steps_end[version]])

    def gone_of(self, version: int) -> list[int]:
        """The runs of tokens a version removed."""
        at = self.gone_end[version - 1] if version else 0
        runs: list[int] = self.gone[at : self.gone_end[version]].tolist()
        return runs

    def _apply(self, version: int, lines: list[Line]) -> None:
        shift = 0
        for position, removed, put in self.steps_of(version):
            start = max(position, ~position) + shift
            lines[start : start + removed] = put
            shift += len(put) - removed
