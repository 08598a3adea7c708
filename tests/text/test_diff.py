"""Versions compared by line and word, in bounded time."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text.align import align
from wiki.text.diff import Row, Span, diff_lines, mark_words


def told(rows: tuple[Row, ...]) -> list[str]:
    marks = {"same": " ", "added": "+", "removed": "-", "changed": "~"}
    return [
        marks[row.kind] + "".join(span.text for span in row.new_spans or row.old_spans)
        for row in rows
    ]


def test_changed_lines_stand_beside_each_other() -> None:
    diff = diff_lines("a\nthe old line\nc\nd\n", "a\nthe new line\nextra\nc\nd\n", context=1)
    assert [told(hunk) for hunk in diff.hunks] == [[" a", "~the new line", "+extra", " c"]]
    assert (diff.added, diff.removed) == (2, 1)
    changed = diff.hunks[0][1]
    assert changed.old_spans == (Span("the "), Span("old", changed=True), Span(" line"))
    assert changed.new_spans == (Span("the "), Span("new", changed=True), Span(" line"))
    assert (changed.old_number, changed.new_number) == (2, 2)


def test_changes_far_apart_stand_in_hunks_of_their_own() -> None:
    old = "".join(f"{n}\n" for n in range(30))
    new = old.replace("3\n", "three\n", 1).replace("25\n", "twenty-five\n")
    assert [len(hunk) for hunk in diff_lines(old, new).hunks] == [8, 8]


def test_words_of_any_script_are_marked() -> None:
    old, new = mark_words("漢字を書く", "漢字を読む")
    assert [span.text for span in new if span.changed] == ["読む"]
    assert [span.text for span in old if span.changed] == ["書く"]


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [("a\n", "a", "removed"), ("a", "a\n", "added"), ("a\n", "a\n", ""), ("", "a\n", "")],
)
def test_the_last_line_end_is_noted(old: str, new: str, note: str) -> None:
    assert diff_lines(old, new).final_newline == note


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "a long line", "a longer line"]), max_size=14)


@given(LINES, LINES)
@settings(deadline=None)
def test_the_rows_are_both_texts(old: list[str], new: list[str]) -> None:
    diff = diff_lines("".join(f"{x}\n" for x in old), "".join(f"{x}\n" for x in new), context=99)
    rows = [row for hunk in diff.hunks for row in hunk]
    if old == new:
        assert rows == []
        return
    left = ["".join(s.text for s in row.old_spans) for row in rows if row.old_number]
    right = ["".join(s.text for s in row.new_spans) for row in rows if row.new_number]
    assert (left, right) == (old, new)
    assert diff.added - diff.removed == len(new) - len(old)


@given(LINES, LINES)
def test_alignment_covers_both_texts_in_order(old: list[str], new: list[str]) -> None:
    i = j = 0
    for tag, i1, i2, j1, j2 in align(old, new):
        assert (i1, j1) == (i, j)
        assert (tag == "equal") == (old[i1:i2] == new[j1:j2])
        i, j = i2, j2
    assert (i, j) == (len(old), len(new))


def lines(count: int, seed: int) -> str:
    generator = random.Random(seed)
    return "".join(f"{generator.random()}\n" for _ in range(count))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (lines(50_000, 1), lines(50_000, 2)),
        ("a\nb\n" * 50_000, "b\nc\na\n" * 33_333),
        ("x " * 1_000_000, "y " * 1_000_000),
        ("".join(f"{n % 7}\n" for n in range(6_000)), "".join(f"{n % 5}\n" for n in range(6_000))),
        ("a " * 5_000 + "\n", "b " * 5_000 + "\n"),
        ("a\n" * 1_000_000, "b\n" * 1_000_000),
        ("x" * 5_000_000, "y" * 5_000_000),
    ],
    ids=[
        "unrelated",
        "alternating",
        "one line",
        "periodic",
        "many words",
        "a million lines",
        "5 MB line",
    ],
)
def test_d004_d005_bombs_are_answered_in_time(old: str, new: str) -> None:
    started = time.process_time()
    diff = diff_lines(old, new)
    assert time.process_time() - started < 10
    assert diff.too_large or sum(map(len, diff.hunks)) <= 5_000
