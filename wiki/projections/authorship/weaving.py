"""Carrying the origin of every word from version to version, one commit at a time.

What becomes of a commit depends on the commit and its ancestors only, so it does not matter in which
order or in how many portions commits become known.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from wiki.model.patches import PagePatch, PatchedCommit
from wiki.projections.authorship.alignment import SHORTEST, Vocabulary
from wiki.projections.authorship.cutting import cut
from wiki.projections.authorship.drafts import Draft, Drafter, ReadText
from wiki.projections.authorship.hunks import Hunk, Removed, Words
from wiki.projections.authorship.meeting import Meeting
from wiki.projections.authorship.moving import find_moved
from wiki.projections.authorship.passages import Memory
from wiki.projections.authorship.runs import MOST, Line, count_of, fresh_lines, runs_of, tokens_of
from wiki.projections.authorship.state import State
from wiki.projections.authorship.steps import changed_line, put_lines
from wiki.projections.authorship.versions import COPIED, DELETED, KINDS


class Weaver:
    """Takes commits, parents first. ``remembers``: whether reverts and passages are recognised."""

    def __init__(
        self, state: State, how: Words, read_text: ReadText, *, remembers: bool = True
    ) -> None:
        self._state, self._how, self._remembers = state, how, remembers
        # Blame goes to the first parent that has a text, whatever was done and undone elsewhere.
        state.latest_wins = remembers
        self._vocabulary = Vocabulary()
        self._memory = Memory(state, how, self._vocabulary, read_text)
        self._drafter = Drafter(state, how, self._vocabulary, read_text, remembers=remembers)
        self._meeting = Meeting(
            state, how, self._vocabulary, self._drafter.text, remembers=remembers
        )

    def weave(self, commits: Sequence[PatchedCommit]) -> None:
        """Take more commits."""
        texts = [patch.hunks for commit in commits for patch in commit.patches]
        hunks = cut(texts, self._how, self._vocabulary)
        at = 0
        for commit in commits:
            before = at
            at += len(commit.patches)
            if self._state.number(commit.oid) is None:
                self._take(commit, hunks[before:at])

    def _take(self, commit: PatchedCommit, hunks: list[list[Hunk]]) -> None:
        state = self._state
        parents = [n for n in map(state.number, commit.parents) if n is not None]
        n = state.add_commit(commit.oid, dict.fromkeys(parents), commit.time)
        if len(commit.parents) > 1:
            self._meeting.take(n, parents, commit.merged)
            return
        at = parents[0] if parents else -1
        patches = commit.patches if self._remembers else _without_copies(commit.patches)
        draft = self._drafter.draft
        drafts = [draft(patch, each, at) for patch, each in zip(patches, hunks, strict=True)]
        roomy = [
            (each, hunk)
            for each in drafts
            if each.target is None
            for hunk in each.hunks
            if hunk.fresh >= SHORTEST
        ]
        if roomy and self._remembers:
            find_moved(drafts, roomy, state, self._how, self._vocabulary)
            for each, hunk in roomy:
                self._memory.recall(each.page, hunk, each.found, at)
        for each in drafts:
            self._write(n, each)

    # -- writing versions -------------------------------------------------------------------

    def _write(self, n: int, draft: Draft) -> None:
        state, patch, hunks = self._state, draft.patch, draft.hunks
        kind = KINDS[patch.kind]
        version = state.add_version(n, draft.path, patch.new_oid, draft.source, draft.page, kind)
        if draft.target is not None:
            self._write_revert(version, draft, state.lines(draft.target))
        elif len(hunks) != 1 or draft.found or draft.old:
            self._write_changes(version, kind, draft)
        else:
            self._write_new(version, hunks[0])

    def _write_new(self, version: int, hunk: Hunk) -> None:
        state = self._state
        lines, end = fresh_lines(hunk.sizes(), state.tokens)
        state.record_step(0, 0, lines)
        state.close_version(version, end - state.tokens, 0, 0)
        state.hold(version, lines)

    def _write_changes(self, version: int, kind: int, draft: Draft) -> None:
        state, found = self._state, draft.found
        lines, end = draft.old.copy(), state.tokens
        removed = shift = 0
        lost: list[Removed] = []
        removes = kind != COPIED
        for hunk in draft.hunks:
            start = hunk.position + shift
            if removes and not found and hunk.is_plain:
                line, gone = changed_line(hunk.old[0], hunk.size, hunk.stretches, end)  # type: ignore[arg-type]
                end += hunk.fresh
                lines[start] = line
                state.record_line(hunk.position, line)
                removed += self._remove_runs(hunk, gone, lost)
                continue
            put, end = _put(hunk, end)
            state.record_step(hunk.position, len(hunk.old), put)
            lines[start : start + len(hunk.old)] = put
            shift += len(put) - len(hunk.old)
            if removes and hunk.old:
                removed += self._remove(hunk, found, lost)
        added = end - state.tokens
        self._lose(version, lost)
        restored = self._comebacks(version, draft) if found else 0
        state.close_version(
            version, added, removed, restored if removes else count_of(lines) - added
        )
        if kind != DELETED:
            state.hold(version, lines)

    def _remove_runs(self, hunk: Hunk, gone: list[int], lost: list[Removed]) -> int:
        """Write down the tokens of a line that are gone; how many."""
        if not gone:
            return 0
        self._state.gone.extend(gone)
        sizes = [run & MOST for run in gone]
        if max(sizes) >= SHORTEST:
            lost.append(hunk.lost(hunk.kept_with(set())))
        return sum(sizes)

    def _remove(self, hunk: Hunk, found: dict[int, int], lost: list[Removed]) -> int:
        """Write down the tokens that are gone; how many."""
        if not hunk.is_aligned and not found:
            count, kept = _extend(self._state.gone, hunk.old), None
        else:
            kept = hunk.kept_with(set(found))
            left = [token for token in tokens_of(hunk.old) if token not in kept]
            self._state.gone.extend(runs_of(left))
            count = len(left)
        if count >= SHORTEST:
            lost.append(hunk.lost(kept))
        return count

    def _lose(self, version: int, lost: list[Removed]) -> None:
        """Remember what is gone in these places: it may come back."""
        for place in lost:
            self._memory.lose(version, place)
        if lost and self._remembers:
            self._memory.remember(version, self._state.page[version], lost)

    def _comebacks(self, version: int, draft: Draft) -> int:
        own = set()
        for hunk in draft.hunks:
            if hunk.old:
                own.update(tokens_of(hunk.old))
        restored = 0
        by_remover: dict[int, list[int]] = {}
        for token, remover in draft.found.items():
            by_remover.setdefault(version if remover < 0 else remover, []).append(token)
            if token not in own:
                restored += 1
        for remover, tokens in by_remover.items():
            self._memory.restore(version, remover, tokens)
        return restored

    def _write_revert(self, version: int, draft: Draft, lines: list[Line]) -> None:
        """The page has a text again that it had before: so have its words their origin."""
        state = self._state
        self._record_revert(draft, lines)
        old, new = tokens_of(draft.old), tokens_of(lines)
        kept, had = set(new), set(old)
        gone = [token for token in old if token not in kept]
        back = [token for token in new if token not in had]
        state.gone.extend(runs_of(gone))
        if gone:
            places = [hunk for hunk in draft.hunks if hunk.old]
            self._lose(version, [p.lost(kept.intersection(tokens_of(p.old))) for p in places])
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
        for hunk in draft.hunks:
            self._record_same(draft.old, lines, at, hunk.position, shift)
            start = hunk.position + shift
            state.record_step(hunk.position, len(hunk.old), lines[start : start + hunk.added])
            at = hunk.position + len(hunk.old)
            shift += hunk.added - len(hunk.old)
        self._record_same(draft.old, lines, at, len(draft.old), shift)

    def _record_same(
        self, old: list[Line], lines: list[Line], at: int, until: int, shift: int
    ) -> None:
        """A step where the text stayed the same, if its origin did not."""
        same = lines[at + shift : until + shift]
        if old[at:until] != same:
            self._state.record_step(~at, len(same), same)

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


def _without_copies(patches: list[PagePatch]) -> list[PagePatch]:
    """The patches, with copies of pages that stayed where they were as new pages."""
    left = {patch.old_path for patch in patches if patch.kind in "RD"}
    return [
        PagePatch("A", patch.path, patch.path, b"", patch.new_oid, None)
        if patch.kind == "C" and patch.old_path not in left else patch
        for patch in patches
    ]  # fmt: skip


def _put(hunk: Hunk, first: int) -> tuple[list[Line], int]:
    """The new lines of a hunk, new tokens numbered from ``first``; and the next number."""
    if hunk.origins is None and not hunk.stretches:
        return fresh_lines(hunk.sizes(), first)
    return put_lines(hunk.sizes(), hunk.marks(), first)


def _extend(gone: array[int], lines: list[Line]) -> int:
    """Add all runs of lines; how many tokens they are."""
    before = len(gone)
    for line in lines:
        if isinstance(line, tuple):
            gone.extend(line)
        elif line:
            gone.append(line)
    return sum(run & MOST for run in gone[before:])
