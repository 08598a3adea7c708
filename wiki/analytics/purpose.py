"""Purpose: is the space reaching what it is for, or was it provided and prayed over?

Definitions: METRICS § 7. A goal refers to a figure of another report; the registry, which knows all
reports, hands in how such a figure is measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from wiki.analytics.calendar import local_day
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Cell, Column, Figure, Meaning, Quantity, Table, Value
from wiki.analytics.goals import STILL_DAYS, Measure, Progress, Progresses
from wiki.analytics.next_steps import Step, contributors, founder_of, next_steps
from wiki.analytics.question import Behind, Group, Question, ReportKind
from wiki.analytics.suppression import head_count
from wiki.model import Goal, Window

Sign = Literal["no charter", "goals unmoved", "only the founder", "asleep"]
"""What a space lacks: words on what it is for, goals that move, others than its founder, or anybody at
all in the window. Provided and prayed over seems one whose goals stand still or whose founder is alone."""

MEANINGS: Mapping[str, Meaning] = {
    meaning.key: meaning
    for meaning in (
        Meaning("on_course", "Goals on course", "share", "Share of the charter’s goals that are reached, or will be on their day if their figures go on as a straight line through what was measured since the charter’s first day: the one it names, or that on which it was first written."),
        Meaning("goals", "Goals", "number", "Goals in the charter: figures of these reports with a target."),
        Meaning("reached", "Reached", "number", "Goals whose figure meets its target at the window’s end."),
        Meaning("moved", "Moving", "number", f"Goals that are reached or closer to their target than {STILL_DAYS} days before the window’s end."),
        Meaning("others", "Contributors beside the founder", "people", "Different people with at least one edit in the window, without the author of the first edit of all.", "people"),
    )
}  # fmt: skip

_SIGNS: Mapping[Sign, str] = {
    "no charter": "There is no charter",
    "goals unmoved": f"No goal came closer in {STILL_DAYS} days",
    "only the founder": "Nobody but its founder edits",
}


@dataclass(frozen=True, slots=True)
class PurposeReport:
    """The report. ``signs`` say what the space lacks; none if it takes part. ``asleep_since`` is the day
    of the last edit where nobody edited in the window, nor after it.
    ``is_whole`` is False for a part of a space or several spaces, which have no goals, signs and steps."""

    window: Window
    minimum: int
    is_whole: bool
    signs: tuple[Sign, ...]
    asleep_since: date | None
    steps: tuple[Step, ...]
    goals_measured: tuple[Progress, ...]
    on_course: Figure
    goals: Figure
    reached: Figure
    moved: Figure
    others: Figure
    progress: Table
    courses: Table
    prayed: Table


def compute(
    facts: Facts, question: Question, measure: Measure, meanings: Mapping[str, Meaning]
) -> PurposeReport:
    """The whole report. ``meanings`` are those of the figures a goal may name, "<report>.<key>"."""
    whole = _is_a_whole_space(facts)
    measured = Progresses(facts, question, measure, meanings).all() if whole else ()
    values = _values(facts, question, measured)
    signs = _signs(facts, question, measured) if whole else ()
    return PurposeReport(
        window=question.window,
        minimum=question.minimum,
        is_whole=whole,
        signs=signs,
        asleep_since=_asleep_since(facts, question) if "asleep" in signs else None,
        steps=next_steps(facts, question, measured) if whole else (),
        goals_measured=measured,
        **{key: Figure(meaning, values[key]) for key, meaning in MEANINGS.items()},
        progress=_progress(measured),
        courses=_courses(measured, question),
        prayed=_prayed(signs, measured, question, whole=whole),
    )


def kind(measure: Measure, meanings: Mapping[str, Meaning]) -> ReportKind:
    """The report, with a way to measure what goals refer to."""

    def computed(facts: Facts, question: Question) -> PurposeReport:
        return compute(facts, question, measure, meanings)

    def headline(facts: Facts, question: Question) -> Figure:
        whole = _is_a_whole_space(facts)
        measured = Progresses(facts, question, measure, meanings).all() if whole else ()
        return Figure(MEANINGS["on_course"], _on_course(measured))

    return ReportKind(
        "purpose",
        "Purpose",
        "Is the space reaching what it is for?",
        computed,
        headline,
        behind,
        (
            Group("Goals", ("on_course", "goals", "reached", "moved"), ("progress", "courses")),
            Group("Taking part, or provided and prayed?", ("others",), ("prayed",)),
        ),
    )


def behind(facts: Facts, question: Question, key: str) -> Behind:
    """The people a figure counts; goals have their own reports behind them."""
    people = contributors(facts, question)
    if key == "others":
        return Behind("people", people[people != founder_of(facts)].astype(np.int32))
    return Behind("people", np.zeros(0, np.int32))


def _values(facts: Facts, question: Question, measured: tuple[Progress, ...]) -> dict[str, Value]:
    people = contributors(facts, question)
    others = int(np.count_nonzero(people != founder_of(facts)))
    return {
        "on_course": _on_course(measured),
        "goals": len(measured),
        "reached": sum(one.verdict == "reached" for one in measured),
        "moved": sum(one.moved is True for one in measured),
        "others": head_count(others, question.minimum),
    }


def _on_course(measured: tuple[Progress, ...]) -> Value:
    """The share of goals that are reached or on course, of those of which it can be said."""
    known = [one for one in measured if one.verdict not in {"unknown", "not shown", "too early"}]
    if not known:
        return None
    return sum(one.verdict in {"reached", "on course"} for one in known) / len(known)


def _is_a_whole_space(facts: Facts) -> bool:
    """Whether it is about one space and all of it: only that can be left to itself."""
    return facts.in_scope is None and facts.focus is None and len(facts.spaces) == 1


def _signs(facts: Facts, question: Question, measured: tuple[Progress, ...]) -> tuple[Sign, ...]:
    found: list[Sign] = []
    if not question.purpose.text and not question.purpose.goals:
        found.append("no charter")
    moves = [one.moved for one in measured if one.moved is not None]
    if moves and not any(moves):
        found.append("goals unmoved")
    people = set(contributors(facts, question).tolist())
    if not people:
        found.append("asleep")
    elif people <= {founder_of(facts)}:
        found.append("only the founder")
    return tuple(found)


def _asleep_since(facts: Facts, question: Question) -> date | None:
    """The day of the last edit, if the window and what came after it had none."""
    if facts.last is None or facts.last >= question.window.since:
        return None
    return local_day(facts.last, question.zone)


def _progress(measured: tuple[Progress, ...]) -> Table:
    """Every goal: where it began, is, should be and likely will be."""
    return Table(
        "progress",
        "How the goals stand",
        f"A goal’s figure is counted over the days before a moment ({Goal.__dataclass_fields__['days'].default}, unless the charter says otherwise). The forecast goes on along the straight line that fits best what was measured in whole weeks since the start; in four of five cases, what comes lies between the lowest and the highest value, if it goes on as until now. Since the days overlap, the span is rather too narrow.",
        (
            Column("goal", "Goal", "text"),
            Column("verdict", "How it stands", "text"),
            Column("figure", "Figure", "text"),
            Column("start", "At the start", "number"),
            Column("now", "Now", "number"),
            Column("target", "Target", "number"),
            Column("by", "By", "text"),
            Column("forecast", "Forecast", "number"),
            Column("low", "Lowest", "number"),
            Column("high", "Highest", "number"),
        ),
        tuple(_goal_row(one) for one in measured),
    )


def _goal_row(one: Progress) -> tuple[Cell, ...]:
    unit = one.meaning.unit if one.meaning else "number"
    line = one.forecast
    ahead = (line.value, line.low, line.high) if line else (None, None, None)
    by: date | None = None if one.goal.by is None else local_day(one.goal.by)
    return (
        one.title,
        one.verdict,
        one.meaning.title if one.meaning else one.goal.figure,
        Quantity(one.start, unit),
        Quantity(one.now, unit),
        Quantity(one.goal.target, unit),
        by,
        *(Quantity(value, unit) for value in ahead),
    )


def _courses(measured: tuple[Progress, ...], question: Question) -> Table:
    """How near every goal was to its target over time."""
    known = [one for one in measured if one.points]
    times = [at for at, _ in known[0].points] if known else []
    rows: list[tuple[Cell, ...]] = []
    for place, at in enumerate(times):
        near = (one.attained(one.points[place][1]) for one in known)
        rows.append((local_day(at, question.zone), *near))
    return Table(
        "courses",
        "The way to the goals",
        "How near each goal was to its target: its figure divided by the target (where less is better, the other way round), 100 % where it is reached.",
        (
            Column("day", "Day", "text"),
            *(Column(f"goal_{place}", one.title, "share") for place, one in enumerate(known, 1)),
        ),
        tuple(rows),
        chart="lines",
    )


def _prayed(
    signs: tuple[Sign, ...], measured: tuple[Progress, ...], question: Question, *, whole: bool
) -> Table:
    """The three signs, and which of them are there; none of a part of a space."""
    words = {sign: "yes" if sign in signs else "no" for sign in _SIGNS}
    if "asleep" in signs:
        words["only the founder"] = "nobody edits at all"
    if not any(one.moved is not None for one in measured):
        words["goals unmoved"] = "cannot be said yet" if question.purpose.goals else "no goals"
    return Table(
        "prayed",
        "Provided and prayed?",
        "What a space may lack: words on what it is for, goals that move, and others than its founder who edit in the window. One whose goals stand still, or whose founder is alone, looks as if it had been made and then left to itself.",
        (Column("sign", "Sign", "text"), Column("there", "Here", "text")),
        tuple((text, words[sign]) for sign, text in _SIGNS.items()) if whole else (),
    )
