"""What somebody did to a text, marked by words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.text.word_changes import Piece, word_changes


def marked(old: str, new: str) -> str:
    signs = {"kept": "{}", "added": "[+{}+]", "removed": "[-{}-]"}
    return "".join(signs[piece.did].format(piece.text) for piece in word_changes(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Thirty days a year.", "Forty days each year.", "[-Thirty-][+Forty+] days [-a-][+each+] year."),
        ("Call me soon.", "Write him soon.", "[-Call me-][+Write him+] soon."),
        ("One long sentence is this here.", "Another text altogether is it, wholly.",
         "[-One long sentence is this here-][+Another text altogether is it, wholly+]."),
        ("", "new\n", "[+new+]".replace("new", "new\n")),
        ("gone", "", "[-gone-]"),
        ("same", "same", "same"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_changes_are_marked_by_whole_phrases(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


texts = st.lists(st.sampled_from(["a", "bc ", " ", "\n", "d. ", "中"]), max_size=20).map("".join)


@given(texts, texts)
def test_the_pieces_are_both_texts(old: str, new: str) -> None:
    pieces = word_changes(old, new)
    assert "".join(p.text for p in pieces if p.did != "removed") == new
    assert "".join(p.text for p in pieces if p.did != "added") == old
    assert all(piece.text for piece in pieces)


def test_very_long_texts_count_as_written_anew() -> None:
    assert word_changes("a " * 20_000, "b") == (
        Piece("removed", "a " * 20_000),
        Piece("added", "b"),
    )
