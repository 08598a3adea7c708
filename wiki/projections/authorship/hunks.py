"""Hunks of a patch, cut into what was removed and what was put in its place."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Protocol

from wiki.projections.authorship.alignment import SHORTEST, Vocabulary, kept
from wiki.projections.authorship.runs import Line, tokens_of
from wiki.text.tokens import line_sizes, line_words


class Words(Protocol):
    """How texts are cut into tokens."""

    aligned: bool

    def sizes(self, text: bytes) -> list[int]:
        """How many tokens each line has."""

    def words(self, text: bytes) -> list[list[bytes]]:
        """The tokens of each line."""


class WordsOfText:
    """Tokens are words."""

    aligned = True

    def sizes(self, text: bytes) -> list[int]:
        return line_sizes(text)

    def words(self, text: bytes) -> list[list[bytes]]:
        return line_words(text)


class WholeLines:
    """Every line is a token, new wherever git calls it new."""

    aligned = False

    def sizes(self, text: bytes) -> list[int]:
        return [1] * (text.count(b"\n") + 1)

    def words(self, text: bytes) -> list[list[bytes]]:
        return [[line[1:]] for line in text.split(b"\n")]


class Hunk:
    """One place where a text changed.

    ``old`` are the lines removed, ``minus`` and ``plus`` the raw lines with their sign. ``sizes`` are the
    tokens of each new line, ``origins`` their old numbers (-1: new ones), None if all are new;
    ``words`` those of the new lines as numbers, made when asked for; ``has_room``: whether enough of them are
    new to be a passage.
    """

    __slots__ = (
        *("position", "old", "minus", "plus", "sizes", "origins", "old_tokens", "kept"),
        "has_room",
        *("_old_words", "_words"),
    )

    def __init__(self, position: int, old: list[Line], minus: bytes, plus: bytes) -> None:
        self.position, self.old, self.minus, self.plus = position, old, minus, plus
        self.sizes: list[int] = []
        self.has_room = False
        self.origins: list[int] | None = None
        self.old_tokens: list[int] | None = None
        # Which of its tokens still stand on the page, where that is known.
        self.kept: set[int] | None = None
        self._old_words: list[int] | None = None
        self._words: list[int] | None = None

    def align(self, how: Words, vocabulary: Vocabulary) -> None:
        """Find out which new words are old ones."""
        if not self.plus:
            return
        if not self.old or not how.aligned:
            self.sizes = how.sizes(self.plus)
            self.has_room = sum(self.sizes) >= SHORTEST
            return
        lines = how.words(self.plus)
        self.sizes = list(map(len, lines))
        self._words = new = vocabulary.numbers(lines)
        tokens = self.tokens()
        old = self.old_words(how, vocabulary)
        self.origins = origins = [-1] * len(new)
        for start, end, to, until in kept(old, new):
            origins[to:until] = tokens[start:end]
        self.has_room = origins.count(-1) >= SHORTEST

    def tokens(self) -> list[int]:
        """The tokens removed or kept."""
        if self.old_tokens is None:
            self.old_tokens = tokens_of(self.old)
        return self.old_tokens

    def old_words(self, how: Words, vocabulary: Vocabulary) -> list[int]:
        """The words of ``tokens``."""
        if self._old_words is None:
            words = vocabulary.numbers(how.words(self.minus)) if self.minus else []
            # A text that is not what the lines say cannot be aligned.
            self._old_words = (
                words if len(words) == len(self.tokens()) else [-1] * len(self.tokens())
            )
        return self._old_words

    def words(self, how: Words, vocabulary: Vocabulary) -> list[int]:
        """The words of the new lines."""
        if self._words is None:
            self._words = vocabulary.numbers(how.words(self.plus)) if self.plus else []
        return self._words

    def forget(self) -> None:
        """Keep only what was removed."""
        self.plus, self.sizes, self.origins, self._words = b"", [], None, None

    def marks(self) -> list[int]:
        """``origins``, made if there are none."""
        if self.origins is None:
            self.origins = [-1] * sum(self.sizes)
        return self.origins


def split_lines(text: bytes) -> list[bytes]:
    """Lines as git counts them."""
    lines = text.split(b"\n")
    if not lines[-1]:
        del lines[-1]
    return lines


def read_hunks(raw: Sequence[bytes], old: list[Line]) -> list[Hunk] | None:
    """The hunks of a patch of a text with these lines; None if they do not fit."""
    hunks = []
    for each in raw:
        head, _, body = each.partition(b"\n")
        start, comma, count = head[1 : head.index(b" ")].partition(b",")
        position, removed = int(start), int(count) if comma else 1
        if removed:
            position -= 1
        if position + removed > len(old):
            return None
        if body[-1:] == b"\n":
            body = body[:-1]
        # Every line bears a sign, so that the first added one is found by its own.
        border = -1 if body[:1] == b"+" else body.find(b"\n+")
        if not removed:
            before, after = b"", body
        elif border < 0:
            before, after = body, b""
        else:
            before, after = body[:border], body[border + 1 :]
        if b"\n\\" in body:
            before, after = _unremarked(before), _unremarked(after)
        hunks.append(Hunk(position, old[position : position + removed], before, after))
    return hunks


def _unremarked(lines: bytes) -> bytes:
    """Lines without git's remark on a missing last line end."""
    remark = lines.rfind(b"\n\\")
    return lines[:remark] if remark >= 0 else lines


def key_of(line: bytes) -> int:
    """What a removed line is known by wherever it is added again (their signs differ)."""
    return zlib.crc32(b"+" + line[1:])
