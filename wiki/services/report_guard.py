"""What a report must not be asked where a space tells nothing about fewer than five people.

Each report hides small groups within itself. Two reports together could still tell what neither does:
of a folder and of its one neighbour, of this week and of the week without a day. So a part of a
space is reported on only if neither it nor what is left beside it is the work of a few; and days that
somebody chose are widened to spans each of which is the work of enough people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar, cast

import numpy as np

from wiki.analytics.calendar import local_day
from wiki.analytics.facts import NOBODY, Facts, Positions
from wiki.analytics.figures import Figure, Hidden
from wiki.analytics.question import Question
from wiki.analytics.suppression import concealed, shown
from wiki.errors import TooFewPeople
from wiki.model import Window
from wiki.services.report_scope import Scope, neighbours, under
from wiki.services.report_windows import Calendar, Chosen

_KEPT = "safe days"

R = TypeVar("R")


def allow(facts: Facts, scope: Scope, question: Question) -> None:
    """Let a part of a space be reported on, or refuse it; ``facts`` are those of the whole.

    Raises:
        TooFewPeople: few people took part in it, or in what is left beside it.
    """
    if question.minimum > 1 and not _is_safe(facts, scope, question.window, question.minimum):
        raise TooFewPeople(question.minimum)


def without_few(report: R, facts: Facts, scope: Scope, question: Question) -> R:
    """A report on a part (or its headline), with no comparison to a window in which few took part."""
    if question.minimum <= 1 or scope.is_whole or scope.person:
        return report
    earlier = {
        "previous": question.window.previous(question.zone),
        "year_ago": question.window.year_ago(question.zone),
    }
    hidden = [
        name
        for name, window in earlier.items()
        if not _is_safe(facts, scope, window, question.minimum)
    ]
    if isinstance(report, Figure):
        return cast("R", _blinded(report, hidden))
    if not hidden or not is_dataclass(report):
        return report
    values = {field.name: getattr(report, field.name) for field in fields(report)}
    figures = {
        name: _blinded(value, hidden) for name, value in values.items() if isinstance(value, Figure)
    }
    return cast("R", replace(report, **figures))  # type: ignore[type-var]


def widened(chosen: Chosen, facts: Facts, calendar: Calendar, minimum: int) -> Chosen:
    """Days somebody chose, widened so that no two choices differ by the work of a few; ``facts`` are
    those of the part that is reported on."""
    if minimum <= 1 or not len(facts.credited(chosen.window)):
        return chosen
    days = _safe_days(facts, calendar, minimum)
    since = max((day for day in days if day <= chosen.since), default=min(chosen.since, days[0]))
    until = min((day for day in days if day >= chosen.until), default=chosen.until)
    if (since, until) == (chosen.since, chosen.until):
        return chosen
    window = Window.of_days(since, until, calendar.zone)
    return Chosen(window, chosen.preset, since, until, widened=True)


def _safe_days(facts: Facts, calendar: Calendar, minimum: int) -> tuple[date, ...]:
    """First days of months between which enough people edited; the last is tomorrow."""
    kept = facts.kept.get(_KEPT)
    key = (calendar.tomorrow, minimum)
    if isinstance(kept, tuple) and kept[0] == key:
        return cast("tuple[date, ...]", kept[1])
    rows = facts.credited()
    at, person = facts.credits.at[rows], facts.credits.person[rows]
    first = local_day(int(at[0]), calendar.zone) if len(at) else calendar.tomorrow
    months = [*_months(first, calendar.tomorrow), calendar.tomorrow]
    days = [months[0]]
    people: set[int] = set()
    for begin, end in pairwise(months):
        window = Window.of_days(begin, end, calendar.zone)
        low, high = np.searchsorted(at, (window.since, window.until))
        people |= set(person[low:high].tolist())
        if len(people) >= minimum:
            days.append(end)
            people = set()
    if people and len(days) > 1:
        days.pop()
    if days[-1] != calendar.tomorrow:
        days.append(calendar.tomorrow)
    facts.kept[_KEPT] = (key, tuple(days))
    return tuple(days)


def _months(first: date, end: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month < end:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _is_safe(facts: Facts, scope: Scope, window: Window, minimum: int) -> bool:
    if scope.is_whole or scope.person:
        return True
    rows = facts.credited(window)
    path = scope.page or (scope.folder.strip("/") + "/" if scope.folder else "")
    inside = _under(facts, rows, path) if path else rows
    members = _of_team(facts, rows, scope.team) if scope.team else rows
    both = np.intersect1d(inside, members)
    if not shown(len(np.unique(facts.credits.person[both])), minimum):
        return False
    # In all the space, and within the other part asked for: four ways to tell by taking away.
    by_path = (_is_told_by_path(facts, some, path, minimum) for some in (rows, members))
    by_team = (_is_told_by_team(facts, some, scope.team, minimum) for some in (rows, inside))
    if path and not all(by_path):
        return False
    return not scope.team or (all(by_team) and _is_told_by_spaces(facts, rows, scope.team, minimum))


def _is_told_by_path(facts: Facts, rows: Positions, path: str, minimum: int) -> bool:
    """Whether the path, and every folder on the way to it, can be told apart from its neighbours."""
    parts = path.rstrip("/").split("/")
    for depth, part in enumerate(parts):
        above = "/".join(parts[:depth]) + "/" if depth else ""
        rows = _under(facts, rows, above)
        wanted = part + "/" if depth < len(parts) - 1 or path.endswith("/") else part
        beside = neighbours(facts, above)
        cells = beside.of_page[_pages(facts, rows)]
        if beside.names.get(wanted) in concealed(cells, facts.credits.person[rows], minimum):
            return False
    return True


def _is_told_by_team(facts: Facts, rows: Positions, team: str, minimum: int) -> bool:
    person = facts.credits.person[rows]
    cells = (facts.team[person] - NOBODY).astype(np.int32)
    return _place(facts, team) - NOBODY not in concealed(cells, person.astype(np.int32), minimum)


def _is_told_by_spaces(facts: Facts, rows: Positions, team: str, minimum: int) -> bool:
    """Whether nothing that one of several spaces hides of a team is found by taking the others away."""
    if len(facts.spaces) < 2:
        return True
    space = facts.pages.space[_pages(facts, rows)]
    hidden = []
    for each in np.unique(space).tolist():
        there = rows[space == each]
        people = np.unique(facts.credits.person[_of_team(facts, there, team)])
        is_told = shown(len(people), minimum) and _is_told_by_team(facts, there, team, minimum)
        if len(people) and not is_told:
            hidden.append(people)
    if not hidden:
        return True
    return len(hidden) > 1 and shown(len(np.unique(np.concatenate(hidden))), minimum)


def _of_team(facts: Facts, rows: Positions, team: str) -> Positions:
    members: Positions = rows[facts.team[facts.credits.person[rows]] == _place(facts, team)]
    return members


def _place(facts: Facts, team: str) -> int:
    return [each.name.casefold() for each in facts.teams].index(team.casefold())


def _under(facts: Facts, rows: Positions, path: str) -> Positions:
    """Those of pages under a folder ("…/"), or of one page."""
    return rows[under(facts, path)[_pages(facts, rows)]] if path else rows


def _pages(facts: Facts, rows: Positions) -> Positions:
    """The page of each entry."""
    return facts.changes.page[facts.credits.change[rows]]


def _blinded(figure: Figure, hidden: list[str]) -> Figure:
    previous, year_ago = (
        Hidden.FEW if name in hidden and value is not None else value
        for name, value in (("previous", figure.previous), ("year_ago", figure.year_ago))
    )
    return replace(figure, previous=previous, year_ago=year_ago)
