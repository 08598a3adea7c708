"""“Did you mean”: words of the index in place of words that are nowhere in it."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from wiki.projections.search.query import Phrase, Query, Word, wanted
from wiki.projections.search.reading import Snapshot
from wiki.projections.search.words import fold, is_unspaced

SHORTEST = 3
CANDIDATES = 12
MAX_CORRECTED = 3
_WRITTEN = re.compile(r"[^\W_]+")


def correction(snapshot: Snapshot, query: Query) -> str:
    """The query with its unknown words corrected; "" if nothing better is known."""
    text = query.text
    for word in _unknown_words(snapshot, query)[:MAX_CORRECTED]:
        better = _closest(snapshot, word)
        if better:
            text = _WRITTEN.sub(
                lambda found, word=word, better=better: (  # type: ignore[misc]
                    better if fold(found[0]) == word else found[0]
                ),
                text,
            )
    return text if text != query.text else ""


def _unknown_words(snapshot: Snapshot, query: Query) -> list[str]:
    words: list[str] = []
    for node in wanted(query.root):
        if isinstance(node, Word):
            words.append(node.word)
        elif isinstance(node, Phrase):
            words += [word for word, _ in node.words]
    return [
        word
        for word in dict.fromkeys(words)
        if len(word) >= SHORTEST
        and word.isalpha()
        and not is_unspaced(word)
        and not snapshot.postings("words", word)
    ]


def _closest(snapshot: Snapshot, word: str) -> str:
    """The nearest word by swapped, missing, doubled or wrong letters; the more frequent wins."""
    allowed = 1 if len(word) <= 4 else 2
    found: dict[str, tuple[int, int]] = {}
    for words, counts in snapshot.vocabularies():
        near = process.extract(
            word, words, scorer=OSA.distance, score_cutoff=allowed, limit=CANDIDATES
        )
        for candidate, distance, index in near:
            if candidate.isalpha() and len(candidate) >= SHORTEST:
                count = found.get(candidate, (0, 0))[1] + counts[index]
                found[candidate] = (distance, count)
    live = {
        candidate: value
        for candidate, value in found.items()
        if snapshot.postings("words", candidate)
    }
    if not live:
        return ""
    return min(live, key=lambda candidate: (live[candidate][0], -live[candidate][1], candidate))
