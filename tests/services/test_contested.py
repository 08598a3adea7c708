"""Words taken out and brought back, told from hand-made versions."""

from __future__ import annotations

import numpy as np

from wiki.analytics.contested import RADIUS
from wiki.projections.authorship.rows import VersionRuns
from wiki.services.contested import Step, find_struggles, numbered, side_by_side


def steps(*versions: tuple[str, str], merges: tuple[int, ...] = ()) -> list[Step]:
    """Versions one upon the other: who made each, and its words by a letter each."""
    return [
        Step(
            np.array([ord(letter) for letter in words], np.int64),
            position - 1 if position else None,
            position not in merges,
            who,
        )
        for position, (who, words) in enumerate(versions)
    ]


def found(*versions: tuple[str, str], merges: tuple[int, ...] = ()) -> list[tuple[str, object]]:
    """What was contested: the words as they stand, and when they went and came."""
    made = steps(*versions, merges=merges)
    return [
        ("".join(versions[each.version][1][place] for place in each.places), each.comebacks)
        for each in find_struggles(made)
    ]


def test_words_taken_out_by_one_and_brought_back_by_another_are_contested() -> None:
    assert found(("ada", "abcdef"), ("bo", "af"), ("ada", "abcdef")) == [("bcde", ((1, 2),))]


def test_who_changes_their_own_mind_once_contests_nothing() -> None:
    assert found(("ada", "abcdef"), ("bo", "af"), ("bo", "abcdef")) == []


def test_who_changes_their_own_mind_twice_contests_nothing_either() -> None:
    versions = [("ada", "abcd"), ("bo", "a"), ("bo", "abcd"), ("bo", "a"), ("bo", "abcd")]
    assert found(*versions) == []


def test_what_comes_back_after_many_versions_is_said_anew() -> None:
    for between, expected in ((RADIUS - 1, [("bcd", ((1, RADIUS + 1),))]), (RADIUS, [])):
        versions = [("ada", "abcd"), ("bo", "a"), *[("bo", "a")] * between, ("ada", "abcd")]
        assert found(*versions) == expected


def test_each_part_of_a_page_has_its_own_fate_the_most_contested_first() -> None:
    versions = [
        ("ada", "abcdefgh"), ("bo", "abc"), ("ada", "abcdefgh"), ("bo", "fgh"), ("ada", "abcdefgh"),
        ("bo", "abcde"), ("ada", "abcdefgh"),
    ]  # fmt: skip
    # d and e went twice with others: they are crumbs of the passages beside them.
    assert found(*versions) == [("fgh", ((1, 2), (5, 6))), ("abc", ((3, 4),))]


def test_a_single_word_can_be_fought_over() -> None:
    versions = [("ada", "aXb"), ("bo", "ab"), ("ada", "aXb"), ("bo", "ab"), ("ada", "aXb")]
    assert found(*versions) == [("X", ((1, 2), (3, 4)))]


def test_a_merge_neither_takes_out_nor_brings_back() -> None:
    versions = [("ada", "abcdef"), ("bo", "af"), ("ada", "abcdef")]
    assert found(*versions, merges=(1,)) == []
    assert found(*versions, merges=(2,)) == []


def test_versions_written_side_by_side_are_compared_with_what_each_was_made_from() -> None:
    base = np.array([1, 2, 3])
    aside = Step(np.array([1, 2, 3, 9]), 0, True, "bo")
    # Made from the first, not from the one before: 9 was never taken out.
    line = [Step(base, None, True, "ada"), aside, Step(np.array([1, 2, 3, 4]), 0, True, "ada")]
    joined = Step(np.array([1, 2, 3, 4, 9]), 2, False, "ada")
    after = Step(np.array([1, 2, 3, 4, 9, 5]), 3, True, "bo")
    assert find_struggles([*line, joined, after]) == []


def test_a_page_made_anew_contests_nothing() -> None:
    first, last = (
        Step(np.array([1, 2, 3]), None, True, "a"),
        Step(np.array([1, 2, 3]), None, True, "b"),
    )
    assert find_struggles([first, last]) == []
    assert find_struggles([]) == []


def test_runs_are_told_word_by_word() -> None:
    runs = VersionRuns(np.array([7, 2]), np.array([2, 3]), np.array([1, 0]))
    assert numbered(runs).tolist() == [7, 8, 2, 3, 4]
    assert numbered(None).tolist() == []


def test_places_side_by_side_are_one_run() -> None:
    assert side_by_side([1, 2, 3, 7, 9, 10]) == [[1, 2, 3], [7], [9, 10]]
