"""From a query to the pages that match it, with their scores.

Word by word over whole posting lists: every page that matches is counted, so totals are exact, and
the work is bounded by the postings of the words asked for. Scores are BM25; a word and its other
forms count as one word, in which the form that was written weighs a little more.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Collection, Mapping

from wiki.errors import QueryRefused
from wiki.projections.search.query import All, Any, Filter, Node, Not, Phrase, Prefix, Word
from wiki.projections.search.reading import Snapshot
from wiki.projections.search.schema import NOWHERE, tag_key
from wiki.projections.search.words import fold, query_words, stem

K1 = 1.4
B = 0.6
OTHER_FORM = 0.7
"""What another form of a word counts, compared with the form that was asked for."""
IN_TITLE = 0.4
"""What a word in the title adds, as a part of the most it can score: saturation would otherwise
let a text that repeats a word outweigh the page that is about it."""
MAX_EXPANSIONS = 400
MAX_EXPANDED_POSTINGS = 120_000
PHRASE_BOOST = 1.6

Scores = dict[int, float]


class Evaluation:
    """One query against one state of the index.

    ``outside`` gives the paths that each filter about history lets through; ``expired`` is asked
    between steps whether the time is up.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        outside: Mapping[Filter, Collection[str]],
        expired: Callable[[], bool],
    ) -> None:
        self._snapshot = snapshot
        self._outside = outside
        self._expired = expired
        self.cut = False
        """Whether a prefix had more endings than were looked for."""

    def scores(self, node: Node) -> Scores:
        """Every matching document with its score.

        Raises:
            QueryRefused: the time is up.
        """
        if self._expired():
            raise QueryRefused("it takes too long. Use fewer words, or longer ones.")
        match node:
            case Word(word):
                return self._word(word)
            case Prefix(prefix):
                return self._weigh(self._expanded(prefix))
            case Phrase(words):
                return self._phrase(words)
            case Filter():
                return dict.fromkeys(self._filter(node), 0.0)
            case Not(part):
                left_out = self.scores(part)
                return {n: 0.0 for n in self._snapshot.live if n not in left_out}
            case All(parts):
                return self._all(parts)
            case Any(parts):
                return self._any(parts)

    def forms(self, word: str) -> Scores:
        """Document → weight of the word in all its forms."""
        base = stem(word)
        found = self._snapshot.postings("words", word)
        others = [self._snapshot.postings("stems", base)]
        if base != word and stem(base) == base:
            others.append(self._snapshot.postings("words", base))
        if not any(others):
            return found
        counted = dict(found)
        if base != word:  # “stems” counts every inflected form, so also the one asked for
            counted = {number: (1 - OTHER_FORM) * weight for number, weight in found.items()}
        for other in others:
            for number, weight in other.items():
                counted[number] = counted.get(number, 0.0) + OTHER_FORM * weight
        return counted

    def _word(self, word: str) -> Scores:
        weights = self.forms(word)
        found = self._weigh(weights)
        bonus = IN_TITLE * self._rarity(len(weights))
        for form in {word, stem(word)}:
            for number in self._snapshot.postings("title", form):
                found[number] += bonus
        return found

    def _rarity(self, having: int) -> float:
        total = len(self._snapshot.live)
        return (K1 + 1) * math.log(1 + (total - having + 0.5) / (having + 0.5))

    def _weigh(self, weights: Scores, boost: float = 1.0) -> Scores:
        """BM25 of documents with these weights of one word."""
        rarity = boost * self._rarity(len(weights))
        lengths = self._snapshot.lengths
        flat, steep = K1 * (1 - B), K1 * B / (self._snapshot.average_length or 1)
        return {
            number: rarity * weight / (weight + flat + steep * lengths[number])
            for number, weight in weights.items()
        }

    def _expanded(self, prefix: str) -> Scores:
        """All words of a prefix as one word: the most frequent of them, within bounds."""
        words = self._snapshot.words_with_prefix(prefix)
        found: Scores = {}
        budget = MAX_EXPANDED_POSTINGS
        for taken, word in enumerate(sorted(words, key=lambda word: (-words[word], word))):
            if taken == MAX_EXPANSIONS or budget < 0 or self._expired():
                self.cut = True
                break
            postings = self._snapshot.postings("words", word)
            budget -= len(postings)
            if not found:
                found = dict(postings)
                continue
            for number, weight in postings.items():
                found[number] = found.get(number, 0.0) + weight
        return found

    def _all(self, parts: tuple[Node, ...]) -> Scores:
        wanted = [part for part in parts if not isinstance(part, Not)]
        unwanted = [part.part for part in parts if isinstance(part, Not)]
        found = sorted((self.scores(part) for part in wanted), key=len)
        if not found:
            found = [dict.fromkeys(self._snapshot.live, 0.0)]
        common = found[0]
        for other in found[1:]:
            common = {n: score + other[n] for n, score in common.items() if n in other}
        for part in unwanted:
            if common:
                left_out = self.scores(part)
                common = {n: score for n, score in common.items() if n not in left_out}
        return common

    def _any(self, parts: tuple[Node, ...]) -> Scores:
        found: Scores = {}
        for part in parts:
            for number, score in self.scores(part).items():
                found[number] = found.get(number, 0.0) + score
        return found

    def _phrase(self, words: tuple[tuple[str, int], ...]) -> Scores:
        numbers = self.with_phrase("words", words)
        found: Scores = dict.fromkeys(numbers, 0.0)
        for word, _ in words:
            weights = self._snapshot.postings("words", word)
            for number, score in self._weigh(weights, PHRASE_BOOST / len(words)).items():
                if number in found:
                    found[number] += score
        return found

    def with_phrase(
        self,
        field: str,
        words: tuple[tuple[str, int], ...],
        among: Collection[int] | None = None,
    ) -> set[int]:
        """Documents that have the words at these places relative to each other."""
        lists = sorted(
            {word: self._snapshot.postings(field, word) for word, _ in words}.items(),
            key=lambda item: len(item[1]),
        )
        candidates = set(lists[0][1]) if among is None else set(among)
        for _, postings in lists:
            candidates &= postings.keys()
        starts: dict[int, set[int]] | None = None
        for word, offset in words:
            if self._expired():
                raise QueryRefused("it takes too long. Use fewer words, or longer ones.")
            places = self._snapshot.places(field, word, candidates)
            starts = _meet(starts, places, offset)
            candidates = set(starts)
        return candidates

    def _filter(self, part: Filter) -> Collection[int]:
        match part.field:
            case "tag":
                return self._snapshot.postings("tags", tag_key(part.value))
            case "title":
                return self._titled(part.value)
            case "path":
                return self._snapshot.under(fold(part.value).strip("/"))
        return self._snapshot.among(self._outside.get(part, ()))

    def _titled(self, value: str) -> Collection[int]:
        if value.endswith("*"):
            prefix = fold(value.rstrip("*"))
            titles: set[int] = set()
            words = self._snapshot.words_with_prefix(prefix)
            for word in sorted(words, key=lambda word: (-words[word], word))[:MAX_EXPANSIONS]:
                titles.update(self._snapshot.postings("title", word))
            return titles
        words_ = tuple(query_words(value))
        if len(words_) == 1:
            return self._titled_in_any_form(words_[0][0])
        return self.with_phrase("title", words_)

    def _titled_in_any_form(self, word: str) -> set[int]:
        """Pages whose title has the word or another form of it (*expense*, *expenses*)."""
        root = stem(word)
        kin = self._snapshot.words_with_prefix(root[: max(3, len(root) - 1)])
        forms = {word, *(other for other in kin if stem(other) == root)}
        found: set[int] = set()
        for form in sorted(forms)[:MAX_EXPANSIONS]:
            found.update(self._snapshot.postings("title", form))
        return found


def _meet(
    starts: dict[int, set[int]] | None, places: Mapping[int, bytes], offset: int
) -> dict[int, set[int]]:
    """Where the phrase may begin, now that one more of its words is placed."""
    met: dict[int, set[int]] = {}
    for number, where in places.items():
        if where == NOWHERE:
            continue
        positions: array[int] = array("H")
        positions.frombytes(where)
        begins = {position - offset for position in positions}
        if starts is not None:
            begins &= starts[number]
        if begins:
            met[number] = begins
    return met
