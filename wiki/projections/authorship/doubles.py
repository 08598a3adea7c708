"""Pages that both sides of a merge have with the same text, each by a way of its own."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from wiki.projections.authorship.state import State
from wiki.projections.authorship.versions import DELETED


def doubles(state: State, one: int, other: int, apart: set[int]) -> Iterator[tuple[int, int]]:
    """Pairs of versions with one text at one path, the first known to one of two commits only, the second to the other; paths ``apart`` are not looked at."""
    is_ancestor, commit = state.descent.is_ancestor, state.commit
    paths = _touched(state, _fewer(state, one, other)) - apart
    state.gather(paths)
    for path in sorted(paths, key=state.paths.__getitem__):
        first, second = (_held(state, path, at) for at in (one, other))
        if first is None or second is None or state.blob[first] != state.blob[second]:
            continue
        if not (is_ancestor(commit[first], other) or is_ancestor(commit[second], one)):
            yield first, second


def _fewer(state: State, one: int, other: int) -> set[int]:
    """The commits that only one of two has among its ancestors: of that which has fewer."""
    is_ancestor = state.descent.is_ancestor
    sides: list[tuple[set[int], list[int], int]] = [(set(), [one], other), (set(), [other], one)]
    while True:
        for own, pending, beyond in sides:
            if not pending:
                return own
            n = pending.pop()
            if n not in own and not is_ancestor(n, beyond):
                own.add(n)
                pending.extend(state.descent.above(n))


def _touched(state: State, commits: set[int]) -> set[int]:
    """The paths where these commits left a text."""
    found = set()
    for n in commits:
        first = bisect_left(state.commit, n)
        for version in range(first, bisect_right(state.commit, n, first)):
            if state.kind[version] != DELETED:
                found.add(state.path[version])
    return found


def _held(state: State, path: int, at: int) -> int | None:
    """The version that stands at a path at a commit, as far as the versions tell."""
    last = state.latest(state.touches(path), at)
    if last is None or state.kind[last] == DELETED or state.path[last] != path:
        return None
    blob, is_ancestor = state.blob[last], state.descent.is_ancestor
    known = [v for v in state.with_text(path, blob) if is_ancestor(state.commit[v], at)]
    return known[0] if len(known) == 1 else state.find(path, blob, at)
