"""Lifetimes of words against lifelines, as of a moment."""

import pytest
from lifelines import KaplanMeierFitter

from tests.analytics.histories import Story
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics.figures import Hidden
from wiki.analytics.lifetimes import by_year_tables, lifetimes, survival_figures, survival_table
from wiki.analytics.question import Question
from wiki.model import Window

DAY = 86400


def asked(until, **other):
    return Question(Window(until - 90 * DAY, until), 4_000_000_000, **other)


@pytest.mark.parametrize("with_pages", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_the_curve_of_a_history_equals_lifelines(seed, with_pages):
    story = told(seed)
    until = story.edits[45].at
    days, gone, weights = [], [], []
    for life in story.lives:
        born = story.edits[life.born]
        if born.writer is None or born.at >= until:
            continue
        died = None if life.died is None else story.edits[life.died].at
        ended = died is not None and died < until
        days.append(((died if ended else until) - born.at) // DAY)
        gone.append(ended and (with_pages or not life.whole))
        weights.append(life.count)
    fitter = KaplanMeierFitter().fit(days, gone, weights=weights)
    found = lifetimes(story.facts, asked(until))
    curve = found.curve_with_pages() if with_pages else found.curve()
    expected = fitter.survival_function_at_times(range(max(days) + 1)).to_numpy()
    assert curve.surviving == pytest.approx(expected, abs=1e-9)
    rows = survival_table(found).rows
    assert rows[-1][0] == max(days)
    assert [row[2 if with_pages else 1] for row in rows] == [curve.at(row[0]) for row in rows]


def halved():
    """A hundred words: half go after a year, half of the rest after two, the page after three."""
    story = Story()
    first = story.edit("ann", "2021-01-01", words=100)
    second = story.edit("bo", "2022-01-01", removed=50)
    third = story.edit("bo", "2023-01-01", removed=25)
    fourth = story.edit("bo", "2024-01-01", removed=25, kind="deleted")
    story.lived(first, 50, died=second)
    story.lived(first, 25, died=third)
    story.lived(first, 25, died=fourth, whole=True)
    return story.facts()


def test_a_page_halved_twice_survives_at_a_quarter():
    found = lifetimes(halved(), asked(at("2024-06-01")))
    assert found.curve().at(730) == 0.25
    assert found.curve().at(1095) == 0.25
    assert found.curve_with_pages().at(1095) == 0
    figures = survival_figures(halved(), found, 1)
    assert figures == {"half_life": 365, "survive_month": 1, "survive_year": 0.5}


def test_what_went_later_stood_then():
    found = lifetimes(halved(), asked(at("2021-07-01")))
    assert survival_figures(halved(), found, 1) == {
        "half_life": None,
        "survive_month": 1,
        "survive_year": None,
    }


def test_each_year_says_what_it_left():
    curves, years = by_year_tables(
        halved(), asked(at("2024-06-01")), lifetimes(halved(), asked(at("2024-06-01")))
    )
    assert years.rows == (("2021", 100, 0, 75, 25, 0.0, 365),)
    assert [column.title for column in curves.columns] == ["Days", "2021"]
    assert dict(curves.rows)[365] == 0.5


def test_years_of_few_people_are_not_told():
    question = asked(at("2024-06-01"), minimum=2)
    found = lifetimes(halved(), question)
    curves, years = by_year_tables(halved(), question, found)
    assert years.rows[0] == ("2021", *[Hidden.FEW] * 6)
    assert len(curves.columns) == 1
    assert set(survival_figures(halved(), found, 2).values()) == {Hidden.FEW}


def test_nobodys_words_have_no_lifetimes():
    story = Story()
    story.lived(story.edit("robot", "2021-01-01", words=10), 10)
    facts = story.facts()
    found = lifetimes(facts, asked(at("2024-06-01")))
    assert set(survival_figures(facts, found, 1).values()) == {None}
    assert survival_table(found).rows == ()
