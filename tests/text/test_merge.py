"""Merging by line: as git does it, and nothing is lost."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.text.merge import has_conflict_markers, merge3, split_lines


def git_merge(folder: Path, base: str, mine: str, theirs: str) -> str | None:
    """What ``git merge-file`` makes of it; None on conflict."""
    for name, text in (("base", base), ("mine", mine), ("theirs", theirs)):
        (folder / name).write_bytes(text.encode())
    command = ["git", "merge-file", "-p", "mine", "base", "theirs"]
    done = subprocess.run(command, cwd=folder, capture_output=True)
    return done.stdout.decode() if done.returncode == 0 else None


def test_changes_in_different_places_are_both_kept() -> None:
    merged = merge3("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\nf\n")
    assert merged.text == "A\nb\nc\nd\nE\nf\n"


def test_a_conflict_carries_all_three_texts_between_what_is_settled() -> None:
    merged = merge3("a\nb\nc\nd\ne\n", "a\nmine\nc\nd\nE\n", "a\ntheirs\nc\nd\ne\n")
    assert merged.text is None
    same, conflict, rest = merged.hunks
    assert (same.kind, same.result) == ("same", "a\n")
    assert (conflict.base, conflict.mine, conflict.theirs) == ("b\n", "mine\n", "theirs\n")
    assert rest.result == "c\nd\nE\n"


def test_lines_that_touch_are_a_conflict_as_in_git() -> None:
    assert merge3("a\nb\n", "A\nb\n", "a\nB\n").text is None


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    assert merge3("a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n").text == "a\nB\nc\n"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "text"),
    [
        ("a\r\n\r\nb\r\n\r\nc", "A\r\n\r\nb\r\n\r\nc", "a\r\n\r\nb\r\n\r\nC", "A\r\n\r\nb\r\n\r\nC"),
        ("a\n\nb\n\nc", "a\n\nb\n\nc\n", "A\n\nb\n\nc", "A\n\nb\n\nc\n"),
        ("", "", "x", "x"),
        ("x\n", "", "x\n", ""),
        ("\u2028a\x0cb\n1\n2\n", "\u2028a\x0cb\n1\n3\n", "\u2028a\x0cb!\n1\n2\n", "\u2028a\x0cb!\n1\n3\n"),
    ],
)  # fmt: skip
def test_line_ends_stay_as_they_are(base: str, mine: str, theirs: str, text: str) -> None:
    assert merge3(base, mine, theirs).text == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n<<<<<<< mine\nb\n=======\nc\n>>>>>>> theirs\n", 2),
        ("<<<<<<<\nb\n|||||||\nx\n=======\nc\n>>>>>>>", 1),
        ("a\r\n<<<<<<< x\r\n=======\r\n>>>>>>> y\r\n", 2),
        ("Heading\n=======\n\n>>>>>>> quoted\n", None),
        ("<<<<<<< a\n>>>>>>> b\n", None),
        ("<<<<<<<<\n=======\n>>>>>>>\n", None),
        ("    <<<<<<< in code\n    =======\n    >>>>>>> x\n", None),
    ],
)
def test_markers_left_in_a_text_are_found(text: str, line: int | None) -> None:
    assert has_conflict_markers(text) == line


# -- against git --------------------------------------------------------------------------------


def _edited(rnd: random.Random, lines: list[str]) -> list[str]:
    result = list(lines)
    for _ in range(rnd.randint(1, 4)):
        at, choice = rnd.randint(0, len(result)), rnd.random()
        new = [rnd.choice("abcdefgh ") + "\n" for _ in range(rnd.randint(1, 3))]
        if choice < 0.4:
            result[at:at] = new
        elif choice < 0.7:
            del result[at : at + rnd.randint(1, 3)]
        else:
            result[at : at + 1] = new[:1]
    return result


def test_random_texts_merge_as_git_merges_them(tmp_path: Path) -> None:
    """Texts of few different lines, where many alignments are equally short."""
    rnd = random.Random(11)
    different = 0
    for _ in range(120):
        base = [rnd.choice("abcdefghijklmnop  ") + "\n" for _ in range(rnd.randint(5, 40))]
        texts = ["".join(base), "".join(_edited(rnd, base)), "".join(_edited(rnd, base))]
        different += merge3(*texts).text != git_merge(tmp_path, *texts)
    assert different <= 2


@pytest.mark.data
def test_real_conflicts_merge_as_git_merges_them(shared_data: Path, tmp_path: Path) -> None:
    with gzip.open(shared_data / "conflicts" / "pages.jsonl.gz", "rt") as file:
        cases = [json.loads(line) for line in file][::6]
    clean = 0
    for case in cases:
        texts = case["base"], case["ours"], case["theirs"]
        merged = merge3(*texts).text
        assert merged == git_merge(tmp_path, *texts)
        clean += merged is not None
    assert clean > 25


# -- what must hold for any texts ---------------------------------------------------------------

lines = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d\r\n", "é\n"]), max_size=12)
texts = st.tuples(lines, st.sampled_from(["", "x", "a"])).map(lambda t: "".join(t[0]) + t[1])


@settings(deadline=None)
@given(texts, texts)
def test_merging_with_an_unchanged_side_gives_the_other(base: str, mine: str) -> None:
    assert merge3(base, mine, base).text == mine
    assert merge3(base, base, mine).text == mine
    assert merge3(base, mine, mine).text == mine


@settings(deadline=None, max_examples=300)
@given(texts, texts, texts)
def test_both_sides_are_treated_alike(base: str, mine: str, theirs: str) -> None:
    one, other = merge3(base, mine, theirs), merge3(base, theirs, mine)
    assert one.text == other.text
    assert [(hunk.mine, hunk.theirs) for hunk in one.hunks] == [
        (hunk.theirs, hunk.mine) for hunk in other.hunks
    ]


@settings(deadline=None, max_examples=300)
@given(texts, texts, texts)
def test_no_line_is_lost(base: str, mine: str, theirs: str) -> None:
    merged = merge3(base, mine, theirs)
    present = "".join(hunk.result + hunk.mine + hunk.theirs for hunk in merged.hunks)
    removed_or_kept = set(split_lines(base))
    for line in (set(split_lines(mine)) | set(split_lines(theirs))) - removed_or_kept:
        assert line in present
    if merged.text is not None:
        assert merged.text == "".join(hunk.result for hunk in merged.hunks)


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_b005_any_text_can_be_merged(base: str, mine: str, theirs: str) -> None:
    merge3(base, mine, theirs)
    has_conflict_markers(base)


@pytest.mark.parametrize("shape", ["unrelated", "equal lines", "two lines", "alternating"])
def test_d005_merging_huge_texts_takes_no_time(shape: str) -> None:
    rnd = random.Random(2)
    two = [rnd.choice("ab") + "\n" for _ in range(100_000)]
    base, mine, theirs = {
        "unrelated": (
            [f"a{n}\n" for n in range(50_000)],
            [f"b{n}\n" for n in range(50_000)],
            [f"c{n}\n" for n in range(50_000)],
        ),
        "equal lines": (["x\n"] * 100_000, ["x\n"] * 99_990 + ["y\n"], ["z\n"] + ["x\n"] * 100_010),
        "two lines": (
            two,
            [line for line in two if rnd.random() > 0.3],
            [line for line in two if rnd.random() > 0.3],
        ),
        "alternating": (
            ["x\n"] * 50_000,
            ["x\n", "y\n"] * 25_000,
            ["x\n"] * 3_000 + ["y\n"] * 10,
        ),
    }[shape]
    began = time.process_time()
    merge3("".join(base), "".join(mine), "".join(theirs))
    assert time.process_time() - began < 10
