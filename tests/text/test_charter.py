"""Charters: what a space says of itself is read whatever was typed, and written without loss."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.model import Charter, Goal, Purpose
from wiki.text.charter import MOST_GOALS, parsed_target, read_charter, written_charter

WHOLE = """\
# Agreed on at the meeting of all teams.
title = "Handbook"   # kept short
purpose = "Everything a new colleague needs."
audience = "New colleagues"
since = 2026-10-01
until = 2027-03-31
review_days = 90
head_count = 60
goals = [
    {figure = "participation.contributors", target = 25, by = 2027-03-31, words = "25 of us"},
    {figure = "collective.single", target = "40 %", at_most = true, days = 30},
]

[owner]
team = "Digital"
"""


def day(year: int, month: int, number: int) -> int:
    return int(datetime(year, month, number, tzinfo=UTC).timestamp())


def test_a_whole_charter() -> None:
    charter = read_charter(WHOLE)
    assert charter == Charter(
        "Handbook",
        Purpose(
            "Everything a new colleague needs.",
            "New colleagues",
            90,
            day(2026, 10, 1),
            day(2027, 3, 31),
            (
                Goal("participation.contributors", 25, day(2027, 3, 31), words="25 of us"),
                Goal("collective.single", 0.4, least=False, days=30),
            ),
            60,
        ),
        (),
        True,
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("title = 3", "“title” is no text"),
        (f'purpose = "{"x" * 2001}"', "more than 2,000 characters"),
        ("review_days = 0", "“review_days” is no whole number from 1"),
        ("head_count = true", "“head_count” is no whole number"),
        ('since = "soon"', "“since” is no day"),
        ("until = 9999-01-01", "“until” is no day"),
        ("since = 2026-02-01\nuntil = 2026-01-01", "before “since”"),
        ("goals = 3", "no list of goals"),
        ("goals = [3]", "Goal 1 is no goal"),
        ('goals = [{figure = "x", target = 1}]', "Goal 1: “figure” names a report"),
        ('goals = [{figure = "a.b"}]', "Goal 1: “target” is missing"),
        ('goals = [{figure = "a.b", target = nan}]', "that anything can reach"),
        ('goals = [{figure = "a.b", target = 1e300}]', "that anything can reach"),
        ('goals = [{figure = "a.b", target = true}]', "“target” is no number"),
        ('goals = [{figure = "a.b", target = 1, at_most = 1}]', "neither true nor false"),
        ("title = ", "cannot be read"),
        ("x" * 70_000, "too long"),
    ],
)
def test_what_cannot_be_understood_is_said(text: str, fault: str) -> None:
    charter = read_charter(text)
    assert any(fault in each for each in charter.faults), charter.faults
    assert all(each.endswith(".") for each in charter.faults)


def test_one_bad_goal_hides_no_other() -> None:
    charter = read_charter('goals = [{figure = "a.b", target = "x"}, {figure = "a.c", target = 2}]')
    assert [goal.figure for goal in charter.purpose.goals] == ["a.c"]


def test_goals_are_bounded() -> None:
    charter = read_charter("goals = [" + '{figure = "a.b", target = 1},' * 50 + "]")
    assert len(charter.purpose.goals) == MOST_GOALS
    assert "Only the first" in charter.faults[0]


def test_writing_keeps_comments_and_what_others_wrote() -> None:
    charter = read_charter(WHOLE)
    assert written_charter(WHOLE, charter) == WHOLE.replace('"40 %"', "0.4")
    changed = replace(charter, purpose=replace(charter.purpose, audience="", text="New."))
    text = written_charter(WHOLE, changed)
    assert "# Agreed on at the meeting" in text
    assert "# kept short" in text
    assert "audience" not in text
    assert tomllib.loads(text)["owner"] == {"team": "Digital"}
    assert read_charter(text) == changed


def test_a_broken_file_is_made_anew() -> None:
    charter = Charter("T", Purpose("p"), written=True)
    assert read_charter(written_charter("title = [", charter)) == charter


_days = st.dates(date(1970, 1, 1), date(2199, 12, 31)).map(lambda d: day(d.year, d.month, d.day))
_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(str.strip)
_goals = st.builds(
    Goal,
    st.from_regex(r"[a-z_]{1,9}\.[a-z0-9_]{1,9}", fullmatch=True),
    st.floats(-1e9, 1e9, allow_nan=False).map(float),
    by=st.none() | _days,
    least=st.booleans(),
    words=_text,
    days=st.integers(1, 3660),
)


@settings(max_examples=40, deadline=None)
@given(
    _text, _text, st.none() | st.integers(1, 3660), st.none() | _days, st.lists(_goals, max_size=4)
)
def test_what_is_written_is_read_again(
    title: str, text: str, review: int | None, since: int | None, goals: list[Goal]
) -> None:
    purpose = Purpose(text, review_days=review, since=since, goals=tuple(goals))
    charter = Charter(title, purpose, (), bool(title) or purpose != Purpose())
    for before in ("", WHOLE.replace("until = 2027-03-31\n", "")):
        assert read_charter(written_charter(before, charter)) == charter


@given(
    st.text(max_size=200)
    | st.from_regex(r"(goals|title|since) = [\[{\"0-9a-z=,\. }\]]*", fullmatch=True)
)
def test_no_text_is_too_strange(text: str) -> None:
    assert isinstance(read_charter(text), Charter)
    read_charter(written_charter(text, Charter("T")))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("25", 25),
        ("0.4", 0.4),
        ("40 %", 0.4),
        ("40%", 0.4),
        ("1,200", 1200),
        ("2,5", 2.5),
        ("-3", -3),
    ],
)
def test_targets_as_people_write_them(text: str, number: float) -> None:
    assert parsed_target(text) == pytest.approx(number)


@pytest.mark.parametrize("text", ["", "many", "1e9", "nan", "1_000", "１２", "%", "9" * 400])
def test_what_is_no_target(text: str) -> None:
    assert parsed_target(text) is None
