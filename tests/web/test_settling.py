"""What the form of a conflict holds, and the text that comes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.errors import ParameterInvalid
from wiki.model import ConflictHunk
from wiki.web.settling import MOST_PLACES, Settled, in_places, settled_in

FORM = {
    "stretches": "3",
    "same-0": "Before\r\n",
    "base-1": "old\n", "mine-1": "mine\n", "theirs-1": "theirs", "together-1": "both of us\n",
    "edit-1": "by hand",
    "same-2": "after",
}  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "middle", "met"),
    [
        ("mine", "mine\n", "resolved"),
        ("theirs", "theirs\n", "resolved"),
        ("both", "theirs\nmine\n", "resolved"),
        ("together", "both of us\n", "looked"),
        ("edit", "by hand\n", "resolved"),
    ],
)
def test_the_text_is_what_was_chosen(choice: str, middle: str, met: str) -> None:
    settled = settled_in({**FORM, "choice-1": choice})
    assert settled.text(complete=True) == f"Before\n{middle}after"
    assert settled.met == met


def test_where_nothing_is_chosen_nothing_is_lost_and_nothing_is_saved() -> None:
    settled = settled_in(FORM)
    assert settled.text(complete=False) == "Before\ntheirs\nmine\nafter"
    with pytest.raises(ParameterInvalid):
        settled.text(complete=True)


@pytest.mark.parametrize(
    "change",
    [
        {"stretches": "x"}, {"stretches": "²"}, {"stretches": "99999999"}, {"stretches": "9" * 5000}, {"stretches": "5"},
        {"choice-1": "other"}, {"choice-1": "base"},
    ],
)  # fmt: skip
def test_a_form_that_is_not_ours_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ParameterInvalid):
        settled_in({**FORM, **change})


def test_a_suggestion_that_was_not_made_cannot_be_chosen() -> None:
    form = {key: value for key, value in FORM.items() if key != "together-1"}
    with pytest.raises(ParameterInvalid):
        settled_in({**form, "choice-1": "together"})


hunks = st.lists(
    st.sampled_from(
        [
            ConflictHunk("same", result="s\n"),
            ConflictHunk("conflict", base="b\n", mine="m\n", theirs="", proposal="p\n"),
            ConflictHunk("conflict", base="", mine="", theirs="t\n"),
        ]
    ),
    max_size=400,
)


@given(hunks)
def test_very_many_places_become_few_without_losing_a_line(many: list[ConflictHunk]) -> None:
    few = in_places(many)
    assert sum(hunk.kind == "conflict" for hunk in few) <= MOST_PLACES
    for choice in ("mine", "theirs"):
        whole = [
            Settled(tuple(each), (choice,) * len(each), ("",) * len(each)) for each in (few, many)
        ]
        assert whole[0].text(complete=True) == whole[1].text(complete=True)
