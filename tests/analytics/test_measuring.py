"""What a goal may name is measured as the reports measure it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.analytics.histories import Story
from tests.analytics.rows import at
from wiki.analytics.facts import Facts
from wiki.analytics.figures import figures_of
from wiki.analytics.measuring import GOAL_FIGURES, measure
from wiki.analytics.question import Question
from wiki.analytics.registry import REPORTS
from wiki.model import Window

ASKED = Question(Window(at("2026-03-01"), at("2026-04-01")), at("2026-04-02"), population=9)


@pytest.fixture(scope="module")
def facts() -> Facts:
    story = Story()
    story.team("north", "ann", "bo")
    story.team("south", "cy")
    born = []
    for place, (who, when, page) in enumerate(
        [
            ("ann", "2026-01-05 09:00", "a"), ("bo", "2026-02-07 10:00", "a"), ("ann", "2026-02-10 11:00", "b"),
            ("cy", "2026-03-02 23:00", "a"), ("bo", "2026-03-02 23:10", "a"), ("ann", "2026-03-20 08:00", "c"),
        ]
    ):  # fmt: skip
        born.append(story.edit(who, when, page, words=20 + place, removed=2, size=100, door="web"))
        story.lived(born[-1], 20 + place)
    return story.facts()


@pytest.mark.parametrize("name", sorted(set(REPORTS) - {"purpose"}))
@pytest.mark.parametrize("minimum", [1, 5])
def test_one_figure_alone_is_what_its_report_says(facts: Facts, name: str, minimum: int) -> None:
    question = replace(ASKED, minimum=minimum)
    report = REPORTS[name].compute(facts, question)
    figures = list(figures_of(report))
    assert {f"{name}.{figure.key}" for figure in figures} <= set(GOAL_FIGURES)
    for figure in figures:
        assert measure(facts, question, f"{name}.{figure.key}") == figure.value, figure.key


def test_no_goal_is_about_goals() -> None:
    assert not any(figure.startswith("purpose.") for figure in GOAL_FIGURES)
