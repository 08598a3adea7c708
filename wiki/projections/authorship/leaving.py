"""Words that a merge left out, because it took a page from the other side, or took the page away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from wiki.model.patches import MergedPage
from wiki.projections.authorship.doubles import doubles
from wiki.projections.authorship.runs import MOST, SHIFT, Line, runs_of, tokens_of
from wiki.projections.authorship.state import State
from wiki.projections.authorship.versions import DELETED, MERGED


def dropped(
    state: State, parents: Sequence[int], sides: Sequence[int | None], left: Callable[[], set[int]]
) -> list[int]:
    """Runs of the tokens that a merge itself left out: every parent had them, or never knew them.

    ``sides`` are the parents' versions, None where there is none or where the text stays as it is: what
    such a parent knew, it had given up itself, or it stays. ``left`` tells which tokens stay otherwise.
    """
    runs: dict[int, None] = {}
    scattered: dict[int, None] = {}
    told: dict[int, set[int]] = {}
    for own, version in enumerate(sides):
        known = _Known(state, parents, sides, own)
        start = end = 0
        for run in _runs(state.lines(version)) if version is not None else ():
            first, until = run >> SHIFT, (run >> SHIFT) + (run & MOST)
            if not start <= first < end:
                start, end, others, is_closed = known.look(first)
            if until <= end and is_closed:
                continue
            if until <= end and not others and left().isdisjoint(range(first, until)):
                runs[run] = None
                continue
            for token in range(first, until):
                if token not in left() and all(
                    token in _told(state, sides, other, told) for other in known.look(token)[2]
                ):
                    scattered[token] = None
    return [*runs, *runs_of(list(scattered))]


_Seen = tuple[int, int, list[int], bool]
"""The first token of an edit and the one after its last, which other parents knew the edit, and whether one
of these has no version to ask."""


class _Known:
    """Which other parents knew a token: those with the edit that wrote it among their ancestors."""

    def __init__(
        self, state: State, parents: Sequence[int], sides: Sequence[int | None], own: int
    ) -> None:
        self._state, self._sides = state, sides
        self._parents = [(side, at) for side, at in enumerate(parents) if side != own]
        self._seen: dict[int, _Seen] = {}

    def look(self, token: int) -> _Seen:
        """What there is to say of the edit that wrote a token."""
        state = self._state
        born = bisect_right(state.base, token) - 1
        found = self._seen.get(born)
        if found is None:
            is_ancestor, n, start = state.descent.is_ancestor, state.commit[born], state.base[born]
            others = [side for side, at in self._parents if is_ancestor(n, at)]
            is_closed = any(self._sides[side] is None for side in others)
            found = self._seen[born] = start, start + state.added[born], others, is_closed
        return found


def _told(
    state: State, sides: Sequence[int | None], side: int, known: dict[int, set[int]]
) -> set[int]:
    """The tokens of one side, looked at once."""
    if side not in known:
        version = sides[side]
        known[side] = set(tokens_of(state.lines(version))) if version is not None else set()
    return known[side]


def _runs(lines: Sequence[Line]) -> Iterator[int]:
    for line in lines:
        if isinstance(line, tuple):
            yield from line
        elif line:
            yield line


class Leaving:
    """One merge that took ``pages`` from some of its parents as they were, or took them away; ``made`` is
    the first version of what it put together itself."""

    def __init__(
        self, state: State, n: int, parents: Sequence[int], pages: Sequence[MergedPage], made: int
    ) -> None:
        self._state, self._n, self._parents, self._pages = state, n, parents, pages
        self._made = range(made, len(state.commit))
        self._tokens: set[int] | None = None
        self._paths: list[tuple[MergedPage, int]] | None = None

    def write(self) -> None:
        """Write down which words it left out, by versions with the text that the pages have.

        Those are words that a parent wrote on a page and that the parents it took the page from had
        never seen. What they had seen they removed themselves. Where both have the same text by ways of
        their own, the elder tells who wrote it, and the words of the younger end.
        """
        state = self._state
        state.gather(path for _, path in self._known())
        gone: dict[tuple[int, int], list[int]] = {}
        for page, path in self._known():
            lost = self._lost(page, path)
            if lost is None or (goes_on := self._goes_on(page, path, lost)) is None:
                continue
            if runs := self._dropped(page, path, lost):
                gone.setdefault((goes_on, lost if goes_on < 0 else -1), []).extend(runs)
        for elder, runs in self._doubled():
            gone.setdefault((elder, -1), []).extend(runs)
        for (goes_on, lost), runs in gone.items():
            self._write(goes_on, lost, list(dict.fromkeys(runs)))

    def _doubled(self) -> Iterator[tuple[int, list[int]]]:
        """Versions with the runs that went with the younger of two that have the same text."""
        state = self._state
        if len(self._parents) != 2:
            return
        one, other = self._parents
        apart = {path for _, path in self._known()}
        apart.update(state.path[version] for version in self._made)
        for sides in doubles(state, one, other, apart):
            elder = min(sides, key=state.rank)
            went = [None if version == elder else version for version in sides]
            if gone := dropped(state, self._parents, went, self._left):
                yield elder, gone

    def _known(self) -> list[tuple[MergedPage, int]]:
        if self._paths is None:
            paths = ((page, self._state.known_path(page.path)) for page in self._pages)
            many = len(self._parents)
            self._paths = [
                (page, path)
                for page, path in paths
                if path is not None and len(page.parents) == many
            ]
        return self._paths

    def _lost(self, page: MergedPage, path: int) -> int | None:
        """The version of the first parent whose text was not taken nor ever known where it was taken
        from; None if there is none."""
        state = self._state
        taken = [
            at for at, blob in zip(self._parents, page.parents, strict=True) if blob == page.oid
        ]
        for at, blob in zip(self._parents, page.parents, strict=True):
            if not blob or blob == page.oid:
                continue
            if any(self._is_unseen(version, at, taken) for version in state.with_text(path, blob)):
                version = state.find(path, blob, at)
                if version is not None and self._is_unseen(version, at, taken):
                    return version
        return None

    def _is_unseen(self, version: int, at: int, taken: Sequence[int]) -> bool:
        is_ancestor, n = self._state.descent.is_ancestor, self._state.commit[version]
        return is_ancestor(n, at) and not any(is_ancestor(n, other) for other in taken)

    def _goes_on(self, page: MergedPage, path: int, lost: int) -> int | None:
        """The version that the page has after the merge, under whatever name (-1: it is gone); None if the
        merge made a text of its own of it."""
        state = self._state
        sides = zip(self._parents, page.parents, strict=True)
        taken = [at for at, blob in sides if blob == page.oid]
        if page.oid:
            found = [state.find(path, page.oid, at) for at in taken]
            return min((v for v in found if v is not None), key=state.rank, default=None)
        root = state.page[lost]
        if any(state.page[version] == root for version in self._made):
            return None
        known = [v for v in (state.elsewhere(root, at) for at in taken) if v is not None]
        return next((version for version in known if self._stands(version)), -1)

    def _stands(self, version: int) -> bool:
        """Whether the merge left a version of one of its parents where it was."""
        path, blob = self._state.path[version], self._state.blob[version]
        return all(page.oid == blob for page, other in self._known() if other == path)

    def _dropped(self, page: MergedPage, path: int, lost: int) -> list[int]:
        state = self._state
        root = state.page[lost]
        sides = [
            None if blob == page.oid
            else state.find(path, blob, at) if blob
            else state.elsewhere(root, at)
            for at, blob in zip(self._parents, page.parents, strict=True)
        ]  # fmt: skip
        return dropped(state, self._parents, sides, self._left)

    def _left(self) -> set[int]:
        """The tokens of what the merge put together."""
        if self._tokens is None:
            lines = (self._state.lines(version) for version in self._made)
            self._tokens = {token for each in lines for token in tokens_of(each)}
        return self._tokens

    def _write(self, goes_on: int, lost: int, gone: list[int]) -> None:
        state = self._state
        source = goes_on if goes_on >= 0 else lost
        kind, blob = (MERGED, state.blob[source]) if goes_on >= 0 else (DELETED, b"")
        version = state.add_version(
            self._n, state.path[source], blob, source, state.page[source], kind
        )
        state.gone.extend(gone)
        state.close_version(version, 0, sum(run & MOST for run in gone), 0)
