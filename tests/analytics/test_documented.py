"""Every figure has its line in docs/reports.md, and every table its name."""

from pathlib import Path

import pytest

from wiki.analytics import evolution, participation

DOCS = (Path(__file__).parents[2] / "docs" / "reports.md").read_text("utf-8")


@pytest.mark.parametrize(
    "title",
    [
        meaning.title
        for module in (participation, evolution)
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
        "Pages over time", "How often pages were edited", "Weeks out of the ordinary",
    ],
)  # fmt: skip
def test_a_table_is_explained(title: str) -> None:
    assert f"*{title}*" in DOCS
