"""How far a goal is: what its figure was at the start and is now, and where a straight line leads.

A goal's figure is one of another report, counted over the days before a moment, so that it does not
depend on which window a reader happens to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from math import ceil
from typing import Literal, TypeAlias

from wiki.analytics.calendar import local_day, midnight
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Hidden, Meaning, Value
from wiki.analytics.forecast import Forecast, forecast
from wiki.analytics.question import Question
from wiki.model import Goal, Window

Measure: TypeAlias = Callable[[Facts, Question, str], Value]
"""Gives one figure, "<report>.<key>", of the question's window."""

Verdict = Literal[
    "reached", "on course", "uncertain", "off course", "missed", "no day", "too early", "not shown", "unknown"
]  # fmt: skip
"""How a goal stands. "uncertain": the line misses the target, which lies within its interval; "no day":
it is not reached, and no day is set; "not shown": its figure may not be told here; "unknown": there
is no such figure."""

STILL_DAYS = 60
"""A goal that came no closer in so many days has not moved."""

_MOST_STEPS = 13
_DAY = 86400
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Progress:
    """One goal: ``start`` and ``now`` are its figure's values, ``points`` all measured ones with their
    times (UTC seconds). ``moved``: it came closer to its target within the last 60 days, or is
    reached; None where that cannot be said yet."""

    goal: Goal
    meaning: Meaning | None
    start: Value
    now: Value
    forecast: Forecast | None
    verdict: Verdict
    moved: bool | None
    points: tuple[tuple[int, Value], ...]

    @property
    def title(self) -> str:
        """The goal in words: its own, or its figure's."""
        if self.goal.words:
            return self.goal.words
        return self.meaning.title if self.meaning else self.goal.figure

    def attained(self, value: Value) -> float | None:
        """How near a value is to the target, from 0 to 1: the value divided by it, or where less is better
        the other way round."""
        if not isinstance(value, int | float):
            return None
        if _meets(self.goal, value):
            return 1.0
        part, whole = (value, self.goal.target) if self.goal.least else (self.goal.target, value)
        return max(0.0, part / whole) if whole > 0 else 0.0


class Progresses:
    """Measures goals at one end of a window. ``measure`` is asked for each figure and time once."""

    def __init__(
        self,
        facts: Facts,
        question: Question,
        measure: Measure,
        meanings: Mapping[str, Meaning],
    ) -> None:
        self._facts, self._question = facts, question
        self._measure, self._meanings = measure, meanings
        self._known: dict[tuple[str, int, int], Value] = {}

    def all(self) -> tuple[Progress, ...]:
        """The charter's goals, in its order."""
        return tuple(self.of(goal) for goal in self._question.purpose.goals)

    def of(self, goal: Goal) -> Progress:
        """One goal."""
        meaning = self._meanings.get(goal.figure)
        if meaning is None:
            return Progress(goal, None, None, None, None, "unknown", None, ())
        end = self._question.window.until
        points = tuple((at, self._value(goal, at)) for at in self._times())
        start, now = points[0][1], self._value(goal, end)
        line = _line(goal, points, end, self._question.zone, meaning)
        verdict = _verdict(goal, now, line, end, self._question.zone)
        return Progress(goal, meaning, start, now, line, verdict, self._moved(goal, now), points)

    def _begin(self) -> int:
        """Where goals are measured from: the charter's first day, or the window's."""
        since = self._question.purpose.since
        return self._question.window.since if since is None else since

    def _times(self) -> list[int]:
        """From the beginning to the window's end, at most fourteen times, whole weeks apart."""
        end, zone = self._question.window.until, self._question.zone
        last, first = local_day(end, zone), local_day(min(self._begin(), end), zone)
        weeks = max(1, ceil((last - first).days / 7 / _MOST_STEPS))
        days, found = timedelta(weeks=weeks), []
        while last > first:
            found.append(midnight(last, zone))
            last -= days
        return [midnight(first, zone), *reversed(found)]

    def _value(self, goal: Goal, at: int) -> Value:
        """The goal's figure over the days that end at a time."""
        key = goal.figure, goal.days, at
        if key not in self._known:
            zone = self._question.zone
            day = local_day(at, zone)
            window = Window.of_days(day - timedelta(days=goal.days), day, zone)
            self._known[key] = self._measure(
                self._facts, replace(self._question, window=window), goal.figure
            )
        return self._known[key]

    def _moved(self, goal: Goal, now: Value) -> bool | None:
        end, zone = self._question.window.until, self._question.zone
        before = midnight(local_day(end, zone) - timedelta(days=STILL_DAYS), zone)
        since = self._question.purpose.since
        if not isinstance(now, int | float) or (since is not None and since > before):
            return None
        if self._facts.first is None or self._facts.first > before:
            return None
        earlier = self._value(goal, before)
        if not isinstance(earlier, int | float):
            return None
        return _meets(goal, now) or _gap(goal, now) < _gap(goal, earlier) - _SLACK


def _line(
    goal: Goal, points: tuple[tuple[int, Value], ...], end: int, zone: tzinfo, meaning: Meaning
) -> Forecast | None:
    """The forecast for the goal's day, within what the figure can be; None where there is none."""
    if goal.by is None or _end_of(goal.by, zone) <= end:
        return None
    known = [(at, value) for at, value in points if isinstance(value, int | float)]
    days = [(at - end) / _DAY for at, _ in known]
    found = forecast(
        days, [float(value) for _, value in known], (_end_of(goal.by, zone) - end) / _DAY
    )
    if found is None:
        return None
    most = 1.0 if meaning.unit == "share" else float("inf")
    value, low, high = (min(max(each, 0.0), most) for each in (found.value, found.low, found.high))
    return Forecast(value, low, high, found.slope)


def _verdict(goal: Goal, now: Value, line: Forecast | None, end: int, zone: tzinfo) -> Verdict:
    if isinstance(now, Hidden):
        return "not shown"
    if now is not None and _meets(goal, now):
        return "reached"
    if goal.by is None:
        return "no day"
    if _end_of(goal.by, zone) <= end:
        return "missed"
    if line is None:
        return "too early"
    if _meets(goal, line.value):
        return "on course"
    best = line.high if goal.least else line.low
    return "uncertain" if _meets(goal, best) else "off course"


def _end_of(day: int, zone: tzinfo) -> int:
    """The moment after a goal's day, which charters name as a day of UTC."""
    return midnight(local_day(day) + timedelta(days=1), zone)


def _meets(goal: Goal, value: float) -> bool:
    return _gap(goal, value) <= _SLACK


def _gap(goal: Goal, value: float) -> float:
    """How much is missing; 0 where the target is met."""
    return max(0.0, goal.target - value if goal.least else value - goal.target)
