"""Hunks of a patch: what was removed in one place, and what was put there."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wiki.projections.authorship.alignment import Stretch, Vocabulary, free
from wiki.projections.authorship.runs import MOST, Line, count_of, tokens_of
from wiki.text.tokens import raw_words
from wiki.text.word_counts import line_sizes


class Words(Protocol):
    """How texts are cut into tokens."""

    aligned: bool

    def sizes(self, text: bytes) -> NDArray[np.int64]:
        """How many tokens each line has."""

    def words(self, text: bytes) -> list[str]:
        """The tokens of all lines."""


class WordsOfText:
    """Tokens are words."""

    aligned = True

    def sizes(self, text: bytes) -> NDArray[np.int64]:
        return line_sizes(text)

    def words(self, text: bytes) -> list[str]:
        return raw_words(text)


class WholeLines:
    """Every line is a token, new wherever git calls it new."""

    aligned = False

    def sizes(self, text: bytes) -> NDArray[np.int64]:
        return np.ones(text.count(b"\n") + 1, np.int64)

    def words(self, text: bytes) -> list[str]:
        return [line[1:] for line in text.decode("utf-8", "surrogateescape").split("\n")]


class Source(Protocol):
    """Where the text of hunks is, by their number."""

    def minus(self, number: int) -> bytes:
        """The lines removed, each with its sign."""

    def plus(self, number: int) -> bytes:
        """The lines added, each with its sign."""

    def sizes(self, number: int) -> list[int]:
        """The tokens of each line added."""

    def old_words(self, number: int) -> list[int]:
        """The words removed, as numbers; [] where they were not read."""

    def kept(self, number: int, old: int) -> list[Stretch]:
        """What the words removed, if they are so many, and those added share."""

    def new_words(self, number: int) -> list[int]:
        """The words added, as numbers."""


class Removed:
    """What was taken out in one place: the lines ``old`` whose text (with signs) is ``minus``; ``kept``:
    which of its tokens still stand on the page, where that is known; ``words``: those of the text, if
    they were read."""

    __slots__ = ("_tokens", "_words", "kept", "minus", "old", "position")

    def __init__(
        self,
        position: int,
        old: list[Line],
        minus: bytes,
        kept: set[int] | None = None,
        words: Sequence[int] = (),
    ) -> None:
        self.position, self.old, self.minus, self.kept = position, old, minus, kept
        self._tokens: list[int] | None = None
        self._words: Sequence[int] | None = words if len(words) == count_of(old) else None

    def tokens(self) -> list[int]:
        """The tokens removed or kept."""
        if self._tokens is None:
            self._tokens = tokens_of(self.old)
        return self._tokens

    def words(self, how: Words, vocabulary: Vocabulary) -> Sequence[int]:
        """The words of ``tokens``, as numbers."""
        if self._words is None:
            words = vocabulary.numbers(how.words(self.minus)) if self.minus else []
            # A text that is not what the lines say has words that are nobody's.
            fits = len(words) == len(self.tokens())
            self._words = words if fits else [-1] * len(self.tokens())
        return self._words

    def free(self) -> list[tuple[int, int]]:
        """Passages none of whose tokens are kept, from and to."""
        tokens, kept = self.tokens(), self.kept
        return free(bytes(map(kept.__contains__, tokens)) if kept else bytes(len(tokens)))


class Hunk:
    """One place where a text changed: ``added`` lines with ``size`` tokens in the place of the lines ``old``.

    ``stretches`` are the old words kept among the new (from and to in the old, from and to in the new),
    ``fresh`` the number of new words; ``is_aligned``: whether they were looked for; ``origins``: the old tokens among the new (-1: new), made when something
    is found beyond this place.
    """

    __slots__ = (
        *("position", "removed", "added", "size", "old", "fresh", "stretches", "origins"),
        *("is_aligned", "_source", "_number"),
    )

    def __init__(
        self, source: Source, number: int, position: int, removed: int, added: int, size: int
    ) -> None:
        self._source, self._number = source, number
        self.position, self.removed, self.added, self.size = position, removed, added, size
        self.fresh = size
        self.old: list[Line] = []
        self.stretches: list[Stretch] = []
        self.origins: list[int] | None = None
        self.is_aligned = False

    def align(self) -> None:
        """Find out which new words are old ones; it both removes and adds."""
        self.is_aligned = True
        self.stretches = self._source.kept(self._number, count_of(self.old))
        for start, end, _, _ in self.stretches:
            self.fresh -= end - start

    @property
    def is_plain(self) -> bool:
        """Whether one line of neighbouring tokens became another, nothing coming from elsewhere."""
        if self.added != 1 or not self.is_aligned or self.origins is not None or len(self.old) != 1:
            return False
        line = self.old[0]
        return type(line) is int and self.size + (line & MOST) <= MOST

    def sizes(self) -> list[int]:
        """The tokens of each new line."""
        return self._source.sizes(self._number)

    def minus(self) -> bytes:
        """The lines removed, each with its sign."""
        return self._source.minus(self._number)

    def words(self) -> list[int]:
        """The words of the new lines, as numbers."""
        return self._source.new_words(self._number) if self.added else []

    def keys(self) -> list[int]:
        """What each new line is known by if it was removed elsewhere."""
        return list(map(zlib.crc32, self._source.plus(self._number).split(b"\n")))

    def marks(self) -> list[int]:
        """``origins``, made if there are none."""
        if self.origins is None:
            self.origins = [-1] * self.size
            if self.stretches:
                tokens = tokens_of(self.old)
                for start, end, to, until in self.stretches:
                    self.origins[to:until] = tokens[start:end]
        return self.origins

    def kept_with(self, others: set[int]) -> set[int]:
        """The tokens that stand here or are among others."""
        if self.origins is not None:
            return others.union(self.origins)
        if not self.stretches:
            return others
        tokens = tokens_of(self.old)
        return others.union(*(tokens[start:end] for start, end, _, _ in self.stretches))

    def lost(self, kept: set[int] | None) -> Removed:
        """What it removed, apart from the rest."""
        words = self._source.old_words(self._number)
        return Removed(self.position, self.old, self.minus(), kept, words)


def fit(hunks: Sequence[Hunk], old: list[Line]) -> bool:
    """Lay hunks on a text of these lines; whether all of them are within it."""
    for hunk in hunks:
        if hunk.removed:
            end = hunk.position + hunk.removed
            if end > len(old):
                return False
            hunk.old = old[hunk.position : end]
        elif hunk.position > len(old):
            return False
    return True


def split_lines(text: bytes) -> list[bytes]:
    """Lines as git counts them."""
    lines = text.split(b"\n")
    if not lines[-1]:
        del lines[-1]
    return lines


def key_of(line: bytes) -> int:
    """What a removed line is known by wherever it is added again (their signs differ)."""
    return zlib.crc32(b"+" + line[1:])
