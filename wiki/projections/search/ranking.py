"""Which of the matching pages come first."""

from __future__ import annotations

from heapq import nlargest

from wiki.model import page_name
from wiki.projections.search.evaluate import Evaluation, Scores
from wiki.projections.search.query import Query, Word, wanted
from wiki.projections.search.reading import Snapshot
from wiki.projections.search.words import fold

WINDOW = 200
"""So many of the best pages are looked at more closely; the order of the rest stays."""
ADJACENT = 1.25
NAMED_SO = 1.3


def rank(
    evaluation: Evaluation, snapshot: Snapshot, query: Query, scores: Scores, count: int
) -> list[int]:
    """The best ``count`` documents, best first; equal ones by path, so that pages do not jump."""
    best = _best(snapshot, scores, max(count, WINDOW))
    words = tuple(node.word for node in wanted(query.root) if isinstance(node, Word))
    if words:
        head = {number: scores[number] for number in best[:WINDOW]}
        _prefer_adjacent(evaluation, words, head)
        _prefer_named(snapshot, query.text, head)
        best[:WINDOW] = _sorted(snapshot, head)
    return best[:count]


def _best(snapshot: Snapshot, scores: Scores, count: int) -> list[int]:
    if len(scores) > count:
        least = nlargest(count, scores.values())[-1]
        scores = {number: score for number, score in scores.items() if score >= least}
    return _sorted(snapshot, scores)[:count]


def _sorted(snapshot: Snapshot, scores: Scores) -> list[int]:
    return sorted(scores, key=lambda number: (-scores[number], snapshot.path(number)))


def _prefer_adjacent(evaluation: Evaluation, words: tuple[str, ...], head: Scores) -> None:
    """Pages with the words next to each other, as they were written."""
    if 2 <= len(words) <= 4:
        sequence = tuple((word, offset) for offset, word in enumerate(words))
        for number in evaluation.with_phrase("words", sequence, head.keys()):
            head[number] *= ADJACENT


def _prefer_named(snapshot: Snapshot, text: str, head: Scores) -> None:
    """Pages that are called exactly what was asked for."""
    asked = _plain(text)
    for number in head:
        if _plain(page_name(snapshot.path(number)).rpartition("/")[2]) == asked:
            head[number] *= NAMED_SO


def _plain(name: str) -> str:
    return fold(name).replace("-", " ").replace("_", " ")
