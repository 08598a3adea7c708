"""Passages that one commit took from one place and put in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count, repeat

from wiki.projections.authorship.alignment import SHORTEST, Vocabulary, gaps, grams
from wiki.projections.authorship.drafts import Draft
from wiki.projections.authorship.hunks import Hunk, Words
from wiki.projections.authorship.passages import Passage
from wiki.projections.authorship.runs import count_of, tokens_of
from wiki.projections.authorship.state import State

_Pool = Mapping[tuple[int, ...], tuple[Passage, int]]


def find_moved(
    drafts: list[Draft],
    roomy: list[tuple[Draft, Hunk]],
    state: State,
    how: Words,
    vocabulary: Vocabulary,
) -> None:
    """Credit passages to where they were taken from; noted in the drafts' ``found``. ``roomy`` are the hunks
    with room for a passage, and whose they are."""
    if not any(hunk.old for draft in drafts for hunk in draft.hunks):
        return
    lost = list(_lost(drafts, state, how, vocabulary))
    if not lost:
        return
    pool: dict[tuple[int, ...], tuple[Passage, int]] = {}
    for passage in reversed(lost):
        places = zip(repeat(passage), count())
        pool.update(zip(grams(passage.words()), places, strict=False))
    taken: set[int] = set()
    for draft, hunk in roomy:
        _take(draft, hunk, pool, taken)


def _lost(
    drafts: Iterable[Draft], state: State, how: Words, vocabulary: Vocabulary
) -> Iterator[Passage]:
    for draft in drafts:
        kept: set[int] = set()
        if draft.target is not None:
            kept.update(tokens_of(state.lines(draft.target)))
        elif draft.patch.kind == "C":
            continue
        for hunk in draft.hunks:
            if count_of(hunk.old) - (hunk.size - hunk.fresh) < SHORTEST:
                continue
            place = hunk.lost(hunk.kept_with(kept))
            for start, end in place.free():
                yield Passage(-1, place, start, end, how, vocabulary)


def _take(draft: Draft, hunk: Hunk, pool: _Pool, taken: set[int]) -> None:
    words = hunk.words()
    if pool.keys().isdisjoint(grams(words)):
        return
    hits = list(map(pool.get, grams(words)))
    marks = hunk.marks()
    for start, end in gaps(marks, len(marks)):
        at = start
        while at + SHORTEST <= end:
            hit = hits[at]
            length = hit[0].matches(hit[1], words, at, end, taken.__contains__) if hit else 0
            if hit is None or length < SHORTEST:
                at += 1
                continue
            tokens = hit[0].tokens(hit[1], length)
            marks[at : at + length] = tokens
            taken.update(tokens)
            draft.found.update(dict.fromkeys(tokens, -1))
            at += length
