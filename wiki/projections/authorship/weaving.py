"""Carrying the origin of every word from version to version, one commit at a time.

What becomes of a commit depends on the commit and its ancestors only, so it does not matter in which
order or in how many portions commits become known.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count, repeat

from wiki.model.patches import MergedPage, PagePatch, PatchedCommit
from wiki.projections.authorship.alignment import SHORTEST, Vocabulary, free, gaps, grams
from wiki.projections.authorship.hunks import Hunk, Words, read_hunks
from wiki.projections.authorship.merging import Stretch, combined, compared, origins_of
from wiki.projections.authorship.passages import Memory, Passage
from wiki.projections.authorship.runs import (
    MOST,
    SHIFT,
    Line,
    count_of,
    fresh_lines,
    line_of,
    runs_of,
    tokens_of,
)
from wiki.projections.authorship.state import (
    COPIED,
    DELETED,
    KINDS,
    MERGED,
    State,
)

ReadText = Callable[[bytes], bytes | None]

_LARGEST = 2_000_000


class Draft:
    """One page's change while its commit is being woven."""

    __slots__ = (
        "found",
        "hunks",
        "old",
        "page",
        "patch",
        "path",
        "source",
        "target",
    )  # fmt: skip

    def __init__(
        self,
        patch: PagePatch,
        path: int,
        source: int,
        page: int,
        old: list[Line],
        hunks: list[Hunk],
    ) -> None:
        self.patch, self.path, self.source, self.page = patch, path, source, page
        self.old, self.hunks = old, hunks
        self.target: int | None = None
        # Tokens found elsewhere: by what version they had been removed (the draft itself: moved).
        self.found: dict[int, int] = {}


class Weaver:
    """Takes commits, parents first. ``remembers``: whether reverts and passages are recognised."""

    def __init__(
        self, state: State, how: Words, read_text: ReadText, *, remembers: bool = True
    ) -> None:
        self._state, self._how, self._read = state, how, read_text
        self._remembers = remembers
        # Blame goes to the first parent that has a text, whatever was done and undone elsewhere.
        state.latest_wins = remembers
        self._vocabulary = Vocabulary()
        self._memory = Memory(state, how, self._vocabulary, read_text)

    def weave(self, commit: PatchedCommit, merged: Sequence[MergedPage] = ()) -> None:
        """Take one more commit; ``merged``: what it made of pages if it is a merge."""
        state = self._state
        numbers = (state.number(oid) for oid in commit.parents)
        parents = [number for number in numbers if number is not None]
        n = state.add_commit(commit.oid, dict.fromkeys(parents), commit.time)
        if len(commit.parents) > 1:
            for page in merged:
                self._merge(n, parents, page)
            return
        at = parents[0] if parents else -1
        patches = commit.patches if self._remembers else _without_copies(commit.patches)
        drafts = [self._draft(patch, at) for patch in patches]
        if self._remembers:
            self._find_moved(drafts)
            for draft in drafts:
                if draft.target is None:
                    self._memory.recall(draft.page, draft.hunks, draft.found, at)
        for draft in drafts:
            self._write(n, draft)

    # -- reading a patch --------------------------------------------------------------------

    def _draft(self, patch: PagePatch, at: int) -> Draft:
        state = self._state
        path = state.path_id(patch.path)
        source = -1
        if patch.kind == "A":
            seen = at >= 0 and self._remembers and state.touches(path)
            before = state.deleted_at(path, at) if seen else None
            source = -1 if before is None else before
        elif at >= 0:
            found = state.find(state.path_id(patch.old_path), patch.old_oid, at)
            source = -1 if found is None else found
        empty = source < 0 or patch.kind == "A"
        old = [] if empty else state.lines(source)
        page = -1 if source < 0 or patch.kind == "C" else state.page[source]
        draft = Draft(patch, path, source, page, old, [])
        if self._remembers and patch.kind != "D" and patch.new_oid != patch.old_oid:
            draft.target = self._earlier(draft, at)
        draft.hunks = self._hunks(draft)
        return draft

    def _earlier(self, draft: Draft, at: int) -> int | None:
        if at < 0 or draft.patch.kind == "C":
            return None
        return self._state.seen_before(draft.page, draft.path, draft.patch.new_oid, at)

    def _hunks(self, draft: Draft) -> list[Hunk]:
        patch = draft.patch
        if patch.kind == "D":
            if not draft.old:
                return []
            read = read_hunks(patch.hunks, draft.old) if patch.hunks else None
            if read is None or len(read) != 1 or len(read[0].old) != len(draft.old):
                read = compared(draft.old, self._text(patch.old_oid), b"")
            return read
        hunks = None
        if patch.hunks is not None and (draft.source >= 0 or patch.kind == "A"):
            hunks = read_hunks(patch.hunks, draft.old)
        if hunks is None:
            hunks = compared(draft.old, self._text(patch.old_oid), self._text(patch.new_oid))
        if draft.target is None:
            for hunk in hunks:
                hunk.align(self._how, self._vocabulary)
        return hunks

    def _text(self, oid: bytes) -> bytes:
        """A text, with nothing in it if it is missing, no text or too long."""
        text = self._read(oid) if oid else None
        if text is None or len(text) > _LARGEST or b"\0" in text[:8000]:
            return b""
        return text

    # -- passages moved by this commit ------------------------------------------------------

    def _find_moved(self, drafts: list[Draft]) -> None:
        """Credit passages that this commit took from one place and put in another."""
        takers = [draft for draft in drafts if draft.target is None and _has_room(draft)]
        if not takers:
            return
        lost = [passage for draft in drafts for passage in self._lost(draft)]
        if not lost:
            return
        pool: dict[tuple[int, ...], tuple[Passage, int]] = {}
        for passage in reversed(lost):
            places = zip(repeat(passage), count())
            pool.update(zip(grams(passage.words()), places, strict=False))
        taken: set[int] = set()
        for draft in takers:
            for hunk in draft.hunks:
                self._take(draft, hunk, pool, taken)

    def _lost(self, draft: Draft) -> Iterable[Passage]:
        if draft.target is not None:
            kept = set(tokens_of(self._state.lines(draft.target)))
        elif draft.patch.kind == "C":
            return
        else:
            kept = set()
        for hunk in draft.hunks:
            if not hunk.old:
                continue
            tokens = hunk.tokens()
            if len(tokens) < SHORTEST:
                continue
            held = kept.union(hunk.origins) if hunk.origins else kept
            for start, end in free(bytes(map(held.__contains__, tokens))):
                yield Passage(-1, hunk, start, end, self._how, self._vocabulary)

    def _take(
        self,
        draft: Draft,
        hunk: Hunk,
        pool: Mapping[tuple[int, ...], tuple[Passage, int]],
        taken: set[int],
    ) -> None:
        if not hunk.has_room:
            return
        words = hunk.words(self._how, self._vocabulary)
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

    # -- writing versions -------------------------------------------------------------------

    def _write(self, n: int, draft: Draft) -> None:
        state, patch = self._state, draft.patch
        kind = KINDS[patch.kind]
        version = state.add_version(n, draft.path, patch.new_oid, draft.source, draft.page, kind)
        if draft.target is not None:
            self._write_revert(version, draft)
            return
        if len(draft.hunks) == 1 and not draft.old and not draft.found:
            # A new page, as most versions are.
            lines, next_token = _put(draft.hunks[0], state.tokens)
            state.record_step(0, 0, lines)
            state.close_version(version, next_token - state.tokens, 0, 0)
            state.hold(version, lines)
            return
        lines = list(draft.old)
        next_token = state.tokens
        shift = 0
        for hunk in draft.hunks:
            put, next_token = _put(hunk, next_token)
            state.record_step(hunk.position, len(hunk.old), put)
            start = hunk.position + shift
            lines[start : start + len(hunk.old)] = put
            shift += len(put) - len(hunk.old)
        added = next_token - state.tokens
        removed = 0 if kind == COPIED else self._remove(version, draft)
        restored = self._comebacks(version, draft) if draft.found else 0
        if kind == COPIED:
            restored = count_of(lines) - added
        state.close_version(version, added, removed, restored)
        if kind != DELETED:
            state.hold(version, lines)

    def _remove(self, version: int, draft: Draft) -> int:
        """Write down the tokens that are gone; how many."""
        state = self._state
        removed = 0
        moved = draft.found
        for hunk in draft.hunks:
            if not hunk.old:
                continue
            if hunk.origins is None and not moved:
                removed += _extend(state.gone, hunk.old)
                self._memory.lose(version, hunk, None)
                continue
            kept = moved.keys() | hunk.origins if hunk.origins else set(moved)
            left = [token for token in hunk.tokens() if token not in kept]
            removed += len(left)
            hunk.kept = kept.intersection(hunk.tokens()) if moved else kept
            state.gone.extend(runs_of(left))
            self._memory.lose(version, hunk, kept)
        if removed and self._remembers:
            self._memory.remember(version, state.page[version], draft.hunks)
        return removed

    def _comebacks(self, version: int, draft: Draft) -> int:
        own = set()
        for hunk in draft.hunks:
            if hunk.old:
                own.update(hunk.tokens())
        restored = 0
        by_remover: dict[int, list[int]] = {}
        for token, remover in draft.found.items():
            by_remover.setdefault(version if remover < 0 else remover, []).append(token)
            if token not in own:
                restored += 1
        for remover, tokens in by_remover.items():
            self._memory.restore(version, remover, tokens)
        return restored

    def _write_revert(self, version: int, draft: Draft) -> None:
        """The page has a text again that it had before: so have its words their origin."""
        state = self._state
        assert draft.target is not None
        lines = state.lines(draft.target)
        self._record_revert(draft, lines)
        old, new = tokens_of(draft.old), tokens_of(lines)
        kept, had = set(new), set(old)
        gone = [token for token in old if token not in kept]
        back = [token for token in new if token not in had]
        state.gone.extend(runs_of(gone))
        if gone:
            for hunk in draft.hunks:
                hunk.kept = kept.intersection(hunk.tokens())
                self._memory.lose(version, hunk, hunk.kept)
            self._memory.remember(version, state.page[version], draft.hunks)
        if back:
            for remover, tokens in self._removers(draft, back).items():
                self._memory.restore(version, version if remover < 0 else remover, tokens)
        state.close_version(version, 0, len(gone), len(back))
        state.hold(version, lines)

    def _record_revert(self, draft: Draft, lines: list[Line]) -> None:
        """The steps from the old lines to those of the earlier text, hunk by hunk; between hunks the
        texts are equal, but equal lines may have had another origin."""
        state = self._state
        at = shift = 0
        for hunk in [*draft.hunks, Hunk(len(draft.old), [], b"", b"")]:
            kept = lines[at + shift : hunk.position + shift]
            if draft.old[at : hunk.position] != kept:
                state.record_step(~at, len(kept), kept)
            if not hunk.old and not hunk.plus:
                return
            added = hunk.plus.count(b"\n") + 1 if hunk.plus else 0
            start = hunk.position + shift
            state.record_step(hunk.position, len(hunk.old), lines[start : start + added])
            at = hunk.position + len(hunk.old)
            shift += added - len(hunk.old)

    def _removers(self, draft: Draft, back: list[int]) -> dict[int, list[int]]:
        """Which versions of the page had removed these tokens."""
        state = self._state
        wanted = dict.fromkeys(back, -1)
        missing = set(back)
        each = draft.source
        while each >= 0 and missing:
            hit = missing.intersection(tokens_of(state.gone_of(each)))
            for token in hit:
                wanted[token] = each
            missing -= hit
            each = state.parent[each]
        found: dict[int, list[int]] = {}
        for token, remover in wanted.items():
            found.setdefault(remover, []).append(token)
        return found

    # -- merges -----------------------------------------------------------------------------

    def _merge(self, n: int, parents: Sequence[int], page: MergedPage) -> None:
        """Take each token of a text made by a merge from the parent that has it."""
        state = self._state
        if not page.oid:
            return
        path = state.path_id(page.path)
        sources = self._sources(parents, page)
        told = _told(page, sources)
        known = [version for version in sources if version is not None]
        first = known[0] if known else -1
        root = state.page[first] if first >= 0 else -1
        text = self._text(page.oid)
        sides = [(state.lines(v), self._text(state.blob[v])) for v in known]
        version = state.add_version(n, path, page.oid, first, root, MERGED)
        sizes = self._how.sizes(text) if text else []
        if text.endswith(b"\n"):
            del sizes[-1]
        origins = origins_of(sides, text, self._how, self._vocabulary, told)
        hunk = Hunk(0, list(sides[0][0]) if sides else [], b"", b"+")
        hunk.sizes, hunk.origins = sizes, origins
        put, end = _put(hunk, state.tokens)
        state.record_step(0, len(hunk.old), put)
        gone = self._dropped(parents, sources, put)
        state.gone.extend(runs_of(gone))
        had = set(hunk.tokens())
        restored = sum(1 for token in origins if token >= 0 and token not in had)
        state.close_version(version, end - state.tokens, len(gone), restored)
        state.hold(version, put)

    def _sources(self, parents: Sequence[int], page: MergedPage) -> list[int | None]:
        """The version of each parent that a merge's text comes from, under whatever name."""
        state = self._state
        sources = [
            state.find(state.path_id(path), blob, at) if blob else None
            for path, blob, at in zip(page.old_paths, page.parents, parents, strict=False)
        ]
        root = next((state.page[version] for version in sources if version is not None), None)
        if root is None or not self._remembers:
            return sources
        return [
            state.elsewhere(root, at) if version is None else version
            for version, at in zip(sources, parents, strict=False)
        ]

    def _dropped(
        self, parents: Sequence[int], sources: Sequence[int | None], put: list[Line]
    ) -> list[int]:
        """Tokens that the merge itself left out: every parent had them, or never knew them."""
        state = self._state
        left = set(tokens_of(put))
        sides = [
            (at, dict.fromkeys(tokens_of(state.lines(version)) if version is not None else ()))
            for at, version in zip(parents, sources, strict=False)
        ]
        dropped: dict[int, None] = {}
        for _, tokens in sides:
            for token in tokens:
                if token in left or token in dropped:
                    continue
                born = state.commit[bisect_right(state.base, token) - 1]
                if all(
                    token in others or not state.descent.is_ancestor(born, at)
                    for at, others in sides
                ):
                    dropped[token] = None
        return list(dropped)


def _told(page: MergedPage, sources: Sequence[int | None]) -> list[list[Stretch] | None]:
    """What git told of the lines that each parent's version, where there is one, shares with a merge."""
    shared = combined(page.hunks, len(page.parents)) if page.hunks else []
    return [
        shared[side] if shared and page.parents[side] else None
        for side, version in enumerate(sources)
        if version is not None
    ]


def _without_copies(patches: list[PagePatch]) -> list[PagePatch]:
    """The patches, with copies of pages that stayed where they were as new pages."""
    left = {patch.old_path for patch in patches if patch.kind in "RD"}
    return [
        PagePatch("A", patch.path, patch.path, b"", patch.new_oid, None)
        if patch.kind == "C" and patch.old_path not in left else patch
        for patch in patches
    ]  # fmt: skip


def _has_room(draft: Draft) -> bool:
    """Whether four new words stand somewhere in this change."""
    return any(hunk.has_room for hunk in draft.hunks)


def _put(hunk: Hunk, first: int) -> tuple[list[Line], int]:
    """The new lines of a hunk, new tokens numbered from ``first``; and the next number."""
    origins = hunk.origins
    if origins is None:
        return fresh_lines(hunk.sizes, first)
    lines: list[Line] = []
    at = 0
    for size in hunk.sizes:
        part = origins[at : at + size]
        at += size
        if -1 in part:
            if size <= MOST and part.count(-1) == size:
                lines.append(first << SHIFT | size)
                first += size
                continue
            fresh = count(first)
            part = [next(fresh) if token < 0 else token for token in part]
            first = next(fresh)
        lines.append(line_of(part))
    return lines, first


def _extend(gone: array[int], lines: list[Line]) -> int:
    """Add all runs of lines; how many tokens they are."""
    before = len(gone)
    for line in lines:
        if isinstance(line, tuple):
            gone.extend(line)
        elif line:
            gone.append(line)
    return sum(run & MOST for run in gone[before:])
