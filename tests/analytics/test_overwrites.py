"""Which team rewrites whose words."""

from collections import Counter

import numpy as np
import pytest

from tests.analytics.histories import Story
from tests.analytics.random_histories import told
from tests.analytics.rows import at
from wiki.analytics.figures import Hidden
from wiki.analytics.overwrites import NO_TEAM, overwrites, team_cells
from wiki.model import Window

ALWAYS = Window(at("2020-01-01"), at("2030-01-01"))


def test_words_are_counted_by_writer_and_remover():
    story = Story()
    first = story.edit("ann", "2026-03-01", words=30)
    second = story.edit("bo", "2026-03-02", removed=10)
    third = story.edit("ann", "2026-03-03", removed=5)
    fourth = story.edit("cy", "2026-03-04", removed=15, kind="deleted")
    story.lived(first, 10, died=second)
    story.lived(first, 5, died=third)
    story.lived(first, 15, died=fourth, whole=True)
    story.team("north", "ann")
    story.team("south", "bo")
    found = overwrites(story.facts(), ALWAYS, 1)
    assert found.rows == (("north", 0, 10, 0), ("south", 0, 0, 0), (NO_TEAM, 0, 0, 0))
    assert [column.title for column in found.columns][1:] == [
        "removed by north", "removed by south", "removed by No team",
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_the_matrix_equals_a_count_by_hand(seed):
    story = told(seed)
    window = Window(story.edits[10].at, story.edits[50].at)
    expected = Counter()
    for life in story.lives:
        if life.died is None or life.whole or story.edits[life.died].at not in window:
            continue
        writer, remover = (story.edits[i].writer for i in (life.born, life.died))
        if writer and remover and writer != remover:
            teams = tuple(story.teams.get(who, NO_TEAM) for who in (writer, remover))
            expected[teams] += life.count
    names = [team.name for team in story.facts.teams] + [NO_TEAM]
    rows = overwrites(story.facts, window, 1).rows
    found = {(row[0], name): n for row in rows for name, n in zip(names, row[1:], strict=True) if n}
    assert found == expected


def test_without_teams_there_is_nothing_to_tell():
    story = Story()
    story.edit("ann", "2026-03-01")
    found = overwrites(story.facts(), ALWAYS, 1)
    assert found.rows == ()
    assert found.note


def test_a_cell_of_few_people_takes_another_with_it():
    values, people = np.array([[7, 1], [9, 4]]), np.array([[6, 3], [8, 0]])
    assert team_cells(values, people, 5) == [[Hidden.WITHHELD, Hidden.FEW], [9, 4]]


def test_a_mirrored_cell_is_hidden_once_and_so_takes_another():
    values, people = np.array([[7, 1], [1, 9]]), np.array([[8, 3], [3, 6]])
    found = team_cells(values, people, 5, mirrored=True)
    assert found == [[7, Hidden.FEW], [Hidden.FEW, Hidden.WITHHELD]]
