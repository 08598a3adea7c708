"""Layers of words, against a count by hand."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.analytics.histories import Story
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics.figures import Hidden
from wiki.analytics.lives import own_lives, standing_by_change
from wiki.analytics.strata import COLUMNS, ages_table, median_age, moments, strata_table, years_of
from wiki.model import Window


@pytest.mark.parametrize("seed", range(8))
def test_layers_equal_a_count_by_hand(seed):
    story = told(seed)
    window = Window(story.edits[30].at, story.edits[55].at)
    table = strata_table(story.facts, own_lives(story.facts), None, window, UTC, 1)
    ends = [when for _, when in moments(story.facts.first, window.until, UTC)]
    names = [column.title for column in table.columns[1:]]
    for row, end in zip(table.rows, ends, strict=True):
        expected = Counter()
        for life in story.lives:
            born = story.edits[life.born]
            gone = life.died is not None and story.edits[life.died].at < end
            if born.writer and born.at < end and not gone:
                expected[str(datetime.fromtimestamp(born.at, UTC).year)] += life.count
        assert {name: n for name, n in zip(names, row[1:], strict=True) if n} == expected


def test_months_end_in_the_reports_time_zone():
    zone = ZoneInfo("Europe/Berlin")
    found = moments(at("2026-01-31 23:30"), at("2026-03-10"), zone)
    assert [day for day, _ in found] == [date(2026, 2, 28), date(2026, 3, 10)]
    assert found[0][1] == at("2026-02-28 23:00")


@pytest.mark.parametrize("years", [1, 9, 12, 25, 60])
def test_a_long_history_is_looked_at_in_longer_steps(years):
    found = moments(at("1990-03-05"), at(f"{1990 + years}-03-05"), UTC)
    assert len(found) <= COLUMNS
    assert len(found) >= min(12 * years, COLUMNS // 4)
    assert found[-1] == (date(1990 + years, 3, 4), at(f"{1990 + years}-03-05"))
    times = [when for _, when in found]
    assert times == sorted(set(times))


def test_early_years_of_many_are_taken_together():
    story = Story()
    for year in range(2000, 2020):
        story.lived(story.edit("ann", f"{year}-03-01", words=1), 1)
    facts = story.facts()
    year, names = years_of(facts, own_lives(facts).born, UTC, at("2019-12-31"))
    assert names[0] == "to 2008"
    assert names[-1] == "2019"
    assert np.bincount(year).tolist() == [9] + [1] * 11


def crowded():
    """Five people write in 2024, one in 2025, five more in 2026; a machine writes too."""
    story = Story()
    for i in range(5):
        story.lived(story.edit(f"p{i}", f"2024-01-0{i + 1}", f"a{i}", words=10), 10)
        story.lived(story.edit(f"q{i}", f"2026-01-0{i + 1}", f"c{i}", words=10), 10)
    story.lived(story.edit("solo", "2025-02-01", "b", words=7), 7)
    story.lived(story.edit("robot", "2024-01-09", "r", words=99), 99)
    return story


def test_a_year_of_few_is_hidden_with_another():
    facts = crowded().facts()
    window = Window(at("2026-01-01"), at("2026-02-01"))
    table = strata_table(facts, own_lives(facts), None, window, UTC, 5)
    assert table.rows[0][1:] == (50, 0, 0)
    assert table.rows[-2][1:] == (Hidden.FEW, Hidden.FEW, 0)
    assert [isinstance(cell, Hidden) for cell in table.rows[-1][1:]] == [True, True, False]


def test_ages_are_classes_of_days():
    facts = crowded().facts()
    end = at("2026-02-01")
    standing = standing_by_change(facts, len(facts.changes.at))
    rows = ages_table(facts, standing, end, 1).rows
    assert [row[1] for row in rows] == [40, 10, 0, 7, 0, 50, 0]
    assert sum(row[2] for row in rows) == pytest.approx(1)
    hidden = ages_table(facts, standing, end, 5).rows
    assert [row[1] for row in hidden] == [Hidden.FEW, Hidden.FEW, 0, Hidden.FEW, 0, 50, 0]


def test_the_median_age_weighs_words():
    story = Story()
    story.lived(story.edit("ann", "2026-01-01", words=10), 10)
    story.lived(story.edit("bo", "2026-01-21", words=90), 90)
    facts = story.facts()
    assert median_age(facts, standing_by_change(facts, 2), at("2026-01-31")) == 10
    assert median_age(facts, standing_by_change(facts, 1), at("2026-01-31")) == 30
    assert median_age(facts, standing_by_change(facts, 0), at("2026-01-31")) is None
