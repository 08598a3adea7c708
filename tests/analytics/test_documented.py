"""Every figure has its line in docs/reports.md, and every table its name."""

from pathlib import Path

import pytest

from wiki.analytics import (
    collective,
    emergence,
    evolution,
    independence,
    participation,
    persistence,
    purpose,
)
from wiki.analytics.measuring import GOAL_FIGURES
from wiki.text.charter import read_charter

DOCS = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")


@pytest.mark.parametrize(
    "title",
    [
        meaning.title
        for module in (
            participation,
            collective,
            independence,
            persistence,
            emergence,
            purpose,
            evolution,
        )
        for meaning in module.MEANINGS.values()
    ],
)
def test_a_figure_is_explained(title: str) -> None:
    assert f"| {title} |" in DOCS


@pytest.mark.parametrize(
    "title",
    [
        "How active people are", "From the first edit on", "Do newcomers come back?",
        "How edits are spread", "The 1 %, the 9 % and the 90 %", "When people edit",
        "How many people each page has", "Who writes with whom", "Which teams write together",
        "Which team rewrites whose words", "Pages that depend on one person",
        "What became of the words written", "Words by the year in which they were written",
        "How old the words are", "How long words last", "How long words last, by the year of writing",
        "What each year left", "Words written and removed by week", "Pages due for review",
        "Contested pages",
        "Pages and links", "How closely pages are linked", "Most linked pages", "Wanted pages",
        "The largest clusters", "Clusters", "Rising pages", "Settling pages", "Churning pages", "Tags",
        "Ways in", "Where people meet", "How the goals stand", "The way to the goals", "Provided and prayed?",
        "Pages over time", "How often pages were edited", "Weeks out of the ordinary",
    ],
)  # fmt: skip
def test_a_table_is_explained(title: str) -> None:
    assert f"*{title}*" in DOCS


def test_the_charter_shown_can_be_used_as_it_stands() -> None:
    text = DOCS.split("```toml\n")[1].split("```")[0]
    charter = read_charter(text)
    assert charter.faults == ()
    assert len(charter.purpose.goals) == 2
    assert {goal.figure for goal in charter.purpose.goals} <= set(GOAL_FIGURES)
