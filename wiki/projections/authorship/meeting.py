"""What merges made of pages: each word of a text comes from the parent that has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wiki.model.patches import MergedPage
from wiki.projections.authorship.alignment import Stretch, Vocabulary
from wiki.projections.authorship.hunks import Words
from wiki.projections.authorship.leaving import Leaving, dropped
from wiki.projections.authorship.merging import combined, origins_of
from wiki.projections.authorship.runs import MOST, tokens_of
from wiki.projections.authorship.state import State
from wiki.projections.authorship.steps import put_lines
from wiki.projections.authorship.versions import MERGED


class Meeting:
    """Takes the pages of merges. ``text`` reads a text by its id."""

    def __init__(
        self,
        state: State,
        how: Words,
        vocabulary: Vocabulary,
        text: Callable[[bytes], bytes],
        *,
        remembers: bool,
    ) -> None:
        self._state, self._how, self._vocabulary = state, how, vocabulary
        self._text, self._remembers = text, remembers

    def take(self, n: int, parents: Sequence[int], pages: Sequence[MergedPage]) -> None:
        """Take the pages that one merge left otherwise than all or some of its parents had them."""
        made = len(self._state.commit)
        for page in pages:
            if page.is_made:
                self._make(n, parents, page)
        taken = [page for page in pages if not page.is_made]
        if self._remembers:
            Leaving(self._state, n, parents, taken, made).write()

    def _make(self, n: int, parents: Sequence[int], page: MergedPage) -> None:
        """Take each token of a text made by a merge from the parent that has it."""
        state = self._state
        path = state.path_id(page.path)
        sources = self._sources(parents, page)
        told = _told(page, sources)
        known = [version for version in sources if version is not None]
        first = known[0] if known else -1
        root = state.page[first] if first >= 0 else -1
        text = self._text(page.oid)
        sides = [(state.lines(v), self._text(state.blob[v])) for v in known]
        version = state.add_version(n, path, page.oid, first, root, MERGED)
        sizes: list[int] = self._how.sizes(text).tolist() if text else []
        if text.endswith(b"\n"):
            del sizes[-1]
        origins = origins_of(sides, text, self._how, self._vocabulary, told)
        old = sides[0][0] if sides else []
        put, end = put_lines(sizes, origins, state.tokens)
        state.record_step(0, len(old), put)
        left = set(tokens_of(put))
        gone = dropped(state, parents, sources, lambda: left)
        state.gone.extend(gone)
        had = set(tokens_of(old))
        restored = sum(1 for token in origins if token >= 0 and token not in had)
        state.close_version(version, end - state.tokens, sum(run & MOST for run in gone), restored)
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


def _told(page: MergedPage, sources: Sequence[int | None]) -> list[list[Stretch] | None]:
    """What git told of the lines that each parent's version, where there is one, shares with a merge."""
    shared = combined(page.hunks, len(page.parents)) if page.hunks else []
    return [
        shared[side] if shared and page.parents[side] else None
        for side, version in enumerate(sources)
        if version is not None
    ]
