"""Counting whose words a choice would leave out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.left_out import Resolved, left_out
from wiki.text.tokens import tokens

BASE = "Thirty days a year."


@pytest.mark.parametrize(
    ("mine", "theirs", "result", "words"),
    [
        ("Forty days a year.", "Thirty days a year for all.", "Forty days a year.", "for all"),
        ("Forty days a year.", "Thirty days a year for all.", "All have forty days for all.", ""),
        ("Forty days.", "Thirty days a year, a year!", "Forty days.", "a year"),
        ("Forty days a year.", "", "Forty days a year.", ""),
        ("", "Thirty five days a year.", "", "five"),
        ("", "Thirty days a year.", "", ""),
        ("三十天", "四十天", "三十天", "四"),
    ],
)
def test_only_what_others_added_and_stands_nowhere_is_left_out(
    mine: str, theirs: str, result: str, words: str
) -> None:
    assert left_out([Resolved(BASE, mine, theirs, result)]) == tuple(tokens(words))


def test_a_word_moved_to_another_place_is_not_left_out() -> None:
    places = [Resolved("", "x", "moved here", "x"), Resolved("", "y", "z", "z moved here")]
    assert left_out(places) == ()


texts = st.lists(st.sampled_from(["a ", "b ", "c ", "d "]), max_size=8).map("".join)


@given(texts, texts, texts)
def test_keeping_theirs_or_both_leaves_nothing_out(base: str, mine: str, theirs: str) -> None:
    for result in (theirs, theirs + mine):
        assert left_out([Resolved(base, mine, theirs, result)]) == ()
    assert len(left_out([Resolved(base, mine, theirs, "")])) <= len(tokens(theirs))
