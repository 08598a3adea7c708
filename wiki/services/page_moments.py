"""What happened to a page, change by change, and which of its versions led to the one that stands."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.projections.history import ChangeRow, HistoryRow
from wiki.services.history import EARLIEST, Change

Happening = Literal["made", "took back", "renamed", "deleted", "brought back", "joined"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One change of a page.

    ``path`` and ``oid`` are where and what text it left (no ``oid``: it deleted the page). ``at``
    (UTC seconds) never goes back from one moment to the next. ``made_from`` is the position of the
    moment whose text it changed, None where the page was made (anew).
    """

    change: Change
    path: str
    oid: str
    at: int
    happenings: tuple[Happening, ...]
    made_from: int | None = None
    renamed_from: str = ""


def moments_of(changes: Sequence[Change], rows: Sequence[HistoryRow]) -> tuple[Moment, ...]:
    """A page's moments, oldest first, from its history, newest first."""
    found: list[Moment] = []
    newest: dict[str, int] = {}
    latest = int(time.time())
    pairs = [
        (change, part) for change, row in zip(changes, rows, strict=True) for part in row.changes
    ]
    for change, row in reversed(pairs):
        anew = row.kind in {"added", "copied"}
        was_gone = bool(found) and not found[-1].oid
        before = found[-1].at if found else EARLIEST
        at = min(change.at or before, latest)
        found.append(
            Moment(
                change=change,
                path=row.path,
                oid=row.new_oid,
                at=max(at, before),
                happenings=_happenings(change, row, was_gone=was_gone),
                made_from=None if anew else newest.get(row.old_oid),
                renamed_from=row.old_path if _is_rename(row) else "",
            )
        )
        if row.new_oid:
            newest[row.new_oid] = len(found) - 1
    return tuple(found)


def _is_rename(row: ChangeRow) -> bool:
    return row.kind == "renamed" and row.old_path != row.path


def _happenings(change: Change, row: ChangeRow, *, was_gone: bool) -> tuple[Happening, ...]:
    if not row.new_oid:
        return ("deleted",)
    found: list[Happening] = []
    if row.kind in {"added", "copied"}:
        found.append("brought back" if was_gone else "made")
    elif row.revert:
        found.append("took back")
    if _is_rename(row):
        found.append("renamed")
    if change.merge:
        found.append("joined")
    return tuple(found)


def standing(moments: Sequence[Moment], oid: str) -> int | None:
    """The newest moment that left this text; None if none did."""
    return next((n for n in range(len(moments) - 1, -1, -1) if moments[n].oid == oid), None)


def main_line(moments: Sequence[Moment], last: int) -> tuple[int, ...]:
    """The positions of the moments that led to one of them, oldest first.

    Versions that others wrote at the same time are not among them: what was taken over from those
    came in with the change that joined both.
    """
    found = [last]
    while found[-1]:
        here = moments[found[-1]]
        found.append(found[-1] - 1 if here.made_from is None else here.made_from)
    return tuple(reversed(found))
