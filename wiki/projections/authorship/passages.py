"""What was removed before, so that words brought back or moved keep their authors."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence

from wiki.projections.authorship.alignment import SHORTEST, Vocabulary, gaps, grams
from wiki.projections.authorship.hunks import Hunk, Removed, Words, key_of, split_lines
from wiki.projections.authorship.runs import MOST, SHIFT, Line, count_of, runs_of, tokens_of
from wiki.projections.authorship.state import State

MOST_TRIED = 8
"""So many places where the same words were removed are looked at: more often they are a set phrase."""

ReadText = Callable[[bytes], bytes | None]


class Passage:
    """Neighbouring words that ``version`` removed in one place: its tokens from ``start`` to ``end``."""

    __slots__ = ("_how", "_vocabulary", "end", "place", "start", "version")

    def __init__(
        self, version: int, place: Removed, start: int, end: int, how: Words, vocabulary: Vocabulary
    ) -> None:
        self.version, self.place, self.start, self.end = version, place, start, end
        self._how, self._vocabulary = how, vocabulary

    def words(self) -> Sequence[int]:
        return self.place.words(self._how, self._vocabulary)[self.start : self.end]

    def tokens(self, at: int, length: int) -> list[int]:
        """So many tokens from a place in the passage on."""
        first = self.start + at
        return self.place.tokens()[first : first + length]

    def matches(
        self, at: int, words: Sequence[int], start: int, end: int, is_taken: Callable[[int], bool]
    ) -> int:
        """How many words from ``at`` on are those of a text from ``start`` on, and still free."""
        own, tokens = self.place.words(self._how, self._vocabulary), self.place.tokens()
        offset = self.start + at - start
        most = min(end, self.end - offset)
        place = start
        while (
            place < most
            and own[offset + place] == words[place]
            and not is_taken(tokens[offset + place])
        ):
            place += 1
        return place - start


class _PageMemory:
    """What was removed from one page."""

    __slots__ = ("passages", "pool", "vocabulary", "waiting")

    def __init__(self) -> None:
        self.waiting: list[tuple[int, list[Removed]]] = []
        self.vocabulary: set[int] = set()
        self.passages: list[Passage] = []
        self.pool: dict[tuple[int, ...], list[tuple[Passage, int]]] = {}


class Memory:
    """The memory of removed passages of all pages, and of removed lines of the whole wiki."""

    def __init__(
        self, state: State, how: Words, vocabulary: Vocabulary, read_text: ReadText
    ) -> None:
        self._state, self._how, self._vocabulary = state, how, vocabulary
        self._read = read_text
        self._pages: dict[int, _PageMemory] = {}
        self._stored = len(state.commit)

    # -- losing -----------------------------------------------------------------------------

    def remember(self, version: int, page: int, lost: list[Removed]) -> None:
        """A version removed tokens in these places."""
        memory = self._of(page) or self._pages.setdefault(page, _PageMemory())
        memory.waiting.append((version, lost))

    def _of(self, page: int) -> _PageMemory | None:
        """The memory of a page, with what was removed before this run began."""
        memory = self._pages.get(page)
        if memory is None and 0 <= page < self._stored:
            state = self._state
            memory = self._pages[page] = _PageMemory()
            for version in state.removals(page):
                if version < self._stored:
                    memory.waiting.append((version, self._lost_by(version)))
        return memory

    def _lost_by(self, version: int) -> list[Removed]:
        state = self._state
        before = state.parent[version]
        old = state.lines(before)
        text = self._read(state.blob[before]) or b""
        raw = split_lines(text)
        left = set(tokens_of(state.lines(version))) if state.blob[version] else set()
        places = []
        for position, removed, _ in state.steps_of(version):
            if removed and position >= 0:
                minus = b"\n".join(b"-" + line for line in raw[position : position + removed])
                place = Removed(position, old[position : position + removed], minus)
                place.kept = left.intersection(place.tokens())
                places.append(place)
        return places

    def lose(self, version: int, place: Removed) -> None:
        """Note the lines that are gone for good: any page may bring them back."""
        if not place.minus:
            return
        record, kept = self._state.losses.record, place.kept
        for raw, line in zip(place.minus.split(b"\n"), place.old, strict=False):
            if type(line) is int:
                size = line & MOST
                if size < SHORTEST:
                    continue
                first = line >> SHIFT
                if kept and not kept.isdisjoint(range(first, first + size)):
                    continue
            elif count_of((line,)) < SHORTEST or (kept and not kept.isdisjoint(tokens_of((line,)))):
                continue
            record(key_of(raw), version, line)

    def restore(self, version: int, remover: int, tokens: list[int]) -> None:
        """A version put back tokens that another had removed (itself: moved them)."""
        state = self._state
        for run in runs_of(tokens):
            state.losses.record_comeback(version, remover, run)

    def _is_free(self, token: int, removed: int, at: int) -> bool:
        """Whether a token that was removed had not been put back yet."""
        state = self._state
        for version in state.losses.comebacks(token):
            n = state.commit[version]
            if state.descent.is_ancestor(n, at) and state.descent.is_ancestor(
                state.commit[removed], n
            ):
                return False
        return True

    # -- recalling --------------------------------------------------------------------------

    def recall(self, page: int, hunk: Hunk, found: dict[int, int], at: int) -> None:
        """Find new words of a hunk among what was removed before; noted in ``found``."""
        if at < 0:
            return
        memory = self._of(page)
        if memory is not None:
            self._recall_passages(memory, hunk, found, at)
        self._recall_lines(hunk, found, at)

    def _recall_passages(
        self, memory: _PageMemory, hunk: Hunk, found: dict[int, int], at: int
    ) -> None:
        words = hunk.words()
        if memory.waiting:
            self._learn(memory)
        if b"\1\1\1\1" not in bytes(map(memory.vocabulary.__contains__, words)):
            return
        if memory.passages:
            self._sort(memory)
        hits = list(map(memory.pool.get, grams(words)))
        marks = hunk.marks()
        for start, end in gaps(marks, len(marks)):
            place = start
            while place + SHORTEST <= end:
                found_here = hits[place]
                best = self._best(found_here, words, place, end, found, at) if found_here else None
                if best is None:
                    place += 1
                    continue
                passage, index, length = best
                tokens = passage.tokens(index, length)
                marks[place : place + length] = tokens
                found.update(dict.fromkeys(tokens, passage.version))
                place += length

    def _best(
        self,
        hits: list[tuple[Passage, int]],
        words: Sequence[int],
        place: int,
        end: int,
        found: dict[int, int],
        at: int,
    ) -> tuple[Passage, int, int] | None:
        """The passage removed last, among the ancestors, that is still free."""
        state = self._state
        tried = 0
        for passage, index in reversed(hits):
            version = passage.version
            if not state.descent.is_ancestor(state.commit[version], at):
                continue

            def is_taken(token: int, version: int = version) -> bool:
                return token in found or not self._is_free(token, version, at)

            length = passage.matches(index, words, place, end, is_taken)
            if length >= SHORTEST:
                return passage, index, length
            tried += 1
            if tried == MOST_TRIED:
                break
        return None

    def _learn(self, memory: _PageMemory) -> None:
        """Cut what was removed into passages, and know their words."""
        for version, places in memory.waiting:
            for place in places:
                for start, end in place.free():
                    passage = Passage(version, place, start, end, self._how, self._vocabulary)
                    memory.vocabulary.update(passage.words())
                    memory.passages.append(passage)
        memory.waiting.clear()

    def _sort(self, memory: _PageMemory) -> None:
        """Make the passages be found by any four of their words."""
        pool = memory.pool
        for passage in memory.passages:
            for index, gram in enumerate(grams(passage.words())):
                if gram in pool:
                    _insert(pool[gram], (passage, index), self._ranked)
                else:
                    pool[gram] = [(passage, index)]
        memory.passages.clear()

    def _ranked(self, hit: tuple[Passage, int]) -> tuple[int, bytes, str, int, int]:
        passage, index = hit
        return *self._state.rank(passage.version), passage.place.position, passage.start + index

    def _recall_lines(self, hunk: Hunk, found: dict[int, int], at: int) -> None:
        keys = hunk.keys()
        if not self._state.losses.has_any(keys):
            return
        marks = hunk.marks()
        place = 0
        for key, size in zip(keys, hunk.sizes(), strict=False):
            entries = self._state.losses.of(key) if size >= SHORTEST else None
            if entries and marks[place : place + size].count(-1) == size:
                self._recall_line(entries, marks, place, size, found, at)
            place += size

    def _recall_line(
        self,
        entries: list[tuple[int, Line]],
        marks: list[int],
        place: int,
        size: int,
        found: dict[int, int],
        at: int,
    ) -> None:
        state = self._state
        tried = 0
        for version, line in reversed(entries):
            if not state.descent.is_ancestor(state.commit[version], at):
                continue
            tokens = tokens_of((line,))
            if len(tokens) == size and all(
                token not in found and self._is_free(token, version, at) for token in tokens
            ):
                marks[place : place + size] = tokens
                found.update(dict.fromkeys(tokens, version))
                return
            tried += 1
            if tried == MOST_TRIED:
                return


def _insert(
    hits: list[tuple[Passage, int]],
    hit: tuple[Passage, int],
    ranked: Callable[[tuple[Passage, int]], tuple[int, bytes, str, int, int]],
) -> None:
    """Keep the hits of four words in rising order."""
    if ranked(hits[-1]) < ranked(hit):
        hits.append(hit)
    else:
        insort(hits, hit, key=ranked)
