"""The stretch of a page that shows why it was found, with the words marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wiki.projections.search.query import Phrase, Prefix, Query, Word, wanted
from wiki.projections.search.words import fold, is_unspaced, stem

LENGTH = 240
"""About how many characters a snippet has."""
LEAD = 60
"""How many of them may stand before the first marked word."""
FIRST_LOOK = 30_000
MAX_MARKS = 300
BLOCK_BREAK = " · "
_ADDRESS = re.compile(r"\bhttps?://\S+")
_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of plain text; ``marked`` if it is what was looked for."""

    text: str
    marked: bool = False


class Snippets:
    """Finds the words of one query in titles and texts."""

    def __init__(self, query: Query) -> None:
        self._words: set[str] = set()
        self._stems: set[str] = set()
        self._prefixes: tuple[str, ...] = ()
        self._parts: set[str] = set()
        for node in wanted(query.root):
            match node:
                case Word(word):
                    self._take(word)
                case Phrase(words):
                    for word in _runs(words):
                        self._take(word)
                case Prefix(prefix):
                    self._prefixes += (prefix,)
        self._pattern = self._compile()

    def title(self, title: str) -> tuple[Piece, ...]:
        """The whole title, its words marked."""
        return _pieces(title, 0, len(title), self._spans(title))

    def text(self, text: str, title: str) -> tuple[Piece, ...]:
        """The best stretch of the text; its beginning if no word is in it."""
        if text.startswith(title):
            text = text[len(title) :].lstrip("\n")
        spans = self._spans(text[:FIRST_LOOK]) or self._spans(text[FIRST_LOOK:], FIRST_LOOK)
        start, end = _window(text, _outside_addresses(text, spans) or spans)
        pieces = _pieces(text, start, end, spans)
        before = (Piece("… "),) if start > 0 else ()
        after = (Piece(" …"),) if end < len(text.rstrip()) else ()
        return (*before, *pieces, *after)

    def _take(self, word: str) -> None:
        if is_unspaced(word):
            self._parts.add(word)
        else:
            self._words.add(word)
            self._stems.add(stem(word))

    def _compile(self) -> re.Pattern[str] | None:
        starts = {_shared_start(word) for word in self._words} | set(self._prefixes)
        alternatives = []
        if self._parts:
            alternatives.append("|".join(map(re.escape, sorted(self._parts))))
        if starts:
            begun = "|".join(map(re.escape, sorted(starts, key=len, reverse=True)))
            alternatives.append(rf"(?<![^\W_])(?:{begun})[^\W_]*")
        return re.compile("|".join(alternatives)) if alternatives else None

    def _spans(self, text: str, offset: int = 0) -> list[tuple[int, int, str]]:
        """(start, end, what) of the words looked for, in order."""
        if self._pattern is None or not text:
            return []
        spans: list[tuple[int, int, str]] = []
        for found in self._pattern.finditer(_folded_in_place(text)):
            what = self._recognise(found[0])
            start, end = found.start() + offset, found.end() + offset
            if what and spans and spans[-1][1] == start and what in self._parts:
                spans[-1] = (spans[-1][0], end, what)
            elif what:
                spans.append((start, end, what))
                if len(spans) >= MAX_MARKS:
                    break
        return spans

    def _recognise(self, word: str) -> str:
        """Which of the words looked for this is, or ""."""
        if word in self._parts or word in self._words:
            return word
        word = fold(word)
        base = stem(word)
        if word in self._words or base in self._stems:
            return base
        return next((prefix for prefix in self._prefixes if word.startswith(prefix)), "")


def _runs(words: Sequence[tuple[str, int]]) -> list[str]:
    """The words of a phrase, pairs of an unspaced script joined to what they were taken from."""
    runs: list[str] = []
    last = -1
    for word, position in words:
        if runs and position == last + 1 and is_unspaced(word) and runs[-1][-1] == word[0]:
            runs[-1] += word[1:]
        else:
            runs.append(word)
        last = position
    return runs


def _shared_start(word: str) -> str:
    """What all forms of a word begin with (its stem may end in another letter)."""
    base = stem(word)
    shared = 0
    while shared < min(len(base), len(word)) and base[shared] == word[shared]:
        shared += 1
    shared = min(shared, len(base) - 1) if base[-1:] in "iey" and len(base) > 3 else shared
    return word[:shared] or word


class _OneToOne(dict[int, str]):
    """Character → one character it is compared as, so that places in the text stay the same."""

    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = folded if len(folded) == 1 else folded[:1] or chr(code)
        return self[code]


_ONE_TO_ONE = _OneToOne()


def _folded_in_place(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_ONE_TO_ONE)


def _outside_addresses(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The words that stand in sentences: an address says little about a page."""
    inside = [found.span() for found in _ADDRESS.finditer(text)] if "://" in text else []
    return [span for span in spans if not any(first <= span[0] < last for first, last in inside)]


def _window(text: str, spans: list[tuple[int, int, str]]) -> tuple[int, int]:
    """Where the best stretch begins and ends: most different words, then most words, then first."""
    if not spans:
        return 0, _end_of_word(text, LENGTH)
    best, best_start = (0, 0), spans[0][0]
    last = 0
    for index, (start, _, _) in enumerate(spans):
        last = max(last, index)
        while last < len(spans) and spans[last][1] <= start + LENGTH - LEAD:
            last += 1
        inside = spans[index : max(last, index + 1)]
        worth = (len({what for _, _, what in inside}), len(inside))
        if worth > best:
            best, best_start = worth, start
    return _start_of_text(text, best_start), _end_of_word(
        text, _start_of_text(text, best_start) + LENGTH
    )


def _start_of_text(text: str, wanted_at: int) -> int:
    """A good place to begin before the first mark: a block, a sentence, a word."""
    earliest = max(0, wanted_at - LEAD)
    if earliest == 0:
        return 0
    before = text[earliest:wanted_at]
    for end in ("\n", ". ", "。"):
        at = before.rfind(end)
        if at >= 0:
            return earliest + at + len(end)
    at = before.find(" ")
    if at < 0:
        at = max(text.rfind(" ", 0, earliest), text.rfind("\n", 0, earliest)) - earliest
    return earliest + at + 1 if at > -LEAD else earliest


def _end_of_word(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = max(text.rfind(" ", at - 40, at), text.rfind("\n", at - 40, at))
    return space if space > 0 else at


def _pieces(
    text: str, start: int, end: int, spans: Iterable[tuple[int, int, str]]
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = start
    for first, last, _ in spans:
        if first < at or last > end:
            continue
        if first > at:
            pieces.append(Piece(_one_line(text[at:first])))
        pieces.append(Piece(_one_line(text[first:last]), marked=True))
        at = last
    if at < end:
        pieces.append(Piece(_one_line(text[at:end])))
    return tuple(pieces)


def _one_line(text: str) -> str:
    return _BREAK.sub(BLOCK_BREAK, text) if "\n" in text else text
