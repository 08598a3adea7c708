"""Two people's changes to the same lines: proposed together only if nothing is lost or broken."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wiki.model import ConflictHunk
from wiki.text import tokens as words
from wiki.text.merge import has_conflict_markers, merge3
from wiki.text.refine import propose, refine, tokens

SENTENCE = "The office opens at nine and closes at five on weekdays.\n"


def test_changes_to_different_words_of_a_line_stand_together() -> None:
    mine = SENTENCE.replace("nine", "eight")
    theirs = SENTENCE.replace("weekdays", "working days")
    assert propose(SENTENCE, mine, theirs) == mine.replace("weekdays", "working days")


def test_the_same_word_changed_twice_is_for_people() -> None:
    assert propose(SENTENCE, *(SENTENCE.replace("nine", to) for to in ("eight", "ten"))) is None


def test_a_side_that_wrote_what_the_other_did_and_more_is_taken() -> None:
    mine, theirs = "authors: Ann, Ben\n", "authors: Ann, Ben, Cleo\n"
    assert propose("authors: Ann\n", mine, theirs) == theirs


def test_words_win_over_mere_layout() -> None:
    mine = SENTENCE.replace("nine", "eight")
    assert propose(SENTENCE, mine, "The  office" + SENTENCE[10:-1] + "  \n") == mine


def test_an_indent_stands_beside_changed_words() -> None:
    base = "- The office opens at nine.\n"
    assert propose(base, f"  {base}", base.replace("nine", "ten")) == (
        "  - The office opens at ten.\n"
    )


def test_the_blank_that_makes_an_item_is_kept() -> None:
    assert propose("1\\. Choose.\n", "1.Choose.\n", "1. Choose.\n") == "1. Choose.\n"


def test_a_text_written_anew_is_not_mended_with_words_of_the_old() -> None:
    anew = "Ring the bell whenever you like; somebody is always there on weekdays.\n"
    assert propose(SENTENCE, anew, SENTENCE.replace("weekdays", "Mondays")) is None


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("a [guide](old.md) b c d e f g\n", "a [guide](new.md) b c d e f g\n",
         "a [guide](old.md#part) b c d e f g\n"),
        ("We meet in the big hall at noon.\n", "We always meet in the big hall at noon.\n",
         "We meet always in the big hall at noon.\n"),
        ("| one | two | three of it |\n", "| nil | one | two | three of it |\n",
         "| one | two | three of it | four |\n"),
        ("say the names of all here now\n", 'say "the" names of all here now\n',
         'say again "the names of all here now too"\n'),
    ],
    ids=["a link of both", "a word said twice", "a row of its own width", "quotes of neither"],
)  # fmt: skip
def test_what_would_not_hold_together_is_not_proposed(base: str, mine: str, theirs: str) -> None:
    assert propose(base, mine, theirs) is None


def test_front_matter_that_names_a_thing_twice_is_not_proposed() -> None:
    base = "---\ntitle: A page of ours\nsummary: old and long\n---\n"
    mine = base.replace("summary: old and long\n", "summary: old and long\nowner: ann\n")
    theirs = base.replace("title: A", "owner: ben\ntitle: A").replace("old and", "very old and")
    hunks = merge3(base, mine, theirs).hunks
    assert any(hunk.kind == "conflict" for hunk in hunks)
    assert propose(hunks[1].base, hunks[1].mine, hunks[1].theirs) is not None
    assert all(hunk.proposal is None for hunk in refine(hunks))


def test_settled_stretches_stay_as_they_are() -> None:
    base = "one\n\n" + SENTENCE + "\ntwo\n"
    mine, theirs = base.replace("nine", "ten").replace("one", "ONE"), base.replace("five", "six")
    hunks = merge3(base, mine, theirs).hunks
    refined = refine(hunks)
    assert [h.kind for h in refined] == ["same", "conflict", "same"]
    assert (refined[0], refined[2]) == (hunks[0], hunks[2])
    assert refined[1].proposal == SENTENCE.replace("nine", "ten").replace("five", "six")


# -- what must hold for any texts ---------------------------------------------------------------

pieces = st.sampled_from(
    ["the ", "office ", "opens ", "nine. ", "a", "中", "文", "\n", "- ", "[x](y) ", "`", "**",
     "  ", "\r\n", "<<<<<<< a\n", "=======\n", ">>>>>>> b\n", "https://a.example/b ", "---\n", "| ", "# "]
)  # fmt: skip
written = st.lists(pieces, max_size=14).map("".join)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text and two versions of it, each with a few pieces changed."""
    base = draw(st.lists(pieces, min_size=3, max_size=24))
    sides = []
    for _ in range(2):
        side = list(base)
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(side)))
            side[at : at + draw(st.integers(0, 2))] = draw(st.lists(pieces, max_size=2))
        sides.append("".join(side))
    return "".join(base), sides[0], sides[1]


@settings(deadline=None, max_examples=400)
@given(edits())
@example(("a b c d e f\n", "a X b c d e f\n", "a b c d e Y f\n"))
def test_a_proposal_loses_no_word_and_has_no_markers(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    proposal = propose(base, mine, theirs)
    assert proposal == propose(base, theirs, mine)
    if proposal is None:
        return
    there = set(words.tokens(proposal))
    for side in (mine, theirs):
        assert set(words.tokens(side)) - set(words.tokens(base)) <= there
    assert has_conflict_markers(proposal) is None
    assert not any(line.startswith(("<<<<<<<", ">>>>>>>")) for line in proposal.split("\n"))


@settings(deadline=None)
@given(written, written)
@example("", "  ")
def test_what_only_one_side_changed_is_its_text(base: str, mine: str) -> None:
    for proposal in (propose(base, mine, base), propose(base, mine, mine)):
        assert proposal in (mine, None)


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_any_text_can_be_refined(base: str, mine: str, theirs: str) -> None:
    assert "".join(tokens(base)) == base
    propose(base, mine, theirs)


@pytest.mark.parametrize("sign", ["!", "中 ", "word ", "[", "](", "\n", "|"])
def test_d005_refining_huge_places_takes_no_time(sign: str) -> None:
    base = sign * (18_000 // len(sign))
    began = time.process_time()
    propose(base, base[:-9] + "end", "start" + base)
    many = ConflictHunk("conflict", base=base, mine=base + "x", theirs="y" + base)
    refine([many] * 40)
    assert time.process_time() - began < 5


# -- against what people wrote ------------------------------------------------------------------


@pytest.mark.data
def test_proposals_are_mostly_what_people_wrote(shared_data: Path) -> None:
    """Every third place; the thresholds were chosen on half of them (see ``scripts/bench merging``)."""
    with gzip.open(shared_data / "conflicts" / "hunks.jsonl.gz", "rt") as file:
        cases = [json.loads(line) for line in file][::3]
    made = [(propose(c["base"], c["ours"], c["theirs"]), c["human"]) for c in cases]
    proposed = [(text.split(), human.split()) for text, human in made if text is not None]
    assert len(proposed) >= 0.3 * len(cases)
    assert sum(text == human for text, human in proposed) >= 0.53 * len(proposed)
