"""A page's change while its commit is being woven: where its text came from, and what changed in it."""

from __future__ import annotations

from collections.abc import Callable

from wiki.model.patches import PagePatch
from wiki.projections.authorship.alignment import Vocabulary
from wiki.projections.authorship.hunks import Hunk, Words, fit
from wiki.projections.authorship.merging import compared
from wiki.projections.authorship.runs import Line
from wiki.projections.authorship.state import State

ReadText = Callable[[bytes], bytes | None]

_LARGEST = 2_000_000


class Draft:
    """One page's change: ``source`` the version it was made from (-1: none) with the lines ``old``; ``target``
    an earlier version with the same text; ``found``: tokens found elsewhere, by what version they
    had been removed (-1: moved by this one)."""

    __slots__ = ("found", "hunks", "old", "page", "patch", "path", "source", "target")

    def __init__(
        self, patch: PagePatch, path: int, source: int, page: int, old: list[Line]
    ) -> None:
        self.patch, self.path, self.source, self.page, self.old = patch, path, source, page, old
        self.hunks: list[Hunk] = []
        self.target: int | None = None
        self.found: dict[int, int] = {}


class Drafter:
    """Makes drafts of what git told."""

    def __init__(
        self,
        state: State,
        how: Words,
        vocabulary: Vocabulary,
        read_text: ReadText,
        *,
        remembers: bool,
    ) -> None:
        self._state, self._how, self._vocabulary = state, how, vocabulary
        self._read, self._remembers = read_text, remembers

    def draft(self, patch: PagePatch, hunks: list[Hunk], at: int) -> Draft:
        """The draft of a patch of a child of the commit ``at`` (-1: it has no parent)."""
        state, (kind, path, _, old_oid, new_oid, told) = self._state, patch
        number = state.path_id(path)
        source = self._source(patch, number, at) if at >= 0 else -1
        page = -1 if source < 0 or kind == "C" else state.page[source]
        old = [] if source < 0 or kind == "A" else state.lines(source)
        draft = Draft(patch, number, source, page, old)
        if kind == "D":
            draft.hunks = self._deleted(draft, hunks)
            return draft
        if self._remembers and at >= 0 and kind != "C" and new_oid != old_oid:
            draft.target = state.seen_before(page, number, new_oid, at)
        if told is None or (source < 0 and kind != "A") or not fit(hunks, old):
            texts = self.text(old_oid), self.text(new_oid)
            hunks = compared(old, *texts, self._how, self._vocabulary)
        if draft.target is None and old and self._how.aligned:
            for hunk in hunks:
                if hunk.added and hunk.old:
                    hunk.align()
        draft.hunks = hunks
        return draft

    def _source(self, patch: PagePatch, path: int, at: int) -> int:
        state = self._state
        if patch.kind == "A":
            seen = self._remembers and state.touches(path)
            found = state.deleted_at(path, at) if seen else None
        else:
            before = path if patch.old_path == patch.path else state.path_id(patch.old_path)
            found = state.find(before, patch.old_oid, at)
        return -1 if found is None else found

    def _deleted(self, draft: Draft, hunks: list[Hunk]) -> list[Hunk]:
        old = draft.old
        if not old:
            return []
        if len(hunks) != 1 or not fit(hunks, old) or len(hunks[0].old) != len(old):
            text = self.text(draft.patch.old_oid)
            return compared(old, text, b"", self._how, self._vocabulary)
        return hunks

    def text(self, oid: bytes) -> bytes:
        """A text, with nothing in it if it is missing, no text or too long."""
        text = self._read(oid) if oid else None
        if text is None or len(text) > _LARGEST or b"\0" in text[:8000]:
            return b""
        return text
