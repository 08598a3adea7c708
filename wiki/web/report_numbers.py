"""Where the numbers in a report's tables lead: to what they count, the days they are of, or the team."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from wiki.analytics.figures import Hidden, Quantity, Table
from wiki.analytics.measuring import GOAL_FIGURES
from wiki.analytics.purpose import PurposeReport
from wiki.analytics.table_cells import CELLS, may_open
from wiki.services.reports import Finished
from wiki.web.report_asking import Place
from wiki.web.report_history import history_of

NumberLinker = Callable[[Table, int, int], str]
"""The address that a cell (table, row, column) leads to; "" if it leads nowhere."""

_DAYS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("participation", "over_time"): {"people": "contributors", "new": "new", "edits": "edits"},
    ("persistence", "turnover"): {"added": "added", "restored": "restored", "removed": "removed", "net": "net"},
    ("emergence", "growth"): {"pages": "pages", "links": "links"},
    ("evolution", "growth"): {"pages": "pages", "new": "new_pages", "restored": "restored_pages", "deleted": "deleted_pages"},
    ("evolution", "churn"): {"added": "lines_added", "removed": "lines_removed"},
    ("evolution", "activity"): {"edits": "edits", "pages": "pages_edited", "reverts": "reverts"},
    ("evolution", "bursts"): {"edits": "edits"},
}  # fmt: skip
"""Tables of weeks or months: the figure that counts, in the days of a row, what a column does."""

_KINDS = {"contributors": "people", "new": "people"}
_OF_TEAMS = frozenset({("participation", "teams"), ("collective", "bridges_table"), ("collective", "overwrites")})  # fmt: skip
_WEEK = timedelta(days=7)


def unnumbered(_table: Table, _row: int, _column: int) -> str:
    """A ``NumberLinker`` for where nothing can be opened: in a file that was taken along."""
    return ""


def numbers_of(place: Place, finished: Finished) -> NumberLinker:
    """The addresses of the numbers in this report's tables."""
    return _Numbers(place, finished).address


def _is_of_few(table: Table, row: int) -> bool:
    """Whether too few people are behind a row: what it counts would not be opened."""
    cells = zip(table.columns, table.rows[row], strict=True)
    return any(column.unit == "people" and isinstance(cell, Hidden) for column, cell in cells)


@dataclass(frozen=True, slots=True)
class _Numbers:
    place: Place
    finished: Finished

    def address(self, table: Table, row: int, column: int) -> str:
        name, key = self.finished.kind.name, table.columns[column].key
        if (name, table.key) in _OF_TEAMS:
            return self._team(table, row, key)
        if (name, table.key) == ("purpose", "progress"):
            return self._goal(row, key)
        if not _counts(table, row, column):
            return ""
        if (name, table.key, key) in CELLS:
            kind = CELLS[name, table.key, key][0]
            if _is_of_few(table, row):
                return ""
            if not may_open((name, table.key, key), self.finished.minimum) or self._unnamed(kind):
                return ""
            return self.place.report(f"{name}/{table.key}.{row}.{key}")
        figure = _DAYS.get((name, table.key), {}).get(key)
        return self._days(table, row, figure) if figure else ""

    def _unnamed(self, kind: str) -> bool:
        """Whether people would be listed where they are not named: of letters in a short list the
        history tells whose they are."""
        return kind == "people" and self.finished.naming != "named"

    def _days(self, table: Table, row: int, figure: str) -> str:
        """A figure in the days of a row; where few are not told of, all changes of these days."""
        start, chosen = table.rows[row][0], self.finished.chosen
        if not isinstance(start, date):
            return ""
        following = table.rows[row + 1][0] if row + 1 < len(table.rows) else None
        until = start + _WEEK if table.key == "bursts" else following
        end = min(until, chosen.until) if isinstance(until, date) else chosen.until
        since = max(start, chosen.since)
        if self.finished.minimum > 1 or self._unnamed(_KINDS.get(figure, "")):
            return history_of(self.place, self.finished, since, end)
        days = {"window": "", "since": since.isoformat(), "until": end.isoformat()}
        return self.place.report(f"{self.finished.kind.name}/{figure}", **days)

    def _team(self, table: Table, row: int, key: str) -> str:
        """The report on a team alone, or one of its figures; none on one that may not be told of."""
        team, scope = table.rows[row][0], self.finished.scope
        if team not in self.finished.teams or scope.team or scope.person:
            return ""
        told = [column.key for column in table.columns].index(key)
        name = self.finished.kind.name
        if table.key != "teams":
            return self.place.report(name, team=str(team)) if not told else ""
        people = table.column("people")[row]
        if not isinstance(people, int) or (not people and self.finished.minimum > 1):
            return ""
        if key == "team":
            return self.place.report(name, team=str(team))
        figure = {"people": "contributors", "edits": "edits"}.get(key, "")
        if not figure or not people or self._unnamed(_KINDS.get(figure, "")):
            return ""
        return self.place.report(f"{name}/{figure}", team=str(team))

    def _goal(self, row: int, key: str) -> str:
        """The figure of a goal in its own report; over the goal's days where these can be asked for."""
        report = self.finished.report
        if not isinstance(report, PurposeReport) or key not in {"figure", "now"}:
            return ""
        goal = report.goals_measured[row].goal
        meaning = GOAL_FIGURES.get(goal.figure)
        if meaning is None:
            return ""
        name, _, figure = goal.figure.partition(".")
        until = self.finished.chosen.until
        since = until - timedelta(days=goal.days)
        days = {"window": "", "since": since.isoformat(), "until": until.isoformat()}
        if key == "figure" or not meaning.behind or self.finished.minimum > 1:
            days = days if self.finished.minimum <= 1 else {}
            return f"{self.place.report(name, **days)}#figure-{figure}"
        return self.place.report(f"{name}/{figure}", **days)


def _counts(table: Table, row: int, column: int) -> bool:
    """Whether there is something to count in a cell."""
    cell = table.rows[row][column]
    value = cell.value if isinstance(cell, Quantity) else cell
    return isinstance(value, int | float) and value != 0
