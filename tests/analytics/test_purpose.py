"""Purpose: where goals stand, the signs of a space left to itself, and what would help most."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.analytics.histories import Story
from tests.analytics.rows import at
from wiki.analytics import purpose
from wiki.analytics.facts import Facts
from wiki.analytics.figures import Hidden, Meaning, PageRef, Quantity, Value, figures_of
from wiki.analytics.goals import Progress, Progresses
from wiki.analytics.question import Question
from wiki.model import Goal, Purpose, Window

END = at("2026-07-01")
CHARTER = at("2026-04-01")
FIGURES = {
    "participation.contributors": Meaning("contributors", "Contributors", "people", "People."),
    "collective.single": Meaning("single", "Pages of one person", "share", "Share."),
}


def people_in(facts: Facts, question: Question, figure: str) -> Value:
    """Contributors of the window; the share is theirs of ten, and hidden where the group is small."""
    people = len(np.unique(facts.credits.person[facts.credited(question.window)]))
    if figure == "collective.single":
        return people / 10
    return people if people >= question.minimum or not people else Hidden.FEW


def asked(*goals: Goal, minimum: int = 1, **says: Any) -> Question:
    says = {"text": "For all of us.", "since": CHARTER, "goals": goals} | says
    window = Window(at("2026-04-02"), END)
    return Question(window, END, minimum=minimum, purpose=Purpose(**says))


def joining(*, weeks: int = 13) -> Story:
    """One more person every week since the charter's day; a founder long before."""
    story = Story()
    story.edit("zoe", "2025-06-01", "a", size=900)
    for week in range(weeks):
        day = at("2026-04-02") + week * 7 * 86400
        story.edit(f"p{week:02}", "2026-04-02", f"w{week}", at=day)
    return story


def measured(facts: Facts, question: Question) -> tuple[Progress, ...]:
    return Progresses(facts, question, people_in, FIGURES).all()


def report_on(facts: Facts, question: Question) -> purpose.PurposeReport:
    return purpose.compute(facts, question, people_in, FIGURES)


def goal(target: float, by: str = "2026-09-29", **other: Any) -> Goal:
    return Goal("participation.contributors", target, at(by), **other)


# -- progress ------------------------------------------------------------------------------------


def test_a_goal_that_grows_by_one_a_week() -> None:
    (found,) = measured(joining().facts(), asked(goal(25, days=180)))
    assert found.start == 0
    assert found.now == 13
    # 91 days after the end, one a week more: 13 + 13 on the line.
    assert found.forecast is not None
    assert found.forecast.value == pytest.approx(26, abs=0.2)
    assert found.forecast.slope == pytest.approx(1 / 7, rel=0.02)
    assert found.verdict == "on course"
    assert found.moved is True


@pytest.mark.parametrize(
    ("target", "by", "verdict"),
    [
        (13, "2026-09-29", "reached"),
        (26, "2026-09-29", "on course"),
        (60, "2026-09-29", "off course"),
        (60, "2026-05-01", "missed"),
        (13, "2026-05-01", "reached"),
    ],
)
def test_verdicts(target: float, by: str, verdict: str) -> None:
    (found,) = measured(joining().facts(), asked(goal(target, by, days=180)))
    assert found.verdict == verdict


def test_a_target_within_the_interval_is_uncertain() -> None:
    story = Story()
    story.edit("zoe", "2025-06-01")
    for week, people in enumerate((3, 1, 4, 1, 5, 2, 4, 3, 1, 4, 2, 4, 3)):
        for one in range(people):
            day = at("2026-04-02") + week * 7 * 86400
            story.edit(f"p{one}", "2026-04-02", f"{week} {one}", at=day)
    (found,) = measured(story.facts(), asked(goal(6, days=7)))
    assert found.forecast is not None
    assert found.forecast.value < 6 < found.forecast.high
    assert found.verdict == "uncertain"


def test_at_most_turns_everything_round() -> None:
    few = Goal("collective.single", 0.5, at("2026-09-29"), least=False, days=180)
    (found,) = measured(joining().facts(), asked(few))
    assert found.now == pytest.approx(1.3)
    assert found.verdict == "off course"
    assert found.moved is False
    assert found.forecast is not None
    assert found.forecast.high <= 1  # no share is more than all


def test_without_a_day_and_without_enough_points() -> None:
    facts = joining().facts()
    no_day, early = measured(
        facts, asked(Goal("participation.contributors", 50), goal(50), since=END - 7 * 86400)
    )
    assert no_day.verdict == "no day"
    assert early.verdict == "too early"
    assert early.moved is None


def test_unknown_figures_and_figures_that_may_not_be_told() -> None:
    facts = joining(weeks=3).facts()
    unknown, hidden = measured(facts, asked(Goal("other.thing", 1), goal(25, days=100), minimum=5))
    assert unknown.verdict == "unknown"
    assert hidden.now is Hidden.FEW
    assert hidden.verdict == "not shown"
    assert hidden.moved is None
    report = report_on(facts, asked(Goal("other.thing", 1)))
    assert report.on_course.value is None


def test_figures_are_asked_at_fourteen_moments_at_most_however_old_the_charter_is() -> None:
    asked_for: list[Window] = []

    def counting(facts: Facts, question: Question, figure: str) -> Value:
        asked_for.append(question.window)
        return people_in(facts, question, figure)

    facts = joining().facts()
    question = asked(goal(25), goal(30), since=at("1970-01-01"))
    found = Progresses(facts, question, counting, FIGURES).all()
    assert (
        len(asked_for) == len(set(asked_for)) <= 15
    )  # and one 60 days ago; both goals share a figure
    assert all(len(one.points) <= 14 for one in found)
    assert found[0].points[-1][0] == END


# -- the report ----------------------------------------------------------------------------------


def test_the_report_counts_its_goals() -> None:
    facts = joining().facts()
    report = report_on(facts, asked(goal(10, days=180), goal(26, days=180), goal(90, days=180)))
    assert (report.goals.value, report.reached.value, report.moved.value) == (3, 1, 3)
    assert report.on_course.value == pytest.approx(2 / 3)
    row = report.progress.rows[1]
    assert row[0] == "Contributors"
    assert row[1] == "on course"
    assert row[4] == Quantity(13, "people")
    assert report.courses.rows[0][1:] == (0.0, 0.0, 0.0)
    assert report.courses.rows[-1][1] == 1
    assert report.courses.rows[-1][2] == pytest.approx(0.5)
    assert {figure.key for figure in figures_of(report)} == set(purpose.MEANINGS)
    assert report.signs == ()


# -- provided and prayed -------------------------------------------------------------------------


def test_no_charter_is_a_sign_and_writing_one_the_first_step() -> None:
    question = asked(text="", since=None)
    report = report_on(joining().facts(), question)
    assert report.signs == ("no charter",)
    assert report.steps[0].key == "write_charter"
    assert len(report.steps) == 3


def test_goals_that_do_not_move() -> None:
    story = Story()
    story.edit("zoe", "2025-06-01")
    for week in range(13):
        for who in ("ann", "bo"):
            day = at("2026-04-02") + week * 7 * 86400
            story.edit(who, "2026-04-02", f"{who} {week}", at=day)
    report = report_on(story.facts(), asked(goal(25, days=14)))
    assert report.signs == ("goals unmoved",)
    assert ("mind_goal", "participation.contributors") in {(s.key, s.figure) for s in report.steps}


def test_a_young_charter_is_not_blamed() -> None:
    story = Story()
    story.edit("zoe", "2025-06-01")
    story.edit("ann", "2026-06-10")
    report = report_on(story.facts(), asked(goal(25), since=at("2026-06-01")))
    assert report.signs == ()
    assert report.prayed.rows[1][1] == "cannot be said yet"


def test_nobody_but_the_founder() -> None:
    story = Story()
    story.edit("zoe", "2025-06-01", "start", size=300)
    story.edit("zoe", "2026-06-01", "start", size=400)
    report = report_on(story.facts(), asked())
    assert report.signs == ("only the founder",)
    step = next(step for step in report.steps if step.key == "ask_others")
    assert step.page == PageRef("handbook", "start.md")
    assert report.others.value == 0

    story.edit("ann", "2026-06-02", "start", size=400)
    report = report_on(story.facts(), asked())
    assert report.signs == ()
    assert report.others.value == 1
    found = purpose.behind(story.facts(), asked(), "others")
    assert [story.facts().people[i].key for i in found.items] == ["ann"]


def test_an_empty_space() -> None:
    report = report_on(Story().facts(), asked(text=""))
    assert report.signs == ("no charter", "asleep")
    assert [step.key for step in report.steps] == ["write_charter", "begin"]


# -- next steps ----------------------------------------------------------------------------------


def test_people_who_left_and_teams_that_are_silent() -> None:
    story = Story()
    for i in range(6):
        story.edit(f"old{i}", "2026-02-15", f"o{i}")
    story.edit("ann", "2026-06-01", "x")
    story.team("north", "ann")
    story.team("south", "old1")
    report = report_on(story.facts(), asked(Goal("participation.contributors", 1)))
    steps = {step.key: step for step in report.steps}
    assert steps["welcome_back"].number == 6
    assert steps["welcome_back"].figure == "participation.lapsed"
    assert steps["reach_teams"].number == 1


def test_steps_do_not_tell_of_few_people() -> None:
    story = Story()
    for i in range(3):
        story.edit(f"old{i}", "2026-02-15", f"o{i}")
    story.edit("ann", "2026-06-01", "x")
    steps = report_on(story.facts(), asked(minimum=5)).steps
    assert "share_page" not in {step.key for step in steps}
    told = {step.key: step.number for step in steps}
    assert told["welcome_back"] is Hidden.FEW


def test_pages_that_want_a_look_are_named() -> None:
    story = Story()
    story.edit("zoe", "2025-06-01", "small", size=10)
    story.edit("zoe", "2025-06-02", "big", size=9000)
    for who in ("ann", "bo"):
        story.edit(who, "2026-06-20", "fresh", size=5)
        story.edit(who, "2026-04-20", "fresh", size=5)
    report = report_on(story.facts(), asked(Goal("participation.contributors", 1), review_days=60))
    step = next(step for step in report.steps if step.key == "look_after")
    assert (step.number, step.page) == (2, PageRef("handbook", "big.md"))


def test_of_many_pages_that_want_a_look_ten_are_told_the_most_edited_first() -> None:
    story = Story()
    for number in range(14):
        story.edit("zoe", "2025-06-01", f"page{number:02}", size=1000 - number)
    story.edit("zoe", "2025-06-02", "page07", size=5)
    for who in ("ann", "bo"):
        story.edit(who, "2026-06-20", "fresh", size=5)
        story.edit(who, "2026-04-20", "fresh", size=5)
    report = report_on(story.facts(), asked(Goal("participation.contributors", 1), review_days=60))
    step = next(step for step in report.steps if step.key == "look_after")
    assert (step.number, step.page) == (10, PageRef("handbook", "page07.md"))


def test_a_part_of_a_space_is_not_judged() -> None:
    facts = joining(weeks=2).facts()
    part = facts.narrowed(in_scope=facts.changes.page == 0)
    report = report_on(part, asked(goal(3)))
    assert report.goals.value == 0
    assert not report.is_whole
    assert (report.signs, report.steps, report.prayed.rows) == ((), (), ())
